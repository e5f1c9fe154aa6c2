"""`idse validate --fix` and `--diff`."""

from __future__ import annotations

from typing import FrozenSet, Optional, Sequence

from idse_core.commands.face import Face
from idse_core.commands.patches import patch
from idse_core.commands.validate_options import ValidateOptions
from idse_core.errors import ConflictError
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import disarmed, quoted_path
from idse_core.validation.baseline import Baseline
from idse_core.validation.constitution import Constitution
from idse_core.validation.fixes import Fix, apply_fix
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine

__all__ = ["fix"]


def fix(
    face: Face,
    workspace: ProjectWorkspace,
    sessions: Sequence[str],
    options: ValidateOptions,
    constitution: Constitution,
) -> Optional[int]:
    """Write the fixes, or only show them; returns the exit code if that is all the call wanted, else None."""
    engine = ValidationEngine(
        workspace,
        constitution=constitution,
        baseline=Baseline() if options.no_baseline else None,
        use_cache=not options.no_cache,
        on_event=face.announce,
    )
    selection = Selection.of(engine.rules, select=options.select, ignore=options.ignore, through=options.through)
    within = _changed(workspace, options)
    planned = [item for session in sessions for item in engine.plan_fixes(session, selection, within=within)]
    if options.diff:
        _show(face, workspace, planned)
        return int(bool(planned))
    for item in planned:
        _apply(face, workspace, item)
    return None


def _changed(workspace: ProjectWorkspace, options: ValidateOptions) -> Optional[FrozenSet[str]]:
    if options.since is None:
        return None
    from idse_core.commands.changed_files import changed_files  # noqa: PLC0415  # only for --since

    return changed_files(workspace.folder.parent, options.since)


def _apply(face: Face, workspace: ProjectWorkspace, item: Fix) -> None:
    shown = face.locate(item.path, workspace)
    try:
        apply_fix(workspace, item, on_event=face.announce)
    except ConflictError:
        face.warn(f"{shown} was saved by somebody else meanwhile and is left alone", "run idse validate --fix again")
    else:
        face.note(f"mended {shown} ({', '.join(item.rules)})")


def _show(face: Face, workspace: ProjectWorkspace, planned: Sequence[Fix]) -> None:
    lines = [line for item in planned for line in patch(item, face.locate(item.path, workspace))]
    if face.on_terminal:
        face.print("".join(_painted(face, quoted_path(line.rstrip("\r\n")) + "\n") for line in lines))
    else:
        face.data("".join(_painted(face, disarmed(line)) for line in lines).encode("utf-8"))
    face.note(f"--fix would change {count(len(planned), 'file')}")


_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def _painted(face: Face, line: str) -> str:
    if line[:1] not in _COLORS or line.startswith(("+++", "---")):
        return line
    return face.style.paint(line[:-1], _COLORS[line[0]]) + "\n"
