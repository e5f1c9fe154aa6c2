"""Whether a workspace is in good order: checks that look, and remedies that lose nothing.

A check never writes. What it finds wrong may come with a remedy: a function that makes it right without anybody's words
being lost, because whatever has to go away is kept in ``.idse/.local/displaced``.
"""

from __future__ import annotations

from idse_core.health.check import Check, Status
from idse_core.health.examination import Examination, examine

__all__ = ["Check", "Examination", "Status", "examine"]
