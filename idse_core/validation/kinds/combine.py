"""``all``, ``any``, ``not`` and ``when``: conditions composed of other kinds that look at one file.

Only the registry knows which kinds there are: it passes in the function that finds a clause's kind.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping, Tuple

from idse_core.constitution_rules import Reach
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import ParameterError, Parameters

__all__ = ["Guarded", "Several", "Single", "all_of", "any_of", "guarded_by", "none_of"]

Find = Callable[[str], Kind]
"""Returns the kind with a given name."""


class Several(Parameters):
    """Clauses that are taken together.

    Attributes:
        clauses: the clauses, each a mapping of ``kind`` and ``with``, of kinds that look at one file.
    """

    clauses: Tuple[Mapping[str, Any], ...]

    def __post_init__(self) -> None:
        if not self.clauses:
            hint = "give it at least one: clauses: [{kind: …, with: {…}}]"
            raise ParameterError("'clauses' is empty", "clauses", hint=hint)


class Single(Parameters):
    """One clause, negated."""

    clause: Mapping[str, Any]


class Guarded(Parameters):
    """A clause that applies only where a condition holds.

    Attributes:
        condition: a clause; it holds when its kind finds nothing.
        then: the clause that must hold in that case.
    """

    condition: Mapping[str, Any]
    then: Mapping[str, Any]


def all_of(find: Find) -> Kind:
    """``all``: every hit of every clause."""

    def check(params: Several, artifact: ArtifactFacts) -> Iterator[Hit]:
        for clause in params.clauses:
            yield from _hits(find, clause, artifact)

    return Kind("all", Reach.FILE, Several, check, clauses=("clauses",), speaks=lambda given: given["clauses"])


def any_of(find: Find) -> Kind:
    """``any``: nothing when one clause holds; else the first hit of the first clause."""

    def check(params: Several, artifact: ArtifactFacts) -> Iterator[Hit]:
        found = [tuple(_hits(find, clause, artifact)) for clause in params.clauses]
        if found and all(found):
            yield found[0][0]

    return Kind("any", Reach.FILE, Several, check, clauses=("clauses",), speaks=lambda given: given["clauses"][:1])


def none_of(find: Find) -> Kind:
    """``not``: one hit on the artifact when the clause holds."""

    def check(params: Single, artifact: ArtifactFacts) -> Iterator[Hit]:
        if _holds(find, params.clause, artifact):
            yield artifact.hit_on_document(str(params.clause["kind"]))

    return Kind("not", Reach.FILE, Single, check, clauses=("clause",), speaks=lambda _: ())


def guarded_by(find: Find) -> Kind:
    """``when``: the hits of ``then``, where the condition holds."""

    def check(params: Guarded, artifact: ArtifactFacts) -> Iterator[Hit]:
        if _holds(find, params.condition, artifact):
            yield from _hits(find, params.then, artifact)

    return Kind("when", Reach.FILE, Guarded, check, clauses=("condition", "then"), speaks=lambda given: [given["then"]])


def _holds(find: Find, clause: Mapping[str, Any], artifact: ArtifactFacts) -> bool:
    return not any(True for _ in _hits(find, clause, artifact))


def _hits(find: Find, clause: Mapping[str, Any], artifact: ArtifactFacts) -> Iterator[Hit]:
    found = find(clause["kind"])
    yield from found.check(found.build(clause.get("with", {})), artifact)
