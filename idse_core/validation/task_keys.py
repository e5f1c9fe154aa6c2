"""The numbers of tasks: how a task says its own, and how others name it. Pure."""

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

    A number without a dot is one where a mark or a dash stands behind it, or nothing, or a field such as ``(Deps: …)``: two
    reviewers are no task 2.
    """
    match = _KEY.match(text)
    return next(filter(None, match.groups())) if match else ""


def key_named(word: str) -> str:
    """The number that a word in a list of dependencies means: ``5`` of ``TASK-5``, ``T8`` of ``[T8]``, ``9`` of ``#9``."""
    return _BEFORE_NAME.sub("", word.strip(_AROUND_NAME), 1)


def is_key(name: str) -> bool:
    """Whether it can be nothing but the number of a task, and begins like one."""
    return name[:1].isdigit() or _NAME.fullmatch(name) is not None
