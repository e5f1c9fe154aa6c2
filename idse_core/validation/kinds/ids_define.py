"""``ids-define``: an id such as FR-1 is defined once."""

from __future__ import annotations

from typing import Iterator, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.definitions import Homes, homes_of
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.ids import all_definitions, id_hit
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Prefix, Switch


class Params(Parameters):
    """Which ids.

    Attributes:
        prefix: the part of the ids before the hyphen.
        stage: the artifact that defines them: there, an id at the beginning of an item, row, heading or paragraph is a
            definition.
        under: headings below which definitions are, the best first; anywhere by default, and in an artifact without any of
            these headings.
        under_prefix: whether a heading that continues after one of these names counts.
    """

    prefix: Prefix
    stage: Stage
    under: Tuple[str, ...] = ()
    under_prefix: Switch = False


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every definition after the first one of the same id.

    Only the same form is a second definition: an item of the same level, or a row of the same table. A row of another
    table or a nested item that begins with the id is a mention.
    """
    stage = Stage(params.stage)
    homes = Homes(params.under, prefix=params.under_prefix, others=homes_of(params.prefix).others)
    for first, *more in all_definitions(session, stage, params.prefix, homes).values():
        for note in more:
            yield id_hit(session, stage, note, first=str(first.line))


KIND = Kind("ids-define", Reach.SESSION, Params, check, ("first", "id"))
