"""Three-way merge of JSON objects: key by key, at every depth, with the places where both sides differ.

Metadata and the entry of the state file are such objects. Line by line their merge would be wrong: neighbouring keys
have nothing to do with each other, and a comma is no edit.
"""

from __future__ import annotations

import json
from typing import Collection, Dict, FrozenSet, List, Mapping, NamedTuple, Tuple

__all__ = ["JsonMerge", "KeyPath", "merge_json"]

KeyPath = Tuple[str, ...]
"""Keys from the outermost object inwards."""

LATEST = frozenset({"updated_at"})
"""Keys whose later text wins: ISO 8601 times that are shown to people. Nothing is decided by them, here or elsewhere."""


class _Absent:
    """There is no such key: something else than null."""


_ABSENT = _Absent()


class JsonMerge(NamedTuple):
    """The outcome of a merge.

    Attributes:
        value: the merged object, in our order of keys with their new ones behind; ours where there is a conflict.
        conflicts: what both sides changed differently, in that order.
    """

    value: Dict[str, object]
    conflicts: Tuple[KeyPath, ...]

    @property
    def clean(self) -> bool:
        """Whether nobody has to decide anything."""
        return not self.conflicts


def merge_json(
    base: Mapping[str, object],
    ours: Mapping[str, object],
    theirs: Mapping[str, object],
    *,
    ours_wins: Collection[str] = (),
) -> JsonMerge:
    """Merge three versions of a JSON object.

    What one side changed, added or removed is taken. Where both did: objects are merged key by key; lists of different
    texts (tags, collaborators) like sets, so that additions and removals of both count; of times that are only shown the later one
    is taken; all else is a conflict unless both sides now say the same.

    Args:
        base: what both sides had.
        ours: what is here now.
        theirs: what the other side has now.
        ours_wins: keys, at any depth, whose conflicts are not worth a question because the value is derived anew.
    """
    run = _Run(frozenset(ours_wins))
    return JsonMerge(run.objects(base, ours, theirs, ()), tuple(run.conflicts))


class _Run:
    def __init__(self, ours_wins: FrozenSet[str]) -> None:
        self._ours_wins = ours_wins
        self.conflicts: List[KeyPath] = []

    def objects(
        self, base: Mapping[str, object], ours: Mapping[str, object], theirs: Mapping[str, object], path: KeyPath
    ) -> Dict[str, object]:
        """The merged object at a path."""
        merged: Dict[str, object] = {}
        for key in (*ours, *(key for key in theirs if key not in ours)):
            sides = base.get(key, _ABSENT), ours.get(key, _ABSENT), theirs.get(key, _ABSENT)
            value = self._value(*sides, (*path, key))
            if not isinstance(value, _Absent):
                merged[key] = value
        return merged

    def _value(self, base: object, ours: object, theirs: object, path: KeyPath) -> object:
        if _same(ours, theirs) or _same(theirs, base):
            return ours
        if _same(ours, base):
            return theirs
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return self.objects(base if isinstance(base, dict) else {}, ours, theirs, path)
        if all(_is_set(side) for side in (base, ours, theirs)):
            return _merged_set(base, ours, theirs)
        if path[-1] in LATEST and isinstance(ours, str) and isinstance(theirs, str):
            return max(ours, theirs)
        if path[-1] not in self._ours_wins:
            self.conflicts.append(path)
        return ours


def _same(one: object, other: object) -> bool:
    """Equal as JSON; to Python true equals 1."""
    if isinstance(one, _Absent) or isinstance(other, _Absent):
        return one is other
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _is_set(value: object) -> bool:
    """A list of texts of which none stands twice; a key that is not there yet counts as an empty one."""
    if isinstance(value, _Absent):
        return True
    return isinstance(value, list) and all(isinstance(item, str) for item in value) and len(set(value)) == len(value)


def _merged_set(base: object, ours: object, theirs: object) -> List[object]:
    """Ours, without what they removed, with what they added behind."""
    before, here, there = (side if isinstance(side, list) else [] for side in (base, ours, theirs))
    kept = [item for item in here if item in there or item not in before]
    return [*kept, *(item for item in there if item not in before and item not in here)]
