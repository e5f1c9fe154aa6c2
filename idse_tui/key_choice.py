"""The keys that a user gave to actions: which of them are keys, and which stand in each other's way."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

from textual.keys import Keys, _character_to_key

from idse_tui.actions import ACTIONS, Action
from idse_tui.screen_actions import CONFLICT_ACTIONS, FILTER_ACTIONS, FIND_ACTIONS, PLAN_ACTIONS

__all__ = ["chosen_keys"]

_TOGETHER = (ACTIONS, FILTER_ACTIONS, FIND_ACTIONS, PLAN_ACTIONS, CONFLICT_ACTIONS)
"""Actions whose keys count at the same time."""

_NAMES = frozenset([key.value for key in Keys] + [_character_to_key(chr(code)) for code in range(ord("!"), 127)])
_MODIFIERS = frozenset(["alt", "ctrl", "hyper", "meta", "shift", "super"])


def chosen_keys(wanted: Mapping[str, str], note: Callable[[str, str], None]) -> Dict[str, str]:
    """The keys that can be used, as Textual's keymap wants them; the others are noted and left out.

    Args:
        wanted: action id → keys, comma-separated, in the order of the file; no key here is empty.
        note: told of the action and what is wrong with its keys.
    """
    chosen: Dict[str, Tuple[str, ...]] = {}
    for action, text in wanted.items():
        keys = tuple(_spelled(key.strip()) for key in text.split(","))
        unknown = next((key for key in keys if not _is_key(key)), None)
        if unknown is None:
            chosen[action] = keys
        else:
            meant = _spelled(unknown.casefold())
            hint = f"; '{meant}' is one" if _is_key(meant) else ""
            note(action, f"there is no key '{unknown}'{hint}")
    _drop_clashes(chosen, note)
    return {action: ",".join(keys) for action, keys in (*chosen.items(), *_kept(chosen))}


def _spelled(key: str) -> str:
    """A key as Textual calls it: ``?`` is ``question_mark``."""
    *modifiers, last = key.split("+") if len(key) > 1 else (key,)
    return "+".join([*modifiers, _character_to_key(last) if len(last) == 1 else last])


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    return _MODIFIERS.issuperset(modifiers) and (len(last) == 1 or last in _NAMES)


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
        (group,) = (group for group in _TOGETHER if any(item.id == action_id for item in group))
        (action,) = (item for item in group if item.id == action_id)
        for other in group:
            if other is not action and _meet(action, other):
                theirs = chosen.get(other.id, other.keys)
                yield from ((action_id, key, other.id) for key in chosen[action_id] if key in theirs)


def _meet(action: Action, other: Action) -> bool:
    """Whether both can be meant in the same panel."""
    return not action.panels or not other.panels or bool(action.panels & other.panels)


def _kept(chosen: Mapping[str, Sequence[str]]) -> List[Tuple[str, Tuple[str, ...]]]:
    """The actions that share a default key with a chosen one, with their own keys: Textual would take those from them too."""
    left = {key for action in ACTIONS if action.id in chosen for key in action.keys}
    return [
        (action.id, action.keys) for action in ACTIONS if action.id not in chosen and left.intersection(action.keys)
    ]
