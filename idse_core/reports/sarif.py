"""Findings as a SARIF 2.1.0 log, for code scanning and for viewers.

Paths are relative to the repository, so that a log means the same on every machine. Suppressed and accepted findings
are in the log only on request: GitHub would show them as open. There is no ``informationUri`` and no ``helpUri``, since
the product and its rules are not published at any address.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Mapping, Sequence, Tuple
from urllib.parse import quote

from idse_core._version import __version__
from idse_core.constitution_rules import ConstitutionRules
from idse_core.reports.passed_over import PassedOver, passed_over
from idse_core.reports.quoting import json_text, quoted, sentences
from idse_core.reports.sarif_rules import LEVELS, descriptor
from idse_core.reports.unique_fingerprints import unique_fingerprints
from idse_core.validation.findings import Finding, sort_key
from idse_core.validation.report import Report

__all__ = ["render_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
"""The name that GitHub and SARIF viewers give to the root of the repository."""

_FINGERPRINT = "idseFinding/v1"
"""Our own key. ``primaryLocationLineHash`` is left to GitHub's upload, which computes it and warns of other values."""

Json = Dict[str, object]


def render_sarif(
    report: Report, rules: ConstitutionRules, locate: Callable[[str], str], *, show_suppressed: bool = False
) -> str:
    """A SARIF log with one run.

    Args:
        report: the report to show.
        rules: the rules in force; those that are not turned off are described in the log.
        locate: converts a path relative to the folder that holds ``.idse`` to one relative to the repository.
        show_suppressed: whether suppressed and accepted findings are in the log too, marked as such.
    """
    active = rules.active()
    articles = {article.number: article for article in rules.articles}
    indexes = {rule.id: index for index, rule in enumerate(active)}
    described = [descriptor(rule, articles.get(rule.article)) for rule in active]

    passed = passed_over(report) if show_suppressed else ()
    found = [*report.findings, *(item.finding for item in passed)]
    fingerprints = list(unique_fingerprints(found))
    made = [_result(item, indexes, locate(item.path), number) for item, number in zip(found, fingerprints)]
    if show_suppressed:  # if one result has suppressions, all must have them (SARIF, 3.27.23)
        for result, why in zip(made, [*([] for _ in report.findings), *([_why(item)] for item in passed)]):
            result["suppressions"] = why

    run: Json = {
        "tool": {"driver": {"name": "idse", "version": __version__, "rules": described}},
        "automationDetails": {"id": f"idse/{quoted(report.project)}/"},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": _in_order(found, made),
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _in_order(found: Sequence[Finding], made: Sequence[Json]) -> List[Json]:
    """The results in the fixed order of their findings."""
    pairs: List[Tuple[Finding, Json]] = sorted(zip(found, made), key=lambda pair: sort_key(pair[0]))
    return [result for _, result in pairs]


def _why(item: PassedOver) -> Json:
    suppression: Json = {"kind": item.kind, "status": "accepted"}
    if item.justification:
        suppression["justification"] = quoted(item.justification)
    return suppression


def _result(item: Finding, indexes: Mapping[str, int], path: str, fingerprint: str) -> Json:
    result: Json = {"ruleId": quoted(item.rule)}
    if item.rule in indexes:
        result["ruleIndex"] = indexes[item.rule]
    result["level"] = LEVELS[item.severity]
    result["message"] = {"text": _message(item)}
    result["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(item)}}]
    result["partialFingerprints"] = {_FINGERPRINT: fingerprint}
    result["properties"] = {"session": item.session or None, "stage": item.stage.value if item.stage else None}
    return result


def _message(item: Finding) -> str:
    """What is wrong and what to do. Viewers take ``[text](target)`` for a link, so it is escaped."""
    return sentences(item.message, item.fix).replace("](", "\\](")


def _artifact(path: str) -> Json:
    return {"uri": quote(_bytes(path)), "uriBaseId": _ROOT}


def _bytes(path: str) -> bytes:
    """The path as the file system has it: in a path, bytes that are not UTF-8 are represented by surrogates."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace")


def _region(item: Finding) -> Json:
    """From the finding's position to the end of its last line, which is what a region without ``endColumn`` means."""
    region: Json = {"startLine": item.line, "startColumn": item.column}
    if item.end_line > item.line:
        region["endLine"] = item.end_line
    return region
