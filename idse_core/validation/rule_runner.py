"""Rules that can be run, and a runner in which a rule that fails stops nothing but itself."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, ContextManager, Dict, List, Mapping, Optional, Tuple, Type, TypeVar

from idse_core.constitution_rules import Reach, Rule
from idse_core.events import Listener, Warned, ignore
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import CORE, QUESTIONS, BrokenRule, without_questions
from idse_core.validation.findings import Hit
from idse_core.validation.kind_registry import kind
from idse_core.validation.kinds import Kind
from idse_core.validation.kinds.base import RuleBroken
from idse_core.validation.plugin_calls import ForeignKind
from idse_core.validation.time_budget import OverBudget, TimeBudget

if TYPE_CHECKING:
    from idse_core.validation.artifact_facts import ArtifactFacts
    from idse_core.validation.helper_process import HelperProcess

__all__ = ["RuleRunner", "RunnableRule"]

_Value = TypeVar("_Value")


class RunnableRule:
    """A rule with its kind, which is imported on first use: cached results need none."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    @cached_property
    def kind(self) -> Kind:
        """The rule's kind."""
        return kind(self.rule.kind)

    @cached_property
    def is_foreign(self) -> bool:
        """Whether any part of it comes from outside the core pack."""
        return bool(self.rule.changed_by) or not self.rule.source.startswith(CORE)

    @cached_property
    def may_never_end(self) -> bool:
        """Whether patterns or code that others wrote for it could run for ever."""
        return self.is_foreign and _may_never_end(self.kind, self.rule.params)

    @cached_property
    def needs_budget(self) -> bool:
        """Whether it may take long: others wrote it, or it searches texts."""
        return self.is_foreign or self.rule.reach is Reach.FILE

    @cached_property
    def _params(self) -> object:
        return self.kind.build(self.rule.params, self.rule.derived)

    def fixed(self, artifact: ArtifactFacts, template: ArtifactFacts) -> str:
        """The artifact's text with this rule's findings fixed; unchanged when there is nothing to fix."""
        if self.kind.fix is None:
            return artifact.text
        return self.kind.fix(self._params, artifact, template)

    def hits(self, facts: object) -> Tuple[Hit, ...]:
        """What the kind finds."""
        return tuple(self.kind.check(self._params, facts))


def _may_never_end(found: Kind, params: Mapping[str, object]) -> bool:
    if isinstance(found, ForeignKind) or any(params.get(name) for name in found.patterns):
        return True
    given: List[Any] = [params[name] for name in found.clauses]
    clauses = [clause for value in given for clause in (value if isinstance(value, (list, tuple)) else [value])]
    return any(_may_never_end(kind(clause["kind"]), clause.get("with", {})) for clause in clauses)


class RuleRunner:
    """Runs rules, each within its time budget. To be entered once, with ``with``.

    A rule that fails is not run again: with a pattern that blows up on one artifact, a run over thousands would never
    end.

    Args:
        helper: returns the process for rules that could not be interrupted here; without it they run here all the same.
        on_event: receives a warning for each rule that fails.
    """

    def __init__(self, helper: Optional[Callable[[], HelperProcess]] = None, on_event: Listener = ignore) -> None:
        self._helper = helper
        self._announce = on_event
        self._budget = TimeBudget()
        self._broken: Dict[str, BrokenRule] = {}
        self._news: List[BrokenRule] = []

    def __enter__(self) -> RuleRunner:  # noqa: PYI034  # typing.Self needs Python 3.11
        self._budget.__enter__()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._budget.__exit__(kind, error, trace)

    @property
    def broken(self) -> Tuple[BrokenRule, ...]:
        """The rules that failed, in the order of their failures."""
        return tuple(self._broken.values())

    def has_failed(self, rule: str) -> bool:
        """Whether the rule with this id has failed, and is left out from then on."""
        return rule in self._broken

    def news(self) -> Tuple[BrokenRule, ...]:
        """The rules that failed since the last call."""
        news, self._news = tuple(self._news), []
        return news

    def hits(self, item: RunnableRule, facts: object, stage: Optional[Stage] = None) -> Optional[Tuple[Hit, ...]]:
        """Run a rule; None when it fails, or has failed before.

        Args:
            item: the rule.
            facts: what its kind looks at.
            stage: the stage of the artifact, for a rule about one.
        """
        if item.rule.id in self._broken:
            return None
        try:
            if self._helper and not self._budget.interrupts and item.may_never_end:
                return self._elsewhere(self._helper(), item, facts)
            if not item.needs_budget:
                return item.hits(facts)  # one of ours, without a pattern, and there may be many sessions to look at
            return self._timed(item.hits, facts, characters=len(getattr(facts, "text", "")))
        except RuleBroken as error:
            self._note(BrokenRule(item.rule, str(error), stage))
            return None

    def fixed(self, item: RunnableRule, artifact: ArtifactFacts, template: ArtifactFacts) -> str:
        """The artifact's text with a rule's findings fixed; unchanged when the rule fails."""
        try:
            return self._timed(item.fixed, artifact, template, characters=len(artifact.text))
        except RuleBroken:
            return artifact.text

    def _timed(self, work: Callable[..., _Value], *given: object, characters: int) -> _Value:
        """Run work within the time budget, and return its result.

        Raises:
            RuleBroken: it took too long.
        """
        try:
            self._budget.begin(characters)
            try:
                return work(*given)
            finally:
                self._budget.end()
        except OverBudget:
            self._budget.end()
            raise RuleBroken(
                "it takes too long; does one of its patterns repeat a repetition, as (a+)+ does?"
            ) from None

    def waiting(self) -> ContextManager[None]:
        """Stop the clock of the rule that is running."""
        return self._budget.paused()

    @staticmethod
    def _elsewhere(helper: HelperProcess, item: RunnableRule, facts: Any) -> Tuple[Hit, ...]:  # noqa: ANN401  # by reach
        if item.rule.reach is Reach.FILE:
            return helper.hits((item.rule, facts.stage, facts.text, facts.templates))
        if item.rule.reach is Reach.PROJECT:
            return helper.hits((item.rule, facts))
        questions = {name: getattr(facts, name) for name in QUESTIONS}
        return helper.hits((item.rule, without_questions(facts)), questions)

    def _note(self, broken: BrokenRule) -> None:
        rule = broken.rule
        self._broken[rule.id] = broken
        self._news.append(broken)
        self._announce(Warned(f"rule {rule.id} ({rule.name}) is broken: {broken.reason}", broken.advice))
