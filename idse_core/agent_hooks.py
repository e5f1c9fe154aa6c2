"""What agent tools pass to a hook before they write, and which answer stops them. Imports next to nothing.

Claude Code and Codex share one format: a JSON object on stdin with ``cwd``, ``tool_name`` and ``tool_input``, answered
with ``hookSpecificOutput.permissionDecision``. Claude Code names the file in ``file_path`` or ``notebook_path``; Codex
passes a patch, whose headers name its files. GitHub Copilot sends ``toolName`` and ``toolArgs``, a JSON text that
contains ``path``, also asks about reads, and expects ``permissionDecision`` at the top level.
Sources: https://code.claude.com/docs/en/hooks, https://developers.openai.com/codex/hooks and
https://docs.github.com/en/copilot/reference/hooks-configuration
"""

from __future__ import annotations

import json
import os
import re
from typing import List, Mapping, NamedTuple, Tuple

from idse_core.errors import ConfigError
from idse_core.json_text import parse_object

__all__ = ["HOOKS", "HookCall", "denial", "read_call"]

HOOKS = ("claude-code", "codex", "copilot")
"""The tools whose hooks are supported."""

_WRITERS = frozenset(
    [
        "edit",
        "multiedit",
        "write",
        "notebookedit",
        "create",
        "delete",
        "apply_patch",
        "str_replace",
        "str_replace_editor",
    ]
)
"""The names of tools that write, in lower case. A call that names no tool counts as a write."""

_WITHOUT_HOOK = "idse guard --agent ID --path FILE asks the same without the tool's hook"

_PATH_FIELDS = ("file_path", "notebook_path", "path")
_PATCH_FIELDS = ("command", "input", "patch")
_PATCHED = re.compile(r"^[ \t]*\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)[ \t]*$", re.MULTILINE)


class HookCall(NamedTuple):
    """A tool call that is about to be made.

    Attributes:
        folder: the tool's working directory; empty when the call does not say.
        paths: the files it would write; empty when it writes none, or none that can be determined.
    """

    folder: str
    paths: Tuple[str, ...]


def read_call(data: bytes) -> HookCall:
    """Read a hook's input.

    Raises:
        ConfigError: the input is not a JSON object, or names a path that no file can have.
    """
    document = parse_object(data, path="stdin", hint=_WITHOUT_HOOK)
    folder = document.get("cwd")
    return HookCall(folder if isinstance(folder, str) else "", _paths(_given(document)) if _writes(document) else ())


def _writes(document: Mapping[str, object]) -> bool:
    name = document.get("tool_name", document.get("toolName"))
    return not isinstance(name, str) or name.casefold() in _WRITERS


def _given(document: Mapping[str, object]) -> Mapping[str, object]:
    """The tool's arguments; Copilot passes them as a JSON text within the JSON."""
    given = document.get("tool_input", document.get("toolArgs"))
    if isinstance(given, str):
        given = parse_object(given.encode("utf-8", "replace"), path="stdin", hint=_WITHOUT_HOOK)
    return given if isinstance(given, dict) else {}


def _paths(given: Mapping[str, object]) -> Tuple[str, ...]:
    named = [given.get(field) for field in _PATH_FIELDS]
    found: List[str] = [path for path in named if isinstance(path, str) and path]
    for field in _PATCH_FIELDS:
        found += _patched(given.get(field))
    return tuple(_checked(path) for path in dict.fromkeys(found))


def _checked(path: str) -> str:
    """The path, checked to be one that the operating system accepts."""
    try:
        usable = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        usable = False
    if not usable:
        raise ConfigError(f"{path!a} can't be the path of a file", path="stdin", hint=_WITHOUT_HOOK)
    return path


def _patched(value: object) -> List[str]:
    """The files that a patch names; a command may be a list of words, one of which is the patch."""
    if isinstance(value, list):
        return [path for item in value for path in _patched(item)]
    return _PATCHED.findall(value) if isinstance(value, str) and "*** Begin Patch" in value else []


def denial(hook: str, reason: str) -> str:
    """The answer that keeps a tool from writing and tells its model why: one line of JSON.

    Args:
        hook: the tool that asks, one of `HOOKS`.
        reason: one line, addressed to the model.
    """
    decision = {"permissionDecision": "deny", "permissionDecisionReason": reason}
    answer: Mapping[str, object] = decision
    if hook != "copilot":
        answer = {"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision}}
    return json.dumps(answer, ensure_ascii=True) + "\n"
