"""Problems of a profile, each with its position in the artifact, and the one error that reports them all."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Iterable, List, NamedTuple, Sequence

from idse_core.errors import ProfileError

__all__ = ["Problem", "fail", "nearest"]

_LISTED = 5  # how many problems an error names besides the first


class Problem(NamedTuple):
    """One problem of a profile.

    Attributes:
        path: the artifact.
        line, column: 1-based, in the artifact.
        field: the profile's field, such as ``memory_policy.retention`` or ``goals[2]``; empty for the whole block.
        message: what is wrong with it and what was expected.
    """

    path: str
    line: int
    column: int
    field: str
    message: str


def fail(problems: Iterable[Problem]) -> ProfileError:
    """The error that reports some problems: the first one as its message, the others in its hint.

    Args:
        problems: at least one, in any order.
    """
    ordered: List[Problem] = sorted(problems, key=lambda item: (item.path, item.line, item.column))
    first, others = ordered[0], ordered[1:]
    listed = "; ".join(f"{item.line}:{item.column} {item.message}" for item in others[:_LISTED])
    more = f"; and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
    hint = f"also: {listed}{more}" if others else f"correct the ```yaml block in {first.path}"
    return ProfileError(first.message, hint=hint, path=first.path, line=first.line, column=first.column)


def nearest(name: str, known: Sequence[str]) -> str:
    """A suggestion: the known word most similar to ``name``, or the list of all known words."""
    close = get_close_matches(name, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"the fields are {', '.join(known)}"
