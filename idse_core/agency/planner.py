"""Deciding what sync does with one document, from its content in three places only: no clock, no state, no I/O.

*base* is what both sides had when they last agreed, *local* is the workspace, *remote* the Agency Core. Each is the
digest of a content, or None if it is absent. With ∅ for absent and letters for different contents, there are exactly
these fifteen cases:

| base local remote | action             | base local remote | action                                           |
|-------------------|--------------------|-------------------|--------------------------------------------------|
| ∅ ∅ ∅, a a a      | `NOTHING`          | a b a, ∅ a ∅      | `PUSH`                                           |
| a ∅ ∅             | `FORGET_BASE`      | a a b, ∅ ∅ a      | `PULL`                                           |
| a b b, ∅ a a      | `RECORD_BASE`      | a b c             | `MERGE`                                          |
| a a ∅             | `DELETE_LOCAL`     | ∅ a b             | `CONFLICT_WITHOUT_BASE`: no base, no guess       |
| a ∅ a             | `PUSH_TOMBSTONE`   | a b ∅             | `CONFLICT_DELETED_REMOTELY`: edit beats delete   |
|                   |                    | a ∅ b             | `RESTORE`: edit beats delete                     |

So a lost base can cause conflicts but never deletions; and after a crash, documents that were already transferred have
local = remote, which the next run records.
"""

from __future__ import annotations

import enum
from typing import Optional

__all__ = ["Action", "plan"]


class Action(enum.Enum):
    """What to do with one document. The values are stable, for scripts."""

    NOTHING = "nothing"
    FORGET_BASE = "forget-base"
    """Both sides deleted it: drop the base."""
    RECORD_BASE = "record-base"
    """Both sides have the same: record it as the base."""
    PUSH = "push"
    """Send local; the precondition is the remote revision, or absence if remote is None."""
    PUSH_TOMBSTONE = "push-tombstone"
    """Delete it at the Agency Core, which still has the revision that was deleted here."""
    PULL = "pull"
    """Write remote over local, which is still the base, or is absent and was never agreed on."""
    DELETE_LOCAL = "delete-local"
    """Displace local, which is still the base and was deleted at the Agency Core."""
    RESTORE = "restore"
    """Write remote: it was edited there while it was deleted here, and an edit beats a deletion."""
    MERGE = "merge"
    """Both sides changed it: merge with the base. A clean result is written, and pushed later; otherwise a conflict."""
    CONFLICT_WITHOUT_BASE = "conflict-without-base"
    """Both sides have different contents and no base: keep both, guess nothing."""
    CONFLICT_DELETED_REMOTELY = "conflict-deleted-remotely"
    """It was edited here while it was deleted there: keep local, and ask."""

    @property
    def is_conflict(self) -> bool:
        """Whether a person always has to decide; `MERGE` becomes a conflict only when it is not clean."""
        return self in {Action.CONFLICT_WITHOUT_BASE, Action.CONFLICT_DELETED_REMOTELY}


def plan(base: Optional[str], local: Optional[str], remote: Optional[str]) -> Action:
    """Decide about one document.

    Args:
        base: the digest that both sides last agreed on; None if they never did, or both deleted the document.
        local: the digest in the workspace; None for absent.
        remote: the digest at the Agency Core; None for absent or a tombstone.

    Returns:
        The action that loses nobody's edit.
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
