"""What holds for every test."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Iterator

import pytest

# Not in the folder that the package is imported from: `idse` looks up what is installed as long as that just changed.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parent / ".hypothesis"))


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
