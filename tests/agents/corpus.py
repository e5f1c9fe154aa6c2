"""Documents that nobody here wrote, kept beside the repository; tests that need them are skipped where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["CORPUS", "SEED_SPEC", "required"]

_SHARED = Path(__file__).parents[3] / "shared"
SEED_SPEC = _SHARED / "seed-spec.md"
CORPUS = _SHARED / "corpus" / "idse-orchestrator" / ".idse"


def required(path: Path) -> Path:
    """The path itself, when something is there; else the test is skipped, or fails where the corpus is required."""
    if not path.exists():
        reason = f"{path.name} is not here"
        if os.environ.get("IDSE_REQUIRE_CORPUS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
