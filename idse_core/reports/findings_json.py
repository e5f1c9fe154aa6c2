"""Findings as items of JSON documents, and the document of ``idse validate --json``."""

from __future__ import annotations

from idse_core.reports.documents import (
    CountsItem,
    FindingItem,
    RuleCountItem,
    StatisticsDocument,
    SuppressedItem,
    ValidatedItem,
    ValidateDocument,
)
from idse_core.reports.passed_over import passed_over
from idse_core.reports.rule_statistics import RuleCount, rule_counts
from idse_core.validation.findings import Finding
from idse_core.validation.report import Counts, Report, SessionReport

__all__ = ["counts_item", "finding_item", "statistics_document", "validate_document"]


def validate_document(report: Report, shown: Report, *, show_suppressed: bool = False) -> ValidateDocument:
    """The document of ``idse validate --json``: verdicts of the whole report, findings of what the call selected."""
    suppressed = passed_over(shown) if show_suppressed else ()
    return ValidateDocument(
        project=report.project,
        sessions=[_validated_item(session) for session in report.sessions],
        findings=[finding_item(finding) for finding in shown.findings],
        counts=counts_item(shown.counts),
        accepted=len(shown.all_accepted),
        suppressed=[SuppressedItem(finding_item(item.finding), item.kind, item.justification) for item in suppressed],
    )


def statistics_document(shown: Report) -> StatisticsDocument:
    """The document of ``idse validate --statistics --json``."""
    return StatisticsDocument(
        project=shown.project,
        sessions=[session.session for session in shown.sessions],
        rules=[_rule_count_item(item) for item in rule_counts(shown)],
        counts=counts_item(shown.counts),
        accepted=len(shown.all_accepted),
        suppressed=len(shown.all_suppressed),
    )


def counts_item(counts: Counts) -> CountsItem:
    """How many findings of each severity."""
    return CountsItem(counts.errors, counts.warnings, counts.infos)


def finding_item(finding: Finding) -> FindingItem:
    """One finding."""
    return FindingItem(
        rule=finding.rule,
        name=finding.name,
        article=finding.article,
        severity=finding.severity.value,  # type: ignore[arg-type]  # a finding is never 'off'
        project=finding.project,
        session=finding.session or None,
        stage=finding.stage.value if finding.stage else None,
        path=finding.path,
        line=finding.line,
        column=finding.column,
        end_line=finding.end_line,
        message=finding.message,
        fix=finding.fix,
        fixable=finding.fixable,
        fingerprint=finding.fingerprint,
        open_marker=finding.open_marker,
    )


def _validated_item(session: SessionReport) -> ValidatedItem:
    stages = {stage.value: status.state.value for stage, status in session.stages.items()}
    verdict = session.validation_status.value
    return ValidatedItem(session.session, verdict, stages, len(session.accepted))  # type: ignore[arg-type]  # enum values


def _rule_count_item(item: RuleCount) -> RuleCountItem:
    return RuleCountItem(item.rule, item.name, item.severity.value, item.findings)  # type: ignore[arg-type]  # never 'off'
