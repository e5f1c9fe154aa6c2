"""A workspace in which both sides changed the same lines, for the pictures of plan and conflict."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence, Tuple

from idse_core.agency.engine import AgencySyncEngine
from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.memory_core import MemoryCore
from tests.tui.syncing import ENDPOINT, PROJECT, MemoryAgency

__all__ = ["torn"]

_SESSION = "billing"
_OURS = (
    ("at most 5 seconds; refusing at once was turned down", "at most 8 seconds; refusing at once was turned down"),
    ("or 503 after 5 seconds of waiting", "or 503 after 8 seconds of waiting"),
)
_THEIRS = (
    ("queues requests for at most 5 seconds; refusing at once", "answers 429 beyond 10 requests a second; queueing"),
    ("or 503 after 5 seconds of waiting", "or 429 with `Retry-After`"),
    ("- Feed: date, rows, checksum;", "- Feed: date, rows, checksum, source;"),
)


def torn(folder: Path) -> MemoryAgency:
    """Push a copy of the sample workspace, change both sides, and pull; returns the Agency Core."""
    agency = MemoryAgency(MemoryCore())
    sessions = folder / ".idse" / "projects" / PROJECT / "sessions" / _SESSION
    agency.push_all(folder)
    plan, tasks = sessions / "plan.md", sessions / "tasks.md"
    text = plan.read_text(encoding="utf-8")
    agency.core.put(PROJECT, _SESSION, "plan_md", _changed(text, _THEIRS).encode("utf-8"))
    plan.write_text(_changed(text, _OURS), encoding="utf-8")
    AgencySyncEngine(ProjectWorkspace.open(IdseConfig(folder)), agency.core, endpoint=ENDPOINT).pull([_SESSION])
    agency.core.put(PROJECT, "export-csv", "feedback_md", b"# Feedback\n\nThe second sheet is missing.\n")
    tasks.write_text(tasks.read_text(encoding="utf-8") + "\nThe limiter first.\n", encoding="utf-8")
    return agency


def _changed(text: str, changes: Sequence[Tuple[str, str]]) -> str:
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text
