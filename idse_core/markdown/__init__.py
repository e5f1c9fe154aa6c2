"""Markdown text to facts with exact positions.

``read(text)`` gives a ``MarkdownDocument``; everything in it carries character offsets into the text.
"""

from __future__ import annotations

from idse_core.markdown.document import MarkdownDocument
from idse_core.markdown.facts import (
    Cell,
    CodeSpan,
    Comment,
    Fence,
    Heading,
    ItemPlace,
    Link,
    ListItem,
    Position,
    Section,
    Span,
    Table,
)
from idse_core.markdown.ids import Identifier, identifiers
from idse_core.markdown.reader import READERS, read
from idse_core.markdown.titles import is_called, plain_title, title_forms

__all__ = [
    "READERS",
    "Cell",
    "CodeSpan",
    "Comment",
    "Fence",
    "Heading",
    "Identifier",
    "ItemPlace",
    "Link",
    "ListItem",
    "MarkdownDocument",
    "Position",
    "Section",
    "Span",
    "Table",
    "identifiers",
    "is_called",
    "plain_title",
    "read",
    "title_forms",
]
