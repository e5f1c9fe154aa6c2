"""Templates of the earlier tool, known by digest only: a file that is still one of them says nothing yet.

The digests were taken from untouched artifacts in a public workspace of that tool.
"""

from __future__ import annotations

import hashlib

from idse_core.templates.outline import normalised_lines

__all__ = ["is_earlier_document", "is_earlier_section"]

_DIGEST_LENGTH = 16

_DOCUMENTS = frozenset(
    {
        "c265981c41cd38db",  # context.md
        "3eba762f213b09bb",  # feedback.md
        "66c8e7c816ec2e7e",  # README.md
        "805c1f89716c50e4",  # intent.md
        "31dc755be4916b51",  # plan.md
        "bacf052c3b71de9a",  # spec.md
        "c7db4cca5082497e",  # tasks.md
    }
)

_SECTIONS = {
    "1. Environment": "003730570131e7b6",  # context.md
    "2. Stack": "2062468e8ec6ac6b",  # context.md
    "3. Constraints": "646f13245b8fa85f",  # context.md
    "4. Risks & Unknowns": "df0687da92cef81c",  # context.md
    "External / Internal Feedback": "8f962f7dc98e566c",  # feedback.md
    "Impacted Artifacts": "738e69a2d0cf1f73",  # feedback.md
    "Risks / Issues Raised": "2ac0ad1f2340a053",  # feedback.md
    "Actions / Follow-ups": "8bbff84ab471c291",  # feedback.md
    "Decision Log": "79d31d8e42be2451",  # feedback.md
    "Architecture": "62e493630925e4e5",  # README.md
    "What Was Built": "a36bdda1ffd447b8",  # README.md
    "Validation Reports": "5cb0ef3d64fd119d",  # README.md
    "Deviations from Plan": "556192049e3c12ce",  # README.md
    "Modified Components": "b86fd399cf413e96",  # README.md
    "New Components Created": "2ae5c5f7d6af9bea",  # README.md
    "Files Edited (no component mapping)": "ba460431ab2746e7",  # README.md
    "Stakeholders / Users": "759cf58aba7b2523",  # intent.md
    "Success Criteria (measurable)": "3ccfa72b1677a4da",  # intent.md
    "Constraints / Assumptions / Risks": "e4f8c75cb8ec910c",  # intent.md
    "Scope": "34e210a164754208",  # intent.md
    "Time / Priority": "b12110401cba4f53",  # intent.md
    "0. Product Overview": "4f009b8abc704d9e",  # plan.md
    "1. Architecture Summary": "4232ff2fd34de85f",  # plan.md
    "2. Components": "43f1b3c15e2b07b4",  # plan.md
    "3. Data Model": "62ee224db34c8cef",  # plan.md
    "4. API Contracts": "649c68799815c557",  # plan.md
    "5. Test Strategy": "6c1ebd680c6ca008",  # plan.md
    "6. Phases": "2344aaa16df752b7",  # plan.md
    "Overview": "5551b0ed3f8fc5a3",  # spec.md
    "User Stories": "3ff36f0acbf9f653",  # spec.md
    "Functional Requirements": "89b637fae545345b",  # spec.md
    "Non-Functional Requirements": "f3fedd38792814c8",  # spec.md
    "Acceptance Criteria": "bf24391981912070",  # spec.md
    "Assumptions / Constraints / Dependencies": "52d651c2e7f2fd9c",  # spec.md
    "Open Questions": "e5ef0bcb2f4f8fbe",  # spec.md
    "Agent Profile": "8515b7c6349f9cc1",  # spec.md
    "Phase 0 \u2013 Foundations": "c8dc557ef4ac7239",  # tasks.md
    "Phase 1 \u2013 Core Behavior": "d75b0dfcb1d18abe",  # tasks.md
    "Phase 2 \u2013 NFRs / Hardening": "e334bf6667e3dc70",  # tasks.md
}
"""Heading → digest of heading and body."""


def is_earlier_document(text: str) -> bool:
    """Whether a whole artifact is an untouched template of the earlier tool."""
    return _digest(*normalised_lines(text)) in _DOCUMENTS


def is_earlier_section(heading: str, body: str) -> bool:
    """Whether a section below this heading text is untouched since the earlier tool made it."""
    expected = _SECTIONS.get(heading)
    return expected is not None and _digest(heading, *normalised_lines(body)) == expected


def _digest(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:_DIGEST_LENGTH]
