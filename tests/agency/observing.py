"""Observing the contents of clones, and the results of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Tuple

from idse_core.agency.outcome import Result, SyncReport
from tests.agency.conftest import Clone
from tests.builders import PROJECT, session_folder, tree

SPEC = "spec_md"


def results(report: SyncReport) -> Dict[str, Result]:
    return {f"{item.planned.session} {item.planned.key}": item.result for item in report.outcomes}


def snapshot(folder: Path) -> Dict[str, Tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*") if path.is_file()}


def state(clone: Clone) -> Dict[str, Any]:
    path = clone.workspace.folder / "projects" / PROJECT / "session_state.json"
    loaded: Dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def live(clone: Clone) -> Dict[str, bytes]:
    """All synced files."""
    return {name: data for name, data in tree(clone.workspace.folder).items() if "/sessions/" in name}


def remove_session(clone: Clone, session: str) -> None:
    for path in sorted(session_folder(clone.workspace, session).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    session_folder(clone.workspace, session).rmdir()
