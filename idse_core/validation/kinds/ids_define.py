"""``ids-define``: an id such as FR-1 is defined once, in an artifact, a session or the whole project."""

from __future__ import annotations

from typing import Iterator, Literal, Mapping, Optional, Sequence, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.definitions import defined_in, homes_under
from idse_core.validation.facts import Definition, IdQuestion, SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.ids import all_definitions, id_hit
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Prefix, Switch
from idse_core.validation.results import IdNote


class Params(Parameters):
    """Which ids.

    Attributes:
        prefix: the part of the ids before the hyphen.
        stage: the artifact that defines them: there, an id at the beginning of an item, row, heading or paragraph is a
            definition.
        under: headings below which definitions are, the best first; anywhere by default, and in an artifact without any of
            these headings.
        under_prefix: whether a heading that continues after one of these names counts.
        unique: `artifact`: nothing else in that artifact defines the id. `session`: nor does another artifact of the
            session, below one of these headings or, without any, below the usual ones for such ids, as in
            `{prefix: REQ, stage: spec, unique: session}`. `project`: nor does another session; the blueprint comes
            first, the others in the order of their ids, and `{first}` in a message reads `12 of <path>` for a line of
            another artifact.
    """

    prefix: Prefix
    stage: Stage
    under: Tuple[str, ...] = ()
    under_prefix: Switch = False
    unique: Literal["artifact", "session", "project"] = "artifact"


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every definition after the first one of the same id.

    Only the same form is a second definition: an item of the same level, or a row of the same table. A row of another
    table or a nested item that begins with the id is a mention.
    """
    stage, homes = Stage(params.stage), homes_under(params)
    if params.unique == "artifact":
        for first, *more in all_definitions(session, stage, params.prefix, homes).values():
            for note in more:
                yield id_hit(session, stage, note, first=str(first.line))
        return
    found = defined_in(session.notes, stage, params.prefix, homes)
    before = _before(params, session, tuple(found)) if params.unique == "project" and found else {}
    for name, places in found.items():
        yield from _repeated(session, places, before.get(name))


def _repeated(
    session: SessionFacts, places: Sequence[Tuple[Stage, IdNote]], before: Optional[Definition]
) -> Iterator[Hit]:
    """A hit for every definition but the first one, which may be in another session."""
    home, note = places[0]
    first = before or Definition(session.artifacts[home].path, note.line)
    for stage, again in places if before is not None else places[1:]:
        is_here = session.artifacts[stage].path == first.path
        yield id_hit(session, stage, again, first=str(first.line) if is_here else f"{first.line} of {first.path}")


def _before(params: Params, session: SessionFacts, ids: Tuple[str, ...]) -> Mapping[str, Definition]:
    asked = IdQuestion(params.prefix, Stage(params.stage).value, params.under, params.under_prefix, ids)
    return session.defined_elsewhere(asked)


KIND = Kind("ids-define", Reach.SESSION, Params, check, ("first", "id"))
