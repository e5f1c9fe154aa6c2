"""docs/reference/rules.md: the articles and every core rule, from the packs, with the finding for its bad example."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable, List, Optional

from idse_core.constitution_rules import ConstitutionRules, Example, Rule
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.example_text import example_text
from idse_core.validation.baseline import Baseline
from idse_core.validation.constitution import Constitution, installed_constitution
from idse_core.validation.examples import EXAMPLE, run_examples
from idse_core.validation.findings import Finding
from idse_core.validation_engine import ValidationEngine
from tools.reference.markdown import NOTE, cell, code, fence, table

__all__ = ["rules_page"]

_INTRODUCTION = """\
# Rules

The core pack: what `idse validate` checks without any configuration. `idse rules explain ID` shows the same in a terminal,
with the rules of your own packs. A *locked* rule can't be turned off, lowered, ignored or suppressed; only a baseline lets pass what
was there when it was written. Each rule has an example
that it accepts and one that it does not, with what it says of that. A rule looks at one artifact at a time, or at all that belongs
to a session or a project. Of headings, case and numbering don't count.
"""

_COMMENT = re.compile(r"<!--.*?-->")

_NOWHERE = Path("no workspace", ".idse")
"""The folder of a workspace that does not exist: examples then know the packaged templates only."""


def rules_page() -> str:
    """The page's text."""
    rules = installed_constitution().rules
    core = sorted((rule for rule in rules if rule.pack == "core"), key=lambda rule: rule.id)
    lines = [NOTE, "", _INTRODUCTION, "## Articles", ""]
    lines += table(
        ("article", "title", "says"), ([each.number, cell(each.title), cell(each.text)] for each in rules.articles)
    )
    lines += ["", "## All rules", ""]
    lines += table(("rule", "name", "severity", "looks at", "article"), (_row(rule) for rule in core))
    for rule in core:
        lines += ["", *_section(rule, _said(rules, rule))]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> List[str]:
    return [f"[{rule.id}](#{_anchor(rule)})", code(rule.name), _severity(rule), _looks_at(rule), rule.article]


def _section(rule: Rule, said: Optional[Finding]) -> List[str]:
    about = f"{_severity(rule)[:1].upper()}{_severity(rule)[1:]}. Looks at: {_looks_at(rule)}. Article {rule.article}."
    fix = said.fix if said is not None and "{" in rule.fix else rule.fix
    visible = _COMMENT.sub(r"`\g<0>`", fix)
    lines = [f"### {rule.id} {rule.name}", "", about, "", cell_text(rule.docs), "", f"*To settle it:* {visible}"]
    if rule.kind == "require-section":
        lines += ["", f"*Headings that serve:* {', '.join(_headings(rule))}."]
    if rule.examples.valid:
        lines += ["", "Good:", "", *_example(rule.examples.valid[0])]
    if rule.examples.invalid:
        lines += ["", "Not good:", "", *_example(rule.examples.invalid[0])]
    if said is not None:
        lines += ["", f"It says, at {_place(rule, said)}:", "", *fence(said.message, "text")]
    return lines


def _headings(rule: Rule) -> List[str]:
    aliases = rule.params["aliases"]
    others = aliases if isinstance(aliases, (list, tuple)) else ()
    return [str(name) for name in (rule.params["heading"], *others)]


def _place(rule: Rule, said: Finding) -> str:
    """The position of the finding in the example, which may be several documents."""
    several = isinstance(rule.examples.invalid[0], dict) and len(rule.examples.invalid[0]) > 1
    document = said.stage.value if said.stage is not None else Path(said.path).name
    return f"line {said.line} of {document}" if several else f"line {said.line}"


def _said(rules: ConstitutionRules, rule: Rule) -> Optional[Finding]:
    """The first finding of the rule in its first bad example; None when it has none."""
    found: List[Finding] = []

    def judge(workspace: ProjectWorkspace, in_force: ConstitutionRules) -> Iterable[Finding]:
        constitution = Constitution(in_force, "examples")
        engine = ValidationEngine(workspace, constitution=constitution, baseline=Baseline(), use_cache=False)
        of_rule = [item for item in engine.validate([EXAMPLE]).findings if item.rule == rule.id]
        found.extend(of_rule)
        return of_rule

    for _ in run_examples(rules, judge, folder=_NOWHERE, only=[rule]):
        pass
    return found[0] if found else None


def cell_text(text: str) -> str:
    """A paragraph on one line."""
    return " ".join(text.split())


def _example(example: Example) -> List[str]:
    if isinstance(example, str):
        return fence(example, "markdown")
    lines: List[str] = []
    for name, text in example.items():
        lines += [f"{name}:", "", *fence(example_text(text), "markdown" if isinstance(text, str) else "text"), ""]
    return lines[:-1]


def _severity(rule: Rule) -> str:
    return f"{rule.severity}, locked" if rule.locked else str(rule.severity)


def _looks_at(rule: Rule) -> str:
    if len(rule.stages) == len(type(rule.stages[0])) if rule.stages else False:
        return "every artifact"
    return ", ".join(stage.value for stage in rule.stages) or str(rule.reach)


def _anchor(rule: Rule) -> str:
    return f"{rule.id.lower()}-{rule.name}"
