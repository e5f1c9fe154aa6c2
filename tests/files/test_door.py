"""What `idse_core.files` offers, and what it costs to import it."""

from __future__ import annotations

import subprocess
import sys

import idse_core.files
from tests.files.places import REPOSITORY


def test_the_door_is_sorted_and_complete() -> None:
    assert idse_core.files.__all__ == sorted(idse_core.files.__all__)
    assert all(hasattr(idse_core.files, name) for name in idse_core.files.__all__)


def test_importing_it_loads_nothing_slow() -> None:
    code = "import idse_core.files, sys; print(*{'filelock', 'ctypes', 'tempfile', 'shutil', 'inspect'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    assert result.stdout.split() == []
