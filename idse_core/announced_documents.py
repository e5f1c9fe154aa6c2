"""Changes to a store's documents, each announced to a listener."""

from __future__ import annotations

from typing import List, Optional

from idse_core.design_store import DesignStore, Document, Place
from idse_core.errors import IdseError, UnreadableError
from idse_core.events import FileDisplaced, FileWritten, Listener, Warned

__all__ = ["AnnouncedDocuments"]


class AnnouncedDocuments:
    """Writes to a store and announces every change.

    Args:
        store: holds the documents; it raises what its protocol says.
        announce: called after every change.
    """

    def __init__(self, store: DesignStore, announce: Listener) -> None:
        self._store = store
        self._announce = announce

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        """Replace a document that still has the digest ``expected``; with None, only if there is no document.

        Raises:
            ConflictError: something else is there by now.
        """
        document = self._store.write(place, data, expected=expected)
        self._announce(FileWritten(document.path, document.digest))
        return document

    def overwrite(self, place: Place, data: bytes) -> None:
        """Replace a document, whatever it says at the moment."""
        before = self._store.read(place)
        self.write(place, data, expected=None if before is None else before.digest)

    def add(self, place: Place, data: bytes) -> List[str]:
        """Write a document if it is absent; returns a list with its path, empty when something was there already."""
        return [] if self.stands(place) else [self.write(place, data, expected=None).path]

    def stands(self, place: Place) -> bool:
        """Whether something is there. A document that can't be read counts, and is warned about."""
        try:
            return self._store.read(place) is not None
        except UnreadableError as error:
            self._announce(Warned(f"{error}; it is left as it is", error.hint))
            return True

    def displace(self, place: Place, problem: IdseError) -> None:
        """Move a broken document aside, whatever it is, to make room for a new one."""
        kept = self._store.displace(place)
        if kept is not None:
            self._announce(FileDisplaced(self._store.locate(place), kept))
            self._announce(Warned(f"{problem}; it was moved to {kept} and written anew"))
