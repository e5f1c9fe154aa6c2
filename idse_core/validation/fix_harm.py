"""What a fix would do to a session besides mending: a text that is written otherwise may say something else.

``FR1`` beside ``FR-1`` is another requirement, a heading may be what a link leads to, and ``FR2034`` may be a flight. So
the session is judged as it would be, and what would be found anew is a reason to leave the text as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.design_store import SessionDocuments
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.definitions import definitions, homes_of
from idse_core.validation.findings import Finding
from idse_core.validation.id_forms import family
from idse_core.validation.kinds.base import Phase
from idse_core.validation.results import HEADING, ITEM, IdNote, Notes
from idse_core.validation.rule_runner import RunnableRule

__all__ = ["Harm", "Judge", "Outlook", "harmful_rules", "harms", "known_families"]

_DEFINING = (HEADING, f"{ITEM}1")
_ABOUT_IDS = ("ids-define", "ids-resolve", "ids-covered-by")


class Outlook(NamedTuple):
    """A session as it is, or would be.

    Attributes:
        findings: all that are reported.
        notes: on the artifacts that are more than templates.
    """

    findings: Tuple[Finding, ...]
    notes: Mapping[Stage, Notes]


class Harm(NamedTuple):
    """Something that is wrong afterwards and was not before.

    Attributes:
        why: what, in words.
        stage, line: where.
    """

    why: str
    stage: Optional[Stage]
    line: int


Judge = Callable[[SessionDocuments], Tuple[Tuple[Finding, ...], Mapping[Stage, Notes]]]
"""Judges the session by other documents than those on disk; returns what an ``Outlook`` consists of."""


def harmful_rules(rules: Iterable[RunnableRule]) -> FrozenSet[str]:
    """The ids of the rules that a fix must not bring a finding of.

    Those about states follow from what the artifacts say, and those that show gaps say what was missing before.
    """
    return frozenset(item.rule.id for item in rules if item.kind.phase is Phase.CONTENT and not item.kind.shows_gaps)


def known_families(rules: Iterable[RunnableRule], requirements: Iterable[str]) -> FrozenSet[str]:
    """The prefixes of the ids that mean something to some rule."""
    named = (item.rule.params.get("prefix") for item in rules if item.rule.kind in _ABOUT_IDS)
    return frozenset([*requirements, *(str(prefix) for prefix in named if prefix)])


def harms(before: Outlook, after: Outlook, rules: FrozenSet[str], families: FrozenSet[str]) -> List[Harm]:
    """All that is wrong afterwards and was not before.

    Args:
        before: the session without the changes in question.
        after: the session with them.
        rules: ids of the rules whose findings count.
        families: prefixes of the ids that have to be defined.
    """
    found = [*_undefined(before.notes, after.notes, families), *_merged(before.notes, after.notes, families)]
    for item in _new(before.findings, (item for item in after.findings if item.rule in rules)):
        why = f"{item.rule} would be found in line {item.line} of {item.path}: {item.message}"
        found.append(Harm(why, item.stage, item.line))
    return found


def _new(before: Sequence[Finding], after: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that were there neither in these words nor about this text."""
    said = Counter((item.rule, item.path, item.message) for item in before)
    about = Counter((item.rule, item.path, item.fingerprint) for item in before)
    for item in after:
        words, text = (item.rule, item.path, item.message), (item.rule, item.path, item.fingerprint)
        said[words] -= 1
        about[text] -= 1
        if said[words] < 0 and about[text] < 0:
            yield item


def _undefined(before: Mapping[Stage, Notes], after: Mapping[Stage, Notes], families: FrozenSet[str]) -> Iterator[Harm]:
    """The ids that an artifact names only afterwards, and that no specification defines."""
    spec = after.get(Stage.SPEC, Notes())
    defined = {note.id for note in spec.ids if note.leads}
    for stage, notes in after.items():
        known = {note.id for note in before.get(stage, Notes()).ids}
        for note in notes.ids:
            if family(note.id) in families and note.id not in known and note.id not in defined:
                yield Harm(f"it would become {note.id}, which the spec does not define", stage, note.line)


def _merged(before: Mapping[Stage, Notes], after: Mapping[Stage, Notes], families: FrozenSet[str]) -> Iterator[Harm]:
    """The ids that were defined, and afterwards are elsewhere, or begin another heading or item beside that."""
    was, now = before.get(Stage.SPEC, Notes()).ids, after.get(Stage.SPEC, Notes()).ids
    for prefix in sorted(families):
        homes = {name: found[0] for name, found in definitions(was, prefix, homes_of(prefix)).items()}
        moved = {name: found[0].line for name, found in definitions(now, prefix, homes_of(prefix)).items()}
        then, since = _leading(was, homes), _leading(now, homes)
        for name, home in homes.items():
            more = since.get(name, frozenset()) - then.get(name, frozenset())
            for line in sorted(more) or ([moved[name]] if moved[name] != home.line else []):
                yield Harm(f"it would become {name}, and there is another {name}", Stage.SPEC, line)


def _leading(notes: Iterable[IdNote], homes: Mapping[str, IdNote]) -> Mapping[str, FrozenSet[int]]:
    """Id → the lines of the notes that lead in a heading or an item beside its definition."""
    found: Dict[str, FrozenSet[int]] = {}
    for note in notes:
        home = homes.get(note.id)
        if home is not None and note.form in _DEFINING and _above(note) == _above(home):
            found[note.id] = found.get(note.id, frozenset()) | {note.line}
    return found


def _above(note: IdNote) -> Tuple[str, ...]:
    return note.heading[:-1] if note.form == HEADING else note.heading
