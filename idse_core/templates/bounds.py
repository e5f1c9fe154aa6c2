"""Bounds for a template that a repository brings along: Jinja2's sandbox keeps it from the system, not from going on.

A loop in a loop, or a macro that calls itself twice, would keep a command busy for years. So what runs is counted, line
by line, and so are the characters that come out; and arithmetic that the interpreter could not be stopped in is refused.
What one step of a filter does stays unbounded: `|center(1000000000)` costs memory, and comes to an end.
"""

from __future__ import annotations

import sys
import time
from types import FrameType
from typing import Any, Callable, List, Optional

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["BoundedEnvironment", "rendered"]

_STEPS = 300_000
"""Lines of code; the templates that ship with idse take some hundreds."""

_SECONDS = 2.0
"""In which those are run, should each of them take long."""

_CHARACTERS = 4 << 20
"""What comes out; a longer artifact would hardly be read."""

_MOST_BITS = 4096
_MOST_ITEMS = 100_000


class _OutOfBounds(BaseException):
    """Not an ``Exception``, so that nothing on the way takes it for one of its own."""


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox, in which numbers and repeated texts stay small."""

    intercepted_binops = frozenset(["*", "**"])

    def __init__(self) -> None:
        super().__init__(autoescape=False, keep_trailing_newline=True, undefined=StrictUndefined)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  # as Jinja2 has it
        """The result; refused when it would be out of proportion."""
        if _size(operator, left, right) > 1:
            raise SecurityError(f"the result of '{operator}' would be too large")
        return super().call_binop(context, operator, left, right)


def rendered(template: Template, values: dict[str, str]) -> str:
    """What a template gives.

    Raises:
        SecurityError: it takes too long, or gives too much.
    """
    try:
        return _counted(lambda: _joined(template, values))
    except _OutOfBounds:
        raise SecurityError("it takes too long; is there a loop in a loop, or a macro that calls itself?") from None


def _joined(template: Template, values: dict[str, str]) -> str:
    parts: List[str] = []
    left = _CHARACTERS
    for part in template.generate(values):
        left -= len(part)
        if left < 0:
            raise SecurityError(f"it gives more than {_CHARACTERS >> 20} MiB")
        parts.append(part)
    return "".join(parts)


def _counted(work: Callable[[], str]) -> str:
    """What ``work`` gives, in this thread, with a look at every line that it runs."""
    left, end = _STEPS, time.monotonic() + _SECONDS

    def look(frame: FrameType, event: str, argument: object) -> Optional[Callable[..., Any]]:
        del frame, event, argument
        nonlocal left
        left -= 1
        if left < 0 or time.monotonic() > end:
            raise _OutOfBounds
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        return work()
    finally:
        sys.settrace(before)


def _size(operator: str, left: object, right: object) -> float:
    """How large a result would be, 1 being the most that is allowed; 0 for what can't become large."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
        return bits / _MOST_BITS if bits < 1 << 64 else 2
    sequence, times = (left, right) if isinstance(right, int) else (right, left)
    if operator == "*" and isinstance(times, int) and isinstance(sequence, (str, bytes, list, tuple)):
        items = len(sequence) * max(times, 0)
        return items / _MOST_ITEMS if items < 1 << 64 else 2
    return 0
