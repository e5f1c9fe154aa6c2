"""The numbers of tasks, as a task states its own and as others refer to it. Pure."""

from __future__ import annotations

import re

from idse_core.late_patterns import late

__all__ = ["is_key", "key_named", "key_of"]

_DOTTED = r"[0-9]+(?:\.[0-9]+)*[a-z]?"
_KEY = late(
    rf"""[\s*_~\[(]*(?:
        Task[\s\#:_-]+(?P<named>T?-?{_DOTTED})\b       # Task 1.1, Task #9, TASK-5
        |(?P<lettered>T-?{_DOTTED})\b                      # T8, T-8
        |(?P<dotted>[0-9]+(?:\.[0-9]+)+[a-z]?)\b           # 1.1
        |(?P<bare>[0-9]+[a-z]?)                            # 1 only where it is parted from what the task says
            (?=[*_~]*(?:\s*\Z|[.:)\]](?=[\s*_~]|\Z)|\s+[-\u2013\u2014]\s|[\u2013\u2014](?![0-9])|\s*\([A-Z][A-Za-z\ ]{{2,20}}:))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AROUND_NAME = "[]()"
_BEFORE_NAME = late(r"(?:Task[-_#]?|\#)(?=T?-?[0-9])", re.IGNORECASE)
_NAME = late(rf"T?-?{_DOTTED}", re.IGNORECASE)


def key_of(text: str) -> str:
    """The number at the beginning of a task's text, such as ``1.2``, ``T8`` or ``T-8``; empty when it has none.

    A number without a dot must be followed by a mark, a dash, a field such as ``(Deps: …)`` or nothing: "2 reviewers" is not
    task 2.
    """
    match = _KEY.match(text)
    return next(filter(None, match.groups())) if match else ""


def key_named(word: str) -> str:
    """The number in a word of a list of dependencies: ``5`` of ``TASK-5``, ``T8`` of ``[T8]``, ``9`` of ``#9``."""
    return _BEFORE_NAME.sub("", word.strip(_AROUND_NAME), 1)


def is_key(name: str) -> bool:
    """Whether a name is the number of a task, or begins with a digit like one."""
    return name[:1].isdigit() or _NAME.fullmatch(name) is not None
