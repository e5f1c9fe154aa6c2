"""docs/reference/rules.md: the articles and every core rule, from the packs."""

from __future__ import annotations

from typing import List

from idse_core.constitution_rules import Example, Rule
from idse_core.validation.constitution import installed_constitution
from tools.reference.markdown import NOTE, cell, code, fence, table

__all__ = ["rules_page"]

_INTRODUCTION = """\
# Rules

The core pack: what `idse validate` checks without any configuration. `idse rules explain ID` shows the same in a terminal,
with the rules of your own packs. A *locked* rule can't be turned off, lowered, ignored or suppressed.
"""


def rules_page() -> str:
    """The page's text."""
    rules = installed_constitution().rules
    core = [rule for rule in rules if rule.pack == "core"]
    lines = [NOTE, "", _INTRODUCTION, "## Articles", ""]
    lines += table(
        ("article", "title", "says"), ([each.number, cell(each.title), cell(each.text)] for each in rules.articles)
    )
    lines += ["", "## All rules", ""]
    lines += table(("rule", "name", "severity", "looks at", "article"), (_row(rule) for rule in core))
    for rule in core:
        lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> List[str]:
    return [f"[{rule.id}](#{_anchor(rule)})", code(rule.name), _severity(rule), _looks_at(rule), rule.article]


def _section(rule: Rule) -> List[str]:
    lines = [f"### {rule.id} {rule.name}", "", cell_text(rule.docs), "", f"*To settle it:* {rule.fix}"]
    if rule.examples.valid:
        lines += ["", "Good:", "", *_example(rule.examples.valid[0])]
    if rule.examples.invalid:
        lines += ["", "Not good:", "", *_example(rule.examples.invalid[0])]
    return lines


def cell_text(text: str) -> str:
    """A paragraph on one line."""
    return " ".join(text.split())


def _example(example: Example) -> List[str]:
    if isinstance(example, str):
        return fence(example, "markdown")
    lines: List[str] = []
    for name, text in example.items():
        lines += [f"{name}:", "", *fence(str(text), "markdown" if isinstance(text, str) else "text"), ""]
    return lines[:-1]


def _severity(rule: Rule) -> str:
    return f"{rule.severity}, locked" if rule.locked else str(rule.severity)


def _looks_at(rule: Rule) -> str:
    if len(rule.stages) == len(type(rule.stages[0])) if rule.stages else False:
        return "every artifact"
    return ", ".join(stage.value for stage in rule.stages) or str(rule.reach)


def _anchor(rule: Rule) -> str:
    return f"{rule.id.lower()}-{rule.name}"
