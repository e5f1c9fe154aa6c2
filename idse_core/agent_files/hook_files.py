"""A hook in a file of its own, which is ours as a whole. JSON has no comments: what it must say is the seal.

The form is GitHub Copilot's, ``.github/hooks/<name>.json``.
Source: https://docs.github.com/en/copilot/reference/hooks-configuration
"""

from __future__ import annotations

import json
from typing import Optional

from idse_core import json_text
from idse_core.agent_files.hooks import Hook
from idse_core.agent_files.outcome import Edit, Outcome
from idse_core.errors import ConfigError

__all__ = ["install", "state", "uninstall"]

_SECONDS = 10  # how long the tool waits for an answer


def install(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Make the file say what it should."""
    wanted = _text(hook.command)
    if text is None:
        return Edit(wanted, Outcome.CREATED)
    command = _command(text, hook, path)
    if command is None:
        return Edit(
            text, Outcome.KEPT, "the file was edited or is not ours; to have a new one, remove it and try again"
        )
    return Edit(text, Outcome.UNCHANGED) if command == hook.command else Edit(wanted, Outcome.UPDATED)


def uninstall(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Remove the file, if it is as we wrote it."""
    if text is None:
        return Edit(None, Outcome.ABSENT)
    if _command(text, hook, path) is None:
        return Edit(text, Outcome.KEPT, "the file was edited or is not ours; remove it by hand if it is not wanted")
    return Edit(None, Outcome.REMOVED)


def state(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """What is there now; the text is the one that was given."""
    if text is None:
        return Edit(None, Outcome.ABSENT)
    ours = _command(text, hook, path) is not None
    return Edit(text, Outcome.UNCHANGED) if ours else install(text, hook, path=path)


def _text(command: str) -> str:
    entry = {"type": "command", "bash": command, "powershell": command, "timeoutSec": _SECONDS}
    return json.dumps({"version": 1, "hooks": {"preToolUse": [entry]}}, indent=2) + "\n"


def _command(text: str, hook: Hook, path: str) -> Optional[str]:
    """The command in a file that says exactly what we would have written for it, whichever agent it is for."""
    try:
        document = json_text.parse_object(text.encode("utf-8"), path=path)
    except ConfigError:
        return None
    try:
        command = document["hooks"]["preToolUse"][0]["bash"]  # type: ignore[index]  # that is what is asked
    except (KeyError, IndexError, TypeError):
        return None
    is_ours = isinstance(command, str) and command.endswith(hook.sign) and _text(command) == text.replace("\r\n", "\n")
    return command if is_ours else None
