"""`idse validate --fix` and `--diff`."""

from __future__ import annotations

import difflib
from typing import List, Sequence

from idse_core.commands.face import Face
from idse_core.commands.validating import ValidateOptions
from idse_core.errors import ConflictError
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted_path
from idse_core.validation.fixes import Fix
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine

__all__ = ["fix"]


def fix(face: Face, workspace: ProjectWorkspace, sessions: Sequence[str], options: ValidateOptions) -> bool:
    """Write the fixes, or only show them; says whether that is all the call wanted."""
    engine = ValidationEngine(workspace, use_cache=not options.no_cache, on_event=face.announce)
    selection = Selection.of(engine.rules, select=options.select, ignore=options.ignore, through=options.through)
    planned = [item for session in sessions for item in engine.plan_fixes(session, selection)]
    if options.diff:
        face.print("".join(_diff(face, workspace, item) for item in planned))
        face.note(f"--fix would change {count(len(planned), 'file')}")
        return True
    for item in planned:
        _apply(face, workspace, item)
    return False


def _apply(face: Face, workspace: ProjectWorkspace, item: Fix) -> None:
    shown = face.locate(item.path, workspace)
    try:
        workspace.store.write(item.place, item.data, expected=None if item.before is None else item.before.digest)
    except ConflictError:
        face.warn(f"{shown} was saved by somebody else meanwhile and is left alone", "run idse validate --fix again")
    else:
        face.note(f"mended {shown} ({', '.join(item.rules)})")


def _diff(face: Face, workspace: ProjectWorkspace, item: Fix) -> str:
    path = face.locate(item.path, workspace)
    old = "/dev/null" if item.before is None else f"a/{path}"
    lines = difflib.unified_diff(
        item.before_text.splitlines(keepends=True), item.after.splitlines(keepends=True), old, f"b/{path}"
    )
    return "".join(_painted(face, line) for line in lines)


_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def _painted(face: Face, line: str) -> str:
    text = quoted_path(line.rstrip("\r\n"))
    names: List[str] = [_COLORS[line[0]]] if line[:1] in _COLORS and not line.startswith(("+++", "---")) else []
    return face.style.paint(text, *names) + "\n"
