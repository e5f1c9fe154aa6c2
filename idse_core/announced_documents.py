"""Changes to a store's documents, each of them told to a listener."""

from __future__ import annotations

from typing import List, Optional

from idse_core.design_store import DesignStore, Document, Place
from idse_core.errors import IdseError, UnreadableError
from idse_core.events import FileDisplaced, FileWritten, Listener, Warned

__all__ = ["AnnouncedDocuments"]


class AnnouncedDocuments:
    """Writes to ``store`` and says so.

    Args:
        store: where the documents are; raises what its protocol says.
        announce: told of every write, after it.
    """

    def __init__(self, store: DesignStore, announce: Listener) -> None:
        self._store = store
        self._announce = announce

    def write(self, place: Place, data: bytes, *, expected: Optional[str]) -> Document:
        """Replace what was read as ``expected``, a digest; None when nothing may be there.

        Raises:
            ConflictError: something else is there now.
        """
        document = self._store.write(place, data, expected=expected)
        self._announce(FileWritten(document.path, document.digest))
        return document

    def overwrite(self, place: Place, data: bytes) -> None:
        """Replace whatever is there at the moment."""
        before = self._store.read(place)
        self.write(place, data, expected=None if before is None else before.digest)

    def add(self, place: Place, data: bytes) -> List[str]:
        """Write what is missing; gives its path, or nothing when something is there."""
        return [] if self.stands(place) else [self.write(place, data, expected=None).path]

    def stands(self, place: Place) -> bool:
        """Whether something is there; what can't be read is somebody's all the same, and said."""
        try:
            return self._store.read(place) is not None
        except UnreadableError as error:
            self._announce(Warned(f"{error}; it is left as it is", error.hint))
            return True

    def displace(self, place: Place, problem: IdseError) -> None:
        """Keep aside what is broken, whatever it is, to make room for a new document."""
        kept = self._store.displace(place)
        if kept is not None:
            self._announce(FileDisplaced(self._store.locate(place), kept))
            self._announce(Warned(f"{problem}; it was moved to {kept} and written anew"))
