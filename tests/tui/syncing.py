"""An Agency Core in memory for the app, and conflicts to resolve."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

from idse_core.agency.engine import AgencySyncEngine
from idse_core.config import IdseConfig
from idse_core.errors import IdseError
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.memory_core import MemoryCore
from tests.tui.driving import SESSIONS

__all__ = ["ENDPOINT", "PROJECT", "MemoryAgency", "make_conflict"]

ENDPOINT = "https://agency.example"
PROJECT = "customer-portal"


class MemoryAgency:
    """Leads to a core in memory.

    Args:
        core: the server.
        parallel: how many sessions are pushed at once.
    """

    def __init__(self, core: MemoryCore, *, parallel: int = 8) -> None:
        self.core = core
        self.parallel = parallel
        self.failure: Optional[IdseError] = None

    @contextmanager
    def engine(self, workspace: ProjectWorkspace, on_event: Listener) -> Iterator[AgencySyncEngine]:
        if self.failure is not None:
            raise self.failure
        yield AgencySyncEngine(
            workspace,
            self.core,
            endpoint=ENDPOINT,
            on_event=on_event,
            parallel=self.parallel,
            now=lambda: "2026-01-01T00:00:00Z",
        )

    def push_all(self, folder: Path) -> None:
        """Everything in a workspace is pushed, as if by an earlier call."""
        report = AgencySyncEngine(ProjectWorkspace.open(IdseConfig(folder)), self.core, endpoint=ENDPOINT).push()
        assert report.exit_code in {0, 3}, report  # 3: an earlier conflict is left

    def pull_all(self, folder: Path) -> None:
        """Everything is pulled; conflicts are laid aside."""
        AgencySyncEngine(ProjectWorkspace.open(IdseConfig(folder)), self.core, endpoint=ENDPOINT).pull()


def make_conflict(agency: MemoryAgency, folder: Path, *, session: str = "billing", name: str = "plan") -> Path:
    """Both sides change the same two places of an artifact; gives its path."""
    path = folder / SESSIONS / session / f"{name}.md"
    base = (
        "# Plan: billing\n\n## Approach\n\nInvoices are made once a month.\n\n## Components\n\n- Invoice store\n"
        "- Mailer\n\n## Risks\n\nThe mailer may be down.\n\n## Open\n\n- Which currency?\n"
    )
    path.write_text(base, encoding="utf-8")
    agency.push_all(folder)
    theirs = base.replace("once a month", "on the last working day").replace("may be down", "is rate-limited")
    agency.core.put(PROJECT, session, f"{name}_md", theirs.replace("- Mailer", "- Mailer\n- Archive").encode())
    ours = base.replace("once a month", "every Friday").replace("may be down", "can fail for hours")
    path.write_text(ours, encoding="utf-8")
    agency.pull_all(folder)
    return path
