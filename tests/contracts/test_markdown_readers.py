"""The contract of the Markdown readers: what each of them must find, and where."""

from __future__ import annotations

import inspect
import sys
from typing import Callable, List, Tuple

import pytest

from idse_core.markdown import READERS, Comment, Link, MarkdownDocument

MARK = "[REQUIRES INPUT]"

Read = Callable[[str], MarkdownDocument]


@pytest.fixture(params=["lines", "pyromark", "markdown-it"])
def read(request: pytest.FixtureRequest) -> Read:
    if request.param not in READERS:
        pytest.skip(f"the library of the reader {request.param!r} is not installed for this Python")
    return READERS[request.param]


# -- where a marker is, and whether a reader of the rendered document sees it ------------------------------------------

VISIBLE: List[Tuple[str, str, Tuple[int, int]]] = [
    ("paragraph", f"a {MARK}\n", (1, 3)),
    ("no final newline", f"a\n\n{MARK}", (3, 1)),
    ("ATX heading", f"## {MARK} ##\n", (1, 4)),
    ("setext heading", f"x\n\n{MARK}\n===\n", (3, 1)),
    ("numbered heading", f"# 6. {MARK}\n", (1, 6)),
    ("escaped number sign", f"\\# {MARK}\n", (1, 4)),
    ("list item", f"- a\n- {MARK}\n", (2, 3)),
    ("nested item", f"- a\n  1. b\n     - {MARK}\n", (3, 8)),
    ("task", f"- [ ] {MARK}\n", (1, 7)),
    ("done task", f"1. [X] {MARK}\n", (1, 8)),
    ("quotation", f"> a\n> {MARK}\n", (2, 3)),
    ("lazy quotation", f"> a\n{MARK}\n", (2, 1)),
    ("heading in a list in a quotation", f"> - # {MARK}\n", (1, 7)),
    ("table header", f"| a | {MARK} |\n|---|---|\n", (1, 7)),
    ("table cell", f"| a | b |\n|---|---|\n| x \\| y | {MARK} |\n", (3, 12)),
    ("cell after code with a pipe", f"| a | b |\n|---|---|\n| `x \\| y` | {MARK} |\n", (3, 14)),
    ("link text", f"[{MARK}](x)\n", (1, 2)),
    ("after a comment in its block", f"<!-- a --> {MARK}\n", (1, 12)),
    ("after a comment in a paragraph", f"a <!-- b --> {MARK}\n", (1, 14)),
    ("after two comments on a line", f"<!-- a --><!-- b --> {MARK}\n", (1, 22)),
    ("raw HTML", f"<div>\n{MARK}\n</div>\n", (2, 1)),
    ("after a fence", f"```\n{'x'}\n```\n{MARK}\n", (4, 1)),
    ("after a fence that holds a comment", f"```\n<!--\n```\n{MARK}\n", (4, 1)),
    ("after a comment that holds a fence", f"<!--\n```\n-->\n\n{MARK}\n", (5, 1)),
    ("single backtick", f"a ` {MARK}\n", (1, 5)),
    ("escaped backticks", f"\\`{MARK}\\`\n", (1, 3)),
    ("after front matter", f"---\na: b\n---\n{MARK}\n", (4, 1)),
    ("between rules in the middle", f"a\n\n---\n{MARK}\n\n---\n", (4, 1)),
    ("at the top after a rule", f"---\n\n{MARK}\n\n---\n", (3, 1)),
    ("indented continuation", f"a\n    {MARK}\n", (2, 5)),
    ("CRLF", f"a\r\n\r\n- {MARK}\r\n", (3, 3)),
    ("lone CR", f"a\r\r- {MARK}\r", (3, 3)),
    ("tabs", f"-\t{MARK}\n", (1, 3)),
    ("wide characters", f"a\n\n表記 {MARK}\n", (3, 4)),
    ("emoji", f"😀 {MARK}\n", (1, 3)),
    ("combining mark", f"e\u0301 {MARK}\n", (1, 4)),
    ("after a non-ASCII code span", f"`é→` ü {MARK}\n", (1, 8)),
    ("line separator", f"a\u2028b {MARK}\n", (1, 5)),
]
HIDDEN: List[Tuple[str, str, Tuple[int, int]]] = [
    ("fence", f"```\n{MARK}\n```\n", (2, 1)),
    ("tilde fence", f"~~~ md\n{MARK}\n~~~\n", (2, 1)),
    ("longer closing fence", f"```\na\n``\n{MARK}\n`````\n", (4, 1)),
    ("fence in tildes", f"~~~\n```\n~~~~\n\n~~~\n{MARK}\n~~~\n", (6, 1)),
    ("unclosed fence", f"a\n```\n{MARK}", (3, 1)),
    ("info string", f"``` {MARK}\n```\n", (1, 5)),
    ("fence in an item", f"- a\n\n  ```\n  {MARK}\n  ```\n", (4, 3)),
    ("fence in a quotation", f"> ```\n> {MARK}\n> ```\n", (2, 3)),
    ("indented code", f"a\n\n    {MARK}\n", (3, 5)),
    ("code indented by a tab", f"\t{MARK}\n", (1, 2)),
    ("indented code in an item", f"- a\n\n      {MARK}\n", (3, 7)),
    ("code span", f"a `{MARK}` b\n", (1, 4)),
    ("code span in two backticks", f"a `` ` {MARK} `` b\n", (1, 8)),
    ("code span over two lines", f"> a `b\n> {MARK}` c\n", (2, 3)),
    ("code span in a heading", f"# a `{MARK}`\n", (1, 6)),
    ("code span in a cell", f"| a |\n|---|\n| `x \\| {MARK}` |\n", (3, 9)),
    ("code span in a link", f"[`{MARK}`](x)\n", (1, 3)),
    ("code span in an image in an item", f"- ![a `{MARK}`](x)\n", (1, 8)),
    ("comment", f"<!-- {MARK} -->\n", (1, 6)),
    ("comment over several lines", f"<!--\n\n{MARK}\n-->\n", (3, 1)),
    ("comment in a paragraph", f"a <!-- b\n{MARK} --> c\n", (2, 1)),
    ("second comment of a block", f"<!-- a --> b <!-- {MARK} -->\n", (1, 19)),
    ("comment in raw HTML", f"<div>\n<!-- {MARK} -->\n</div>\n", (2, 6)),
    ("comment in an item", f"- a\n\n  <!-- {MARK} -->\n", (3, 8)),
    ("comment with a fence", f"<!--\n```\n{MARK}\n-->\n", (3, 1)),
    ("fence with a comment's end", f"```\n<!-- -->\n{MARK}\n```\n", (3, 1)),
    ("comment that is never closed", f"a\n\n<!-- b\n\n{MARK}\n", (5, 1)),
    ("front matter", f"---\na: {MARK}\n---\n# b\n", (2, 4)),
    ("front matter, CRLF", f"---\r\na: {MARK}\r\n---\r\n", (2, 4)),
    ("fence, CRLF", f"é\r\n```\r\n{MARK}\r\n```\r\n", (3, 1)),
    ("fence, lone CR", f"é\r```\r{MARK}\r```\r", (3, 1)),
    ("code span after emoji", f"😀 `{MARK}`\n", (1, 4)),
]


def _ids(cases: List[Tuple[str, str, Tuple[int, int]]]) -> List[str]:
    return [name for name, _, _ in cases]


@pytest.mark.parametrize(("_name", "text", "place"), VISIBLE, ids=_ids(VISIBLE))
def test_a_visible_marker_is_in_prose_at_its_place(read: Read, _name: str, text: str, place: Tuple[int, int]) -> None:
    document = read(text)
    assert document.position(document.prose.index(MARK)) == place
    assert text[document.prose.index(MARK) :].startswith(MARK)
    assert MARK not in document.code + document.comment_text


@pytest.mark.parametrize(("_name", "text", "place"), HIDDEN, ids=_ids(HIDDEN))
def test_a_hidden_marker_is_not_in_prose(read: Read, _name: str, text: str, place: Tuple[int, int]) -> None:
    document = read(text)
    assert MARK not in document.prose
    assert document.position(text.index(MARK)) == place
    assert len(document.prose) == len(text)


def test_code_and_comments_have_their_own_masks(read: Read) -> None:
    text = "a `b`\n\n<!-- c\n-->\n\n    d\n"
    document = read(text)
    assert document.code == "  `b`\n\n      \n   \n\n    d\n"
    assert document.comment_text == "     \n\n<!-- c\n-->\n\n     \n"
    assert document.prose == "a    \n\n      \n   \n\n     \n"


# -- headings ----------------------------------------------------------------------------------------------------------


def _headings(document: MarkdownDocument) -> List[Tuple[int, str, str, bool]]:
    return [
        (heading.level, heading.text, document.text[heading.start : heading.end], heading.setext)
        for heading in document.headings
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\n", (1, "a", "# a", False)),
        ("   ###   a b  ##   \n", (3, "a b", "###   a b  ##", False)),
        ("## a#\n", (2, "a#", "## a#", False)),
        ("#\n", (1, "", "#", False)),
        ("# `a` *b* [c](d) &amp; \\# ~~e~~\n", (1, "a b c & # e", "# `a` *b* [c](d) &amp; \\# ~~e~~", False)),
        ("# a <!-- b --> c\n", (1, "a  c", "# a <!-- b --> c", False)),
        ("## 2.3. Ü → 表\n", (2, "2.3. Ü → 表", "## 2.3. Ü → 表", False)),
        ("a\n=\n", (1, "a", "a\n=", True)),
        ("  a\nb\n  ---\n", (2, "a b", "a\nb\n  ---", True)),
        ("#a\n---\n", (2, "#a", "#a\n---", True)),
        ("x\n\na\r\n---\r\n", (2, "a", "a\r\n---", True)),
        ("- # a\n", (1, "a", "# a", False)),
        ("> 1. a\n>    =\n", (1, "a", "a\n>    =", True)),
    ],
)
def test_headings(read: Read, text: str, expected: Tuple[int, str, str, bool]) -> None:
    assert _headings(read(text)) == [expected]


@pytest.mark.parametrize(
    "text", ["#a\n", "\\# a\n", "    # a\n", "```\n# a\n```\n", "####### a\n", "<!--\n# a\n-->\n", ""]
)
def test_what_is_no_heading(read: Read, text: str) -> None:
    assert read(text).headings == ()


def test_sections_know_their_ancestors_and_ends(read: Read) -> None:
    text = "p\n# A\na\n### C\nc\n## B\n> # quoted\n# D"
    document = read(text)
    assert [(section.path, text[section.body_start : section.end]) for section in document.sections] == [
        ((), "p\n"),
        (("A",), "a\n"),
        (("A", "C"), "c\n"),
        (("A", "B"), "> # quoted\n"),
        (("D",), ""),
    ]
    whole = [text[section.start : section.full_end] for section in document.sections]
    assert whole == ["p\n", text[2:-3], "### C\nc\n", "## B\n> # quoted\n", "# D"]
    assert document.section_at(text.index("quoted")).path == ("A", "B")
    assert document.section_at(0).heading is None
    assert document.section_at(len(text)).path == ("D",)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_items_know_depth_kind_and_task(read: Read) -> None:
    text = "- a `b`\n  c\n  1. d\n\n     - [x] e\n  2. f\n- [ ] g\n- [X] h\n- [x]i\n"
    document = read(text)
    assert [(item.text, item.depth, item.ordered, item.checked) for item in document.items] == [
        ("a b c", 0, False, None),
        ("d", 1, True, None),
        ("e", 2, False, True),
        ("f", 1, True, None),
        ("g", 0, False, False),
        ("h", 0, False, True),
        ("[x]i", 0, False, None),
    ]
    assert [text[item.start : item.end] for item in document.items][:3] == ["- a `b`\n  c", "1. d", "- [x] e"]
    first = document.items[0]
    assert text[first.start : first.full_end] == text[: text.index("\n- [ ]")]


def test_an_item_has_the_text_of_its_first_paragraph(read: Read) -> None:
    text = "- ```\n  code\n  ```\n\n  a\n\n  b\n- # c\n- > d\n-\n"
    assert [item.text for item in read(text).items] == ["a", "c", "", ""]


def test_items_on_one_line_and_in_a_quotation(read: Read) -> None:
    text = "> - 1. a\n>\n>\n> b\n"
    assert [(item.text, text[item.start : item.end], item.full_end) for item in read(text).items] == [
        ("", "-", 8),
        ("a", "1. a", 8),
    ]


# -- tables, code, links, comments -------------------------------------------------------------------------------------


def test_tables(read: Read) -> None:
    text = "x\n\n| é | **b** |\n|---|:-:|\n| 1 \\| 2 | `c \\| d` | more |\n| | \n|only|\n\ny\n"
    (table,) = read(text).tables
    assert [cell.text for cell in table.header] == ["é", "b"]
    assert [[cell.text for cell in row] for row in table.rows] == [["1 | 2", "c | d"], ["", ""], ["only", ""]]
    assert [text[cell.start : cell.end] for cell in table.rows[0]] == ["1 \\| 2", "`c \\| d`"]
    assert text[table.start : table.end] == text[3:-4]


def test_a_table_in_a_quoted_item(read: Read) -> None:
    text = "> - a\n>\n>   b | c\n>   -|-\n>   ü | *e*\n"
    (table,) = read(text).tables
    assert [(cell.text, text[cell.start : cell.end]) for cell in table.rows[0]] == [("ü", "ü"), ("e", "*e*")]


def test_fences(read: Read) -> None:
    text = "- x\n\n  ~~~ Py\\#thon  a=b \n  one\n   two\n\n  ~~~~\n\n```\nopen"
    first, second = read(text).fences
    assert first[:3] == ("Py#thon  a=b", "py#thon", "one\n two\n\n")
    assert text[first.start : first.end] == text[text.index("~~~") : text.index("\n\n```")]
    assert read(text).position(first.content_start) == (4, 1)
    assert second[:3] == ("", "", "open")
    assert text[second.content_start :] == "open"


def test_front_matter_is_a_fence_of_yaml(read: Read) -> None:
    text = "---\r\na: ü\r\nb: `c`\r\n...\r\n# d\n"
    found = read(text).front_matter
    assert found is not None
    assert (found.language, found.text, text[found.start : found.end]) == (
        "yaml",
        "a: ü\nb: `c`\n",
        text[: text.index("\r\n#")],
    )
    assert found.content_start == 5
    assert _headings(read(text)) == [(1, "d", "# d", False)]


@pytest.mark.parametrize(
    "text", ["a\n---\nb: c\n---\n", "--- \n\na\n---\n", "---\na: b\n", "----\na\n----\n", " ---\na\n---\n"]
)
def test_what_is_no_front_matter(read: Read, text: str) -> None:
    assert read(text).front_matter is None


def test_links(read: Read) -> None:
    text = (
        "[*a* `b`](c\\_d 't') ![e](<f g>) [h][Ref] [ref][] [ref] <http://é.x/?a=1&b> <a@b.cc> [no][x]\n"
        "[![i](j)](k)\n\n[ref]: javascript:1\n"
    )
    expected, at = [], -1
    for shown, target, image, source in (
        ("a b", "c_d", False, "[*a* `b`](c\\_d 't')"),
        ("e", "f g", True, "![e](<f g>)"),
        ("h", "javascript:1", False, "[h][Ref]"),
        ("ref", "javascript:1", False, "[ref][]"),
        ("ref", "javascript:1", False, "[ref]"),
        ("http://é.x/?a=1&b", "http://é.x/?a=1&b", False, "<http://é.x/?a=1&b>"),
        ("a@b.cc", "mailto:a@b.cc", False, "<a@b.cc>"),
        ("i", "k", False, "[![i](j)](k)"),
        ("i", "j", True, "![i](j)"),
    ):
        at = text.index(source, at + 1)
        expected.append(Link(shown, target, image, at, at + len(source)))
    assert list(read(text).links) == expected


def test_code_spans(read: Read) -> None:
    text = "a ``b ` c`` `` ` `` \\`d\\` `é`\n> `e\n> f`\n"
    document = read(text)
    assert [(span.text, text[span.start : span.end]) for span in document.code_spans] == [
        ("b ` c", "``b ` c``"),
        ("`", "`` ` ``"),
        ("é", "`é`"),
        ("e f", "`e\n> f`"),
    ]


def test_comments(read: Read) -> None:
    text = "<!-- a --> b <!--c-->\n\nd <!-- e\nf --> g <!--> h <!---> i <!-- j--->\n"
    assert [(comment.text, text[comment.start : comment.end]) for comment in read(text).comments] == [
        (" a ", "<!-- a -->"),
        ("c", "<!--c-->"),
        (" e\nf ", "<!-- e\nf -->"),
        ("", "<!-->"),
        ("", "<!--->"),
        (" j-", "<!-- j--->"),
    ]


def test_a_comment_that_is_never_closed_reaches_to_the_end(read: Read) -> None:
    assert read("a\n\n<!-- b\n\nc\n\n").comments == (Comment(" b\n\nc", 3, 12),)


# -- anything can be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "\n", "\r", " ", "\0", "\ud800", "a\udfff\n# b\0", "\ufeff# a\n", "\u00a0\n[a](b)\u00a0"]
)
def test_odd_texts(read: Read, text: str) -> None:
    document = read(text)
    assert document.text == text
    assert len(document.prose) == len(text)


def test_a_lone_surrogate_and_nul_read_as_replacement_characters(read: Read) -> None:
    (heading,) = read("# a\ud800\0b `c`\n").headings
    assert (heading.text, heading.start, heading.end) == ("a\ufffd\ufffdb c", 0, 10)


_ROUNDS = 4_000
_HOSTILE = {
    "brackets": "[" * _ROUNDS,
    "quotations": ">" * _ROUNDS,
    "items on a line": "+ " * _ROUNDS + "a",
    "items": "".join(" " * (2 * depth) + "- a\n" for depth in range(120)),
    "items before white space": "+ " * (_ROUNDS // 10) + "a" + "\n" * _ROUNDS,
    "quoted items before nothing": "> " + "+ " * (_ROUNDS // 10) + "a" + "\n>" * _ROUNDS,
    "stars": "*a " * _ROUNDS,
    "backticks": "`" * _ROUNDS,
    "runs of backticks": " ".join("`" * length for length in range(1, 100)),
    "tildes": "~" * _ROUNDS,
    "comments": "<!--" * _ROUNDS,
    "comments in a paragraph": "a <!-- " * _ROUNDS,
    "less than": "<" * _ROUNDS,
    "images": "a![" * 200 + "b" + "](c)" * 200,
    "open images": "![" * (_ROUNDS // 4),
    "links": "[a](" * (_ROUNDS // 4),
    "pipes": "|a" * 300 + "\n" + "|-" * 300 + "\n" + "|\n" * 100,
    "headings": "#\n" * _ROUNDS,
}


@pytest.mark.parametrize("text", list(_HOSTILE.values()), ids=list(_HOSTILE))
def test_hostile_texts_are_read(read: Read, text: str) -> None:
    document = read(text)
    assert len(document.prose) == len(text)
    assert document.sections[-1].full_end == len(text)


def test_a_nearly_full_stack_is_no_error(read: Read) -> None:
    text = "> " * 60 + "# a\n\n" + "[" * 80 + "b" + "](c)" * 80
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        document = read(text)
    finally:
        sys.setrecursionlimit(limit)
    assert document.text == text
