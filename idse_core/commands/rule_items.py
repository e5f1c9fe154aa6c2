"""The JSON documents of `idse rules`."""

from __future__ import annotations

from typing import Optional, Sequence

from idse_core.constitution_rules import Article, Rule
from idse_core.reports.documents import (
    ArticleItem,
    ArticleListDocument,
    ExampleResultItem,
    RuleDefinitionItem,
    RuleDocument,
    RuleListDocument,
    RuleTestDocument,
)
from idse_core.reports.rules_text import Suppression
from idse_core.validation.examples import ExampleResult

__all__ = ["article_list", "rule_document", "rule_list", "rule_tests"]


def rule_list(project: Optional[str], rules: Sequence[Rule]) -> RuleListDocument:
    """Rules with every field."""
    return RuleListDocument(project, [_rule_item(rule) for rule in rules])


def rule_document(project: Optional[str], rule: Rule, article: Optional[Article]) -> RuleDocument:
    """One rule with every field, its article, and how to suppress a finding."""
    suppression = Suppression.of(rule)
    item = None if article is None else ArticleItem(*article)
    return RuleDocument(project, _rule_item(rule), item, suppression.comment, suppression.reason)


def rule_tests(project: Optional[str], rules: Sequence[Rule], results: Sequence[ExampleResult]) -> RuleTestDocument:
    """The outcome of the examples of these rules."""
    items = [ExampleResultItem(*result) for result in results]  # type: ignore[arg-type]  # one of two words
    not_run = [rule.id for rule in rules if not rule.examples_fit]
    wrong = sum(bool(item.problem) for item in items)
    return RuleTestDocument(project, [rule.id for rule in rules], items, wrong, not_run)


def article_list(project: Optional[str], articles: Sequence[Article]) -> ArticleListDocument:
    """The articles."""
    return ArticleListDocument(project, [ArticleItem(*article) for article in articles])


def _rule_item(rule: Rule) -> RuleDefinitionItem:
    return RuleDefinitionItem(
        id=rule.id,
        name=rule.name,
        article=rule.article,
        kind=rule.kind,
        severity=rule.severity.value,
        locked=rule.locked,
        reach=rule.reach.value,
        stages=[stage.value for stage in rule.stages],
        tags=list(rule.tags),
        params=dict(rule.params),
        message=rule.message,
        fix=rule.fix,
        docs=rule.docs,
        valid_examples=list(rule.examples.valid),
        invalid_examples=list(rule.examples.invalid),
        pack=rule.pack,
        source=rule.source,
        changed_by=list(rule.changed_by),
    )
