"""Recording in batches what both sides agree on; if a crash loses a batch, the next run records it."""

from __future__ import annotations

import time
from typing import List, Optional

from idse_core.agency.base_store import Agreed, BaseStore

__all__ = ["Recorder"]

_MOST = 500  # documents
_LONGEST = 0.5  # seconds


class Recorder:
    """Collects agreements, and writes them in one transaction from time to time.

    Args:
        base: the sync state to write to.
    """

    def __init__(self, base: BaseStore) -> None:
        self._base = base
        self._waiting: List[Agreed] = []
        self._flushed = time.monotonic()

    def agree(self, session: str, key: str, revision: Optional[str], content: Optional[bytes] = None) -> None:
        """Note that both sides have this revision now, or with None that neither has the document."""
        self._waiting.append(Agreed(session, key, revision, content))

    def pause(self) -> None:
        """Write if enough has been collected, or the last write was long ago; to be called between sessions."""
        if len(self._waiting) >= _MOST or time.monotonic() - self._flushed > _LONGEST:
            self.flush()

    def flush(self) -> None:
        """Write everything collected."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._base.record(waiting)
        self._flushed = time.monotonic()
