"""Findings as a Code Quality report, which GitLab shows in merge requests and compares with the target branch."""

from __future__ import annotations

import hashlib
from typing import Callable, Dict, Iterable, Iterator, Mapping

from idse_core.constitution_rules import Severity
from idse_core.reports.quoting import json_text, quoted, quoted_path, sentences
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report

__all__ = ["render_gitlab"]

_SEVERITIES: Mapping[Severity, str] = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render_gitlab(report: Report, locate: Callable[[str], str]) -> str:
    """A JSON list of issues.

    Args:
        report: what to show.
        locate: from a path relative to the workspace's folder to one relative to the repository.
    """
    findings = report.findings
    return json_text([_issue(*pair, locate) for pair in zip(findings, _fingerprints(findings))])


def _issue(item: Finding, fingerprint: str, locate: Callable[[str], str]) -> Dict[str, object]:
    return {
        "description": sentences(item.message, item.fix),
        "check_name": quoted(item.rule),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[item.severity],
        "location": {"path": quoted_path(locate(item.path)), "lines": {"begin": item.line}},
    }


def _fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """The findings' own; GitLab drops repeated ones, so the second of the same and later ones get others."""
    seen: Dict[str, int] = {}
    for item in findings:
        number = seen[item.fingerprint] = seen.get(item.fingerprint, 0) + 1
        yield item.fingerprint if number == 1 else _numbered(item.fingerprint, number)


def _numbered(fingerprint: str, number: int) -> str:
    return hashlib.sha256(f"{fingerprint} {number}".encode("utf-8", "replace")).hexdigest()
