"""``suppression-sound``: a comment that suppresses findings gives a reason, names known rules, and is needed."""

from __future__ import annotations

from typing import Iterator, List, Literal, Optional

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.results import ALL_RULES, SuppressionNote


class Params(Parameters):
    """What is demanded.

    Attributes:
        demand: ``used``: it suppresses something; ``reason``: it says why; ``known``: its rules exist; ``allowed``: none
            of them is locked.
    """

    demand: Literal["used", "reason", "known", "allowed"]


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every suppression that does not meet the demand."""
    stages = {artifact.path: artifact.stage for artifact in session.artifacts.values()}
    for path, notes in session.suppressions.items():
        for index, note in enumerate(notes):
            used = session.used.get((path, index), False)
            for names in _faults(params.demand, session, note, used=used):
                yield _hit(note, names, path, stages.get(path))


def _faults(demand: str, session: SessionFacts, note: SuppressionNote, *, used: bool) -> List[str]:
    named = [name for name in note.rules if name != ALL_RULES]
    unknown = [name for name in named if name not in session.rules]
    locked = [name for name in named if name in session.rules and session.rules[name].locked]
    if demand == "known":
        return unknown
    if demand == "allowed":
        return locked
    if demand == "reason":
        return [] if note.reason else [" ".join(note.rules)]
    return [] if used or unknown or locked else [" ".join(note.rules)]


def _hit(note: SuppressionNote, rules: str, path: str, stage: Optional[Stage]) -> Hit:
    values = (("directive", f"idse-{note.directive}"), ("rules", rules))
    return Hit(note.line, note.column, note.line, values, f"{note.directive} {rules}", stage=stage, path=path)


KIND = Kind("suppression-sound", Reach.SESSION, Params, check, ("directive", "rules"), phase=Phase.SUPPRESSIONS)
