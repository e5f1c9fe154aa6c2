"""Checking that a workspace is in good order, and remedies that lose nothing.

A check never writes. A problem that it finds may come with a remedy: a function that fixes it without losing anybody's
text, because every file that has to go is kept in ``.idse/.local/displaced``.
"""

from __future__ import annotations

from idse_core.health.check import Check, Status
from idse_core.health.examination import Examination, examine

__all__ = ["Check", "Examination", "Status", "examine"]
