"""Finds the requirement that a person means to confirm, or says why it can't be confirmed, and what to do. Pure."""

from __future__ import annotations

from shlex import quote
from typing import Callable, List, Sequence

from idse_core.errors import NotFoundError, UsageError
from idse_core.validation.tracing import Reference, Requirement, TraceStatus

__all__ = ["confirmable"]

_CRITERION = "AC-"
"""The prefix of the ids of acceptance criteria, which never stand for a requirement."""

_ALIKE = 0.8  # FR-11 and FR-1 are alike; FR-99 and FR-1 are not, or any FR would be as near
_NAMED = 8  # at most so many ids in a hint


def confirmable(
    requirements: Sequence[Requirement], name: str, *, session: str, place: Callable[[Reference], str]
) -> Requirement:
    """The requirement with this id, if it has a cover that can be confirmed.

    Args:
        requirements: all requirements of the session.
        name: the id in capitals.
        session: the session's id, for error messages.
        place: returns the place of a reference, for error messages.

    Raises:
        NotFoundError: there is no such requirement.
        UsageError: it has no cover that could be confirmed.
    """
    item = next((item for item in requirements if item.id.upper() == name), None)
    if item is None or name.startswith(_CRITERION):
        raise _unknown(requirements, name, session)
    if item.status is TraceStatus.ORPHANED:
        problem = f"{item.id} is named in {place(item.references[0])} but defined nowhere in session '{session}'"
        raise NotFoundError(problem, hint=f"correct the id there, or add {item.id} to the spec")
    if item.status is TraceStatus.DUPLICATE:
        lines = " and ".join(str(each.line) for each in item.definitions)
        raise UsageError(f"{item.id} is defined more than once, in lines {lines}", hint="give one another number")
    if item.status is TraceStatus.WAIVED:
        hint = f"nothing needs to be done; to have it covered, remove that from {place(item.definitions[0])}"
        raise UsageError(f"{item.id} is waived ({item.reason}): it has no cover to confirm", hint=hint)
    if item.missing:
        lacking = " and no ".join("acceptance criterion" if part == "criteria" else "task" for part in item.missing)
        parts = {"criteria": "an acceptance criterion of the spec", "tasks": "a task"}
        hint = f"name {item.id} in {' and in '.join(parts[part] for part in item.missing)}"
        raise UsageError(f"{item.id} has no {lacking} yet: there is no cover to confirm", hint=hint)
    return item


def _unknown(requirements: Sequence[Requirement], name: str, session: str) -> NotFoundError:
    """The error for an unknown requirement, with a hint what to accept instead."""
    parts = (("an acceptance criterion", _accepted_by(requirements, name)), ("a task", _tasked_by(requirements, name)))
    for what, covered in parts:
        if covered:
            problem = f"{name} is {what}, and no requirement: confirm the requirement that it covers"
            return NotFoundError(problem, hint=f"idse trace accept {' '.join(covered)} --session {quote(session)}")
    own = [item for item in requirements if item.definitions and not item.id.upper().startswith(_CRITERION)]
    close = _nearest(name, [item.id for item in own])
    hint = f"did you mean {close}?" if close else _choice(own, session)
    return NotFoundError(f"there is no requirement '{name}' in session '{session}'", hint=hint)


def _accepted_by(requirements: Sequence[Requirement], label: str) -> List[str]:
    return [item.id for item in requirements if label and any(each.label.upper() == label for each in item.criteria)]


def _tasked_by(requirements: Sequence[Requirement], label: str) -> List[str]:
    return [item.id for item in requirements if label and any(each.label.upper() == label for each in item.tasks)]


def _nearest(name: str, known: Sequence[str]) -> str:
    """The id that is probably meant, maybe spelled differently; empty when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415  # only for a hint, and it costs start-up time

    same = [item for item in known if _bare(item) == _bare(name)]
    return next(iter(same or get_close_matches(name, known, n=1, cutoff=_ALIKE)), "")


def _bare(name: str) -> str:
    return "".join(character for character in name.upper() if character.isalnum() or character == ".")


def _choice(requirements: Sequence[Requirement], session: str) -> str:
    """A hint about what can be accepted: requirements that wait for it, else all that are covered."""
    suspect = [item.id for item in requirements if item.status is TraceStatus.SUSPECT]
    covered = [item.id for item in requirements if item.status in {TraceStatus.COVERED, TraceStatus.DONE}]
    lists = f"`idse trace --session {quote(session)}` lists them"
    if not suspect and not covered:
        return f"none can be accepted before a criterion and a task name it: {lists}"
    found = suspect or covered
    named = ", ".join(found[:_NAMED]) + (f" and {len(found) - _NAMED} more: {lists}" if len(found) > _NAMED else "")
    return f"to be accepted: {named}" if suspect else f"nothing waits to be accepted; covered are {named}"
