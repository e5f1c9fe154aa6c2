"""One hook in a user's JSON settings file, inserted and removed as text, so that the rest of the file keeps its form.

The format is the one that Claude Code (``.claude/settings.json``) and Codex (``.codex/hooks.json``) share::

    {"hooks": {"PreToolUse": [{"matcher": "Edit|Write", "hooks": [{"type": "command", "command": "…"}]}]}}

Sources: https://code.claude.com/docs/en/hooks and https://developers.openai.com/codex/hooks
"""

from __future__ import annotations

import json
from typing import Iterator, List, NamedTuple, Optional, Tuple

from idse_core import json_text
from idse_core.agent_files.outcome import Edit, Outcome
from idse_core.errors import ConfigError

__all__ = ["Hook", "install", "state", "uninstall"]

_EVENT = "PreToolUse"
_PATH = ("hooks", _EVENT)
_BY_HAND = "the hook was moved or edited; take it out by hand"


class Hook(NamedTuple):
    """A command that a tool runs before it writes.

    Attributes:
        matcher: a regular expression for the tool's own tools that trigger the hook.
        command: the command line to run.
        sign: the ending by which any such command of ours is recognised, for whichever agent.
    """

    matcher: str
    command: str
    sign: str

    def entry(self) -> object:
        """The entry of the hook in the settings, as a JSON value."""
        return {"matcher": self.matcher, "hooks": [{"type": "command", "command": self.command}]}


def install(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Add the hook unless it is there already.

    Args:
        text: the content of the file; None when there is no file.
        hook: the hook to add.
        path: the path of the file, for errors.

    Raises:
        ConfigError: the file is not JSON, or has something other than hooks where hooks belong.
    """
    if text is None:
        return Edit(_new_file(hook), Outcome.CREATED)
    commands = _ours(text, hook, path)
    if hook.command in commands:
        return Edit(text, Outcome.UNCHANGED)
    if commands:
        note = f"another hook of this kind is there: `{commands[0]}`; uninstall it first"
        return Edit(text, Outcome.KEPT, note)
    depth = _depth(text, path)
    span = json_text.span(text, _PATH[:depth])
    if span is None:
        raise ConfigError("hooks can't be added here", path=path, hint=f"add {json.dumps(hook.entry())} by hand")
    inner = text[span[0] + 1 : span[1] - 1]
    at = span[0] + 1 + len(inner.rstrip())
    return Edit(text[:at] + _insertion(hook, depth, empty=not inner.strip()) + text[at:], Outcome.UPDATED)


def uninstall(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Remove the hook, whichever agent it is for.

    Raises:
        ConfigError: the file is not JSON, or has something other than hooks where hooks belong.
    """
    commands = [] if text is None else _ours(text, hook, path)
    if text is None or not commands:
        return Edit(text, Outcome.ABSENT)
    there = hook._replace(command=commands[0])
    if text.replace("\r\n", "\n") == _new_file(there):
        return Edit(None, Outcome.REMOVED)
    for inserted in _insertions(there):
        rest = text.replace(inserted, "", 1)
        if text.count(inserted) == 1 and _is_clean(rest, hook, path):
            return Edit(rest, Outcome.REMOVED)
    return Edit(text, Outcome.KEPT, _BY_HAND)


def state(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Whether the hook is installed; the text is returned unchanged."""
    commands = [] if text is None else _ours(text, hook, path)
    return Edit(text, Outcome.UNCHANGED if commands else Outcome.ABSENT)


def _new_file(hook: Hook) -> str:
    return json.dumps({"hooks": {_EVENT: [hook.entry()]}}, indent=2) + "\n"


def _insertions(hook: Hook) -> Iterator[str]:
    for depth in range(len(_PATH) + 1):
        for empty in (False, True):
            inserted = _insertion(hook, depth, empty=empty)
            yield from (inserted, inserted.replace("\n", "\r\n"))


def _insertion(hook: Hook, depth: int, *, empty: bool) -> str:
    """The text that is inserted at the end of the container at ``_PATH[:depth]``.

    Its entry is on one line, and insertions at different depths differ, so removal takes out exactly what was inserted.
    """
    entry = json.dumps(hook.entry())
    member = (f'"hooks": {{"{_EVENT}": [{entry}]}}', f'"{_EVENT}": [{entry}]', entry)[depth]
    indent = "  " * (depth + 1)
    return f"\n{indent}{member}\n{indent[2:]}" if empty else f",\n{indent}{member}"


def _depth(text: str, path: str) -> int:
    """How many keys of ``_PATH`` exist already."""
    value: object = json_text.parse_object(text.encode("utf-8"), path=path)
    for depth, key in enumerate(_PATH):
        if not isinstance(value, dict) or key not in value:
            return depth
        value = value[key]
    return len(_PATH)


def _ours(text: str, hook: Hook, path: str) -> List[str]:
    """The commands in the file that are ours, for whichever agent."""
    return [word for word in _commands(text, path) if word.startswith("idse guard ") and word.endswith(hook.sign)]


def _commands(text: str, path: str) -> List[str]:
    document = json_text.parse_object(text.encode("utf-8"), path=path)
    hooks = document.get("hooks", {})
    entries = hooks.get(_EVENT, []) if isinstance(hooks, dict) else None
    if not isinstance(hooks, dict) or not isinstance(entries, list):
        where: Tuple[str, ...] = _PATH[: 1 if not isinstance(hooks, dict) else 2]
        line, column = json_text.locate(text.encode("utf-8"), where)
        raise ConfigError(
            f"'{'.'.join(where)}' is not what {path} should hold there",
            hint=f"correct it by hand: 'hooks' is an object, and '{_EVENT}' in it a list",
            path=path,
            line=line,
            column=column,
        )
    inner = [item for entry in entries if isinstance(entry, dict) for item in _list(entry.get("hooks"))]
    return [str(item["command"]) for item in inner if isinstance(item, dict) and isinstance(item.get("command"), str)]


def _list(value: object) -> List[object]:
    return value if isinstance(value, list) else []


def _is_clean(text: str, hook: Hook, path: str) -> bool:
    try:
        return not _ours(text, hook, path)
    except ConfigError:
        return False
