"""Rules as SARIF describes them: what code scanning shows beside a finding."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional

from idse_core.constitution_rules import Article, Rule, Severity
from idse_core.printable import printable

__all__ = ["LEVELS", "descriptor"]

LEVELS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""Severity → SARIF's ``level``."""

_PROBLEMS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "recommendation",
}
"""Severity → GitHub's ``problem.severity``, by which it sorts and filters."""


def descriptor(rule: Rule, article: Optional[Article]) -> Dict[str, object]:
    """A rule as a SARIF ``reportingDescriptor``.

    Args:
        rule: a rule that is not turned off.
        article: the rule's article; None when the Constitution has none with that number.
    """
    title = _title(rule)
    return {
        "id": printable(rule.id),
        "name": printable(rule.name),
        "shortDescription": {"text": title},
        "fullDescription": {"text": _text(rule.docs) or title},
        "help": {"text": "\n\n".join(_help(rule, article)), "markdown": "\n\n".join(_markdown(rule, article))},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "article": printable(rule.article),
            "pack": printable(rule.pack),
            "locked": rule.locked,
            "problem.severity": _PROBLEMS[rule.severity],
            "tags": _tags(rule),
        },
    }


def _title(rule: Rule) -> str:
    words = printable(rule.name).replace("-", " ").strip() or printable(rule.id)
    return f"{words[:1].upper()}{words[1:]}."


def _help(rule: Rule, article: Optional[Article]) -> List[str]:
    return [text for text in (_text(rule.docs), _fix(rule), _basis(article)) if text]


def _markdown(rule: Rule, article: Optional[Article]) -> List[str]:
    """As ``_help``, for viewers that show Markdown, which a rule's documentation is already."""
    fix, basis = _fix(rule), _basis(article)
    return [
        text
        for text in (_text(rule.docs), fix and f"**To settle it:** {_literal(fix)}", basis and f"*{basis}*")
        if text
    ]


def _fix(rule: Rule) -> str:
    """What to do; what is known only at a finding is named."""
    return _text(rule.advice)


def _literal(text: str) -> str:
    """Markdown of a text in which ``<`` begins no tag and no comment; in inline code it does not anyway."""
    parts = text.split("`")
    return "`".join(part if at % 2 else part.replace("<", r"\<") for at, part in enumerate(parts))


def _basis(article: Optional[Article]) -> str:
    return "" if article is None else _text(f"Article {article.number}, {article.title}: {article.text}")


def _tags(rule: Rule) -> List[str]:
    tags = [f"article-{rule.article}", *(stage.value for stage in rule.stages), *rule.tags]
    return sorted({printable(tag) for tag in tags})


def _text(text: str) -> str:
    return printable(text).strip()
