"""What sync does with one document, decided from its content in three places alone: no clock, no memory, no I/O.

*base* is what both sides had when they last agreed, *local* is the workspace, *remote* the Agency Core. Each is the name
of a content (a digest), or None where there is none. With ∅ for absent and letters for contents that differ, these
fifteen cases are all there are:

| base local remote | action             | base local remote | action                                           |
|-------------------|--------------------|-------------------|--------------------------------------------------|
| ∅ ∅ ∅, a a a      | `NOTHING`          | a b a, ∅ a ∅      | `PUSH`                                           |
| a ∅ ∅             | `FORGET_BASE`      | a a b, ∅ ∅ a      | `PULL`                                           |
| a b b, ∅ a a      | `RECORD_BASE`      | a b c             | `MERGE`                                          |
| a a ∅             | `DELETE_LOCAL`     | ∅ a b             | `CONFLICT_WITHOUT_BASE`: no base, no guess       |
| a ∅ a             | `PUSH_TOMBSTONE`   | a b ∅             | `CONFLICT_DELETED_REMOTELY`: edit beats delete   |
|                   |                    | a ∅ b             | `RESTORE`: edit beats delete                     |

So a lost base can only join and conflict, never delete; and what a crash left half done has local = remote, which the
next run records.
"""

from __future__ import annotations

import enum
from typing import Optional

__all__ = ["Action", "plan"]


class Action(enum.Enum):
    """What to do with one document. The value is a stable word for scripts."""

    NOTHING = "nothing"
    FORGET_BASE = "forget-base"
    """Both sides deleted it: drop the base."""
    RECORD_BASE = "record-base"
    """Both sides hold the same: that is the base now."""
    PUSH = "push"
    """Send local; the precondition is what remote holds, which is absence where remote is None."""
    PUSH_TOMBSTONE = "push-tombstone"
    """Delete it at the Agency Core, where it still is what we deleted."""
    PULL = "pull"
    """Write remote over local, which is still the base, or absent without ever having been agreed upon."""
    DELETE_LOCAL = "delete-local"
    """Displace local, which is still the base that was deleted at the Agency Core."""
    RESTORE = "restore"
    """Write remote: it was edited there while it was deleted here, and an edit beats a deletion."""
    MERGE = "merge"
    """Both sides changed it: merge with the base; clean, write the result and push it on remote; else a conflict."""
    CONFLICT_WITHOUT_BASE = "conflict-without-base"
    """Both sides hold something else and never agreed on anything: keep both, guess nothing."""
    CONFLICT_DELETED_REMOTELY = "conflict-deleted-remotely"
    """Edited here while it was deleted there: keep local, and ask."""

    @property
    def is_conflict(self) -> bool:
        """Whether a person has to decide, whatever the contents; `MERGE` becomes one only when it is not clean."""
        return self in {Action.CONFLICT_WITHOUT_BASE, Action.CONFLICT_DELETED_REMOTELY}


def plan(base: Optional[str], local: Optional[str], remote: Optional[str]) -> Action:
    """Decide about one document.

    Args:
        base: the digest of what both sides last agreed on; None where they never did, or both deleted it.
        local: the digest of what the workspace has; None for absent.
        remote: the digest of what the Agency Core has; None for absent, also behind a tombstone.

    Returns:
        The only action that loses nobody's edit.
    """
    if local == remote:
        return _agreed(base, local)
    if local == base:
        return Action.DELETE_LOCAL if remote is None else Action.PULL
    if remote == base:
        return Action.PUSH_TOMBSTONE if local is None else Action.PUSH
    return _both_changed(base, local, remote)


def _agreed(base: Optional[str], both: Optional[str]) -> Action:
    if both == base:
        return Action.NOTHING
    return Action.FORGET_BASE if both is None else Action.RECORD_BASE


def _both_changed(base: Optional[str], local: Optional[str], remote: Optional[str]) -> Action:
    if base is None:
        return Action.CONFLICT_WITHOUT_BASE
    if local is None:
        return Action.RESTORE
    return Action.CONFLICT_DELETED_REMOTELY if remote is None else Action.MERGE
