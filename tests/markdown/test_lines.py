"""The line reader finds what a parser finds, or nothing; and what it is made for, it does find."""

from __future__ import annotations

from typing import Dict, List

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from idse_core.markdown import READERS
from idse_core.markdown.facts import Blocks
from idse_core.markdown.line_reader import LineFacts, read_lines
from idse_core.markdown.source import prepare
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage, TemplateValues
from tests.markdown.test_differential import DOCUMENTS, ROOT, VARIANTS, _examples, _markdown_files

PARSER = next(name for name in READERS if name != "lines")
needs_pyromark = pytest.mark.skipif(
    PARSER != "pyromark", reason="compared with pyromark, which has no version for this Python that tells offsets"
)


def _parsed(source: str) -> Blocks:
    found = READERS[PARSER](source).blocks
    assert isinstance(found, Blocks)
    return found


def _by_lines(text: str) -> object:
    return read_lines(prepare(text)[0], _parsed)


def _differences(text: str) -> Dict[str, object]:
    """What differs from the facts that the parser finds; nothing when the reader leaves the text to it."""
    source, _ = prepare(text)
    found = read_lines(source, _parsed)
    if found is None:
        return {}
    parsed = _parsed(source)
    pairs = {name: (getattr(found, name), getattr(parsed, name)) for name in Blocks._fields}
    places = [(place.start, place.end, place.full_end, place.checked) for place in found.item_places]
    pairs["tasks"] = (found.tasks, parsed.tasks)
    pairs["rows"] = (found.row_places, parsed.row_places)
    pairs["places"] = (places, [(item.start, item.end, item.full_end, item.checked) for item in parsed.items])
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


# -- it agrees ---------------------------------------------------------------------------------------------------------

PIECES = [
    *["- ", "1. ", "2. ", "3) ", "+ ", "* ", "  - ", "- [ ] ", "[x] ", "- item\n", "  - sub\n", "1. one\n", "2. two\n"],
    *["> ", "# ", "## ", "#", "===", "=\n", "---", "---\n", "***\n", "- - -\n", "```", "~~~", "``` py\nx\n```\n"],
    *["|", "|---|\n", "| a | b |\n|---|---|\n| c | d |\n", "a|b\n-|-\n", ":"],
    *["`", "``", "`c`", "<!--", "-->", "<!-- a -->", "<!-- a -->\n", "<", "<b>", "<https://x.y/z>"],
    *["[a](b)", "![a](c)", "![a", "](b)", "[q]", "[", "]", "(", ")", "[q]: u\n", '"t"'],
    *["*", "**", "**a** ", "*a*", "_", "__", "a_b", "~", "~~", "\\", "&amp;", "&", "!", ".", ","],
    *[" ", "  ", "   ", "    ", "\n", "\n", "\n", "\n\n", "\t", "\r\n", "\x0b", "\u00a0", "\u2028", "\x1c"],
    *["a", "b c", "text\n", "FR-1", "é", "😀", "\ue000"],
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), DOCUMENTS)


@needs_pyromark
@settings(max_examples=600, deadline=None)
@given(text=TEXTS)
@example(text="||\n|-|")
@example(text="``a ``\nb\n-")
@example(text="a <!-- b -->\nc\n=")
@example(text="- *a\u00a0*")
@example(text="# [# ](a)b")
@example(text="#\x0b")
@example(text="1. a\n- b\n2. c")
@example(text="a|\n---")
@example(text="- a\n---\nb")
@example(text="- a\n  - b\n\n  c\n- d")
def test_what_is_found_is_what_a_parser_finds(text: str) -> None:
    assert _differences(text) == {}


@needs_pyromark
@pytest.mark.parametrize("variant", list(VARIANTS))
def test_the_examples_of_the_specification(variant: str) -> None:
    assert {
        text: found for text in map(VARIANTS[variant], _examples()) for found in [_differences(text)] if found
    } == {}


@needs_pyromark
def test_the_documents_of_this_repository_and_of_the_corpus() -> None:
    folders = [ROOT, *(parent / "shared" / "corpus" for parent in ROOT.parents)]
    files = [path for folder in folders if folder.is_dir() for path in _markdown_files(folder)]
    texts = {path: path.read_bytes().decode("utf-8", "replace").lstrip("\ufeff") for path in files}
    assert files
    assert {str(path): found for path, text in texts.items() for found in [_differences(text)] if found} == {}


# -- it does not leave everything to the parser ------------------------------------------------------------------------

SURE: List[str] = [
    "",
    "# a\n\nText, and\nmore of it.\n\n## b ##\n",
    "a\n===\n\nb\n---\n",
    "- a\n- b\n  more\n  - c\n    - d\n\n  e\n1. f\n2. g\n",
    "- [ ] a\n- [x] **b** (`c/d.py`)\n\n      \n1. [X] e\n",
    "```py\nx\n\n  y\n```\n\n- a\n\n  ~~~\n  # b\n  ~~~\n",
    "| a | `b` |\n|---|:-:|\n| [c](d) | |\n\ntext | text\n",
    "> a `b`\n> c\n>\n> d\n",
    'a `b` ``c ` d`` [e `f`](g.md "h") ![i](j) <https://k.l> <!-- m --> [n] [REQUIRES INPUT] 1 < 2 \\[o]\n',
    "<!-- a\n\n# b\n-->\n\n- c\n\n  <!-- d -->\n<!-- e --> f\n",
    "---\na: b\n---\n\n***\n",
]


@pytest.mark.parametrize("text", SURE)
def test_common_constructs_are_read_without_a_parser(text: str) -> None:
    found = _by_lines(text)
    assert isinstance(found, LineFacts)
    assert _differences(text) == {}


@pytest.mark.parametrize("stage", list(Stage), ids=[stage.value for stage in Stage])
def test_the_templates_are_read_without_a_parser(stage: Stage) -> None:
    text = PipelineArtifacts().render(stage, TemplateValues("a title", "a-project", "a-session", "somebody", "today"))
    assert isinstance(_by_lines(text), LineFacts)
    assert _differences(text) == {}


UNSURE: List[str] = [
    "a\tb\n",
    "a\r\nb\n",
    "[a]: b\n",
    "- a\nlazy\n",
    "> a\nlazy\n",
    "> - a\n",
    "> > a\n",
    "    code\n",
    "<div>\n",
    "<!-- never closed\n",
    "```\nnever closed\n",
    "- # a\n",
    "-\n",
    "- a\n  ===\n",
    "- | a |\n  |---|\n",
    "a | b\n--|--\n",
    "`a\nb`\n",
    "[a [b]](c)\n",
    "[a](<b c>)\n",
    "a <b>c</b>\n",
    "\\`a`\n",
    "# a _b_\n",
    "# a*b*\n",
    "# &amp;\n",
]


@pytest.mark.parametrize("text", UNSURE)
def test_what_is_not_certain_is_left_to_a_parser(text: str) -> None:
    assert _by_lines(text) is None
    assert READERS["lines"](text).blocks == _parsed(prepare(text)[0])


@pytest.mark.parametrize("text", ["- _a_\n- b\n", "- a\n\n| _a_ |\n|---|\n"])
def test_uncertain_markup_in_items_and_cells_is_left_to_a_parser_when_it_is_asked_for(text: str) -> None:
    found = read_lines(text, _parsed)
    assert isinstance(found, LineFacts)
    assert (found.items, found.tables) == (_parsed(text).items, _parsed(text).tables)


def test_many_lines_take_no_more_time_each_than_few() -> None:
    """A text so large that anything quadratic would take minutes."""
    line = "- **FR-1** `a` [b](c.md) text\n"
    found = _by_lines(line * 20_000 + "\n" + "`a` " * 50_000)
    assert isinstance(found, LineFacts)
    assert len(found.items) == 20_000
    assert len(found.code_spans) == 70_000
