"""Findings as a Code Quality report, which GitLab shows in merge requests and compares with the target branch."""

from __future__ import annotations

from typing import Callable, Dict, Mapping

from idse_core.constitution_rules import Severity
from idse_core.reports.quoting import json_text, quoted, quoted_path, sentences
from idse_core.reports.unique_fingerprints import unique_fingerprints
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report

__all__ = ["render_gitlab"]

_SEVERITIES: Mapping[Severity, str] = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render_gitlab(report: Report, locate: Callable[[str], str]) -> str:
    """A JSON list of issues. GitLab drops repeated fingerprints, so they are made unique.

    Args:
        report: the report to show.
        locate: converts a path relative to the folder that holds ``.idse`` to one relative to the repository.
    """
    findings = report.findings
    return json_text([_issue(*pair, locate) for pair in zip(findings, unique_fingerprints(findings))])


def _issue(item: Finding, fingerprint: str, locate: Callable[[str], str]) -> Dict[str, object]:
    return {
        "description": sentences(item.message, item.fix),
        "check_name": quoted(item.rule),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {"path": quoted_path(locate(item.path)), "lines": {"begin": item.line}},
    }
