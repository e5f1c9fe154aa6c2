"""Which tasks a task waits for, as the value of such a field says it: ``1.1, 1.3-1.5``, ``Phase 0``. Pure."""

from __future__ import annotations

import re
from typing import List, Match, Tuple

from idse_core.late_patterns import late
from idse_core.validation.task_keys import key_of

__all__ = ["PHASE", "listed_tasks", "named_tasks", "phase_of", "task_names"]

_SEPARATORS = late(r"[,;\s]+")
_RANGE = late(r"^(T?\d+(?:\.\d+)*)(?:[-\u2013\u2026]|\.{2,3})(T?\d+(?:\.\d+)*)\.?$", re.IGNORECASE)
_FILLERS = frozenset(["none", "-", "\u2013", "and", "n/a", "task", "tasks"])
PHASE = "phase "
"""What a dependency on all tasks of a phase begins with; the number of the phase follows."""

_PHASE = late(r"\bphase[ \t]+(\d+(?:\.\d+)*[a-z]?)\b", re.IGNORECASE)
_PHASES = late(
    r"""\bphase(?P<many>s)?\s+(?:
          (?P<part>\d+(?:(?:\.\d+)+[a-z]?|[a-z]))\b
        | (?P<first>\d+)(?P<rest>
            (?(many)(?:\s*(?:,|&|and\b|to\b|-|\u2013|\.\.)\s*\d+(?!\.?\d))*
                   |(?:\s*(?:to\b|-|\u2013|\.\.)\s*\d+(?!\.?\d))?))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LATER_PHASE = late(r"(?P<through>to\b|-|\u2013|\.\.)?\s*(?P<number>\d+)", re.IGNORECASE)
_MOST_PHASES = 100

_TASK = r"(?:tasks?[\s_\#-]*)?\#?\[?T?-?\d+(?:\.\d+)*[a-z]?\]?"
_ENTRY = late(rf"{_TASK}(?:\s*(?:[-\u2013\u2026]|\.{{2,3}})\s*{_TASK})?", re.IGNORECASE)
_BETWEEN_ENTRIES = late(r"[,;&\n]|\band\b", re.IGNORECASE)
_REMARK = late(r"\([^()]*\)")
_ITEM = late(r"^[ \t]*(?:[-+*]|\d+[.)])[ \t]+(.*)$", re.MULTILINE)


def named_tasks(value: str) -> str:
    """Of a text that may be a sentence only what is a task or a phase and nothing else, as the value of a field."""
    value = _REMARK.sub(" ", value)
    phases = [match[0] for match in _PHASES.finditer(value)]
    parts = (part.strip(" \t\r`*_.:") for part in _BETWEEN_ENTRIES.split(_PHASES.sub(",", value)))
    return ", ".join([*phases, *filter(_ENTRY.fullmatch, parts)])


def listed_tasks(value: str) -> str:
    """The tasks that the items of a list are or begin with, as the value of a field."""
    return ", ".join(filter(None, (named_tasks(item) or key_of(item) for item in _ITEM.findall(value))))


def task_names(value: str) -> Tuple[str, ...]:
    """The tasks that a field names; of a range such as ``1.1-1.4`` both ends, of a phase ``phase 1``."""
    if value in _FILLERS or value.isalnum():  # as most are
        return () if value.lower() in _FILLERS else (value,)
    phases = [f"{PHASE}{number}" for match in _PHASES.finditer(value) for number in _numbers(match)]
    rest = _PHASES.sub(" ", value) if phases else value
    words = (word.strip("`*_'\".:") for part in _SEPARATORS.split(rest) for word in _RANGE.sub(r"\1 \2", part).split())
    return (*phases, *(word for word in words if word and word.lower() not in _FILLERS))


def phase_of(heading: str) -> str:
    """The phase that a heading begins, as ``task_names`` gives it; empty when it names none."""
    match = _PHASE.search(heading)
    return f"{PHASE}{match[1].lower()}" if match else ""


def _numbers(phases: Match[str]) -> List[str]:
    """The numbers of ``Phases 0, 2 and 4-6``."""
    if phases["part"]:
        return [phases["part"].lower()]
    found = [int(phases["first"][:9])]
    for later in _LATER_PHASE.finditer(phases["rest"]):
        last = int(later["number"][:9])
        first = found[-1] + 1 if later["through"] and 0 <= last - found[-1] < _MOST_PHASES else last
        found.extend(range(first, last + 1))
    return [str(number) for number in found]
