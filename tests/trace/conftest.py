"""The command line's fixtures, for traces."""

from __future__ import annotations

from tests.cli.conftest import fresh, idse, quiet_environment, sample, started, warm

__all__ = ["fresh", "idse", "quiet_environment", "sample", "started", "warm"]
