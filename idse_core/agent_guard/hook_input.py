"""What agent tools hand to a hook before they write, and what they take for a no.

Claude Code and Codex share the form: a JSON object on stdin with ``cwd``, ``tool_name`` and ``tool_input``, and
``hookSpecificOutput.permissionDecision`` in the answer. Claude Code names the file in ``file_path``, or in
``notebook_path``; Codex hands over a patch, whose headers name its files.
Sources: https://code.claude.com/docs/en/hooks and https://developers.openai.com/codex/hooks
"""

from __future__ import annotations

import json
import re
from typing import List, Mapping, NamedTuple, Tuple

from idse_core.json_text import parse_object

__all__ = ["HOOKS", "HookCall", "denial", "read_call"]

HOOKS = ("claude-code", "codex")
"""The tools whose hooks are understood."""

_PATH_FIELDS = ("file_path", "notebook_path", "path")
_PATCH_FIELDS = ("command", "input", "patch")
_PATCHED = re.compile(r"^[ \t]*\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)[ \t]*$", re.MULTILINE)


class HookCall(NamedTuple):
    """What a tool is about to do.

    Attributes:
        folder: where the tool stands; empty when it does not say.
        paths: the files it would write; none when it writes nothing that can be told.
    """

    folder: str
    paths: Tuple[str, ...]


def read_call(data: bytes) -> HookCall:
    """Read a hook's input.

    Raises:
        ConfigError: it is not a JSON object.
    """
    document = parse_object(data, path="stdin")
    folder, given = document.get("cwd"), document.get("tool_input")
    return HookCall(folder if isinstance(folder, str) else "", _paths(given) if isinstance(given, dict) else ())


def _paths(given: Mapping[str, object]) -> Tuple[str, ...]:
    named = [given.get(field) for field in _PATH_FIELDS]
    found: List[str] = [path for path in named if isinstance(path, str) and path]
    for field in _PATCH_FIELDS:
        found += _patched(given.get(field))
    return tuple(dict.fromkeys(found))


def _patched(value: object) -> List[str]:
    """The files that a patch names; a command may be a list of words, one of which is the patch."""
    if isinstance(value, list):
        return [path for item in value for path in _patched(item)]
    return _PATCHED.findall(value) if isinstance(value, str) and "*** Begin Patch" in value else []


def denial(reason: str) -> str:
    """The answer that makes the tool leave it, and tells its model why: one line of JSON."""
    decision = {
        "hookEventName": "PreToolUse",
        "permissionDecision": "deny",
        "permissionDecisionReason": reason,
    }
    return json.dumps({"hookSpecificOutput": decision}, ensure_ascii=True) + "\n"
