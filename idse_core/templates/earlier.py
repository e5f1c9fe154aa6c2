"""Templates of the earlier tool, recognised by digest: an artifact equal to one of them has not been written yet.

The digests were taken from untouched artifacts in a public workspace of that tool.
"""

from __future__ import annotations

import hashlib
from typing import Dict, Tuple

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

_SECTIONS: Dict[str, Tuple[str, str]] = {
    "1. Environment": ("89bdf4", "003730570131e7b6"),  # context.md
    "2. Stack": ("ba0f55", "2062468e8ec6ac6b"),  # context.md
    "3. Constraints": ("8575d0", "646f13245b8fa85f"),  # context.md
    "4. Risks & Unknowns": ("b0dd40", "df0687da92cef81c"),  # context.md
    "External / Internal Feedback": ("65eeb1", "8f962f7dc98e566c"),  # feedback.md
    "Impacted Artifacts": ("93d490", "738e69a2d0cf1f73"),  # feedback.md
    "Risks / Issues Raised": ("80fdd7", "2ac0ad1f2340a053"),  # feedback.md
    "Actions / Follow-ups": ("1d898f", "8bbff84ab471c291"),  # feedback.md
    "Decision Log": ("44dcff", "79d31d8e42be2451"),  # feedback.md
    "Architecture": ("9ac432", "62e493630925e4e5"),  # README.md
    "What Was Built": ("b98d63", "a36bdda1ffd447b8"),  # README.md
    "Validation Reports": ("7ca29a", "5cb0ef3d64fd119d"),  # README.md
    "Deviations from Plan": ("999e54", "556192049e3c12ce"),  # README.md
    "Modified Components": ("be2057", "b86fd399cf413e96"),  # README.md
    "New Components Created": ("e680d1", "2ae5c5f7d6af9bea"),  # README.md
    "Files Edited (no component mapping)": ("89607e", "ba460431ab2746e7"),  # README.md
    "Stakeholders / Users": ("5ad4c7", "759cf58aba7b2523"),  # intent.md
    "Success Criteria (measurable)": ("4d78af", "3ccfa72b1677a4da"),  # intent.md
    "Constraints / Assumptions / Risks": ("ae4748", "e4f8c75cb8ec910c"),  # intent.md
    "Scope": ("03308c", "34e210a164754208"),  # intent.md
    "Time / Priority": ("b3770f", "b12110401cba4f53"),  # intent.md
    "0. Product Overview": ("6a15d7", "4f009b8abc704d9e"),  # plan.md
    "1. Architecture Summary": ("12a6df", "4232ff2fd34de85f"),  # plan.md
    "2. Components": ("39b9a2", "43f1b3c15e2b07b4"),  # plan.md
    "3. Data Model": ("41b743", "62ee224db34c8cef"),  # plan.md
    "4. API Contracts": ("aaa2bd", "649c68799815c557"),  # plan.md
    "5. Test Strategy": ("6b8535", "6c1ebd680c6ca008"),  # plan.md
    "6. Phases": ("6003a5", "2344aaa16df752b7"),  # plan.md
    "Overview": ("0e8c34", "5551b0ed3f8fc5a3"),  # spec.md
    "User Stories": ("94e7dc", "3ff36f0acbf9f653"),  # spec.md
    "Functional Requirements": ("b59b3a", "89b637fae545345b"),  # spec.md
    "Non-Functional Requirements": ("f9d9cf", "f3fedd38792814c8"),  # spec.md
    "Acceptance Criteria": ("8d62b3", "bf24391981912070"),  # spec.md
    "Assumptions / Constraints / Dependencies": ("d737bb", "52d651c2e7f2fd9c"),  # spec.md
    "Open Questions": ("b51f3e", "e5ef0bcb2f4f8fbe"),  # spec.md
    "Agent Profile": ("8f8e0b", "8515b7c6349f9cc1"),  # spec.md
    "Phase 0 \u2013 Foundations": ("b23d87", "c8dc557ef4ac7239"),  # tasks.md
    "Phase 1 \u2013 Core Behavior": ("ed814c", "d75b0dfcb1d18abe"),  # tasks.md
    "Phase 2 \u2013 NFRs / Hardening": ("467168", "e334bf6667e3dc70"),  # tasks.md
}
"""Heading → the beginning of the digest of the first line below it, and the digest of heading and body together."""


_FIRST_LINES = frozenset(
    {
        "# Context",
        "# Feedback",
        "# Implementation: {{ project_name }}",
        "# Intent",
        "# Plan \u2014 PRD Context Mode",
        "# Specification",
        "# Tasks",
    }
)


def is_earlier_document(text: str) -> bool:
    """Whether a whole artifact is an untouched template of the earlier tool."""
    return _FIRST_LINES.issuperset(_first_line(text)) and _digest(*normalised_lines(text)) in _DOCUMENTS


def is_earlier_section(heading: str, body: str) -> bool:
    """Whether the section with this heading text is untouched since the earlier tool created it."""
    if heading not in _SECTIONS:
        return False
    first, whole = _SECTIONS[heading]
    return _digest(*_first_line(body)).startswith(first) and _digest(heading, *normalised_lines(body)) == whole


def _first_line(text: str) -> Tuple[str, ...]:
    """The first non-blank line: much faster to get than all lines, and mostly enough to tell a difference."""
    return normalised_lines(text.lstrip().partition("\n")[0])[:1]


def _digest(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:_DIGEST_LENGTH]
