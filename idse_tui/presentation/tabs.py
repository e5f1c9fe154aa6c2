"""The tabs of the artifact's panel."""

from __future__ import annotations

from enum import Enum

__all__ = ["Tab"]


class Tab(str, Enum):
    """The tabs in their order, by the ids of their widgets."""

    READ = "read"
    DIFF = "diff"
    OUTLINE = "outline"
    TRACE = "trace"

    @property
    def following(self) -> Tab:
        """The next tab; the first after the last."""
        tabs = tuple(Tab)
        return tabs[(tabs.index(self) + 1) % len(tabs)]
