"""Literal texts that a regular expression can't match without: finding those first costs a hundredth of a search.

The expression is parsed with the parser of ``re`` itself. Its output is not documented, so whatever is not recognised
counts as unknown, and the expression is searched for directly.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib import import_module
from typing import Any, FrozenSet, Iterable, List, Optional, Pattern, Tuple

__all__ = ["Glance", "Sought", "may_match", "sought_by"]

_MOST = 40  # literals; to look for more of them takes as long as the expression
_PARSER = "re._parser" if sys.version_info >= (3, 11) else "sre_parse"

Literals = FrozenSet[str]

Sought = Tuple[bool, Tuple[str, ...]]
"""Whether case is ignored, and the texts of which every match contains at least one; none when they are unknown."""


class Glance:
    """Checks quickly whether it is worth searching for a regular expression.

    Args:
        folds: whether case is ignored.
        literals: the texts of which every match contains at least one, sorted; none when they are unknown.
    """

    def __init__(self, folds: bool, literals: Tuple[str, ...]) -> None:  # noqa: FBT001  # the members of ``Sought``
        self._start = _common_start(literals[0], literals[-1]) if len(literals) > 1 else ""
        self._rests = tuple(text[len(self._start) :] for text in literals)
        self._pairs = tuple((_rarest(text), text) for text in literals)
        self._folds = folds
        self._literals = literals

    @property
    def is_solid(self) -> bool:
        """Whether literals that are not in a text can't be in it after parts of it are blanked either.

        Blanking makes runs of white space, never a single space within something.
        """
        return bool(self._literals) and all(text == " ".join(text.split()) for text in self._literals)

    def may_match(self, text: str) -> bool:
        """False only when the pattern certainly matches nowhere in the text."""
        if not self._literals:
            return True
        if self._folds:
            text = folded(text)
        if self._start:
            return self._has_start(text)
        for character, literal in self._pairs:  # noqa: SIM110  # a third of the time that any() takes, for every artifact
            if character in text and literal in text:
                return True
        return False

    def _has_start(self, text: str) -> bool:
        """Whether one of the literals, which share a beginning, is in the text: that beginning occurs in few places."""
        start, rests = self._start, self._rests
        at = text.find(start)
        while at >= 0:
            at += len(start)
            if text.startswith(rests, at):
                return True
            at = text.find(start, at - len(start) + 1)
        return False


def _common_start(first: str, last: str) -> str:
    """The common beginning of two texts; of the first and the last of sorted texts, that of all of them."""
    length = next((at for at, pair in enumerate(zip(first, last)) if pair[0] != pair[1]), min(len(first), len(last)))
    return first[:length]


def _rarest(literal: str) -> str:
    """The character of a literal to look for first: most texts lack one that is neither letter nor space."""
    return next((character for character in literal if not character.isalnum() and character not in " .-"), literal[0])


@lru_cache(maxsize=4)  # several rules look at the same text
def folded(text: str) -> str:
    """Fold a text so that a lower-case ASCII literal is found wherever a pattern that ignores case may match it.

    Besides its two cases, an ASCII letter matches those that Unicode folds to it, and "i" the dotless one as well.
    """
    return text.lower() if text.isascii() else text.casefold().replace("\u0131", "i")


def sought_by(pattern: Pattern[str]) -> Sought:
    """The literals to look for before the pattern."""
    return bool(pattern.flags & re.IGNORECASE), tuple(sorted(_required(pattern) or ()))


def may_match(pattern: Pattern[str], text: str) -> bool:
    """As ``Glance.may_match``, for a pattern that is checked only once."""
    return Glance(*sought_by(pattern)).may_match(text)


def _required(pattern: Pattern[str]) -> Optional[Literals]:
    """Texts of which every match contains at least one; None when they are unknown."""
    try:
        found = _of_sequence(import_module(_PARSER).parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    except (ImportError, AttributeError, TypeError, ValueError, KeyError, RecursionError, re.error):
        return None
    if found is None or not pattern.flags & re.IGNORECASE:
        return found
    return frozenset(text.lower() for text in found) if all(text.isascii() for text in found) else None


def _of_sequence(items: Iterable[Any]) -> Optional[Literals]:
    """The best requirement among the parts of a sequence; adjacent literals, and a choice after one, are joined."""
    candidates: List[Literals] = []
    run: Literals = frozenset([""])  # what the parts so far end with, as far as known
    for operation, argument in items:
        exact = _exact(operation, argument)
        if exact is not None and len(exact) * len(run) <= _MOST:
            run = frozenset(before + after for before in run for after in exact)
            continue
        candidates.append(run)
        run = exact if exact is not None and len(exact) <= _MOST else frozenset([""])
        inner = None if exact is not None else _of_part(str(operation), argument)
        if inner is not None:
            candidates.append(inner)
    best = max(
        [*candidates, run], key=lambda found: (min(map(len, found)), sum(map(len, found)) if len(found) < 4 else 0)
    )
    return best if min(map(len, best)) else None


def _exact(operation: Any, argument: Any) -> Optional[Literals]:  # noqa: ANN401  # the parser's own tuples
    """All texts that this part can match, if it consists of literals only."""
    name = str(operation)
    if name == "LITERAL":
        return frozenset([chr(argument)])
    if name == "SUBPATTERN":
        return None if any(argument[1:-1]) else _exact_sequence(argument[-1])  # in between: flags of its own
    if name == "BRANCH":
        branches = [_exact_sequence(branch) for branch in argument[1]]
        known = [branch for branch in branches if branch is not None]
        return frozenset().union(*known) if len(known) == len(branches) else None
    return None


def _exact_sequence(items: Iterable[Any]) -> Optional[Literals]:
    found: Literals = frozenset([""])
    for operation, argument in items:
        exact = _exact(operation, argument)
        if exact is None or len(exact) * len(found) > _MOST:
            return None
        found = frozenset(before + after for before in found for after in exact)
    return found


def _of_part(name: str, argument: Any) -> Optional[Literals]:  # noqa: ANN401  # the parser's own tuples
    if name == "SUBPATTERN":
        return None if any(argument[1:-1]) else _of_sequence(argument[-1])
    if name == "ASSERT":
        direction, inner = argument
        return _of_sequence(inner) if direction > 0 else None
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, _, inner = argument
        return _of_sequence(inner) if least else None
    if name == "BRANCH":
        branches = [_of_sequence(branch) for branch in argument[1]]
        known = [branch for branch in branches if branch is not None]
        together: Literals = frozenset().union(*known)
        return together if len(known) == len(branches) and len(together) <= _MOST else None
    return None
