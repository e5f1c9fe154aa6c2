"""What the user set under ``"tui"`` in their configuration file; mistakes in it are told, not fatal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, List, Mapping, NamedTuple, Tuple

from idse_core.config import user_file
from idse_tui.actions import ACTIONS
from idse_tui.glyphs import SETS, UNICODE, GlyphSet
from idse_tui.key_choice import chosen_keys
from idse_tui.screen_actions import SCREEN_ACTIONS

__all__ = ["Settings", "parse_settings", "read_settings"]


class Settings(NamedTuple):
    """The user's choices.

    Attributes:
        theme: a theme's name; empty for the remembered one.
        keys: action id → keys, comma-separated, as Textual's keymap wants them.
        editor: the command line of an editor; empty for ``$VISUAL`` or ``$EDITOR``.
        problems: what was wrong with the file, one sentence each.
    """

    theme: str = ""
    glyphs: GlyphSet = UNICODE
    keys: Mapping[str, str] = {}
    editor: str = ""
    problems: Tuple[str, ...] = ()


def read_settings(environment: Mapping[str, str], home: Path) -> Settings:
    """The settings from ``IDSE_CONFIG``, else from ``~/.idseconfig.json``; defaults when there is no file."""
    path = user_file(environment, home=home)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Settings(problems=(f"{path}: can't be read: {error.strerror}",))
    return parse_settings(data, shown=str(path))


def parse_settings(data: bytes, *, shown: str) -> Settings:
    """The settings in the file's bytes.

    Args:
        data: a JSON document; only its key ``tui`` is looked at.
        shown: the file's name, for the problems.
    """
    try:
        document = json.loads(data)
    except ValueError as error:
        return Settings(problems=(f"{shown}: not JSON: {error}",))
    section = document.get("tui", {}) if isinstance(document, dict) else None
    if not isinstance(section, dict):
        return Settings(problems=(f"{shown}: 'tui' must be an object",))
    read = _Reader(section, shown)
    return Settings(read.text("theme"), read.glyphs(), read.keys(), read.text("editor"), tuple(read.problems))


class _Reader:
    """Takes typed values out of the section, and notes what is wrong with one."""

    def __init__(self, section: Mapping[str, object], shown: str) -> None:
        self._section = section
        self._shown = shown
        self.problems: List[str] = []
        for key in section:
            if key not in {"theme", "glyphs", "keys", "editor"}:
                self._note(f"'tui.{key}' is not known")

    def text(self, key: str) -> str:
        value = self._section.get(key, "")
        if isinstance(value, str):
            return value
        self._note(f"'tui.{key}' must be a text")
        return ""

    def glyphs(self) -> GlyphSet:
        name = self.text("glyphs") or "unicode"
        if name not in SETS:
            self._note(f"'tui.glyphs' is '{name}'; it must be one of {', '.join(SETS)}")
        return SETS.get(name, UNICODE)

    def keys(self) -> Mapping[str, str]:
        value = self._section.get("keys", {})
        if not isinstance(value, dict):
            self._note("'tui.keys' must be an object of action and key")
            return {}
        known = {action.id for action in (*ACTIONS, *SCREEN_ACTIONS)}
        found: Dict[str, str] = {}
        for action, key in value.items():
            if action not in known:
                self._note(f"'tui.keys': there is no action '{action}'")
            elif not isinstance(key, str) or not key.strip():
                self._note(f"'tui.keys.{action}' must be a key such as 'ctrl+e'")
            else:
                found[action] = key
        return chosen_keys(found, lambda action, problem: self._note(f"'tui.keys.{action}': {problem}"))

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self._shown}: {problem}")
