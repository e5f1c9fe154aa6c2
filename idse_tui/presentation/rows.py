"""What lists show, row by row: plain lines, and things to pick one from."""

from __future__ import annotations

from typing import NamedTuple, Tuple

__all__ = ["PickItem", "TextRow"]


class TextRow(NamedTuple):
    """One line. ``style`` names a style of the look."""

    key: str
    text: str
    style: str = "text"


class PickItem(NamedTuple):
    """One thing to pick.

    Attributes:
        title: what is matched first.
        note: said beside it, and matched too.
        right: pieces for the right side: text and the name of a style.
        lead: a sign before the title.
        faint: shown, but not of use now.
    """

    key: str
    title: str
    note: str = ""
    right: Tuple[Tuple[str, str], ...] = ()
    lead: str = ""
    faint: bool = False
