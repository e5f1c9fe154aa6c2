"""``all``, ``any``, ``not`` and ``when``: conditions put together out of other kinds that look at one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Tuple

from idse_core.constitution_rules import Reach
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, strict


@dataclass(frozen=True)
class Several:
    """Clauses that are taken together.

    Attributes:
        clauses: each a mapping of ``kind`` and ``with``; of kinds that look at one file.
    """

    __pydantic_config__ = strict

    clauses: Tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Single:
    """One clause, turned round."""

    __pydantic_config__ = strict

    clause: Mapping[str, Any]


@dataclass(frozen=True)
class Guarded:
    """A clause that counts only where a condition holds.

    Attributes:
        condition: holds when its kind has no finding.
        then: what is demanded where it does.
    """

    __pydantic_config__ = strict

    condition: Mapping[str, Any]
    then: Mapping[str, Any]


def check_all(params: Several, artifact: ArtifactFacts) -> Iterator[Hit]:
    """Every hit of every clause."""
    for clause in params.clauses:
        yield from _hits(clause, artifact)


def check_any(params: Several, artifact: ArtifactFacts) -> Iterator[Hit]:
    """Nothing when one clause holds; else the first hit of the first clause."""
    found = [tuple(_hits(clause, artifact)) for clause in params.clauses]
    if found and all(found):
        yield found[0][0]


def check_not(params: Single, artifact: ArtifactFacts) -> Iterator[Hit]:
    """One hit on the artifact when the clause holds."""
    if not any(True for _ in _hits(params.clause, artifact)):
        yield artifact.hit_on_document(str(params.clause["kind"]))


def check_when(params: Guarded, artifact: ArtifactFacts) -> Iterator[Hit]:
    """The hits of ``then``, where the condition holds."""
    if not any(True for _ in _hits(params.condition, artifact)):
        yield from _hits(params.then, artifact)


def _hits(clause: Mapping[str, Any], artifact: ArtifactFacts) -> Iterator[Hit]:
    # Imported here: the registry imports this module on demand, so it can't be imported by it at the top.
    from idse_core.validation.kinds import kind  # noqa: PLC0415

    found = kind(clause["kind"])
    yield from found.check(found.build(clause.get("with", {})), artifact)


ALL = Kind("all", Reach.FILE, Several, check_all, clauses=("clauses",))
ANY = Kind("any", Reach.FILE, Several, check_any, clauses=("clauses",))
NOT = Kind("not", Reach.FILE, Single, check_not, clauses=("clause",))
WHEN = Kind("when", Reach.FILE, Guarded, check_when, clauses=("condition", "then"))
