"""What a sync plans, what came of it, and what that means for whoever called."""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional, Tuple

from idse_core.agency.planner import Action
from idse_core.errors import IdseError

__all__ = ["Direction", "DocumentOutcome", "PlannedAction", "Result", "SyncReport"]

_CONFLICTS, _MOVED, _PARTLY, _INTERRUPTED = 3, 6, 7, 130


class Direction(str, enum.Enum):
    """What was asked for: ``status`` does nothing but look."""

    PUSH = "push"
    PULL = "pull"
    STATUS = "status"

    def __str__(self) -> str:
        return str(self.value)


class Result(str, enum.Enum):
    """What came of one action."""

    PLANNED = "planned"
    """Nothing was done: a dry run, or `status`."""
    DONE = "done"
    MERGED = "merged"
    """Both sides changed it, and the changes went together: the workspace holds both; a push sends them."""
    CONFLICT = "conflict"
    """A person has to decide: `idse sync resolve`. The live file is ours; this document is not pushed."""
    LEFT = "left"
    """The business of the other direction."""
    MOVED = "moved"
    """Not pushed: the Agency Core holds something newer, which has to be pulled first."""
    SKIPPED = "skipped"
    """Not done now: it changed while we were at it, can't be read, or may not have that name. Says why."""
    FAILED = "failed"
    """The Agency Core could not be reached for it, or refused it. Says why."""

    def __str__(self) -> str:
        return str(self.value)


class PlannedAction(NamedTuple):
    """What the planner decided about one document.

    Attributes:
        key: one of the protocol's ``DOCUMENT_KEYS``.
        size: of what would travel, in bytes; 0 where nothing does, or it is not known yet.
    """

    session: str
    key: str
    action: Action
    size: int = 0


class DocumentOutcome(NamedTuple):
    """What came of one planned action.

    Attributes:
        path: of the live document, or of the folder of a conflict, relative to the folder that holds ``.idse``.
        detail: why, where it was not simply done; one sentence.
    """

    planned: PlannedAction
    result: Result
    path: str = ""
    detail: str = ""


class SyncReport(NamedTuple):
    """All that happened.

    Attributes:
        project: here. ``project_id``: at the Agency Core.
        sessions: how many were looked at.
        actions: what was planned, before anything was done; the same for a dry run.
        outcomes: what came of each, in the same order; problems with a document that has no action follow.
        sent, received: bytes of documents.
        interrupted: somebody pressed Ctrl-C; what was acknowledged until then is recorded.
        failure: why not all was tried: the Agency Core could not be reached, or did not accept the token.
        created: the project was not here before.
    """

    direction: Direction
    project: str
    project_id: str
    endpoint: str
    server_id: str
    dry_run: bool
    sessions: int
    actions: Tuple[PlannedAction, ...]
    outcomes: Tuple[DocumentOutcome, ...]
    sent: int = 0
    received: int = 0
    interrupted: bool = False
    failure: Optional[IdseError] = None
    created: bool = False

    def with_result(self, *results: Result) -> Tuple[DocumentOutcome, ...]:
        """The outcomes with one of these results."""
        return tuple(outcome for outcome in self.outcomes if outcome.result in results)

    @property
    def exit_code(self) -> int:
        """By what a script can do about it: interrupted, failed, partly done, pull first, conflicts remain, done."""
        done = self.with_result(Result.DONE, Result.MERGED)
        if self.interrupted:
            return _INTERRUPTED
        if self.failure is not None:
            return _PARTLY if done else self.failure.exit_code
        if self.with_result(Result.FAILED, Result.SKIPPED):
            return _PARTLY
        if self.with_result(Result.MOVED):
            return _MOVED
        return _CONFLICTS if self.with_result(Result.CONFLICT) else 0
