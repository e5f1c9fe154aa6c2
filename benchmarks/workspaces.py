"""Generated workspaces on disk, for benchmarks and for tests that need a large one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import List, NamedTuple

from benchmarks.artifacts import artifacts_of
from idse_core.agent_registry import DEFAULT_AGENTS, AgentRegistry
from idse_core.pipeline_artifacts import BLUEPRINT, METADATA_PATH, Layout, Stage

__all__ = ["PROJECT", "Generated", "generate"]

PROJECT = "ledger"


class Generated(NamedTuple):
    """A workspace that was written.

    Attributes:
        folder: the folder that holds ``.idse``.
        sessions: the session ids, the blueprint first.
        artifacts: the paths of all artifacts.
        size: the size of all artifacts, in bytes.
    """

    folder: Path
    sessions: List[str]
    artifacts: List[Path]
    size: int


def generate(folder: Path, *, sessions: int, seed: int = 1, layout: Layout = Layout.FLAT) -> Generated:
    """Write a workspace with one project; the same arguments give the same bytes.

    Written straight to the files, without the product's locks and flushes: 20,000 artifacts take seconds that way.

    Args:
        folder: an empty folder, or one that does not exist; holds ``.idse`` afterwards.
        sessions: the number of sessions, the blueprint among them; seven artifacts each.
        seed: the seed of all text.
        layout: the layout of all sessions.
    """
    project = folder / ".idse" / "projects" / PROJECT
    project.mkdir(parents=True)
    ids = [BLUEPRINT, *(f"branch-{number:05d}" for number in range(1, sessions))]
    artifacts: List[Path] = []
    size = 0
    for number, session in enumerate(ids):
        place = project / "sessions" / session
        for path in {str(place / layout.path(stage)).rpartition("/")[0] for stage in Stage} | {str(place / "metadata")}:
            Path(path).mkdir(parents=True, exist_ok=True)
        for stage, text in artifacts_of(number, seed).items():
            artifacts.append(place / layout.path(stage))
            size += artifacts[-1].write_bytes(text.encode("utf-8"))
        (place / METADATA_PATH).write_text(_metadata(session, number, ids), encoding="utf-8")
    (project / "CURRENT_SESSION").write_text(f"{ids[-1]}\n", encoding="utf-8")
    (project / "agent_registry.json").write_bytes(AgentRegistry(DEFAULT_AGENTS).serialize())
    (folder / ".idse" / "CURRENT_PROJECT").write_text(f"{PROJECT}\n", encoding="utf-8")
    return Generated(folder, ids, artifacts, size)


def _metadata(session: str, number: int, ids: List[str]) -> str:
    is_blueprint = session == BLUEPRINT
    return json.dumps(
        {
            "session_id": session,
            "title": f"Import of branch {number}",
            "session_type": "blueprint" if is_blueprint else "feature",
            "parent_session": None if is_blueprint else BLUEPRINT,
            "depends_on": [ids[number - 1]] if number % 5 == 2 and number > 1 else [],
            "owner": "ledger team",
            "tags": ["ledger", f"region-{number % 9}"],
            "status": "in_progress",
            "created_at": "2026-10-01T09:00:00Z",
            "updated_at": "2026-10-30T16:10:00Z",
        },
        indent=2,
    )
