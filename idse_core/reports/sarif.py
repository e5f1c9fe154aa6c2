"""Findings as a SARIF 2.1.0 log, for code scanning and for viewers.

Paths are relative to the repository, so that a log means the same on every machine. Suppressed findings are not in a
report's ``findings``, and so not in the log: GitHub would show them as open.
"""

from __future__ import annotations

from typing import Callable, Dict, Mapping
from urllib.parse import quote

from idse_core._version import __version__
from idse_core.constitution_rules import ConstitutionRules
from idse_core.reports.quoting import json_text, quoted, sentences
from idse_core.reports.sarif_rules import LEVELS, descriptor
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report

__all__ = ["render_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
"""The name that GitHub and SARIF viewers give to the root of the repository."""

_FINGERPRINT = "idseFinding/v1"
"""Our own key. ``primaryLocationLineHash`` is not ours to set: GitHub's upload computes it, and warns when it differs."""

Json = Dict[str, object]


def render_sarif(report: Report, rules: ConstitutionRules, locate: Callable[[str], str]) -> str:
    """A SARIF log with one run.

    Args:
        report: what to show.
        rules: the rules in force; those that are not turned off are described in the log.
        locate: from a path relative to the workspace's folder to one relative to the repository.
    """
    active = rules.active()
    articles = {article.number: article for article in rules.articles}
    indexes = {rule.id: index for index, rule in enumerate(active)}
    described = [descriptor(rule, articles.get(rule.article)) for rule in active]
    run: Json = {
        "tool": {"driver": {"name": "idse", "version": __version__, "rules": described}},
        "automationDetails": {"id": f"idse/{quoted(report.project)}/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, indexes, locate(item.path)) for item in report.findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(item: Finding, indexes: Mapping[str, int], path: str) -> Json:
    result: Json = {"ruleId": quoted(item.rule)}
    if item.rule in indexes:
        result["ruleIndex"] = indexes[item.rule]
    result["level"] = LEVELS[item.severity]
    result["message"] = {"text": _message(item)}
    result["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(item)}}]
    result["partialFingerprints"] = {_FINGERPRINT: item.fingerprint}
    result["properties"] = {"session": item.session or None, "stage": item.stage.value if item.stage else None}
    return result


def _message(item: Finding) -> str:
    """What is wrong and what to do. A viewer would take ``[text](target)`` for a link; here nothing is one."""
    return sentences(item.message, item.fix).replace("](", "\\](")


def _artifact(path: str) -> Json:
    return {"uri": quote(_bytes(path)), "uriBaseId": _ROOT}


def _bytes(path: str) -> bytes:
    """The path as the file system has it: bytes that are not UTF-8 stand in a path as surrogates."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace")


def _region(item: Finding) -> Json:
    """From the place to the end of its last line, which is what a region without ``endColumn`` means."""
    region: Json = {"startLine": item.line, "startColumn": item.column}
    if item.end_line > item.line:
        region["endLine"] = item.end_line
    return region
