"""The documents of `idse rules`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Literal, Optional

__all__ = [
    "ArticleItem",
    "ArticleListDocument",
    "ExampleResultItem",
    "RuleDefinitionItem",
    "RuleDocument",
    "RuleListDocument",
    "RuleTestDocument",
]


@dataclass(frozen=True)
class ArticleItem:
    """An article of the Constitution."""

    number: str
    title: str
    text: str


@dataclass(frozen=True)
class RuleDefinitionItem:
    """A rule with every field. ``stages`` is empty for a rule about a session or a project as a whole.

    ``params`` is what a pack writes below ``with``, defaults included. ``source`` is the pack's file, ``changed_by``
    are the files of later packs that changed the rule; files of other packages are written ``distribution:path``.
    """

    id: str
    name: str
    article: str
    kind: str
    severity: Literal["error", "warning", "info", "off"]
    locked: bool
    reach: Literal["file", "session", "project"]
    stages: List[str]
    tags: List[str]
    params: Dict[str, Any]
    message: str
    fix: str
    docs: str
    valid_examples: List[Any]
    invalid_examples: List[Any]
    pack: str
    source: str
    changed_by: List[str]


@dataclass(frozen=True)
class RuleListDocument:
    """``idse rules list --json``. ``project`` is null outside a workspace, where only installed rules count."""

    project: Optional[str]
    rules: List[RuleDefinitionItem]
    schema: Literal["idse.rules/1"] = "idse.rules/1"


@dataclass(frozen=True)
class RuleDocument:
    """``idse rules show|explain --json``.

    ``suppression`` is the comment that suppresses a finding, empty when none can; ``suppression_note`` says why.
    """

    project: Optional[str]
    rule: RuleDefinitionItem
    article: Optional[ArticleItem]
    suppression: str
    suppression_note: str
    schema: Literal["idse.rule/1"] = "idse.rule/1"


@dataclass(frozen=True)
class ExampleResultItem:
    """The outcome of one example of a rule. ``problem`` is empty when it is as expected; ``number`` counts from 1."""

    rule: str
    expected: Literal["valid", "invalid"]
    number: int
    problem: str


@dataclass(frozen=True)
class RuleTestDocument:
    """``idse rules test --json``; the exit code is 1 when ``wrong`` is not 0.

    ``not_run`` names rules that a later pack changed without giving them examples for it.
    """

    project: Optional[str]
    rules: List[str]
    results: List[ExampleResultItem]
    wrong: int
    not_run: List[str]
    schema: Literal["idse.rule-test/1"] = "idse.rule-test/1"


@dataclass(frozen=True)
class ArticleListDocument:
    """``idse rules articles --json``."""

    project: Optional[str]
    articles: List[ArticleItem]
    schema: Literal["idse.articles/1"] = "idse.articles/1"
