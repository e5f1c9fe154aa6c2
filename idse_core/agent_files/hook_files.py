"""A hook in a separate file that is entirely ours. JSON has no comments, so exactly our text proves that it is ours.

The format is GitHub Copilot's, ``.github/hooks/<name>.json``.
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

_SECONDS = 10  # how long the tool waits for the hook


def install(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Create or update the file of the hook."""
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
    """Remove the file if it is as we wrote it."""
    if text is None:
        return Edit(None, Outcome.ABSENT)
    if _command(text, hook, path) is None:
        return Edit(text, Outcome.KEPT, "the file was edited or is not ours; remove it by hand if it is not wanted")
    return Edit(None, Outcome.REMOVED)


def state(text: Optional[str], hook: Hook, *, path: str) -> Edit:
    """Whether the hook is installed; the text is returned unchanged."""
    if text is None:
        return Edit(None, Outcome.ABSENT)
    ours = _command(text, hook, path) is not None
    return Edit(text, Outcome.UNCHANGED) if ours else install(text, hook, path=path)


def _text(command: str) -> str:
    entry = {"type": "command", "bash": command, "powershell": command, "timeoutSec": _SECONDS}
    return json.dumps({"version": 1, "hooks": {"preToolUse": [entry]}}, indent=2) + "\n"


def _command(text: str, hook: Hook, path: str) -> Optional[str]:
    """The command of the file's hook, for whichever agent; None unless the file is exactly as we write it."""
    try:
        document = json_text.parse_object(text.encode("utf-8"), path=path)
    except ConfigError:
        return None
    try:
        command = document["hooks"]["preToolUse"][0]["bash"]  # type: ignore[index]  # any mismatch is caught below
    except (KeyError, IndexError, TypeError):
        return None
    is_ours = isinstance(command, str) and command.endswith(hook.sign) and _text(command) == text.replace("\r\n", "\n")
    return command if is_ours else None
