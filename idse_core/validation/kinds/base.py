"""What a kind consists of."""

from __future__ import annotations

from enum import Enum
from typing import Any, Callable, Dict, Iterable, Mapping, NamedTuple, Optional, Sequence, Tuple, Type

from idse_core.constitution_rules import Reach
from idse_core.validation.findings import Hit

__all__ = ["Kind", "Phase", "RuleBroken", "strict"]

strict: Dict[str, Any] = {"extra": "forbid", "strict": False}
"""``__pydantic_config__`` of every parameter class: an unknown key in a pack is an error."""


_NOTHING: Mapping[str, object] = {}


class Phase(Enum):
    """What a kind looks at; the phases run in this order.

    Attributes:
        CONTENT: what the artifacts say.
        STATES: the states that follow from that.
        SUPPRESSIONS: the suppressions, after everything so far has used them.
        RECORD: the states that follow from everything so far; findings of this phase no longer change them.
        RULES: the rules that ran.
    """

    CONTENT = 1
    STATES = 2
    SUPPRESSIONS = 3
    RECORD = 4
    RULES = 5


class RuleBroken(Exception):  # noqa: N818  # caught internally: it becomes a finding, never an error
    """A rule could not be evaluated; the message says why. The run goes on without it."""


class Kind(NamedTuple):
    """A kind of rule.

    Attributes:
        name: the name that rules use.
        reach: what it looks at, and so what ``check`` gets: ``ArtifactFacts``, ``SessionFacts`` or ``ProjectFacts``.
        params: a frozen dataclass, or one that derives from ``Parameters``; a pack's ``with`` is validated against it when the pack is compiled.
        check: parameters and facts in, hits out. Pure: the same facts give the same hits in the same order.
        placeholders: the placeholders that its hits can fill in ``message`` and ``fix``.
        phase: when it runs; later phases look at what earlier ones found.
        fix: takes parameters, the artifact and its template, and returns the corrected text; it only adds, or writes
            the same in another form. Hits that the artifact says are spared must stay as they are; for a kind of
            another package, one such hit is enough for nothing to be fixed.
        fixes: whether findings of rules with these parameters, as written in a pack, can be fixed; by default, where
            there is a ``fix`` for an artifact.
        clauses: the parameters that hold clauses of other kinds, one mapping each or a list of them.
        minima: the parameters that are numbers or switches of which a higher value never takes a finding away.
        reaches: a parameter with which, if it is not empty, a rule looks at something else, and what that is.
        speaks: for a kind with clauses: takes its parameters, and returns those clauses whose hits it passes on.
        patterns: the parameters that hold regular expressions; matching those of a pack may never end.
        reads_states: whether it looks at the recorded states of a session.
        derives: the cached properties of its parameters that are computed when a pack is compiled; plain JSON values.
        shows_gaps: whether its hits say only what else is still to be written; a fix may bring such to light.
    """

    name: str
    reach: Reach
    params: Type[Any]
    check: Callable[[Any, Any], Iterable[Hit]]
    placeholders: Tuple[str, ...] = ()
    phase: Phase = Phase.CONTENT
    clauses: Tuple[str, ...] = ()
    fix: Optional[Callable[[Any, Any, Any], str]] = None
    patterns: Tuple[str, ...] = ()
    reads_states: bool = False
    derives: Tuple[str, ...] = ()
    fixes: Optional[Callable[[Mapping[str, Any]], bool]] = None
    speaks: Optional[Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]] = None
    shows_gaps: bool = False
    reaches: Optional[Tuple[str, Reach]] = None
    minima: Tuple[str, ...] = ()

    def build(self, params: Mapping[str, object], derived: Mapping[str, object] = _NOTHING) -> object:
        """Turn compiled, already validated parameters into typed ones: JSON lists become tuples again.

        Args:
            params: the parameters of the compiled rule.
            derived: what was computed from them before.
        """
        made: object = self.params(**{key: _frozen(value) for key, value in params.items()})
        if derived:
            vars(made).update((key, _frozen(value)) for key, value in derived.items())
        return made

    def reach_with(self, params: Mapping[str, object]) -> Reach:
        """What a rule with these parameters looks at."""
        return self.reaches[1] if self.reaches is not None and params.get(self.reaches[0]) else self.reach

    def can_fix(self, params: Mapping[str, object]) -> bool:
        """Whether ``--fix`` corrects what a rule with these parameters finds."""
        if self.fixes is not None:
            return self.fixes(params)
        return self.fix is not None and self.reach is Reach.FILE


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
