"""``ids-covered-by``: every id of one artifact is referred to in another, or waived with a reason."""

from __future__ import annotations

from typing import Iterator, Sequence, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.trace_record import natural_key
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.ids import definitions, id_hit, mentions
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Prefix
from idse_core.validation.results import IdNote
from idse_core.validation.tracing import named_ids, standing_in

_FEW = 8
"""The number of ids that a message lists."""


class Params(Parameters):
    """Which ids must be covered, and where.

    Attributes:
        prefix: the part of the ids before the hyphen.
        stage: the artifact that defines them.
        by: the artifact that must refer to them. While it is absent or still a template, nothing is reported.
        under: headings in ``by`` below which the reference must be; anywhere by default.
        nested: prefixes of ids that cover the id in whose item, or below whose heading, they come first, if ``by`` is
            ``stage``.
        what: what covers an id there, for the message.
    """

    prefix: Prefix
    stage: Stage
    by: Stage
    under: Tuple[str, ...] = ()
    nested: Tuple[Prefix, ...] = ()
    what: str = "item"


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every id that nothing covers, unless its text says ``Waived: reason`` or ``Deferred: reason``.

    When not a single id is covered one hit stands for all: the document doesn't trace at all, which is reported once.
    """
    stage, by = Stage(params.stage), Stage(params.by)
    if by not in session.notes:
        return
    defined = definitions(session, stage, params.prefix)
    covered = named_ids(mentions(session, by, params.prefix, params.under), {note.id for note in defined})
    if params.nested and by is stage:
        covered |= standing_in(session.notes[by].ids, {note.id: [note] for note in defined}, params.nested).keys()
    open_ids = [note for note in defined if note.id not in covered and not note.waiver]
    hits = [
        id_hit(session, stage, note)._replace(values=_values(by, note.id, params.what, _remark([note])))
        for note in open_ids
    ]
    if len(hits) > 1 and covered.isdisjoint(note.id for note in defined):
        names = [note.id for note in open_ids]
        whole = f"each of {_listed(names, is_all=len(open_ids) == len(defined))}"
        yield hits[0]._replace(
            values=_values(by, whole, params.what, _remark(open_ids)),
            subject=f"all {params.prefix}: {' '.join(names)}",
            parts=tuple(hits),
        )
        return
    yield from hits


def _listed(names: Sequence[str], *, is_all: bool) -> str:
    """``FR-1 to FR-9`` when these are all ids that are defined, else each of them, or the first few of many."""
    names = sorted(names, key=natural_key)
    if is_all:
        return f"{names[0]} to {names[-1]}"
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")


def _values(by: Stage, ids: str, what: str, remark: str) -> Tuple[Tuple[str, str], ...]:
    return (("by", by.value), ("id", ids), ("remark", remark), ("what", what))


def _remark(notes: Sequence[IdNote]) -> str:
    """A remark on the first of these that has a waiver without a reason; empty when none has."""
    meant = next((note for note in notes if note.hollow), None)
    if meant is None:
        return ""
    return f"; '{meant.hollow}'{f' of {meant.id}' if len(notes) > 1 else ''} gives no reason behind a colon"


KIND = Kind("ids-covered-by", Reach.SESSION, Params, check, ("by", "id", "remark", "what"), shows_gaps=True)
