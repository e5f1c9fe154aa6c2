"""``sentence-length``: no sentence is longer than so many words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from idse_core import ArtifactFacts, Hit, Kind, Reach, strict

_SENTENCE = re.compile(r"[^.!?:\n]+(?:\n[^.!?:\n]+)*")


@dataclass(frozen=True)
class Params:
    """How long is too long.

    Attributes:
        words: how many words a sentence may have.
    """

    __pydantic_config__ = strict

    words: int = 40

    def __post_init__(self) -> None:
        if self.words < 1:
            raise ValueError("'words' must be at least 1")


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for every sentence with more words; code and comments are not prose."""
    for match in _SENTENCE.finditer(artifact.document.prose):
        count = len(match.group().split())
        if count > params.words:
            start = match.end() - len(match.group().lstrip())
            yield artifact.hit(start, match.end(), count=str(count), most=str(params.words))


KIND = Kind("sentence-length", Reach.FILE, Params, check, placeholders=("count", "most"))
