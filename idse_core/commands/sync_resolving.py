"""``idse sync resolve``: lists pending conflicts, and carries out a person's decision about one."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Sequence

from idse_core import files
from idse_core.agency.conflicts import Conflict, shown_folder
from idse_core.agency.documents import place_of
from idse_core.agency.resolving import Choice, open_conflicts, resolve
from idse_core.commands.face import Face
from idse_core.commands.session_choice import current_session
from idse_core.errors import NotFoundError, UsageError
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.quoting import quoted_path

__all__ = ["list_conflicts", "settle"]

_REMAIN = 3


def list_conflicts(face: Face, session: Optional[str]) -> int:
    """Print the pending conflicts; returns the exit code."""
    workspace = face.open()
    found = [item for item in open_conflicts(workspace) if session in {None, item.session}]
    if face.json_output:
        from idse_core.reports.documents import ConflictItem, ConflictListDocument  # noqa: PLC0415  # only for --json

        items = [
            ConflictItem(item.session, item.name, shown_folder(workspace, item), _path(workspace, item))
            for item in found
        ]
        face.document(ConflictListDocument(workspace.project, items))
    elif not found:
        face.print("No conflict waits for a decision\n")
    else:
        lines = [
            f"  {quoted_path(item.session)}  {item.name}  {quoted_path(shown_folder(workspace, item))}"
            for item in found
        ]
        lines.append(f"{count(len(found), 'conflict')}: compare the versions in its folder, then for each")
        lines.append("  idse sync resolve DOCUMENT --session ID --ours, --theirs, --merged or --file FILE")
        face.print("".join(f"{line}\n" for line in lines))
    return _REMAIN if found else 0


def settle(face: Face, name: str, session: Optional[str], choices: Sequence[str], file: Optional[Path]) -> int:
    """Settle one conflict; returns the exit code.

    Args:
        face: the face of the call.
        name: the name of the document.
        session: the session's id; None for the current one.
        choices: the versions that the options ask for.
        file: a file that holds another version.

    Raises:
        UsageError: not exactly one version was chosen.
        NotFoundError: no conflict of that document is pending.
    """
    if len(choices) + (file is not None) != 1:
        raise UsageError("which version? choose exactly one", hint="--ours, --theirs, --merged or --file FILE")
    workspace = face.open()
    chosen = session or current_session(face, workspace)
    found = open_conflicts(workspace)
    conflict = next((item for item in found if (item.session, item.name) == (chosen, _document(name))), None)
    if conflict is None:
        raise NotFoundError(f"no conflict of {name} waits in session '{chosen}'", hint=_others(found))
    data = None if file is None else _bytes_of(file)
    picked = Choice(choices[0]) if choices else Choice.FILE
    path = resolve(workspace, conflict, picked, data, on_event=face.announce)
    remaining = len(found) - 1
    if face.json_output:
        from idse_core.reports.documents import ResolveDocument  # noqa: PLC0415  # only for --json

        face.document(ResolveDocument(workspace.project, chosen, conflict.name, picked.value, path))
    else:
        more = f"; {count(remaining, 'conflict')} left" if remaining else ""
        face.print(f"{conflict.name} of {quoted_path(chosen)} is settled: {picked.value}{more}\n")
        if picked is not Choice.THEIRS:
            face.note(f"to send it: idse sync push --session {quoted_path(chosen)}")
    return 0


def _document(name: str) -> str:
    """A document's name from what a person may type: ``spec`` or ``spec.md``."""
    return name[: -len(".md")] if name.endswith(".md") else name


def _bytes_of(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise files.storage_error("read", file, error) from error
    if len(data) > files.MAX_BYTES:
        raise UsageError(
            f"{file} has {len(data)} bytes, the limit is {files.MAX_BYTES}",
            hint="split it, or move data out of the artifact",
        )
    return data


def _others(found: List[Conflict]) -> str:
    names = ", ".join(f"{item.session}/{item.name}" for item in found)
    return f"those that wait: {names}" if names else "`idse sync resolve` lists those that wait: none now"


def _path(workspace: ProjectWorkspace, conflict: Conflict) -> str:
    return workspace.store.locate(place_of(workspace.project, conflict.session, conflict.key))
