"""Measures reading the Markdown of generated artifacts, in this process, with each reader that is installed."""

from __future__ import annotations

import gc
import re
import time
from typing import Callable, List

from benchmarks.artifacts import artifacts_of
from benchmarks.measuring import Figure
from idse_core.markdown import READERS

__all__ = ["reading_markdown"]

_SLOW = {"markdown-it"}
_IDS = re.compile(r"\b(?:FR|NFR|AC|T)-?\d+\b")
_FEWER = 10  # a slow reader gets a tenth of the texts


def reading_markdown(*, sessions: int, times: int) -> List[Figure]:
    """Microseconds per artifact, against decoding its bytes and counting its lines.

    Args:
        sessions: the number of sessions whose artifacts are read.
        times: the number of rounds; the shortest counts.
    """
    texts = [text for number in range(sessions) for text in artifacts_of(number, 1).values()]
    data = [text.encode("utf-8") for text in texts]
    plain = _per_item(lambda: [item.decode("utf-8").count("\n") for item in data], len(data), times)
    searching = _per_item(lambda: [_IDS.findall(text) for text in texts], len(texts), times)
    note = "one regular expression over the text, to compare with"
    found = [Figure("one search for ids", searching, "µs per artifact", "decoding it", searching / plain, note=note)]
    for name, read in READERS.items():
        part = texts[: max(1, len(texts) // _FEWER)] if name in _SLOW else texts
        cost = _per_item(lambda part=part, read=read: [read(text) for text in part], len(part), times)  # type: ignore[misc]  # bound now
        found.append(Figure(f"reading Markdown with {name}", cost, "µs per artifact", "decoding it", cost / plain))
    return found


def _per_item(work: Callable[[], object], count: int, times: int) -> float:
    shortest = float("inf")
    for _ in range(times):
        gc.collect()
        started = time.process_time()
        work()
        shortest = min(shortest, time.process_time() - started)
    return shortest / count * 1e6
