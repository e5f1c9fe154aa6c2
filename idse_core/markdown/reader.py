"""The readers, and ``read``, which picks one."""

from __future__ import annotations

from functools import lru_cache
from typing import Callable, Dict, Iterator, Mapping, Tuple

from idse_core.markdown import markdown_it_reader, pyromark_reader
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


def _available_parser() -> bool:
    return any(is_available() for is_available, _ in _PARSERS.values())


@lru_cache(maxsize=1)
def _parser() -> Callable[[str], Blocks]:
    return next(read_blocks for is_available, read_blocks in _PARSERS.values() if is_available())


def _read_with_parser(source: str) -> Blocks:
    return _parser()(source)


def _read_by_lines(text: str) -> MarkdownDocument:
    """Line by line; by the fastest parser where that is not sure of something."""
    # Imported here: its patterns take some milliseconds to compile, and most runs read no Markdown.
    from idse_core.markdown.line_reader import read_lines  # noqa: PLC0415

    source, front_matter = prepare(text)
    facts = read_lines(source, _read_with_parser)
    if facts is None:
        return MarkdownDocument(text, _read_with_parser(source), front_matter)
    return MarkdownDocument(text, facts, front_matter, line_starts=facts.line_starts)


_PARSERS: Dict[str, Tuple[Callable[[], bool], Callable[[str], Blocks]]] = {
    "pyromark": (pyromark_reader.available, pyromark_reader.read_blocks),
    "markdown-it": (markdown_it_reader.available, markdown_it_reader.read_blocks),
}
_ALL: Dict[str, Tuple[Callable[[], bool], Reader]] = {
    "lines": (_available_parser, _read_by_lines),
    **{name: (is_available, _reader(read_blocks)) for name, (is_available, read_blocks) in _PARSERS.items()},
}


class _Readers(Mapping[str, Reader]):
    """The readers whose library is installed, the fastest first; looking at them imports the libraries."""

    def __getitem__(self, name: str) -> Reader:
        is_available, reader = _ALL[name]
        if not is_available():
            raise KeyError(name)
        return reader

    def __iter__(self) -> Iterator[str]:
        return (name for name, (is_available, _) in _ALL.items() if is_available())

    def __len__(self) -> int:
        return sum(1 for _ in self)


READERS: Mapping[str, Reader] = _Readers()


@lru_cache(maxsize=1)
def _fastest() -> Reader:
    return next(iter(READERS.values()))


def read(text: str) -> MarkdownDocument:
    """Read Markdown: CommonMark with tables, task lists, strikethrough and YAML front matter.

    Any text can be read; nothing in it is an error.

    Args:
        text: the text, without a byte order mark.
    """
    return _fastest()(text)
