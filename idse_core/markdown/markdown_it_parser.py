"""markdown-it, set up to report the positions of inline tokens and to parse as pulldown-cmark does."""

from __future__ import annotations

from functools import lru_cache, partial
from importlib import import_module
from typing import Any, Callable

__all__ = ["parser"]

# Nesting deeper than this is an attack on the stack: deeper blocks are not read, deeper images are text.
_DEEPEST_BLOCK = 100
_DEEPEST_IMAGE = 20

_SPANNED = frozenset(("code_inline", "link_open", "image", "html_inline"))

Rule = Callable[[Any, bool], bool]


@lru_cache(maxsize=2)
def parser(deepest: int = _DEEPEST_BLOCK, *, inline: bool = True) -> Any:
    """A parser whose inline tokens carry ``meta["span"]``: their span in the inline content.

    Args:
        deepest: how many levels of nested blocks are read; a list takes two.
        inline: whether inline markup is parsed at all.

    Raises:
        ImportError: markdown-it-py is not installed.
    """
    # Imported at first use: `idse --version` and `idse status` read no Markdown.
    markdown_it = import_module("markdown_it")
    rules = import_module("markdown_it.rules_inline")
    found = markdown_it.MarkdownIt("commonmark", {"maxNesting": deepest}).enable("strikethrough")
    found.normalizeLink = found.normalizeLinkText = _as_it_is
    found.validateLink = _accept
    ruler = found.inline.ruler
    ruler.at("backticks", partial(_with_span, rules.backtick))
    ruler.at("link", partial(_with_span, rules.link))
    ruler.at("image", partial(_with_span, partial(_image, rules.image)))
    ruler.at("autolink", partial(_with_span, rules.autolink))
    ruler.before("html_inline", "comment", partial(_with_span, _comment))
    table = import_module("markdown_it.rules_block").table
    # markdown-it itself looks for tables first, and finds them in fences and headings.
    found.block.ruler.before("lheading", "pipe_table", partial(_table, table), {"alt": ["paragraph", "reference"]})
    unescape = import_module("markdown_it.common.utils").unescapeAll
    found.core.ruler.push("unescape_info", partial(_unescape_info, unescape))
    if not inline:
        found.disable("inline")
    return found


def _with_span(rule: Rule, state: Any, silent: bool) -> bool:
    start, count = state.pos, len(state.tokens)
    found = rule(state, silent)
    if found and not silent:
        for token in state.tokens[count:]:
            if token.type in _SPANNED:
                token.meta["span"] = (start, state.pos)
                break
    return found


def _image(rule: Rule, state: Any, silent: bool) -> bool:
    """The image rule with a limit: it parses the description anew, which maxNesting does not count."""
    depth = state.env.get("images", 0)
    if depth >= _DEEPEST_IMAGE:
        return False
    state.env["images"] = depth + 1
    try:
        return rule(state, silent)
    finally:
        state.env["images"] = depth


def _comment(state: Any, silent: bool) -> bool:
    """A comment as CommonMark 0.31 defines it; markdown-it-py 3 is older, and 4 misses ``<!-- a--->``."""
    start = state.pos
    if not state.src.startswith("<!--", start):
        return False
    close = state.src.find("-->", start + 2, state.posMax)
    if close < 0:
        return False
    state.pos = close + len("-->")
    if not silent:
        state.push("html_inline", "", 0).content = state.src[start : state.pos]
    return True


def _table(rule: Callable[[Any, int, int, bool], bool], state: Any, line: int, end_line: int, silent: bool) -> bool:
    """The table rule, without what pulldown-cmark reads as a setext heading or as part of a paragraph."""
    if line + 1 >= end_line:
        return False
    header, delimiters = (
        state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]] for number in (line, line + 1)
    )
    if not delimiters.strip("- \t") or (silent and not header.startswith("|")):
        return False
    return rule(state, line, end_line, silent)


def _unescape_info(unescape: Callable[[str], str], state: Any) -> None:
    for token in state.tokens:
        if token.type == "fence":
            token.info = unescape(token.info)


def _as_it_is(url: str) -> str:
    return url


def _accept(_url: str) -> bool:
    return True
