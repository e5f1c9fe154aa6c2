"""The short form of `make fuzz`: the same inputs on every machine."""

from __future__ import annotations

from typing import List

import pytest

from tools.fuzz import fuzz
from tools.fuzzing.targets import TARGETS, Target

COUNT = 2_000


@pytest.mark.parametrize("part", range(4))
def test_no_input_is_too_odd(part: int) -> None:
    found = [failure for _, failure in fuzz(COUNT // 4, seed=0, first=part * COUNT // 4) if failure]
    assert found == []


def test_what_goes_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(given: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setitem(TARGETS, "yaml", TARGETS["yaml"]._replace(check=check))
    (found,) = [failure for _, failure in fuzz(1, seed=0, only="yaml")]
    assert found is not None
    assert "RuntimeError: broken" in found.what


def test_an_input_depends_on_its_seed_and_number_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: List[object] = []
    monkeypatch.setitem(TARGETS, "yaml", Target(TARGETS["yaml"].make, seen.append, 1))
    for first in (0, 3):
        list(fuzz(6 - first, seed=4, first=first, only="yaml"))
    assert seen[3:6] == seen[6:]
    assert len(set(seen[:6])) > 1
