"""One test leaves nothing of the interpreter's settings to the next."""

from __future__ import annotations

import gc
import sys
from typing import List, Tuple

import pytest

Settings = Tuple[Tuple[int, int, int], float, bool]
FOUND: List[Settings] = []


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_command_sets_ends_with_its_test(turn: str) -> None:
    FOUND.append((gc.get_threshold(), sys.getswitchinterval(), gc.isenabled()))
    gc.set_threshold(123_456)
    sys.setswitchinterval(0.123)
    gc.disable()
    assert all(found == FOUND[0] for found in FOUND)
    assert FOUND[0][0][0] != 123_456
