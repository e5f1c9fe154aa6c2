"""Chooses which of several changes to make when not all of them are harmless."""

from __future__ import annotations

from typing import Callable, Dict, FrozenSet, List, Mapping, NamedTuple, Sequence

__all__ = ["Change", "Choice"]

_MOST_TRIALS = 40
"""With one text in which nothing can be mended, it would be tried out once for each id in it."""

_UNTRIED = "of so many that can't be mended together, not each was tried"


class Change(NamedTuple):
    """One way of writing that a rule would have otherwise, wherever it is in a session.

    Attributes:
        rule: the rule's id.
        message: the message of its findings there.
    """

    rule: str
    message: str


_NOBODY: Mapping[Change, str] = {}


class Choice:
    """Finds changes that are harmless together, as many as possible.

    Args:
        harm: tells in words what harm these changes would do together; empty when they do none.

    Attributes:
        refused: the changes that are not to be made → why.
    """

    def __init__(self, harm: Callable[[FrozenSet[Change]], str]) -> None:
        self._harm = harm
        self._trials = 0
        self.refused: Dict[Change, str] = {}

    def among(self, changes: Sequence[Change], suspects: Mapping[Change, str] = _NOBODY) -> FrozenSet[Change]:
        """The changes to make.

        Args:
            changes: those wanted; what others build on comes first.
            suspects: those that may do harm → what; they are tried last.
        """
        kept = self._added(list(changes), []) if changes else []
        left = [*self.refused, *suspects]
        while left:
            reasons = {**suspects, **self.refused}
            self.refused = {}
            more = self._added(left, kept)
            self.refused = {change: reasons.get(change, why) for change, why in self.refused.items()}
            kept += more
            left = list(self.refused) if more else []  # which may be harmless after what came later
        return frozenset(kept)

    def _added(self, changes: List[Change], kept: List[Change]) -> List[Change]:
        """Those of the changes that are harmless together with what is kept."""
        harm = self._tried([*kept, *changes])
        if not harm:
            return changes
        if len(changes) == 1 or self._trials >= _MOST_TRIALS:
            self.refused.update(dict.fromkeys(changes, harm))
            return []
        middle = len(changes) // 2
        first = self._added(changes[:middle], kept)
        return [*first, *self._added(changes[middle:], [*kept, *first])]

    def _tried(self, changes: List[Change]) -> str:
        if self._trials >= _MOST_TRIALS:
            return _UNTRIED
        self._trials += 1
        return self._harm(frozenset(changes))
