"""What a fix would do to a session besides mending: a text that is written otherwise may say something else.

``FR1`` beside ``FR-1`` is another requirement, a heading may be what a link leads to, and ``FR2034`` may be a flight. So
the session is judged as it would be, and what would be found anew is a reason to leave the text as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from idse_core.design_store import SessionDocuments
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.definitions import definitions, homes_of
from idse_core.validation.findings import Finding
from idse_core.validation.id_forms import family
from idse_core.validation.kinds.base import Phase
from idse_core.validation.results import HEADING, ITEM, IdNote, Notes
from idse_core.validation.rule_runner import RunnableRule

__all__ = ["Judge", "Outlook", "harm", "harmful_rules", "known_families"]

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


Judge = Callable[[SessionDocuments], Outlook]
"""Judges the session by other documents than those on disk."""


def harmful_rules(rules: Iterable[RunnableRule]) -> FrozenSet[str]:
    """The ids of the rules that a fix must not bring a finding of.

    Those about states follow from what the artifacts say, and those that show gaps say what was missing before.
    """
    return frozenset(item.rule.id for item in rules if item.kind.phase is Phase.CONTENT and not item.kind.shows_gaps)


def known_families(rules: Iterable[RunnableRule], requirements: Iterable[str]) -> FrozenSet[str]:
    """The prefixes of the ids that mean something to some rule."""
    named = (item.rule.params.get("prefix") for item in rules if item.rule.kind in _ABOUT_IDS)
    return frozenset([*requirements, *(str(prefix) for prefix in named if prefix)])


def harm(before: Outlook, after: Outlook, rules: FrozenSet[str], families: FrozenSet[str]) -> str:
    """In words, the first thing that is wrong afterwards and was not before; empty when there is none.

    Args:
        before: the session without the changes in question.
        after: the session with them.
        rules: ids of the rules whose findings count.
        families: prefixes of the ids that have to be defined.
    """
    for name in _undefined(before.notes, after.notes, families):
        return f"it would become {name}, which the spec does not define"
    for name in _merged(before.notes, after.notes, families):
        return f"it would become {name}, and there is another {name}"
    for item in _new(before.findings, (item for item in after.findings if item.rule in rules)):
        return f"{item.rule} would be found in line {item.line} of {item.path}: {item.message}"
    return ""


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


def _undefined(before: Mapping[Stage, Notes], after: Mapping[Stage, Notes], families: FrozenSet[str]) -> Iterator[str]:
    """The ids that an artifact names only afterwards, and that no specification defines."""
    spec = after.get(Stage.SPEC, Notes())
    defined = {note.id for note in spec.ids if note.leads}
    for stage, notes in after.items():
        known = {note.id for note in before.get(stage, Notes()).ids}
        for note in notes.ids:
            if family(note.id) in families and note.id not in known and note.id not in defined:
                yield note.id


def _merged(before: Mapping[Stage, Notes], after: Mapping[Stage, Notes], families: FrozenSet[str]) -> Iterator[str]:
    """The ids that were defined, and afterwards are elsewhere, or begin another heading or item beside that."""
    was, now = before.get(Stage.SPEC, Notes()).ids, after.get(Stage.SPEC, Notes()).ids
    for prefix in sorted(families):
        homes, moved = (
            {name: found[0] for name, found in definitions(ids, prefix, homes_of(prefix)).items()} for ids in (was, now)
        )
        then, since = _leading(was, homes), _leading(now, homes)
        for name, home in homes.items():
            if moved[name].line != home.line or len(since.get(name, ())) > len(then.get(name, ())):
                yield name


def _leading(notes: Iterable[IdNote], homes: Mapping[str, IdNote]) -> Dict[str, List[IdNote]]:
    """Id → the notes that lead in a heading or an item beside its definition."""
    found: Dict[str, List[IdNote]] = {}
    for note in notes:
        home = homes.get(note.id)
        if home is not None and note.form in _DEFINING and _above(note) == _above(home):
            found.setdefault(note.id, []).append(note)
    return found


def _above(note: IdNote) -> Tuple[str, ...]:
    return note.heading[:-1] if note.form == HEADING else note.heading
