"""What completed stages were based on, and how ``session_state.json`` stores that compactly.

A digest is written with 16 of its digits, and what follows from a later stage is left out: a stage without an entry was
based on the same digests as the next later stage that has a short entry, up to the stage itself. So seven stages that
were completed on the same seven texts take one entry instead of seven. An entry with whole digests, as earlier versions
wrote it, stands only for itself; an empty one says that the stage has no basis.
"""

from __future__ import annotations

from typing import Dict, Iterable, Mapping, Optional, Tuple

from idse_core.pipeline_artifacts import Stage

__all__ = ["Basis", "Digests", "basis_of", "lean", "parse_basis", "same_basis", "stale_from"]

Digests = Mapping[Stage, Optional[str]]

Basis = Mapping[Stage, Mapping[Stage, str]]
"""Stage → the digests of the stages before it, and its own, when it was completed or accepted."""

_SHORT = len("sha256:") + 16
_BACKWARDS = tuple(reversed(Stage))
_NAMES = tuple((stage, stage.value) for stage in Stage)


def basis_of(stage: Stage, digests: Digests) -> Mapping[Stage, str]:
    """The basis of a stage that is completed now."""
    members: Iterable[Stage] = (*stage.earlier, stage)
    found = ((member, digests.get(member)) for member in members)
    return {member: digest[:_SHORT] for member, digest in found if digest is not None}


def stale_from(stage: Stage, digests: Digests, basis: Optional[Mapping[Stage, str]]) -> Tuple[Stage, ...]:
    """The earlier stages that changed since ``stage`` was completed; empty when it was itself edited since then."""
    if not basis:
        return ()
    own = basis.get(stage)
    if own is not None and not _is_same(own, digests.get(stage)):
        return ()
    return tuple(
        earlier for earlier in stage.earlier if earlier in basis and not _is_same(basis[earlier], digests.get(earlier))
    )


def same_basis(one: Optional[Mapping[Stage, str]], other: Mapping[Stage, str]) -> bool:
    """Whether two entries hold the same digests, each written short or whole."""
    return one is not None and one.keys() == other.keys() and all(_is_same(one[name], other[name]) for name in other)


def parse_basis(value: object) -> Basis:
    """Parse the basis of every stage that has one; what can't be understood is ignored."""
    if not isinstance(value, dict):
        return {}
    found: Dict[Stage, Mapping[Stage, str]] = {}
    standing: Mapping[Stage, str] = {}
    for stage in _BACKWARDS:
        entry = value.get(stage.value)
        if isinstance(entry, dict):
            found[stage] = _digests_in(entry)
            standing = _standing(stage, found[stage])
        else:
            found[stage] = _implied(stage, standing)
    return {stage: found[stage] for stage in Stage if found[stage]}


def lean(basis: Basis) -> Mapping[Stage, Mapping[Stage, str]]:
    """The entries to write, from which ``parse_basis`` restores the same basis."""
    written: Dict[Stage, Mapping[Stage, str]] = {}
    standing: Mapping[Stage, str] = {}
    for stage in _BACKWARDS:
        entry = {member: digest[:_SHORT] for member, digest in basis.get(stage, {}).items()}
        if entry != _implied(stage, standing):
            written[stage] = entry
            standing = _standing(stage, entry)
    return {stage: written[stage] for stage in Stage if stage in written}


def _is_same(recorded: str, digest: Optional[str]) -> bool:
    return digest is not None and recorded[:_SHORT] == digest[:_SHORT]


def _standing(stage: Stage, entry: Mapping[Stage, str]) -> Mapping[Stage, str]:
    """What an entry implies for earlier stages that have none."""
    return entry if stage in entry and len(entry[stage]) <= _SHORT else {}


def _implied(stage: Stage, standing: Mapping[Stage, str]) -> Mapping[Stage, str]:
    if stage not in standing:
        return {}
    return {member: digest for member, digest in standing.items() if member.position <= stage.position}


def _digests_in(entry: Mapping[object, object]) -> Mapping[Stage, str]:
    found: Dict[Stage, str] = {}
    for stage, name in _NAMES:
        digest = entry.get(name)
        if isinstance(digest, str):
            found[stage] = digest
    return found
