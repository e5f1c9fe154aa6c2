"""Changes some members of an object in a large JSON file without parsing the others.

From a text such as ``{"a": 1, "sessions": {…thousands…}, "b": 2}`` a small one is taken that holds only the members
asked for. After a change it is merged with those that were left out. This works only for texts that ``json_text.dump``
wrote: there, newlines and indentation tell where a member starts and ends, since a JSON string contains no newline.
"""

from __future__ import annotations

import json
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

__all__ = ["Excerpt", "excerpt"]

_MEMBER = '\n    "'  # how each member of a top-level object starts, and nothing else does
_END = "\n  }"
_DECODER = json.JSONDecoder()


class Excerpt(NamedTuple):
    """Some members of a top-level object of a JSON text, and the text they come from.

    Attributes:
        name: the key of that object.
        text: the small JSON text: the original without the members that were not asked for.
        whole: the original text.
        spans: key as it is written → span of that member in ``whole``, half-open, in characters.
    """

    name: str
    text: str
    whole: str
    spans: Dict[str, Tuple[int, int]]

    def around(self, changed: str) -> Optional[str]:
        """The original text with the changes of the small one merged in; None when they can't be.

        Args:
            changed: the small text after a change, as ``json_text.dump`` writes it. Members may be added, not removed.
        """
        old, new = _bounds(self.whole, self.name), _bounds(changed, self.name)
        if old is None or new is None:
            return None
        members = dict(_members(changed, *new))
        if not self.spans.keys() <= members.keys():
            return None
        parts: List[str] = [changed[: new[0]]]
        done = old[0]
        for key, (start, end) in sorted(self.spans.items(), key=lambda item: item[1]):
            parts += [self.whole[done:start], members.pop(key)]
            done = end
        parts.append(self.whole[done : old[1]])
        parts += [f",{text}" for text in members.values()]
        return "".join([*parts, changed[new[1] :]])


def excerpt(whole: str, name: str, keys: Iterable[str]) -> Optional[Excerpt]:
    """Take some members out of a top-level object; None when there is no such object, or it is empty.

    Args:
        whole: a text that ``json_text.dump`` wrote.
        name: the key of the object.
        keys: the members to take; missing ones are skipped.
    """
    bounds = _bounds(whole, name)
    if bounds is None:
        return None
    start, end = bounds
    spans: Dict[str, Tuple[int, int]] = {}
    for key in keys:
        written = _written(key)
        at = whole.find(f"\n    {written}: ", start, end)
        if at >= 0:
            spans[written] = at, _member_end(whole, at, end)
    members = ",".join(whole[first:last] for first, last in sorted(spans.values()))
    return Excerpt(name, whole[:start] + members + whole[end:], whole, spans)


def _bounds(text: str, name: str) -> Optional[Tuple[int, int]]:
    """The offsets where the members of a top-level object start and end, both just before a newline."""
    opening = f"\n  {_written(name)}: {{"
    at = text.find(opening + "\n")
    end = text.find(_END, at + len(opening)) if at >= 0 else -1
    return (at + len(opening), end) if end >= 0 else None


def _members(text: str, start: int, end: int) -> Iterable[Tuple[str, str]]:
    """Yield each member's key as it is written, and its text."""
    while text.startswith(_MEMBER, start):
        key_at = start + len(_MEMBER) - 1
        stop = _member_end(text, start, end)
        yield text[key_at : _DECODER.raw_decode(text, key_at)[1]], text[start:stop]
        start = stop + len(",")


def _member_end(text: str, start: int, end: int) -> int:
    following = text.find(_MEMBER, start + 1, end)
    return end if following < 0 else following - len(",")


def _written(key: str) -> str:
    """The key as ``json_text.dump`` writes it; a lone surrogate becomes an escape."""
    return json.dumps(key, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")
