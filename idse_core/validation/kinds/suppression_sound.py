"""``suppression-sound``: a suppressing comment is spelt well, gives a reason, names known rules, and is needed."""

from __future__ import annotations

from typing import Iterator, List, Literal, NamedTuple, Optional, Sequence

from idse_core.constitution_rules import Reach
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.results import ALL_RULES, DIRECTIVES, SuppressionNote


class Params(Parameters):
    """What is demanded.

    Attributes:
        demand: ``used``: it suppresses something; ``reason``: it says why; ``known``: its rules exist; ``allowed``: none
            of them is locked; ``directive``: it begins with a word that means something.
    """

    demand: Literal["used", "reason", "known", "allowed", "directive"]


class _Fault(NamedTuple):
    """What is wrong with a comment: the rules concerned, what was perhaps meant, and what it fails to do."""

    rules: str
    nearest: str = ""
    problem: str = ""


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every suppression that does not meet the demand."""
    stages = {artifact.path: artifact.stage for artifact in session.artifacts.values()}
    for path, notes in session.suppressions.items():
        for index, note in enumerate(notes):
            for fault in _faults(params.demand, session, note, _idle(session, path, index, note)):
                yield _hit(note, fault, path, stages.get(path))


def _idle(session: SessionFacts, path: str, index: int, note: SuppressionNote) -> List[str]:
    return [name for name in note.rules if (path, index, name) not in session.used]


def _faults(demand: str, session: SessionFacts, note: SuppressionNote, idle: Sequence[str]) -> List[_Fault]:
    if note.directive not in DIRECTIVES:
        named = "" if note.rules == (ALL_RULES,) else " ".join(note.rules)
        nearest = _nearest(note.directive[len("idse-") :].lower(), DIRECTIVES, "idse-")
        return [_Fault(named, nearest)] if demand == "directive" else []
    ends = note.directive == "enable"
    unknown = [name for name in note.rules if name != ALL_RULES and name not in session.rules]
    locked = [name for name in note.rules if name in session.rules and session.rules[name].locked]
    if demand == "known":
        return [_Fault(name, _nearest(name, list(session.rules))) for name in unknown]
    if demand == "allowed":
        return [] if ends else [_Fault(name) for name in locked]
    if demand == "reason":
        return [] if note.reason or ends else [_Fault(" ".join(note.rules))]
    if demand == "used":
        needless = " ".join(name for name in idle if name not in unknown and name not in locked)
        return [_Fault(needless, problem="ends no range" if ends else "suppresses nothing")] if needless else []
    return []


def _nearest(word: str, known: Sequence[str], before: str = "") -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only for a hint, and it costs start-up time

    close = get_close_matches(word, known, n=1)
    return _asked(before + close[0]) if close else ""


def _asked(name: str) -> str:
    return f" (did you mean {name}?)"


def _hit(note: SuppressionNote, fault: _Fault, path: str, stage: Optional[Stage]) -> Hit:
    directive = f"idse-{note.directive}" if note.directive in DIRECTIVES else note.directive
    values = (
        ("directive", directive),
        ("rules", fault.rules),
        ("problem", fault.problem),
        ("nearest", fault.nearest),
    )
    subject = f"{note.directive} {fault.rules}"
    return Hit(note.line, note.column, note.line, values, subject, stage=stage, path=path)


KIND = Kind(
    "suppression-sound",
    Reach.SESSION,
    Params,
    check,
    ("directive", "nearest", "problem", "rules"),
    phase=Phase.SUPPRESSIONS,
)
