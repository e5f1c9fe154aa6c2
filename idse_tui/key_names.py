"""How keys are written for people."""

from __future__ import annotations

from typing import Mapping

from idse_tui.actions import ACTIONS, Action
from idse_tui.glyphs import UNICODE, GlyphSet
from idse_tui.screen_actions import SCREEN_ACTIONS

__all__ = ["DEFAULT_KEYS", "KeyNames", "first_key", "key_name", "key_names"]

KeyNames = Mapping[str, str]
"""Action id → the key that it is shown with, as people read it."""

_NAMES: Mapping[str, str] = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "asterisk": "*",
    "plus": "+",
    "full_stop": ".",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "home": "Home",
    "end": "End",
}


def key_name(key: str, glyphs: GlyphSet = UNICODE) -> str:
    """Textual's name of a key as people read it: ``ctrl+o`` is ``Ctrl+o``, ``slash`` is ``/``."""
    *modifiers, last = key.split("+")
    named = _NAMES.get(last) or glyphs.arrows.get(last)
    if not named:
        named = last.upper() if len(last) > 1 and last[0] == "f" and last[1:].isdigit() else last
    return "+".join([*(modifier.capitalize() for modifier in modifiers), named])


def first_key(action: Action, chosen: Mapping[str, str]) -> str:
    """The key that an action is shown with, in Textual's spelling.

    Args:
        action: of the registry.
        chosen: action id → keys, comma-separated, that the user gave it.
    """
    return chosen.get(action.id, action.keys[0]).split(",")[0].strip()


def key_names(chosen: Mapping[str, str], glyphs: GlyphSet) -> KeyNames:
    """The keys of all actions; ``chosen`` is as for ``first_key``."""
    return {action.id: key_name(first_key(action, chosen), glyphs) for action in (*ACTIONS, *SCREEN_ACTIONS)}


DEFAULT_KEYS = key_names({}, UNICODE)
"""Those of somebody who chose none."""
