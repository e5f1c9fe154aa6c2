"""``requirement-unchanged``: a covered requirement says what it said when its cover was confirmed."""

from __future__ import annotations

from typing import Iterator, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Prefix
from idse_core.validation.tracing import REQUIREMENTS, Requirement, changed_since

_NAMED = 6


class Params(Parameters):
    """Which requirements. A validation confirms those of them that are covered for the first time.

    Attributes:
        prefixes: the parts of their ids before the hyphen.
    """

    prefixes: Tuple[Prefix, ...] = REQUIREMENTS


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every requirement whose words changed since; it names what covers it."""
    for item in changed_since(session.notes, session.confirmed, params.prefixes):
        home = item.definitions[0]
        yield Hit(
            line=home.line,
            column=home.column,
            end_line=home.line,
            values=(("cover", _cover(item)), ("id", item.id)),
            subject=f"{item.id} {item.digest}",
            excerpt=home.text,
            stage=Stage.SPEC,
            path=session.artifacts[Stage.SPEC].path,
        )


def _cover(item: Requirement) -> str:
    names = [place.name for place in item.criteria]
    names += [f"task {place.label}" if place.label else f"tasks, {place.name}" for place in item.tasks]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


KIND = Kind("requirement-unchanged", Reach.SESSION, Params, check, ("cover", "id"))
