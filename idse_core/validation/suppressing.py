"""Parting findings by the suppressions of the artifacts they stand in."""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from idse_core.constitution_rules import Rule
from idse_core.validation.findings import Finding
from idse_core.validation.results import ALL_RULES, SuppressionNote

__all__ = ["Suppressed", "suppress"]


class Suppressed(NamedTuple):
    """Findings, parted.

    Attributes:
        kept: those to report.
        dropped: those that a comment suppresses, each with the reason that the first such comment gives.
        used: for each suppression (by its place in the artifact's notes) whether it suppressed anything.
    """

    kept: Tuple[Finding, ...]
    dropped: Tuple[Finding, ...]
    used: Mapping[Tuple[str, int], bool]


def suppress(
    findings: Iterable[Finding], notes: Mapping[str, Sequence[SuppressionNote]], rules: Mapping[str, Rule]
) -> Suppressed:
    """Part findings by the suppressions of the artifacts they stand in.

    Args:
        findings: of one session.
        notes: path of an artifact → its suppressions.
        rules: by id; findings of locked rules are always kept.
    """
    kept: List[Finding] = []
    dropped: List[Finding] = []
    used: Dict[Tuple[str, int], bool] = {}
    for item in findings:
        indices = [index for index, note in enumerate(notes.get(item.path, ())) if _matches(note, item)]
        locked = item.rule in rules and rules[item.rule].locked
        if locked or not indices:
            kept.append(item)
        else:
            dropped.append(item._replace(justification=notes[item.path][indices[0]].reason))
        used.update({(item.path, index): True for index in indices if not locked})
    return Suppressed(tuple(kept), tuple(dropped), used)


def _matches(note: SuppressionNote, item: Finding) -> bool:
    if not note.line_covers(item.line):
        return False
    return ALL_RULES in note.rules or any(name in {item.rule, item.name} for name in note.rules)
