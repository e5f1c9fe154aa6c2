"""``ids-define``: an id such as FR-1 is defined once."""

from __future__ import annotations

from typing import Dict, Iterator, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.ids import definitions, id_hit
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Prefix
from idse_core.validation.results import IdNote


class Params(Parameters):
    """Which ids.

    Attributes:
        prefix: the part of the ids before the hyphen.
        stage: the artifact that defines them: there, an id at the beginning of an item, row, heading or line is a
            definition.
        under: headings below which definitions are; anywhere in the artifact by default.
    """

    prefix: Prefix
    stage: Stage
    under: Tuple[str, ...] = ()


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every definition after the first one of the same id."""
    stage = Stage(params.stage)
    first: Dict[str, IdNote] = {}
    for note in definitions(session, stage, params.prefix, params.under):
        earlier = first.setdefault(note.id, note)
        if earlier is not note:
            yield id_hit(session, stage, note, first=str(earlier.line))


KIND = Kind("ids-define", Reach.SESSION, Params, check, ("first", "id"))
