"""Which sessions' records changed with which version of the project's records.

``session_state.json`` holds all sessions. After a change to one of them, what is cached about the thousands of others
is still valid, and this history shows it without parsing the file.
"""

from __future__ import annotations

import json
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional

__all__ = ["RecordHistory"]

_MOST = 32  # versions; a session last judged under an older one is compared with the file itself


class RecordHistory(NamedTuple):
    """Versions of the records, oldest first, and for each session the version with which it last changed.

    Attributes:
        versions: digests of the project's records; the last one is the present one.
        changed: session → index of the version with which it last changed.
    """

    versions: List[str]
    changed: Mapping[str, int]

    def holds_since(self, version: Optional[int], session: str) -> bool:
        """Whether the record of a session is unchanged since the version with this index."""
        return version is not None and self.changed.get(session, 0) <= version

    def then(self, version: str, sessions: Iterable[str]) -> RecordHistory:
        """The history with one more version, which changed these sessions."""
        versions = [*self.versions, version]
        changed = {**self.changed, **dict.fromkeys(sessions, len(self.versions))}
        gone = max(0, len(versions) - _MOST)
        return RecordHistory(versions[gone:], {name: max(0, number - gone) for name, number in changed.items()})

    def to_json(self) -> str:
        """Serialise for the cache."""
        return json.dumps([self.versions, self.changed], ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: Optional[str], version: str) -> RecordHistory:
        """Parse a history; when the text does not end with this version, a history of this version alone."""
        try:
            versions, changed = json.loads(text or "")
            known: Dict[str, int] = {str(name): int(number) for name, number in changed.items()}
            if versions and versions[-1] == version and all(isinstance(item, str) for item in versions):
                return cls(versions, known)
        except (ValueError, TypeError, AttributeError, RecursionError):
            pass
        return cls([version], {})
