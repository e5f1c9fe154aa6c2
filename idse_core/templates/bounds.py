"""Limits for templates from a repository: Jinja2's sandbox protects the system, but does not stop endless templates.

Nested loops, or a macro that calls itself twice, could keep a command busy for years. So the executed lines and the
characters of output are counted, and large arithmetic, which could not be interrupted, is refused. A single call of a
filter is not limited: `|center(1000000000)` takes a lot of memory, but ends.
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
"""Lines that a template may execute; the templates that ship with idse take a few hundred."""

_SECONDS = 2.0
"""Seconds that a template may take, in case single lines are slow."""

_CHARACTERS = 4 << 20
"""Characters that a template may produce; nobody would read a longer artifact."""

_MOST_BITS = 4096
_MOST_ITEMS = 100_000


class _OutOfBounds(BaseException):
    """Raised when a limit is exceeded; not an ``Exception``, so that no handler in between catches it."""


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox that also limits the size of numbers and of repeated sequences."""

    intercepted_binops = frozenset(["*", "**"])

    def __init__(self) -> None:
        super().__init__(autoescape=False, keep_trailing_newline=True, undefined=StrictUndefined)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  # as Jinja2 has it
        """Compute a binary operation; refuse it when the result would be too large."""
        if _size(operator, left, right) > 1:
            raise SecurityError(f"the result of '{operator}' would be too large")
        return super().call_binop(context, operator, left, right)


def rendered(template: Template, values: dict[str, str]) -> str:
    """Render a template within the limits.

    Raises:
        SecurityError: it takes too long, or produces too much.
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
    """Calls ``work`` and returns its result; a trace function counts every line that it executes."""
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
    """How large a result would be as a fraction of the limit; 0 for operands whose result can't become large."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
        return bits / _MOST_BITS if bits < 1 << 64 else 2
    sequence, times = (left, right) if isinstance(right, int) else (right, left)
    if operator == "*" and isinstance(times, int) and isinstance(sequence, (str, bytes, list, tuple)):
        items = len(sequence) * max(times, 0)
        return items / _MOST_ITEMS if items < 1 << 64 else 2
    return 0
