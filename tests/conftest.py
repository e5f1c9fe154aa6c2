"""What holds for every test."""

from __future__ import annotations

import gc
import sys
from typing import Iterator

import pytest


@pytest.fixture(autouse=True)
def interpreter_as_it_was() -> Iterator[None]:
    """A command or app that ran in this process has set the collector and the threads' turns for a process of its own.

    Left like that, nearly nothing would be collected any more: the suite would grow to gigabytes.
    """
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.set_threshold(*thresholds)
    sys.setswitchinterval(interval)
    gc.enable()
