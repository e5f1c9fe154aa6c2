"""Findings as workflow commands, which GitHub Actions shows as annotations at the lines of a pull request.

The form and the escaping follow "Workflow commands for GitHub Actions" and the runner that reads them: ``%``, CR and LF
in a message; in a property ``:`` and ``,`` as well.
"""

from __future__ import annotations

from typing import Callable, Dict, Mapping

from idse_core.constitution_rules import Severity
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report

__all__ = ["render_github"]

_COMMANDS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render_github(report: Report, locate: Callable[[str], str]) -> str:
    """One command per finding; empty without findings.

    Args:
        report: the report to show.
        locate: converts a path relative to the folder that holds ``.idse`` to one relative to the repository.
    """
    return "".join(f"{_command(item, locate(item.path))}\n" for item in report.findings)


def _command(item: Finding, path: str) -> str:
    properties: Dict[str, str] = {"file": quoted_path(path), "line": str(item.line)}
    if item.end_line > item.line:
        properties["endLine"] = str(item.end_line)
    else:  # a column can't be given together with another last line
        properties["col"] = str(item.column)
    properties["title"] = quoted(f"{item.rule} {item.name}")
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = "\n".join(quoted(text) for text in (item.message, item.fix) if text)
    return f"::{_COMMANDS[item.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
