from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from idse_core.markdown import READERS, MarkdownDocument, read

ANYTHING = st.text(st.characters(blacklist_categories=()), max_size=60)
PIECES = [
    "- ",
    "1. ",
    "> ",
    "# ",
    "```",
    "~~~",
    "`",
    "<!--",
    "-->",
    "\n",
    "\r\n",
    "\r",
    "    ",
    "\t",
    "|",
    "---\n",
    "[x] ",
]
PIECES += [
    "[a](b)",
    "![a",
    "](b)",
    "[q]: u\n",
    "[q]",
    "*",
    "_",
    "\\",
    "&amp;",
    "é",
    "😀",
    "\u00a0",
    "\0",
    "\ud800",
    "a",
    "===",
]
MARKDOWN = st.one_of(ANYTHING, st.lists(st.sampled_from([*PIECES, "| a | b |\n|---|---|\n"]), max_size=25).map("".join))


def _check_spans(document: MarkdownDocument) -> None:
    for facts in (
        document.headings,
        document.items,
        document.tables,
        document.fences,
        document.links,
        document.code_spans,
        document.comments,
    ):
        spans = [(fact.start, fact.end) for fact in facts]
        assert all(0 <= start <= end <= len(document.text) for start, end in spans)
        assert [start for start, _ in spans] == sorted(start for start, _ in spans)


@pytest.mark.parametrize("name", list(READERS))
@settings(max_examples=300, deadline=None)
@given(text=MARKDOWN)
@example(text="a![" * 30 + "b" + "](c)" * 30)
def test_any_text_can_be_read(name: str, text: str) -> None:
    document = READERS[name](text)
    assert document.text == text
    _check_spans(document)
    for mask in (document.prose, document.code, document.comment_text):
        assert len(mask) == len(text)
        assert re.sub(r"[^\r\n]", "", mask) == re.sub(r"[^\r\n]", "", text)
        assert all(shown in {" ", original} for shown, original in zip(mask, text))
    _check_sections(document)


def _check_sections(document: MarkdownDocument) -> None:
    ends = [section.end for section in document.sections]
    assert [section.start for section in document.sections] == [0, *ends[:-1]]
    assert ends[-1] == len(document.text)
    assert all(part.start <= part.body_start <= part.end <= part.full_end for part in document.sections)


@settings(deadline=None)
@given(st.text(st.sampled_from("a\n\ré\u2028\x0c"), max_size=30))
def test_position_and_line_text_agree_with_the_text(text: str) -> None:
    document = read(text)
    lines = re.split(r"\r\n|\r|\n", text)
    assert document.line_count == len(lines)
    assert [document.line_text(number) for number in range(1, len(lines) + 1)] == lines
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    for offset in range(len(text) + 1):
        line, column = document.position(offset)
        assert starts[line - 1] + column - 1 == offset
        assert line == len(starts) or offset < starts[line]


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_the_text_has_no_position(offset: int) -> None:
    with pytest.raises(ValueError, match="outside of the text"):
        read("a\nb").position(offset)


@pytest.mark.parametrize("line", [0, 3])
def test_a_line_outside_the_text_has_no_text(line: int) -> None:
    with pytest.raises(ValueError, match="outside of the text"):
        read("a\nb").line_text(line)


def test_sections_of_a_text_without_headings() -> None:
    (preamble,) = read("a\n").sections
    assert preamble == (None, (), 0, 0, 2, 2)


def test_a_document_says_what_it_is() -> None:
    assert repr(read("# a")) == "<MarkdownDocument: 3 characters, 1 headings>"
