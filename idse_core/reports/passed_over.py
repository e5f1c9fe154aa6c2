"""Suppressed and accepted findings, for reports that are asked to show them: by what, and why."""

from __future__ import annotations

from typing import Literal, NamedTuple, Tuple

from idse_core.validation.baseline import BASELINE
from idse_core.validation.findings import Finding, sort_key
from idse_core.validation.report import Report

__all__ = ["PassedOver", "passed_over"]

_ACCEPTED = f"accepted in .idse/{BASELINE}"


class PassedOver(NamedTuple):
    """A finding that does not count.

    Attributes:
        kind: ``inSource`` for a comment in the artifact, ``external`` for the baseline; the words are SARIF's.
        justification: the reason that somebody gave, or where the finding was accepted; may be empty.
    """

    finding: Finding
    kind: Literal["inSource", "external"]
    justification: str


def passed_over(report: Report) -> Tuple[PassedOver, ...]:
    """All suppressed and accepted findings, in the fixed order of findings."""
    found = [PassedOver(item, "inSource", item.justification) for item in report.all_suppressed]
    found += [PassedOver(item, "external", _ACCEPTED) for item in report.all_accepted]
    return tuple(sorted(found, key=lambda item: sort_key(item.finding)))
