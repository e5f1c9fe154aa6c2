"""Planning and applying changes to agent files; a file that somebody changes in between is not overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, List, NamedTuple, Optional, Protocol, Sequence, Tuple

from idse_core import files
from idse_core.agent_files import blocks, hook_files, hooks, owned
from idse_core.agent_files.outcome import Edit, Outcome
from idse_core.agent_files.tools import BLOCK, Tool

__all__ = ["ACTIONS", "Change", "apply", "difference", "place_block", "place_file", "plan"]

ACTIONS = ("install", "uninstall", "status")


class Change(NamedTuple):
    """A planned change of one file, or with the action ``status`` its present state.

    Attributes:
        path: relative to the folder that contains ``.idse``, with ``/``.
        part: ``block``, ``file`` or ``hook``.
        before: the present content; None when the file is absent.
        edit: the planned text and the outcome.
    """

    path: str
    part: str
    before: Optional[bytes]
    edit: Edit

    @property
    def after(self) -> Optional[bytes]:
        """The planned content; None when the file is to be absent."""
        return None if self.edit.text is None else self.edit.text.encode("utf-8", "surrogatepass")


def plan(root: Path, tool: Tool, action: str, *, agent: str, enforce: bool) -> Tuple[Change, ...]:
    """Plan the changes of an action. Reads files, and writes nothing.

    Args:
        root: the folder that contains ``.idse``.
        tool: the tool whose files are changed.
        action: ``install``, ``uninstall`` or ``status``.
        agent: the agent id that the hook passes to the guard.
        enforce: whether to install the hook too.

    Raises:
        UnreadableError: one of the files is not UTF-8 text, or a link leads outside.
        ConfigError: a settings file is not JSON.
    """
    return tuple(_changes(root, tool, action, agent=agent, enforce=enforce))


def apply(root: Path, changes: Sequence[Change]) -> None:
    """Apply planned changes.

    A removed file is kept in ``.idse/.local/displaced``.

    Raises:
        ConflictError: one of the files was changed after it was read; it stays as it is.
        RefusedError: a link leads outside ``root``.
        StorageError: the file system refused.
    """
    for change in changes:
        if change.after != change.before:
            _write(root, change)


def place_file(root: Path, path: str, text: str) -> Change:
    """Plan writing a generated file; an existing one that was edited is kept."""
    before, there = _read(root, path)
    return Change(path, "file", before, owned.install(there, text, comment="#" if path.endswith(".toml") else "<!--"))


def place_block(root: Path, path: str, name: str, text: str) -> Change:
    """Plan writing a generated block into a shared file; an existing one that was edited is kept."""
    before, there = _read(root, path)
    return Change(path, "block", before, blocks.install(there, name, text))


def difference(change: Change) -> str:
    """The change as a unified diff; empty when there is none."""
    from difflib import unified_diff  # noqa: PLC0415  # only for --dry-run

    before, after = _text(change.before) or "", change.edit.text or ""
    names = ("/dev/null" if change.before is None else change.path, change.path if change.after else "/dev/null")
    lines = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _changes(root: Path, tool: Tool, action: str, *, agent: str, enforce: bool) -> Iterator[Change]:
    for path, body in tool.blocks:
        yield _change(root, path, "block", _on_block(action, body))
    for path, wanted in tool.files:
        yield _change(root, path, "file", _on_file(action, wanted))
    hook = tool.guard(agent)
    if tool.hook is not None and hook is not None and (enforce or action != "install"):
        form: _Form = hooks if hook.matcher else hook_files
        yield _change(root, tool.hook.path, "hook", _on_hook(form, action, hook, tool.hook.path))


class _Form(Protocol):
    """A module that handles one kind of hook file."""

    def install(self, text: Optional[str], hook: hooks.Hook, *, path: str) -> Edit: ...

    def uninstall(self, text: Optional[str], hook: hooks.Hook, *, path: str) -> Edit: ...

    def state(self, text: Optional[str], hook: hooks.Hook, *, path: str) -> Edit: ...


_Editing = Callable[[Optional[str]], Edit]


def _on_block(action: str, body: str) -> _Editing:
    if action == "uninstall":
        return lambda text: blocks.uninstall(text, BLOCK)
    made = blocks.install if action == "install" else blocks.state
    return lambda text: made(text, BLOCK, body)


def _on_file(action: str, wanted: str) -> _Editing:
    if action == "uninstall":
        return owned.uninstall
    made = owned.install if action == "install" else owned.state
    return lambda text: made(text, wanted)


def _on_hook(form: _Form, action: str, hook: hooks.Hook, path: str) -> _Editing:
    made = {"install": form.install, "uninstall": form.uninstall, "status": form.state}[action]
    return lambda text: made(text, hook, path=path)


def _change(root: Path, path: str, part: str, editing: _Editing) -> Change:
    before, text = _read(root, path)
    return Change(path, part, before, editing(text))


def _read(root: Path, path: str) -> Tuple[Optional[bytes], Optional[str]]:
    before = files.read_bytes(root / path, root=root)
    if before is not None:
        files.decode(before, path=path)  # raises an error with the position of the first bad byte
    return before, _text(before)


def _text(data: Optional[bytes]) -> Optional[str]:
    """The text, including any byte order mark, so that it is written back too."""
    return None if data is None else data.decode("utf-8")


def _write(root: Path, change: Change) -> None:
    local = root / ".idse" / ".local"
    files.ensure_local(local, root=root / ".idse")
    expected = None if change.before is None else files.digest(change.before)
    path, displaced = root / change.path, local / "displaced"
    if change.after is None:
        files.displace(path, expected=expected, root=root, displaced=displaced)
    else:
        files.write_bytes(path, change.after, expected=expected, root=root, displaced=displaced)


def kept(changes: Sequence[Change]) -> List[Change]:
    """The changes that were not made because a person had edited our text."""
    return [change for change in changes if change.edit.outcome is Outcome.KEPT]
