"""Which sessions' records changed with which version of the project's records.

``session_state.json`` holds all sessions. After a change to one of them, what is remembered of the thousands of others
still holds, and nobody has to parse the file to see it.
"""

from __future__ import annotations

import json
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional

__all__ = ["RecordHistory"]

_MOST = 32  # versions; a session that was not judged since one that is forgotten is compared with what the file says


class RecordHistory(NamedTuple):
    """Versions of the records, oldest first, and for each session that changed since: with which one it did.

    Attributes:
        versions: digests of the project's records; the last one is what they are now.
        changed: session → number of the version with which it changed last.
    """

    versions: List[str]
    changed: Mapping[str, int]

    def holds_since(self, version: Optional[int], session: str) -> bool:
        """Whether the record of a session is still what it was with that version (its number)."""
        return version is not None and self.changed.get(session, 0) <= version

    def then(self, version: str, sessions: Iterable[str]) -> RecordHistory:
        """The history after one more version, with which these sessions changed."""
        versions = [*self.versions, version]
        changed = {**self.changed, **dict.fromkeys(sessions, len(self.versions))}
        gone = max(0, len(versions) - _MOST)
        return RecordHistory(versions[gone:], {name: max(0, number - gone) for name, number in changed.items()})

    def to_json(self) -> str:
        """For the cache."""
        return json.dumps([self.versions, self.changed], ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: Optional[str], version: str) -> RecordHistory:
        """What the text says; a history of this version alone when it says nothing of it."""
        try:
            versions, changed = json.loads(text or "")
            known: Dict[str, int] = {str(name): int(number) for name, number in changed.items()}
            if versions and versions[-1] == version and all(isinstance(item, str) for item in versions):
                return cls(versions, known)
        except (ValueError, TypeError, AttributeError, RecursionError):
            pass
        return cls([version], {})
