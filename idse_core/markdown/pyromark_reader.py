"""The fast reader: one pass over the events of pyromark, which is pulldown-cmark, a CommonMark parser in Rust."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Callable

from idse_core.markdown.event_collector import EventCollector, Events
from idse_core.markdown.facts import Blocks
from idse_core.markdown.spans import utf8_with_short_line_ends

__all__ = ["available", "read_blocks"]


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], Events]:
    # Imported at first use: `idse --version` and `idse status` read no Markdown.
    pyromark = import_module("pyromark")
    flags = pyromark.Options
    options = flags.ENABLE_TABLES | flags.ENABLE_TASKLISTS | flags.ENABLE_STRIKETHROUGH
    events: Callable[[str], Events] = pyromark.Markdown(options=options).events_with_range
    return events


def available() -> bool:
    """Whether pyromark is installed, in a version that reports offsets (0.8 or later)."""
    try:
        _parser()
    except (ImportError, AttributeError):
        return False
    return True


def read_blocks(source: str) -> Blocks:
    """Read the facts from ``source``, which ``prepare`` returned."""
    # pulldown-cmark keeps a CR in code spans. Without "\r\n" it follows CommonMark throughout.
    events = _parser()(source.replace("\r\n", "\n"))
    return EventCollector(source, utf8_with_short_line_ends(source)).collect(events)
