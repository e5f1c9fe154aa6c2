"""One session's report as JSON and back, for the cache: compact, because a run reads thousands of them."""

from __future__ import annotations

import json
from typing import Any, List, Optional, Tuple

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import StageState, StageStatus
from idse_core.trace_record import Confirmation
from idse_core.validation.findings import Finding, Part
from idse_core.validation.report import SessionReport

__all__ = ["findings_from_json", "findings_to_json", "report_from_json", "report_to_json"]

# Takes half the time of calling the class, whose __new__ is Python code.
_new = tuple.__new__

_STAGES = tuple(Stage)
_BY_NAME = {stage.value: stage for stage in Stage}
_STATES = {state.value: state for state in StageState}
assert Finding._fields[3] == "severity"  # noqa: S101  # for the indices below
assert Finding._fields[6] == "stage"  # noqa: S101
assert Finding._fields[-1] == "parts"  # noqa: S101
_SEVERITIES = {severity.value: severity for severity in Severity}


def report_to_json(report: SessionReport) -> str:
    """Serialise what was found in one session."""
    stages = [status[1:] for status in report.stages.values()]
    return _dumped([stages, report.findings, report.suppressed, report.newly_covered])


def report_from_json(session: str, text: str) -> Optional[SessionReport]:
    """Parse a report; None when the text is not one."""
    try:
        stages, findings, suppressed, covered = json.loads(text)
        newly = {name: Confirmation(said, tuple(cover)) for name, (said, cover) in covered.items()}
        statuses = {
            stage: _new(StageStatus, (stage, _STATES[state], markers, errors, digest, _stages(stale)))
            for stage, (state, markers, errors, digest, stale) in zip(_STAGES, stages)
        }
        return SessionReport(session, statuses, _findings(findings), _findings(suppressed), newly_covered=newly)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def findings_to_json(findings: Tuple[Finding, ...]) -> str:
    """Serialise findings about a project."""
    return _dumped(findings)


def findings_from_json(text: str) -> Optional[Tuple[Finding, ...]]:
    """Parse findings; None when the text holds something else."""
    try:
        return _findings(json.loads(text))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _stages(names: List[str]) -> Tuple[Stage, ...]:
    return tuple(_BY_NAME[name] for name in names) if names else ()


def _findings(rows: List[List[Any]]) -> Tuple[Finding, ...]:
    return tuple(_finding(row) for row in rows) if rows else ()


def _finding(row: List[Any]) -> Finding:
    row[3] = _SEVERITIES[row[3]]
    row[6] = None if row[6] is None else _BY_NAME[row[6]]
    if len(row) != len(Finding._fields):
        raise ValueError("not a finding")
    row[-1] = tuple([Part(*part) for part in row[-1]]) if row[-1] else ()
    return _new(Finding, row)
