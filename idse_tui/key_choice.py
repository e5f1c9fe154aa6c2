"""The keys that a user gave to actions: which of them are keys, and which stand in each other's way."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, Mapping, Sequence, Tuple

from textual.keys import Keys, _character_to_key

from idse_tui.actions import ACTIONS, Action
from idse_tui.screen_actions import CONFLICT_ACTIONS, FILTER_ACTIONS, FIND_ACTIONS, PLAN_ACTIONS

__all__ = ["FIXED", "chosen_keys"]

_TOGETHER = (ACTIONS, FILTER_ACTIONS, FIND_ACTIONS, PLAN_ACTIONS, CONFLICT_ACTIONS)
"""Actions whose keys count at the same time."""

_WITH_LISTS = (ACTIONS, PLAN_ACTIONS, CONFLICT_ACTIONS)
"""Those that stand beside lists; a field takes nearly all keys as letters."""

_MOVES = "up down left right home end pageup pagedown ctrl+pageup ctrl+pagedown ctrl+d ctrl+u enter h j k l g G K"
FIXED: Mapping[str, str] = {
    **dict.fromkeys(_MOVES.split(), "moves in lists"),
    "escape": "clears and closes",
    "ctrl+c": "copies, or leaves",
    "super+c": "copies",
    "ctrl+q": "leaves",
    "ctrl+z": "suspends the app",
}
"""Keys that belong to no action, with what they do."""

_NAMES = frozenset([key.value for key in Keys] + [_character_to_key(chr(code)) for code in range(ord("!"), 127)])
_MODIFIERS = frozenset(["alt", "ctrl", "hyper", "meta", "shift", "super"])


def chosen_keys(wanted: Mapping[str, str], note: Callable[[str, str], None]) -> Dict[str, str]:
    """The keys that can be used, as Textual's keymap wants them; the others are noted and left out.

    Args:
        wanted: action id → keys, comma-separated, in the order of the file; no key here is empty.
        note: told of the action and what is wrong with its keys.
    """
    chosen: Dict[str, Tuple[str, ...]] = {}
    for action_id, text in wanted.items():
        named = [key.strip() for key in text.split(",")]
        keys = tuple(map(_read, named))
        problem = next((_no_key(name) for name, key in zip(named, keys) if not key), "") or _fixed(action_id, keys)
        if problem:
            note(action_id, problem)
        else:
            chosen[action_id] = keys
    _drop_clashes(chosen, note)
    return {action: ",".join(keys) for action, keys in (*chosen.items(), *_kept(chosen).items())}


def _read(name: str) -> str:
    """A key as Textual calls it: ``?`` is ``question_mark``; empty for none."""
    *modifiers, last = name.split("+") if len(name) > 1 else (name,)
    is_character = len(last) == 1 and last.isprintable() and not last.isspace()
    if not _MODIFIERS.issuperset(modifiers) or not (is_character or last in _NAMES):
        return ""
    return "+".join([*modifiers, _character_to_key(last) if is_character else last])


def _no_key(name: str) -> str:
    meant = _read(name.casefold())
    hint = f"; '{meant}' is one" if meant else ""
    return f"there is no key '{name}'{hint}"


def _fixed(action_id: str, keys: Sequence[str]) -> str:
    """Why a key can't be given away; empty when all can."""
    group, action = _group_of(action_id)
    if group not in _WITH_LISTS:
        return ""
    key = next((key for key in keys if key in FIXED and key not in action.keys), "")
    return f"'{key}' {FIXED[key]}" if key else ""


def _group_of(action_id: str) -> Tuple[Sequence[Action], Action]:
    """An action, and those that count at the same time."""
    return next((group, action) for group in _TOGETHER for action in group if action.id == action_id)


def _drop_clashes(chosen: Dict[str, Tuple[str, ...]], note: Callable[[str, str], None]) -> None:
    """Leave out what the user chose where another action has the key, until none has; the last in the file goes first."""
    while True:
        clash = next(_clashes(chosen), None)
        if clash is None:
            return
        action, key, other = clash
        del chosen[action]
        note(action, f"'{key}' is the key of '{other}' already")


def _clashes(chosen: Mapping[str, Tuple[str, ...]]) -> Iterator[Tuple[str, str, str]]:
    """A chosen action, its key, and the action that has the same one."""
    for action_id in reversed([*chosen]):
        group, action = _group_of(action_id)
        for other in group:
            if other is not action and _meet(action, other):
                theirs = chosen.get(other.id, other.keys)
                yield from ((action_id, key, other.id) for key in chosen[action_id] if key in theirs)


def _meet(action: Action, other: Action) -> bool:
    """Whether both can be meant in the same panel."""
    return not action.panels or not other.panels or bool(action.panels & other.panels)


def _kept(chosen: Mapping[str, Tuple[str, ...]]) -> Dict[str, Tuple[str, ...]]:
    """The actions that have a key in common with a chosen one, with their own keys: Textual would take those from them.

    A key is in common that a chosen action had, or has now; an action that is kept is chosen in its turn.
    """
    kept: Dict[str, Tuple[str, ...]] = {}
    for group in _TOGETHER:
        others = [action for action in group if action.id not in chosen]
        met = {key for action in group if action.id in chosen for key in (*action.keys, *chosen[action.id])}
        before = -1
        while before != len(kept):
            before = len(kept)
            for action in others:
                if met.intersection(action.keys):
                    kept[action.id] = action.keys
                    met.update(action.keys)
    return kept
