"""Which files a task claims to have made or changed: in a field ``(Files: …)``, else in inline code. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Iterator, List, Sequence, Tuple

from idse_core.late_patterns import late
from idse_core.markdown import MarkdownDocument

__all__ = ["claimed_files", "paths_in_code"]

_SEPARATORS = late(r"[,;\s]+")
_ENTRIES = late(r"(?:(`+).+?\1|\([^()]*\)|[^,;])+", re.DOTALL)
_NEXT_ITEM = late(r"\n\s*(?:[-+*]|\d+[.)])[ \t]")
_CODE = late(r"(`+)(.+?)\1", re.DOTALL)
_REMARK = late(r"\([^()]*\)")
_MOVED = late(r"(?:`[^`]+`|(?<!\S)\S+)\s*(?:\u2192|->|=>)")
_EXTENSION = late(r"\.[A-Za-z]\w{0,7}\Z")
_PATH = late(r"[^\s/]*/|[\w.@+~-]+\.[A-Za-z]\w{0,7}\Z|\.[A-Za-z][\w.-]*\Z")
_NO_PATH = late(
    r"""
    \.\.\. | [\u2026<>\u2192] | (?:and/or|n/a|w/o|[ei]\.[ge])\Z
    | \A(?:
        @ | (?:origin|upstream|refs)/                                       # packages, branches
        | [\d./]+\Z                                                        # numbers
        | www\. | (?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|info)/     # addresses
        | (?:(?:node|vue|next|nuxt|react|express|three|d3|ember|nest|angular|chart|moment|alpine|backbone)\.js
            | (?:asp|ado|vb)?\.net | (?:socket|draw)\.io)\Z                 # names of products
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABBREVIATION = late(r"(?:[A-Za-z]\.){2,}\Z")
_WELL_KNOWN = frozenset(["dockerfile", "gemfile", "jenkinsfile", "justfile", "license", "makefile", "procfile"])
_INSIDE_FILE = late(r"(?:::[^/]*|:\d+(?:[-:]\d+)?|#L\d+(?:-L?\d+)?|:[A-Za-z_][\w.]*(?:\([^()]*\))?)$")
"""What may follow a path to say where in the file: a test, a line, a function."""

_ELSEWHERE = late(r"(?:\w[\w+.-]*:)?//|~")
"""How addresses, and paths outside of the repository, begin."""

_FILE = late(r"\.\w{1,8}$")
_REMOVING = late(
    r"\b(?:delet|remov|renam|mov(?:e|es|ed|ing)\b|drop(?:s|ped|ping)?\b|stop(?:s|ped)? using\b)", re.IGNORECASE
)
_GONE = late(
    r"\b(?:delet(?:e|ed|es|ing|ion)|remov(?:e|ed|es|ing|al)|drop(?:s|ped)?|gone|(?:moved|renamed)(?!\s+from))\b",
    re.IGNORECASE,
)
_WORD = late(r"[^\W\d_]+")
_BEGINNING = 120  # characters
_FIELD = late(r"\(files?\s*:|\n", re.IGNORECASE)


def claimed_files(document: MarkdownDocument, field: str, low: int, high: int) -> Tuple[str, ...]:
    """The files that the field of a task names, but not those that the task says it takes away.

    Args:
        document: the artifact.
        field: the value of the field.
        low: the offset at which the task begins.
        high: the offset at which it ends.
    """
    named = _file_paths(field)
    if not named or _takes_away(document.text[low : min(high, low + _BEGINNING)]):
        return ()
    found = _FIELD.search(document.text, low, high)
    end = found.start() if found else high
    places = ((path, document.text.find(path, low, end)) for path in named)
    return tuple(path for path, at in places if at < 0 or not _goes_away(document.text, low, at))


def _takes_away(beginning: str) -> bool:
    """Whether the first word of a task, after its box, number and tags, is to delete something."""
    words = (word.lower() for word in _WORD.findall(beginning) if len(word) > 2 and word.lower() != "task")
    return next(words, "") in {"delete", "deleted", "remove", "removed", "drop", "dropped"}


def _file_paths(value: str) -> Tuple[str, ...]:
    """The paths that a field names, without remarks such as ``(new)``, names of what was moved, and numbers of lines.

    Only what looks like a path is one; what is said to be deleted is none. What stands in inline code is taken whole, spaces
    included.
    """
    parts = _NEXT_ITEM.split(f"\n{value}") if "\n" in value else [value]
    claimed: List[List[str]] = []
    for part in parts:
        for entry in _ENTRIES.finditer(_MOVED.sub(" ", part)):
            paths, is_gone = _named(entry[0])
            if is_gone and not paths:  # "src/a.py, deleted"
                claimed[-1:] = []
            claimed.append([] if is_gone else paths)
    return tuple(path for paths in claimed for path in paths)


def _named(entry: str) -> Tuple[List[str], bool]:
    """The paths in a part of the value, and whether its other words say that they are gone."""
    found: List[str] = []
    rest = entry
    if "`" in entry:
        found = [path for code in _CODE.finditer(entry) for path in _in_code(code[2]) if _is_path(path)]
        rest = _CODE.sub(" ", entry)
    others = _REMARK.findall(rest) if "(" in rest else []
    for word in _SEPARATORS.split(_REMARK.sub(" ", rest) if others else rest):
        path = _path_of(word)
        if path:
            found.append(path)
        else:
            others.append(word)
    paths = [_INSIDE_FILE.sub("", path) for path in found if not _ELSEWHERE.match(path)]
    return list(filter(None, paths)), _GONE.search(" ".join(others)) is not None


def _path_of(word: str) -> str:
    """The path that a word is, without what surrounds it; empty when it is none."""
    word = word.strip("*'\"")
    word = word if word.startswith("__") else word.strip("_")
    if _ABBREVIATION.match(word):
        return ""
    word = word.rstrip(".:") or word
    return word if _is_path(_INSIDE_FILE.sub("", word)) else ""


def _in_code(text: str) -> Iterator[str]:
    """The paths in inline code: one with spaces in it, or several, each with an extension."""
    for part in text.replace(";", ",").split(","):
        words = part.split()
        yield from words if all(map(_EXTENSION.search, words)) else [part.strip()]


def _is_path(word: str) -> bool:
    """Whether it looks like the path of a file or folder."""
    return word.lower() in _WELL_KNOWN or (_PATH.match(word) is not None and _NO_PATH.search(word) is None)


def paths_in_code(document: MarkdownDocument, starts: Sequence[int], low: int, high: int) -> Tuple[str, ...]:
    """Inline code in a task that is clearly the path of a file that should exist.

    Args:
        document: the artifact.
        starts: the offsets at which its inline code starts.
        low: the offset at which the task begins.
        high: the offset at which it ends.
    """
    spans = document.code_spans[bisect_left(starts, low) : bisect_left(starts, high)]
    found = [
        _INSIDE_FILE.sub("", span.text.strip())
        for span in spans
        if "/" in span.text and _is_file(span.text.strip()) and not _goes_away(document.text, low, span.start)
    ]
    return tuple(dict.fromkeys(found))


def _is_file(text: str) -> bool:
    """Whether the text is the path of a file in the repository."""
    path = _INSIDE_FILE.sub("", text)
    is_file = _FILE.search(path) is not None and not _SEPARATORS.search(text) and not _NO_PATH.search(path)
    return is_file and not _ELSEWHERE.match(text) and not path.endswith(".git")


def _goes_away(text: str, low: int, at: int) -> bool:
    """Whether the sentence says, before this offset, that something is removed or moved."""
    before = text[low:at]
    sentence = before[max(before.rfind(". "), before.rfind("\n")) + 1 :]
    return _REMOVING.search(sentence) is not None
