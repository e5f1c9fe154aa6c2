"""Three versions of a file, made from a seed: random lines, and random edits of real files."""

from __future__ import annotations

from random import Random
from typing import Callable, List, Sequence

from tests.agency.git_oracle import Triple

__all__ = ["edited", "random_triple", "real_triple"]

_Lines = List[str]


def random_triple(seed: int) -> Triple:
    """Versions of up to sixty lines, with few or many distinct lines: few of them make comparisons ambiguous."""
    random = Random(seed)
    different = random.choice([2, 3, 5, 20, 1000])
    end = random.choice(["\n"] * 9 + ["\r\n"])

    def line() -> str:
        return f"{random.randrange(different)}{end}"

    base = [line() for _ in range(random.choice([0, 1, 3, 8, 20, 60]))]
    versions = [base, *(edited(base, random, line, random.choice([0, 1, 1, 2, 3])) for _ in range(2))]
    return _triple(versions, random)


def real_triple(text: str, seed: int) -> Triple:
    """Versions of a real text, with lines dropped, changed, moved, duplicated or added."""
    random = Random(seed)
    base = text.splitlines(keepends=True)

    def line() -> str:
        taken = random.choice(base) if base else "\n"
        return random.choice([taken, f"{taken.rstrip()} {random.randrange(100)}\n", "\n", f"{random.random()}\n"])

    versions = [base, *(edited(base, random, line, random.choice([1, 2, 5, 12])) for _ in range(2))]
    return _triple(versions, random)


def edited(lines: Sequence[str], random: Random, line: Callable[[], str], times: int) -> _Lines:
    """A copy that is changed in a number of places: lines are added, dropped or replaced."""
    result = list(lines)
    for _ in range(times):
        place = random.randrange(len(result) + 1)
        length = random.choice([1, 1, 1, 2, 3, 5])
        what = random.choice(["add", "drop", "replace"])
        result[place : place + (0 if what == "add" else length)] = (
            [] if what == "drop" else [line() for _ in range(length)]
        )
    return result


def _triple(versions: Sequence[Sequence[str]], random: Random) -> Triple:
    base, ours, theirs = ("".join(lines).encode() for lines in versions)
    return _perhaps_unended(base, random), _perhaps_unended(ours, random), _perhaps_unended(theirs, random)


def _perhaps_unended(data: bytes, random: Random) -> bytes:
    return data[:-1] if data.endswith(b"\n") and random.random() < 0.1 else data
