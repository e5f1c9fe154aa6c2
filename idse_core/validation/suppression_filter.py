"""Splits findings by the suppressions in their artifacts."""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Sequence, Set, Tuple

from idse_core.constitution_rules import Rule
from idse_core.validation.findings import Finding, apart
from idse_core.validation.results import ALL_RULES, SuppressionNote

__all__ = ["Suppressed", "Used", "called_by_id", "suppress"]

Used = FrozenSet[Tuple[str, int, str]]
"""Path of an artifact, index in its notes, and the rule as that note names it."""


class Suppressed(NamedTuple):
    """Findings, split by suppressions.

    Attributes:
        kept: the findings to report.
        dropped: the findings that a comment suppresses, each with the reason that the first such comment gives.
        used: the names in comments that suppressed something, or ended a range.
    """

    kept: Tuple[Finding, ...]
    dropped: Tuple[Finding, ...]
    used: Used


class _Span(NamedTuple):
    """The lines on which one comment suppresses one rule.

    Attributes:
        number: the index of the comment among the notes.
        names: the names by which it refers to the rule.
    """

    number: int
    names: Tuple[str, ...]
    first_line: int
    end_line: int


def called_by_id(
    notes: Mapping[str, Sequence[SuppressionNote]], rules: Mapping[str, Rule]
) -> Mapping[str, Tuple[SuppressionNote, ...]]:
    """The notes with the ids that they name as the rules have them: ``spec005`` is SPEC005 here as it is for ``--select``.

    Args:
        notes: path of an artifact → its suppressions.
        rules: by id and by name.
    """
    return {
        path: tuple(note._replace(rules=tuple(_id_of(name, rules) for name in note.rules)) for note in own)
        for path, own in notes.items()
    }


def _id_of(name: str, rules: Mapping[str, Rule]) -> str:
    return name.upper() if name not in rules and name.upper() in rules else name


def suppress(
    findings: Iterable[Finding], notes: Mapping[str, Sequence[SuppressionNote]], rules: Mapping[str, Rule]
) -> Suppressed:
    """Split findings by the suppressions in their artifacts.

    Args:
        findings: the findings of one session.
        notes: path of an artifact → its suppressions, in the order of the text.
        rules: rules by id and by name; findings of locked rules are always kept.
    """
    kept: List[Finding] = []
    dropped: List[Finding] = []
    used: Set[Tuple[str, int, str]] = set()
    spans: Dict[Tuple[str, str], List[_Span]] = {}
    for item in findings:
        own = notes.get(item.path)
        if not own or (item.rule in rules and rules[item.rule].locked):
            kept.append(item)
            continue
        known = spans.get((item.path, item.rule))
        if known is None:
            known = spans[item.path, item.rule] = _spans(own, (item.rule, item.name, ALL_RULES))
        for piece in apart(item) if any(_covering(known, part.line) for part in item.parts) else (item,):
            covering = _covering(known, piece.line)
            used.update((item.path, span.number, name) for span in covering for name in span.names)
            if covering:
                dropped.append(piece._replace(justification=own[covering[0].number].reason))
            else:
                kept.append(piece)
    for path, own in notes.items():
        used.update((path, index, name) for index, name in _ends(own, rules))
    return Suppressed(tuple(kept), tuple(dropped), frozenset(used))


def _covering(spans: Sequence[_Span], line: int) -> List[_Span]:
    return [span for span in spans if span.first_line <= line <= span.end_line]


def _spans(notes: Sequence[SuppressionNote], called: Tuple[str, ...]) -> List[_Span]:
    """The spans in which comments suppress a rule; a range ends where that rule is enabled again."""
    ended: List[_Span] = []
    open_spans: List[_Span] = []
    for index, note in enumerate(notes):
        names = tuple(name for name in note.rules if name in called)
        if not names:
            continue
        if note.directive == "enable":
            ended += [span._replace(end_line=note.line) for span in open_spans]
            open_spans = []
            continue
        span = _Span(index, names, note.first_line, note.end_line)
        (open_spans if note.directive == "disable" else ended).append(span)
    return sorted([*ended, *open_spans])


def _ends(notes: Sequence[SuppressionNote], rules: Mapping[str, Rule]) -> List[Tuple[int, str]]:
    """The indices of the comments that end a range, with the names of the rules for which they do."""
    disabled: Set[str] = set()
    all_but: Set[str] = set()
    is_all = False
    found: List[Tuple[int, str]] = []
    for index, note in enumerate(notes):
        for name in note.rules:
            rule = rules[name].id if name in rules else name
            if note.directive == "disable":
                is_all = is_all or rule == ALL_RULES
                all_but = set() if rule == ALL_RULES else all_but - {rule}
                disabled.add(rule)
            elif note.directive == "enable" and rule == ALL_RULES:
                found += [(index, name)] if disabled else []
                disabled, all_but, is_all = set(), set(), False
            elif note.directive == "enable" and (rule in disabled or (is_all and rule not in all_but)):
                found.append((index, name))
                disabled.discard(rule)
                all_but.add(rule)
    return found
