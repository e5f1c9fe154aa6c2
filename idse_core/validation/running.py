"""A rule that can be run."""

from __future__ import annotations

from functools import cached_property
from typing import Tuple

from idse_core.constitution_rules import Rule
from idse_core.validation.findings import Hit
from idse_core.validation.kinds import Kind, kind

__all__ = ["RunnableRule"]


class RunnableRule:
    """A rule with its kind, which is imported when it is first needed: cached results need none."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    @cached_property
    def kind(self) -> Kind:
        """The rule's kind."""
        return kind(self.rule.kind)

    @cached_property
    def _params(self) -> object:
        return self.kind.build(self.rule.params)

    def hits(self, facts: object) -> Tuple[Hit, ...]:
        """What the kind finds."""
        return tuple(self.kind.check(self._params, facts))
