"""``ids-covered-by``: every id of one artifact is referred to in another, or waived with a reason."""

from __future__ import annotations

from typing import Iterator, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.ids import definitions, id_hit, mentions
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.tracing import named_ids


class Params(Parameters):
    """Which ids must be covered, and where.

    Attributes:
        prefix: what stands before the hyphen.
        stage: the artifact that defines them.
        by: the artifact that must refer to them. While it is absent or still a template, nothing is said.
        under: headings in ``by`` below which the reference must stand; anywhere by default.
        what: what covers an id there, for the message.
    """

    prefix: str
    stage: Stage
    by: Stage
    under: Tuple[str, ...] = ()
    what: str = "item"


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every id that nothing covers, unless its text says ``Waived: reason`` or ``Deferred: reason``.

    Where not a single one is covered there is one hit for all: the document doesn't trace at all, and says so once.
    """
    stage, by = Stage(params.stage), Stage(params.by)
    if by not in session.notes:
        return
    defined = definitions(session, stage, params.prefix)
    covered = named_ids(mentions(session, by, params.prefix, params.under), {note.id for note in defined})
    open_ids = [note for note in defined if note.id not in covered and not note.waiver]
    if len(open_ids) > 1 and not covered.intersection(note.id for note in defined):
        whole = f"each of {open_ids[0].id} … {open_ids[-1].id}"
        yield id_hit(session, stage, open_ids[0])._replace(
            values=_values(by, whole, params.what), subject=f"all {params.prefix}"
        )
        return
    for note in open_ids:
        yield id_hit(session, stage, note)._replace(values=_values(by, note.id, params.what))


def _values(by: Stage, ids: str, what: str) -> Tuple[Tuple[str, str], ...]:
    return (("by", by.value), ("id", ids), ("what", what))


KIND = Kind("ids-covered-by", Reach.SESSION, Params, check, ("by", "id", "what"))
