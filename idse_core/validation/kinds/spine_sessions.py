"""``spine-sessions``: a primitive of the Product Spine that is being worked on has a session that names it."""

from __future__ import annotations

from typing import Iterator, List, Tuple

from idse_core.constitution_rules import Reach
from idse_core.markdown import plain_title
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.results import SpineNote

_STAGE = Stage.SPEC


class Params(Parameters):
    """What shows that work is going on.

    Attributes:
        in_work: what a cell of the column Milestone or Status says, or begins with, when the primitive is being worked
            on; case and surrounding symbols are ignored. Any other value means nothing.
    """

    in_work: Tuple[str, ...]


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for each such row without a session; none where a row names one, or where it is unknown."""
    notes = session.notes.get(_STAGE)
    rows = [row for row in notes.spine if not row.sessions.strip("-\u2013\u2014 ")] if notes else []
    wanted = [plain_title(words) for words in params.in_work]
    open_rows = [(row, state) for row in rows for state in _states(row, wanted)[:1]]
    if not open_rows:
        return
    named = session.named_elsewhere(tuple(dict.fromkeys(row.primitive for row, _ in open_rows)))
    for row, state in open_rows:
        if named.get(row.primitive) == "":
            yield Hit(
                line=row.line,
                column=row.column,
                end_line=row.line,
                values=(("primitive", row.primitive), ("state", state)),
                subject=row.primitive,
                heading=row.heading,
                excerpt=row.excerpt,
                stage=_STAGE,
            )


def _states(row: SpineNote, wanted: List[str]) -> List[str]:
    """The cells of the row that say that work is going on."""
    return [
        text
        for text in row.states
        if any(plain_title(text) == words or plain_title(text).startswith(f"{words} ") for words in wanted)
    ]


KIND = Kind("spine-sessions", Reach.SESSION, Params, check, ("primitive", "state"))
