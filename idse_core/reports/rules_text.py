"""Rules for people: a table, one rule in full, one rule explained, the articles, and the outcome of examples.

Packs come from repositories and from other packages: everything in them is quoted.
"""

from __future__ import annotations

import json
import textwrap
from typing import List, NamedTuple, Optional, Sequence, Tuple

from idse_core.constitution_rules import Article, Example, Reach, Rule, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.printable import count
from idse_core.reports.example_text import example_text
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import SEVERITY_COLOR, Style
from idse_core.validation.examples import ExampleResult

__all__ = ["Suppression", "render_articles", "render_explanation", "render_rule", "render_rules", "render_tests"]

_WIDTH = 96
_COLUMNS = ("id", "severity", "locked", "article", "about", "name")


class Suppression(NamedTuple):
    """How a rule's findings can be suppressed, or why they can't.

    Attributes:
        comment: the comment to write above the line in the artifact; empty when none works.
        reason: how the comment works, or why none does.
        pack: the lines of a pack that turns the rule off; empty when the rule is locked.
    """

    comment: str
    reason: str
    pack: str

    @classmethod
    def of(cls, rule: Rule) -> Suppression:
        """The possibilities for this rule."""
        if rule.locked:
            return cls("", "it is locked: it can't be ignored, suppressed or turned off, only made stricter", "")
        pack = f"pack: ours\nrules:\n  - {{extend: {rule.id}, severity: off}}"
        if rule.reach is Reach.PROJECT:
            return cls("", "its findings are not about an artifact, so a comment can't suppress them", pack)
        comment = f"<!-- idse-disable-next-line {rule.id} -- why -->"
        return cls(
            comment, "the reason behind the two hyphens is required; disable-file is for all of an artifact", pack
        )


def render_rules(rules: Sequence[Rule], style: Style) -> str:
    """One line per rule, and their number."""
    rows = [_row(rule) for rule in rules]
    widths = [max(len(row[index]) for row in (_COLUMNS, *rows)) for index in range(len(_COLUMNS))]
    lines = [style.paint(_line(_COLUMNS, widths), "dim")] if rows else []
    for rule, row in zip(rules, rows):
        cells = [text.ljust(width) for text, width in zip(row, widths)]
        cells[0] = style.paint(cells[0], "bold")
        cells[1] = style.paint(cells[1], SEVERITY_COLOR[rule.severity])
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, *([""] if lines else []), _total(rules)]) + "\n"


def render_rule(rule: Rule, article: Optional[Article], style: Style) -> str:
    """Every field of a rule."""
    fields = [
        ("severity", style.paint(rule.severity.value, SEVERITY_COLOR[rule.severity])),
        ("locked", "yes" if rule.locked else "no"),
        ("article", _article(rule, article)),
        ("kind", quoted(rule.kind)),
        ("about", _about(rule)),
        ("tags", quoted(", ".join(rule.tags))),
        ("message", quoted(rule.message)),
        ("fix", quoted(rule.fix)),
        ("examples", f"{len(rule.examples.valid)} valid, {len(rule.examples.invalid)} invalid"),
        ("pack", f"{quoted(rule.pack)}, in {quoted_path(rule.source)}"),
        ("changed by", ", ".join(map(quoted_path, rule.changed_by))),
    ]
    lines = [_title(rule, style)]
    lines += [f"  {style.paint(name.ljust(10), 'dim')}  {text}" for name, text in fields if text]
    if rule.params:
        lines.append(f"  {style.paint('with', 'dim')}")
        lines += [f"    {quoted(name)}: {quoted(_value(value))}" for name, value in rule.params.items()]
    return "\n".join([*lines, *_paragraphs(rule.docs)]) + "\n"


def render_explanation(rule: Rule, article: Optional[Article], style: Style) -> str:
    """What a rule is for, with examples, and what to do about a finding."""
    lines = [_title(rule, style), f"  {_article(rule, article)}" if rule.article else ""]
    lines += [*_paragraphs(rule.docs), *_example("good", rule.examples.valid, style)]
    lines += _example("bad", rule.examples.invalid, style)
    lines += ["", style.paint("how to settle it", "bold"), *_wrapped(quoted(rule.advice))]
    suppression = Suppression.of(rule)
    lines += ["", style.paint("how to let it pass", "bold")]
    lines += [f"    {text}" for text in (suppression.comment,) if text]
    lines += _wrapped(f"{suppression.reason[:1].upper()}{suppression.reason[1:]}.")
    if suppression.pack:
        lines += ["  Or turn it off for everybody, in a pack of your own below .idse/rules:"]
        lines += [f"    {text}" for text in suppression.pack.splitlines()]
    return "\n".join(_without_runs_of_empty(lines)) + "\n"


def render_articles(articles: Sequence[Article], style: Style) -> str:
    """The articles, each with its sentence."""
    width = max((len(quoted(article.number)) for article in articles), default=0)
    lines: List[str] = []
    for article in articles:
        title = style.paint(f"{quoted(article.number).rjust(width)}  {quoted(article.title)}", "bold")
        lines += [title, f"{' ' * width}  {quoted(article.text)}"]
    return "".join(f"{line}\n" for line in lines)


def render_tests(results: Sequence[ExampleResult], rules: Sequence[Rule], style: Style) -> str:
    """The examples with a wrong outcome, and a summary."""
    wrong = [result for result in results if result.problem]
    lines = [
        f"{style.paint('wrong', 'red')}  {style.paint(quoted(item.rule), 'bold')} {item.expected} example {item.number}: "
        f"{quoted(item.problem)}"
        for item in wrong
    ]
    without = [rule.id for rule in rules if not (rule.examples.valid or rule.examples.invalid)]
    lines += [f"{style.paint('none', 'yellow')}   {quoted(rule)} has no examples" for rule in without]
    not_run = [rule for rule in rules if rule.id not in without and not rule.examples_fit]
    lines += [
        f"{style.paint('not run', 'yellow')}  {quoted(rule.id)} asks for something else since {quoted(rule.changed_by[-1])}: "
        "give it 'examples' there"
        for rule in not_run
    ]
    total = f"{count(len(results), 'example')} of {count(len(rules) - len(not_run), 'rule')}"
    verdict = style.paint(f"{len(wrong)} wrong", "red") if wrong else style.paint("all as they should be", "green")
    return "\n".join([*lines, *([""] if lines else []), f"{total}: {verdict}"]) + "\n"


def _row(rule: Rule) -> Tuple[str, ...]:
    locked = "locked" if rule.locked else ""
    return (quoted(rule.id), rule.severity.value, locked, quoted(rule.article), _about(rule), quoted(rule.name))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(cells, widths)).rstrip()


def _total(rules: Sequence[Rule]) -> str:
    off = sum(rule.severity is Severity.OFF for rule in rules)
    locked = sum(rule.locked for rule in rules)
    notes = [f"{number} {word}" for number, word in ((locked, "locked"), (off, "off")) if number]
    return count(len(rules), "rule") + (f", {', '.join(notes)}" if notes else "")


def _about(rule: Rule) -> str:
    """What a rule looks at: stages, or a whole session or project."""
    if rule.reach is not Reach.FILE:
        return str(rule.reach)
    return "all" if len(rule.stages) == len(Stage) else ", ".join(stage.value for stage in rule.stages)


def _title(rule: Rule, style: Style) -> str:
    return f"{style.paint(quoted(rule.id), 'bold')} {quoted(rule.name)}"


def _article(rule: Rule, article: Optional[Article]) -> str:
    if article is None:
        return quoted(rule.article)
    return f"{quoted(article.number)}, {quoted(article.title)}: {quoted(article.text)}"


def _paragraphs(docs: str) -> List[str]:
    lines: List[str] = []
    for paragraph in docs.split("\n\n"):
        lines += ["", *_wrapped(quoted(paragraph))] if paragraph.strip() else []
    return lines


def _wrapped(text: str) -> List[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _example(word: str, examples: Sequence[Example], style: Style) -> List[str]:
    """The first of the examples."""
    if not examples:
        return []
    example = examples[0]
    parts = [("", example)] if isinstance(example, str) else list(example.items())
    lines = ["", style.paint(f"{word} example", "bold")]
    for name, content in parts:
        lines += [f"  {quoted(name)}:"] if name else []
        lines += [f"    {style.glyphs.bar} {text}".rstrip() for text in _content(content)]
    return lines


def _content(content: object) -> List[str]:
    return [quoted_path(line.replace("\t", "    ")) for line in example_text(content).splitlines()]


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _without_runs_of_empty(lines: Sequence[str]) -> List[str]:
    return [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
