"""Three-way merge of JSON objects: key by key, at every depth, with a list of conflicts.

It is used for metadata and for entries of the state file. A merge by lines would be wrong for them: adjacent keys are
unrelated, and a comma is not an edit.
"""

from __future__ import annotations

import json
from typing import Collection, Dict, FrozenSet, List, Mapping, NamedTuple, Tuple

__all__ = ["JsonMerge", "KeyPath", "merge_json"]

KeyPath = Tuple[str, ...]
"""Keys from the outermost object inwards."""

LATEST = frozenset({"updated_at"})
"""Keys for which the later text wins: ISO 8601 times that are only shown to people, and that nothing depends on."""


class _Absent:
    """Marks an absent key, as distinct from null."""


_ABSENT = _Absent()


class JsonMerge(NamedTuple):
    """The outcome of a merge.

    Attributes:
        value: the merged object: our keys in our order, then their new ones; our value where there is a conflict.
        conflicts: the paths of values that both sides changed differently, in that order.
    """

    value: Dict[str, object]
    conflicts: Tuple[KeyPath, ...]

    @property
    def clean(self) -> bool:
        """Whether there is no conflict."""
        return not self.conflicts


def merge_json(
    base: Mapping[str, object],
    ours: Mapping[str, object],
    theirs: Mapping[str, object],
    *,
    ours_wins: Collection[str] = (),
) -> JsonMerge:
    """Merge three versions of a JSON object.

    A change, addition or removal by one side is taken. Where both sides changed a value, and not to the same one,
    objects are merged key by key; lists of distinct texts (tags, collaborators) are merged as sets, with the additions
    and removals of both; of the times in ``LATEST`` the later one is taken; anything else is a conflict.

    Args:
        base: the version that both sides had.
        ours: our version now.
        theirs: the other side's version now.
        ours_wins: keys, at any depth, for which our value is taken instead of a conflict, because it is derived data.
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
        """Merge the objects at a path."""
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
    """Whether two values are equal as JSON, unlike Python, for which ``True == 1``."""
    if isinstance(one, _Absent) or isinstance(other, _Absent):
        return one is other
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _is_set(value: object) -> bool:
    """Whether a value is a list of distinct texts; an absent key counts as an empty list."""
    if isinstance(value, _Absent):
        return True
    return isinstance(value, list) and all(isinstance(item, str) for item in value) and len(set(value)) == len(value)


def _merged_set(base: object, ours: object, theirs: object) -> List[object]:
    """Our list, without the items that they removed, followed by those that they added."""
    before, here, there = (side if isinstance(side, list) else [] for side in (base, ours, theirs))
    kept = [item for item in here if item in there or item not in before]
    return [*kept, *(item for item in there if item not in before and item not in here)]
