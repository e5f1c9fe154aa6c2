"""Both readers find the same facts, except for the differences listed here with their reasons."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.markdown import READERS, MarkdownDocument

pytestmark = pytest.mark.skipif(
    "pyromark" not in READERS, reason="pyromark has no version for this Python that tells offsets"
)

ROOT = Path(__file__).resolve().parents[2]

# (why they differ, the smallest text in which they do): pyromark follows the specification unless it says otherwise.
KNOWN_DIFFERENCES: List[Tuple[str, str]] = [
    ("markdown-it ends an item after a reference definition; its paragraph may go on lazily", "- [a]: b\nc"),
    ("the same outside of a list: an indented line after a reference definition is no code", "[a]: b\n    c"),
    ("markdown-it-py reads no strikethrough of one tilde", "# ~a~"),
    ("nor does it leave alone three tildes", "# a~~~~b~~~"),
    ("markdown-it ends a table before a row that is indented by four columns", "a|b\n-|-\n    c"),
    ("markdown-it takes a single pipe for an empty row", "a|b\n-|-\n|"),
    ("pyromark takes a delimiter row with a space in it; GitHub does not", "a|b\n-|- -"),
    ("markdown-it continues a task without text after an empty line", "- [x]\n\n  a"),
    ("markdown-it reads [x] as a link, where there is a definition of x", "[x]: a\n\n- [x] b"),
    ("markdown-it takes a lazy line indented by four columns for code", "  -    a\n    ---"),
    ("pyromark keeps white space in the last line of a fence that is never closed", "```\n    "),
    ("markdown-it does not read what is nested more than 100 levels deep", "> " * 101 + "# a"),
    ("nor images in more than 20 images", "![" * 22 + "a" + "](b)" * 22),
]


def _facts(document: MarkdownDocument) -> Dict[str, object]:
    return {
        "headings": (document.headings, document.sections),
        "items": document.items,
        "tables": document.tables,
        "fences": (document.fences, document.front_matter),
        "links": document.links,
        "code spans": document.code_spans,
        "comments": document.comments,
        "masks": (document.prose, document.code, document.comment_text),
    }


def _differences(text: str) -> Dict[str, Tuple[object, object]]:
    fast, slow = (_facts(READERS[name](text)) for name in ("pyromark", "markdown-it"))
    return {name: (fast[name], slow[name]) for name in fast if fast[name] != slow[name]}


def _examples() -> List[str]:
    data = json.loads((Path(__file__).parent / "data" / "commonmark-0.29.json").read_text(encoding="utf-8"))
    return [example["markdown"] for example in data]


def _behind(text: str, first: str, rest: str) -> str:
    """The text as a block after prefixes, one for its first line and one for the others."""
    return "".join((rest if number else first) + line for number, line in enumerate(text.splitlines(keepends=True)))


VARIANTS: Dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "lone CR": lambda text: text.replace("\n", "\r"),
    "no final newline": lambda text: text.rstrip("\n"),
    "among non-ASCII": lambda text: f"é→ü\n\n{text}\n😀",
    "in a quotation": lambda text: _behind(text, "> ", "> "),
    "in an item": lambda text: _behind(text, "- ", "  "),
    "in a quoted item, CRLF": lambda text: _behind(text, "> 1. ", ">    ").replace("\n", "\r\n"),
}
# The numbers of examples that differ, all for the reason given for the lazy line above.
KNOWN_VARIANTS = {"in a quoted item, CRLF": {200}}


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_the_examples_of_the_specification(variant: str) -> None:
    texts = [VARIANTS[variant](text) for text in _examples()]
    differing = {number: _differences(text) for number, text in enumerate(texts, 1) if _differences(text)}
    assert len(texts) == 649
    assert set(differing) == KNOWN_VARIANTS.get(variant, set()), differing


@pytest.mark.parametrize(("_reason", "text"), KNOWN_DIFFERENCES, ids=[reason for reason, _ in KNOWN_DIFFERENCES])
def test_a_known_difference_is_still_one(_reason: str, text: str) -> None:
    assert _differences(text)


# -- real documents ----------------------------------------------------------------------------------------------------


def _markdown_files(folder: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(str(folder)):
        # Only our own files: no environment, no tool's cache, no dependency.
        names[:] = [name for name in names if name not in {".git", ".venv", "venv", "node_modules", ".tox", "build"}]
        yield from (Path(directory, name) for name in files if name.endswith(".md"))


def _assert_no_difference(files: List[Path]) -> None:
    texts = {path: path.read_bytes().decode("utf-8", "replace").lstrip("\ufeff") for path in files}
    assert {str(path): found for path, text in texts.items() for found in [_differences(text)] if found} == {}


def test_the_corpus() -> None:
    folders = [parent / "shared" / "corpus" for parent in ROOT.parents]
    corpus = next((folder for folder in folders if folder.is_dir()), None)
    if corpus is None and os.environ.get("IDSE_REQUIRE_CORPUS") != "1":
        pytest.skip("no shared/corpus beside or above the repository")
    assert corpus is not None, "IDSE_REQUIRE_CORPUS=1, but there is no shared/corpus beside or above the repository"
    files = list(_markdown_files(corpus))
    assert files
    _assert_no_difference(files)


def test_the_documents_of_this_repository() -> None:
    files = list(_markdown_files(ROOT))
    assert files
    _assert_no_difference(files)


# -- generated documents -----------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["alpha", "FR-1", "[REQUIRES INPUT]", "né", "表記", "😀", "a_b", "x*y", "5 < 6", "T&C", "e\u0301"]
)
INLINE = st.one_of(
    WORDS,
    WORDS.map("`{}`".format),
    WORDS.map("`` ` {} ``".format),
    WORDS.map("**{}**".format),
    WORDS.map("<!-- {} -->".format),
    WORDS.map("[{}](to.md)".format),
    WORDS.map("![{}](to.png)".format),
    st.just("<https://example.org/>"),
)
LINE = st.lists(INLINE, min_size=1, max_size=4).map(" ".join)


def _table(rows: List[List[str]]) -> str:
    shown = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([shown[0], "|---|:-:|", *shown[1:]])


def _items(marker: str) -> st.SearchStrategy[str]:
    return st.lists(BLOCK, min_size=1, max_size=3).map(
        lambda blocks: "\n".join(_behind(block, marker, " " * len(marker)) for block in blocks)
    )


BLOCK: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(
        LINE.map("a {}".format),
        st.builds("{} {}".format, st.sampled_from(["#", "##", "######"]), LINE),
        LINE.map("a {}\n---".format),
        LINE.map("a\nb {}".format),
        st.builds("{0} py\n{1}\n\n  {1}\n{0}".format, st.sampled_from(["```", "~~~~"]), LINE),
        LINE.map("<!--\n{}\n-->".format),
        LINE.map("<div>\n{}\n</div>".format),
        st.lists(st.lists(LINE, min_size=2, max_size=2), min_size=1, max_size=3).map(_table),
        _items("- "),
        _items("12. "),
        LINE.map("- [x] a {}\n- [ ] b".format),
        st.lists(BLOCK, min_size=1, max_size=2).map(lambda blocks: _behind("\n\n".join(blocks), "> ", "> ")),
        st.just("    code"),
        st.just("***"),
    )
)
DOCUMENTS = st.builds(
    lambda blocks, gap, end: gap.join(blocks).replace("\n", end) + end,
    st.lists(BLOCK, max_size=6),
    st.sampled_from(["\n\n", "\n\n\n"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_generated_documents(text: str) -> None:
    assert _differences(text) == {}
