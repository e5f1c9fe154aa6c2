"""The seven artifacts of one generated session: about 5.6 KB each, with everything in them that rules look at.

Most sessions are in order. Every twelfth has a fault of its own, so that a run has findings to show, and every twelfth
suppresses one with a reason.
"""

from __future__ import annotations

from enum import Enum
from random import Random
from typing import Callable, Dict, List

from benchmarks.prose import Prose
from idse_core.pipeline_artifacts import Stage

__all__ = ["artifacts_of"]

_REQUIREMENTS = 9
_PROFILE = """```yaml
id: importer-{number}
name: Importer {number}
description: Reads the batches of branch {number}.
goals:
  - Every batch is in the ledger by 06:00.
tools: [read_batch, write_ledger]
version: "1.0"
```"""


class _Fault(Enum):
    NONE = 0
    MARKER = 1
    DUPLICATE = 2
    UNKNOWN_ID = 3
    DEAD_LINK = 4
    SUPPRESSED = 5


_FAULTS = {1: _Fault.MARKER, 3: _Fault.DUPLICATE, 5: _Fault.UNKNOWN_ID, 7: _Fault.DEAD_LINK, 9: _Fault.SUPPRESSED}
_CYCLE = 12


def artifacts_of(number: int, seed: int) -> Dict[Stage, str]:
    """The texts of one session.

    Args:
        number: the session's number, 0-based; it decides which fault the session has.
        seed: the seed of the whole workspace.
    """
    fault = _FAULTS.get(number % _CYCLE, _Fault.NONE)
    title = f"Import of branch {number}"
    return {
        stage: write(Prose(Random(f"{seed}:{number}:{stage.value}")), title, number, fault)  # noqa: S311  # not a secret
        for stage, write in _WRITERS.items()
    }


def _document(title: str, parts: Dict[str, str]) -> str:
    sections = (f"## {heading}\n\n{body}\n" for heading, body in parts.items())
    return f"# {title}\n\nProject `ledger`, generated.\n\n" + "\n".join(sections)


def _intent(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    goal = "[REQUIRES INPUT] Name the goal." if fault is _Fault.MARKER else prose.paragraph(5)
    return _document(
        f"Intent: {title}",
        {
            "Goal": goal,
            "Problem / Opportunity": f"{prose.paragraph(9)}\n\n{prose.paragraph(8)}",
            "Stakeholders / Users": prose.items(8, nested=True),
            "Success Criteria": prose.items(8),
            "Constraints / Assumptions / Risks": prose.items(9),
            "Scope": f"### In scope\n\n{prose.items(4)}\n\n### Out of scope\n\n{prose.items(3)}",
            "Time / Priority": f"Branch {number} is ready by 30 October 2026.",
        },
    )


def _context(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    note = "<!-- idse-disable-next-line ART007 -- asked on Monday -->\n- TODO: name the owner\n"
    return _document(
        f"Context: {title}",
        {
            "Environment": f"{prose.paragraph(6)}\n\n{prose.table(('System', 'Role', 'Owner'), 9)}",
            "Stack": f"{prose.items(7)}\n\n{prose.code(9)}",
            "Constraints": prose.items(12, nested=True),
            "Risks & Unknowns": (note if fault is _Fault.SUPPRESSED else "") + prose.items(11),
            "Notes": f"<!-- generated, branch {number} -->\n\n> {prose.sentence()}\n> {prose.sentence()}",
        },
    )


def _spec(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    requirements = [f"- **FR-{n}**: The system MUST hold that {prose.sentence()}" for n in range(1, _REQUIREMENTS + 1)]
    if fault is _Fault.DUPLICATE:
        requirements.append(f"- **FR-1**: The system MUST not {prose.sentence()}")
    criteria = [f"- **AC-{n}** (FR-{n}): Given a batch, {prose.sentence()}" for n in range(1, _REQUIREMENTS + 1)]
    profile = {"Agent Profile": _PROFILE.format(number=number)} if number % 4 == 0 else {}
    return _document(
        f"Specification: {title}",
        {
            "Overview": prose.paragraph(8),
            "User Stories": prose.items(9),
            "Functional Requirements": "\n".join(requirements),
            "Non-Functional Requirements": f"- **NFR-1**: 500 rows take at most 2 seconds.\n{prose.items(6)}",
            "Acceptance Criteria": "\n".join(criteria),
            "Assumptions / Dependencies": prose.items(6),
            **profile,
        },
    )


def _plan(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    covered = ", ".join(f"FR-{n}" for n in range(1, _REQUIREMENTS + 1))
    link = " See [the drawing](drawing.svg)." if fault is _Fault.DEAD_LINK else ""
    return _document(
        f"Plan: {title}",
        {
            "Architecture Summary": f"{prose.paragraph(7)}\n\nCovers {covered}.{link} [Phases](#phases) follow.",
            "Components": prose.table(("Component", "Responsibility", "Interfaces"), 10),
            "Data Model": f"{prose.items(6)}\n\n{prose.code(8, 'sql')}",
            "Test Strategy": prose.items(8, nested=True),
            "Phases": "\n\n".join(f"### Phase {n}\n\n{prose.paragraph(4)}" for n in range(4)),
            "Notes": f"1. Branch {number} first.\n2. {prose.sentence()}",
        },
    )


def _tasks(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    lines: List[str] = []
    for phase in range(3):
        lines.append(f"## Phase {phase}\n\n{prose.paragraph(2)}\n")
        for task in range(1, 8):
            requirement = (phase * 7 + task - 1) % _REQUIREMENTS + 1
            covers = f"FR-{98 if fault is _Fault.UNKNOWN_ID and task == 1 else requirement}"
            needs = "none" if task == 1 else f"{phase}.{task - 1}"
            lines.append(
                f"- [{'x' if phase == 0 else ' '}] Task {phase}.{task} \u2013 {prose.sentence()[:-1]} (Covers: {covers}) "
                f"(Deps: {needs}) (Acceptance: AC-{requirement} passes)"
            )
        lines.append("")
    return f"# Tasks: {title}\n\nBranch {number}.\n\n" + "\n".join(lines)


def _implementation(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    del fault
    components = "\n".join(
        f"- **Part{n}** (`ledger/part_{n}.py`)\n  - Type: projection\n  - Changes: {prose.sentence()}"
        for n in range(1, 13)
    )
    return _document(
        f"Implementation: {title}",
        {
            "Summary": f"FR-1 and FR-2 of branch {number} are done.\n\n{prose.paragraph(7)}",
            "Component Impact Report": f"### Modified Components\n\n{components}",
            "Validation": f"{prose.items(7)}\n\n{prose.code(7, 'text')}",
            "Deviations from Plan": prose.items(6),
        },
    )


def _feedback(prose: Prose, title: str, number: int, fault: _Fault) -> str:
    del fault
    return _document(
        f"Feedback: {title}",
        {
            "External / Internal Feedback": prose.items(10, nested=True),
            "Impacted Artifacts": f"- spec of branch {number}: the total is shown.\n{prose.items(8)}",
            "Risks / Issues Raised": prose.items(8),
            "Actions / Follow-ups": "\n".join(f"- [{'x '[n % 2]}] {prose.sentence()}" for n in range(8)),
            "Decision Log": prose.items(12),
        },
    )


_WRITERS: Dict[Stage, Callable[[Prose, str, int, _Fault], str]] = {
    Stage.INTENT: _intent,
    Stage.CONTEXT: _context,
    Stage.SPEC: _spec,
    Stage.PLAN: _plan,
    Stage.TASKS: _tasks,
    Stage.IMPLEMENTATION: _implementation,
    Stage.FEEDBACK: _feedback,
}
