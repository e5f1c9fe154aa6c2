"""Which literal texts a regular expression can't match without: looking for those first costs a hundredth of a search.

The expression is taken apart with the parser of ``re`` itself. What it hands over is not documented, so whatever is not
recognised means that nothing is known, and the expression is searched for as it is.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib import import_module
from typing import Any, FrozenSet, Iterable, List, Optional, Pattern

__all__ = ["may_match"]

_FEW = 8  # literals; more of them are looked for in one go
_MOST = 40  # literals; more of them take as long to look for as the expression
_PARSER = "re._parser" if sys.version_info >= (3, 11) else "sre_parse"

Literals = FrozenSet[str]


def may_match(pattern: Pattern[str], text: str) -> bool:
    """Whether it is worth searching: False only when ``pattern`` certainly matches nowhere in ``text``."""
    literals = _required(pattern)
    if not literals:
        return True
    if pattern.flags & re.IGNORECASE:
        # Beside its two forms an ASCII letter matches those that Unicode folds to it, and "i" the dotless one as well.
        text = text.lower() if text.isascii() else text.casefold().replace("\u0131", "i")
    if len(literals) < _FEW:
        return any(literal in text for literal in literals)
    return _any_of(literals).search(text) is not None


@lru_cache(maxsize=256)
def _any_of(literals: Literals) -> Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(literals))))


@lru_cache(maxsize=256)
def _required(pattern: Pattern[str]) -> Optional[Literals]:
    """Texts of which every match holds at least one; None when that can't be told."""
    try:
        found = _of_sequence(import_module(_PARSER).parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    except (ImportError, AttributeError, TypeError, ValueError, KeyError, RecursionError, re.error):
        return None
    if found is None or not pattern.flags & re.IGNORECASE:
        return found
    return frozenset(text.lower() for text in found) if all(text.isascii() for text in found) else None


def _of_sequence(items: Iterable[Any]) -> Optional[Literals]:
    """The best of what the parts of a sequence require; adjacent literals, and a choice after one, are put together."""
    candidates: List[Literals] = []
    run: Literals = frozenset([""])  # what the parts so far end with, as far as it is known
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
    """All that this part can match, when it is nothing but literals."""
    name = str(operation)
    if name == "LITERAL":
        return frozenset([chr(argument)])
    if name == "SUBPATTERN":
        return None if any(argument[1:-1]) else _exact_sequence(argument[-1])  # between: flags of its own
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
