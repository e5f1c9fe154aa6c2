"""What a kind is."""

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
    """What a kind looks at, in the order in which they run.

    Attributes:
        CONTENT: what the artifacts say.
        STATES: the states that come of it.
        SUPPRESSIONS: the suppressions that all that used.
        RECORD: the states that come of everything before; what is found here changes them no more.
        RULES: the rules that ran.
    """

    CONTENT = 1
    STATES = 2
    SUPPRESSIONS = 3
    RECORD = 4
    RULES = 5


class RuleBroken(Exception):  # noqa: N818  # caught inside: it becomes a finding, never an error
    """A rule could not say anything; the message says why. The run goes on without it."""


class Kind(NamedTuple):
    """A kind of rule.

    Attributes:
        name: as rules write it.
        reach: what it looks at, and so what ``check`` gets: ``ArtifactFacts``, ``SessionFacts`` or ``ProjectFacts``.
        params: a frozen dataclass, or one that derives from ``Parameters``; a pack's ``with`` is validated against it when the pack is compiled.
        check: parameters and facts in, hits out. Pure: the same facts give the same hits in the same order.
        placeholders: what its hits offer to ``message`` and ``fix``.
        phase: when it runs, for kinds that look at what the others found.
        fix: parameters, the artifact and its template in, the mended text out; only adds, or writes the same otherwise.
            Hits that the artifact says are spared stay as they are; for a kind of another package, one such hit is enough
            for nothing to be mended.
        fixes: whether findings of rules with these parameters, as a pack has them, can be mended; by default where there is
            a ``fix`` for an artifact.
        clauses: which parameters hold clauses of other kinds, one mapping each or a list of them.
        speaks: of a kind with clauses, from its parameters to those clauses whose hits it hands on.
        patterns: which parameters hold regular expressions; those of a pack may not come to an end.
        reads_states: whether it looks at the states that are recorded of a session.
        derives: which cached properties of its parameters are worked out when a pack is compiled; plain JSON values.
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

    def build(self, params: Mapping[str, object], derived: Mapping[str, object] = _NOTHING) -> object:
        """Typed parameters from the compiled, already validated ones: JSON lists become tuples again.

        Args:
            params: as the rule has them.
            derived: what was worked out of them before.
        """
        made: object = self.params(**{key: _frozen(value) for key, value in params.items()})
        if derived:
            vars(made).update((key, _frozen(value)) for key, value in derived.items())
        return made

    def can_fix(self, params: Mapping[str, object]) -> bool:
        """Whether ``--fix`` mends what a rule with these parameters finds."""
        if self.fixes is not None:
            return self.fixes(params)
        return self.fix is not None and self.reach is Reach.FILE


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
