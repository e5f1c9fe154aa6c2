"""What both sides agree on now, written down in batches: a crash before that is repaired by the next run."""

from __future__ import annotations

import time
from typing import List, Optional

from idse_core.agency.base_store import Agreed, BaseStore

__all__ = ["Recorder"]

_MOST = 500  # documents
_LONGEST = 0.5  # seconds


class Recorder:
    """Collects agreements and writes them in one transaction now and then.

    Args:
        base: where they are written.
    """

    def __init__(self, base: BaseStore) -> None:
        self._base = base
        self._waiting: List[Agreed] = []
        self._flushed = time.monotonic()

    def agree(self, session: str, key: str, revision: Optional[str], content: Optional[bytes] = None) -> None:
        """Both sides hold this revision now, or with None neither has the document."""
        self._waiting.append(Agreed(session, key, revision, content))

    def pause(self) -> None:
        """A good moment to write, if there is enough."""
        if len(self._waiting) >= _MOST or time.monotonic() - self._flushed > _LONGEST:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._base.record(waiting)
        self._flushed = time.monotonic()
