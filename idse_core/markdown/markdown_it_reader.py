"""The slow reader: markdown-it-py, pure Python, for platforms on which pyromark has no wheel.

It agrees with the fast one, except for the differences listed in ``tests/markdown/test_differential.py``. Its tokens
are converted to the same events, so that both share the rest.
"""

from __future__ import annotations

import re
from typing import Any, Iterable

from idse_core.markdown.event_collector import EventCollector
from idse_core.markdown.facts import Blocks
from idse_core.markdown.markdown_it_events import TokenEvents
from idse_core.markdown.markdown_it_parser import parser
from idse_core.markdown.spans import whole

__all__ = ["available", "read_blocks"]

# Python's strip() takes more for white space than CommonMark does: these replace such characters while markdown-it
# works
# on the text. They are noncharacters, which have no meaning. Next to emphasis the real ones must stay.
_SPACES = "\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_SPACES += "\u2028\u2029\u202f\u205f\u3000"
_STAND_INS = {ord(space): 0xFDD0 + number for number, space in enumerate(_SPACES)}
_BACK = {stand_in: space for space, stand_in in _STAND_INS.items()}
_SPACE = re.compile(f"(?<![*_~])[{_SPACES}](?![*_~])")


def available() -> bool:
    """Whether markdown-it-py is installed."""
    try:
        parser()
    except ImportError:
        return False
    return True


def read_blocks(source: str) -> Blocks:
    """Read the facts from ``source``."""
    shown = _SPACE.sub(lambda found: found.group().translate(_STAND_INS), source)
    try:
        tokens = parser().parse(shown)
    except RecursionError:
        # The caller left little of the stack. Without inline rules a heading's text keeps its markup.
        tokens = parser(deepest=12, inline=False).parse(shown)
    if shown != source:
        _restore(tokens)
    return EventCollector(source, whole(source)).collect(TokenEvents(shown, tokens))


def _restore(tokens: Iterable[Any]) -> None:
    for token in tokens:
        token.info = token.info.translate(_BACK)
        token.attrs = {name: str(value).translate(_BACK) for name, value in token.attrs.items()}
        _restore(token.children or ())
        if token.type != "inline":  # its content is used only for positions
            token.content = token.content.translate(_BACK)
