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


_ALL: Dict[str, Tuple[Callable[[], bool], Reader]] = {
    "pyromark": (pyromark_reader.available, _reader(pyromark_reader.read_blocks)),
    "markdown-it": (markdown_it_reader.available, _reader(markdown_it_reader.read_blocks)),
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
