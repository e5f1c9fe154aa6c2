"""Calls code of other packages: nothing else does, and nothing else in the library catches whatever it raises.

A plug-in's mistake never becomes a traceback. While packs are loaded it becomes a ``PackError`` that names the
distribution; while a rule runs it makes that rule broken, and the run goes on. What a plug-in prints goes to stderr:
stdout is for the report.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Callable, Mapping, Tuple, TypeVar

from idse_core.errors import IdseError
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, RuleBroken

__all__ = ["ForeignKind", "attempt", "foreign_kind"]

_Value = TypeVar("_Value")

_NOTHING: Mapping[str, object] = {}


def attempt(work: Callable[[], _Value], broken: Callable[[str], Exception]) -> _Value:
    """Call foreign code, and return its result.

    Args:
        work: calls the foreign code.
        broken: makes the error to raise, from a text that says what happened.
    """
    try:
        return _printing_to_stderr(work)
    except (IdseError, RuleBroken):
        raise
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise broken(_described(error)) from error


class ForeignKind(Kind):
    """A kind of another package: whatever goes wrong in it is raised as ``RuleBroken``."""

    __slots__ = ()

    def build(self, params: Mapping[str, object], derived: Mapping[str, object] = _NOTHING) -> object:
        return attempt(lambda: Kind.build(self, params, derived), RuleBroken)


def _printing_to_stderr(work: Callable[[], _Value]) -> _Value:
    """Call ``work`` with stdout sent to stderr; stdout belongs to the report, which a program may read.

    Only in the main thread: all threads share one stdout, and the app keeps it from being written to.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    before = sys.stdout
    try:
        sys.stdout = sys.stderr
        return work()
    finally:
        sys.stdout = before


def foreign_kind(found: Kind) -> ForeignKind:
    """The kind with its code guarded and its results checked."""

    def check(params: object, facts: object) -> Tuple[Hit, ...]:
        return attempt(lambda: tuple(_sound(hit) for hit in found.check(params, facts)), RuleBroken)

    def fix(params: object, artifact: Any, template: object) -> str:  # noqa: ANN401  # see ``Kind``
        text = attempt(lambda: found.fix and found.fix(params, artifact, template), RuleBroken)
        return text if isinstance(text, str) else artifact.text

    return ForeignKind(*found._replace(check=check, fix=None if found.fix is None else fix))


def _sound(hit: object) -> Hit:
    """The hit, checked to be one that reports can show."""
    if not isinstance(hit, Hit):
        raise TypeError(f"a kind gives hits, not {type(hit).__name__}")
    numbers = (hit.line, hit.column, hit.end_line)
    texts = (
        hit.subject,
        hit.excerpt,
        hit.session,
        hit.path,
        *hit.heading,
        *(text for pair in hit.values for text in pair),
    )
    if not all(type(number) is int and number >= 1 for number in numbers) or hit.end_line < hit.line:
        raise ValueError(f"a hit's place counts from 1, and ends where it begins or later: {numbers}")
    if not all(isinstance(text, str) for text in texts) or not all(len(pair) == 2 for pair in hit.values):
        raise TypeError("a hit's texts are strings, its values pairs of them")
    if not (hit.stage is None or isinstance(hit.stage, Stage)):
        raise TypeError("a hit's stage is a Stage")
    if any(_sound(part).parts for part in hit.parts):
        raise ValueError("the parts of a hit have no parts themselves")
    return hit


def _described(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  # as above
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name
