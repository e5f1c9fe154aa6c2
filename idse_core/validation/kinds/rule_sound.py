"""``rule-sound``: every rule that ran came to an end without failing."""

from __future__ import annotations

from typing import Iterator, Union

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import BrokenRule, ProjectFacts, SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.kinds.parameters import Parameters

_WORKSPACE = ".idse/"


class Params(Parameters):
    """No parameters."""


def check(params: Params, facts: Union[SessionFacts, ProjectFacts]) -> Iterator[Hit]:
    """A hit for every rule that failed: on the artifact that it looked at, else on its pack."""
    del params
    for broken in facts.broken:
        rule = broken.rule
        advice = broken.advice[:1].upper() + broken.advice[1:]
        values = {
            "advice": advice,
            "name": rule.name,
            "reason": broken.reason,
            "rule": rule.id,
            "source": rule.source,
        }
        yield Hit(
            values=tuple(sorted(values.items())),
            subject=rule.id,
            stage=broken.stage,
            path="" if broken.stage is not None else _path(broken, facts),
        )


def _path(broken: BrokenRule, facts: Union[SessionFacts, ProjectFacts]) -> str:
    """The file to report at: the pack if it is in the workspace, else a file that the rule looked at."""
    packs = [path for path in (*reversed(broken.rule.changed_by), broken.rule.source) if path.startswith(_WORKSPACE)]
    if packs:
        return packs[0]
    if isinstance(facts, SessionFacts):
        return facts.artifacts[Stage.INTENT].path
    return next((record.path for record in facts.records.values()), "")


KIND = Kind(
    "rule-sound", Reach.SESSION, Params, check, ("advice", "name", "reason", "rule", "source"), phase=Phase.RULES
)
