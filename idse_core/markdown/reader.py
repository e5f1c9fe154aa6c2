"""The readers, and ``read``, which picks one."""

from __future__ import annotations

from functools import lru_cache, partial
from importlib import import_module
from types import ModuleType
from typing import Callable, Iterator, Mapping

from idse_core.markdown.document import MarkdownDocument
from idse_core.markdown.facts import Blocks
from idse_core.markdown.source import prepare

__all__ = ["READERS", "Reader", "read"]

Reader = Callable[[str], MarkdownDocument]


def _reader(read_blocks: Callable[[str], Blocks]) -> Reader:
    def read_with(text: str) -> MarkdownDocument:
        source, front_matter = prepare(text)
        return MarkdownDocument(text, read_blocks(source), front_matter)

    return read_with


def _parser_module(name: str) -> ModuleType:
    # Imported at first use: most documents are read by lines, and most runs read none.
    return import_module(f"idse_core.markdown.{_PARSERS[name]}")


def _is_available(name: str) -> bool:
    return bool(_parser_module(name).available())


def _read_blocks(name: str, source: str) -> Blocks:
    blocks: Blocks = _parser_module(name).read_blocks(source)
    return blocks


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], Blocks]:
    return partial(_read_blocks, next(filter(_is_available, _PARSERS)))


def _read_with_parser(source: str) -> Blocks:
    return _parser()(source)


def _read_by_lines(text: str) -> MarkdownDocument:
    """Read line by line, or with the fastest parser if the line reader is not sure."""
    # Imported here: its patterns take some milliseconds to compile, and most runs read no Markdown.
    from idse_core.markdown.line_reader import read_lines  # noqa: PLC0415

    source, front_matter = prepare(text)
    facts = read_lines(source, _read_with_parser)
    if facts is None:
        return MarkdownDocument(text, _read_with_parser(source), front_matter)
    return MarkdownDocument(text, facts, front_matter, line_starts=facts.line_starts)


_PARSERS: Mapping[str, str] = {"pyromark": "pyromark_reader", "markdown-it": "markdown_it_reader"}
"""Name → the module that reads with that parser, the fastest first."""

_LINES = "lines"
_ALL: Mapping[str, Reader] = {
    _LINES: _read_by_lines,
    **{name: _reader(partial(_read_blocks, name)) for name in _PARSERS},
}


class _Readers(Mapping[str, Reader]):
    """The readers whose library is installed, the fastest first; looking at them imports the libraries."""

    def __getitem__(self, name: str) -> Reader:
        reader = _ALL[name]
        if name != _LINES and not _is_available(name):
            raise KeyError(name)
        return reader

    def __iter__(self) -> Iterator[str]:
        return (name for name in _ALL if name == _LINES or _is_available(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)


READERS: Mapping[str, Reader] = _Readers()


def read(text: str) -> MarkdownDocument:
    """Read Markdown: CommonMark with tables, task lists, strikethrough and YAML front matter.

    Any text can be read; nothing in it is an error.

    Args:
        text: the text, without a byte order mark.
    """
    return _read_by_lines(text)
