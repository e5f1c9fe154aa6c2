"""Longer texts: a rule's explanation, help, the command log, what is not there yet."""

from __future__ import annotations

from typing import Sequence

from rich.text import Text

from idse_core.constitution_rules import ConstitutionRules, Severity
from idse_core.errors import UsageError
from idse_core.printable import one_line, printable
from idse_core.session_metadata import SessionType
from idse_core.stage_state_model import StageState
from idse_core.validation.findings import Finding
from idse_tui.look import STATE_STYLES, Look

__all__ = ["explanation", "help_text", "log_text", "next_step_text"]


def explanation(finding: Finding, rules: ConstitutionRules, look: Look) -> Text:
    """What a finding says, how it is settled, and the rule and article behind it."""
    styles = look.styles
    text = Text()
    text.append(f"{look.glyphs.severities[finding.severity]} {finding.severity}  ", look.severity(finding.severity))
    text.append(f"{one_line(finding.message)}\n", styles["text"])
    text.append(f"{one_line(finding.path)}:{finding.line}\n" if finding.path else "", styles["muted"])
    if finding.excerpt:
        text.append(f"\n  {one_line(finding.excerpt)}\n", styles["code"])
    _part(text, look, "What to do", finding.fix)
    try:
        rule = rules.get(finding.rule)
    except UsageError:
        return text
    _part(text, look, "Why", rule.docs)
    article = next((item for item in rules.articles if item.number == rule.article), None)
    if article is not None:
        _part(text, look, f"Article {article.number}: {article.title}", article.text)
    for name, examples in (("A good example", rule.examples.valid), ("A bad one", rule.examples.invalid)):
        for example in [item for item in examples if isinstance(item, str)][:1]:
            text.append(f"\n{name}\n", styles["accent"])
            text.append("\n".join(f"  {line}" for line in printable(example).strip().split("\n")[:12]), styles["code"])
            text.append("\n")
    source = "the core" if rule.pack == "core" else rule.pack
    locked = "; it is locked" if rule.locked else ""
    edits = "; e edits at the line" if finding.path else ""
    text.append(f"\nfrom {one_line(source)}{locked}{edits}", styles["muted"])
    return text


def _part(text: Text, look: Look, title: str, body: str) -> None:
    if body:
        text.append(f"\n{one_line(title)}\n", look.styles["accent"])
        text.append(f"{one_line(body)}\n", look.styles["text"])


_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)

_HELP = (
    (
        "What you see",
        (
            "A project is a tree of sessions ({panel-1}). Each session goes through seven stages ({panel-2}), each with one "
            "Markdown artifact ({panel-3}). Findings ({panel-4}) say what the Constitution asks for and is not there yet."
        ),
    ),
    (
        "What it does",
        (
            "The screen follows the files: save one anywhere and it is examined at once. Nothing that git "
            "tracks is written unless you ask for it; {validate} validates and records the verdict."
        ),
    ),
    ("Switch", "{switch}, a few letters, Enter."),
    ("Why it fails", "{panel-4}, then down and up; {explain} explains; Enter or {next-finding} shows the line."),
    ("Fix it", "{edit} opens your editor at the line; come back and it has been examined."),
    ("Share it", "{push} pushes, {pull} pulls: the plan first. {conflicts} resolves what both sides changed."),
    ("Everything else", "{keys} lists the keys that are valid here, {palette} every command with its idse line."),
)


def help_text(look: Look, problems: Sequence[str] = ()) -> Text:
    """What is broken here, if anything is; then what the app is, in a few lines, and what its signs mean.

    Args:
        look: glyphs and styles.
        problems: one sentence each.
    """
    broken = [("What is broken here", "\n".join(f"! {one_line(problem)}" for problem in problems))] if problems else []
    told = [(title, words.format_map(look.keys)) for title, words in _HELP]
    parts = [
        Text.assemble((f"{title}\n", look.styles["accent"]), (line, look.styles["text"]))
        for title, line in (*broken, *told)
    ]
    return Text("\n\n").join([*parts, _legend(look)])


def _legend(look: Look) -> Text:
    """The signs with their words, as far as a screen shows them alone somewhere."""
    glyphs = look.glyphs
    lines = (
        (
            "sessions",
            *((glyphs.types[kind], kind.value, "info") for kind in SessionType),
            (glyphs.archived, "archived", "info"),
        ),
        ("", (glyphs.current, "the current one", "accent"), ("2/7", "stages completed", "muted")),
        (
            "stages",
            *((glyphs.states[state], state.value.replace("_", " "), STATE_STYLES[state]) for state in StageState),
        ),
        ("", (glyphs.stale, "stale: something before it changed", "warning")),
        (
            "findings",
            *((glyphs.severities[severity], severity.value, severity.value) for severity in _SEVERITIES),
            (glyphs.passing, "nothing found", "success"),
        ),
        (
            "files",
            (glyphs.live, "followed", "success"),
            (glyphs.checking, "being examined", "muted"),
            (glyphs.off, "not followed", "warning"),
        ),
    )
    text = Text.assemble(("Signs", look.styles["accent"]))
    for title, *signs in lines:
        text.append(f"\n{title:<10}", look.styles["muted"])
        for sign, word, style in signs:
            text.append(sign, look.styles[style])
            text.append(f" {word}  ", look.styles["text"])
    return text


def log_text(lines: Sequence[str], look: Look) -> Text:
    """The commands, the latest last; they can be pasted."""
    if not lines:
        return Text("nothing was done yet", look.styles["muted"])
    return Text("\n").join(Text(one_line(line), look.styles["code"]) for line in lines)


def next_step_text(what: str, steps: Sequence[str], line: str, look: Look) -> Text:
    """What is the case, what to do next, and the command line for it."""
    text = Text(f"{what}.\n", look.styles["text"])
    for step in steps:
        text.append(f"\n{one_line(step)}\n", look.styles["muted"])
    if line:
        text.append(f"\n  {one_line(line)}\n", look.styles["code"])
    return text
