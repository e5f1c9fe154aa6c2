"""``ids-resolve``: every id that is referred to is defined."""

from __future__ import annotations

from typing import Iterator, Sequence, Set, Tuple

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.ids import definitions, id_hit, mentions
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Prefix


class Params(Parameters):
    """Which ids, and where they may be referred to.

    Attributes:
        prefix: the part of the ids before the hyphen.
        stage: the artifact that defines them. While it defines none, nothing is reported: the ids come from elsewhere.
        stages: the artifacts whose references are checked.
    """

    prefix: Prefix
    stage: Stage
    stages: Tuple[Stage, ...]


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for the first reference to each unknown id in each artifact; between backticks an id may be an example."""
    defined = {note.id for note in definitions(session, Stage(params.stage), params.prefix)}
    if not defined:
        return
    for name in params.stages:
        stage = Stage(name)
        told: Set[str] = set()
        for note in mentions(session, stage, params.prefix):
            if note.id not in defined and note.id not in told and not note.quoted:
                told.add(note.id)
                yield id_hit(
                    session, stage, note, nearest=_nearest(note.id, sorted(defined)), home=Stage(params.stage).value
                )


def _nearest(word: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only for a hint, and it costs start-up time

    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


KIND = Kind("ids-resolve", Reach.SESSION, Params, check, ("home", "id", "nearest", "text"), shows_gaps=True)
