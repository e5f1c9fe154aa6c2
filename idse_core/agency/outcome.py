"""The planned actions of a sync, their results, the report about them, and its exit code."""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional, Tuple

from idse_core.agency.planner import Action
from idse_core.errors import IdseError

__all__ = ["Direction", "DocumentOutcome", "PlannedAction", "Result", "SyncReport"]

_CONFLICTS, _MOVED, _PARTLY, _INTERRUPTED = 3, 6, 7, 130


class Direction(str, enum.Enum):
    """The requested operation; ``status`` changes nothing."""

    PUSH = "push"
    PULL = "pull"
    STATUS = "status"

    def __str__(self) -> str:
        return str(self.value)


class Result(str, enum.Enum):
    """The result of one action."""

    PLANNED = "planned"
    """Nothing was done: a dry run, or `status`."""
    DONE = "done"
    MERGED = "merged"
    """Both sides changed it, and the changes could be merged: the workspace has both; a push sends them."""
    CONFLICT = "conflict"
    """A person has to decide: `idse sync resolve`. The live file is ours; this document is not pushed."""
    LEFT = "left"
    """Left to the other direction: a pull does not push, and a push does not pull."""
    MOVED = "moved"
    """Not pushed: the Agency Core has a newer revision, which has to be pulled first."""
    SKIPPED = "skipped"
    """Not done this time: the document changed meanwhile, can't be read, or has a forbidden name. Has a detail."""
    FAILED = "failed"
    """The Agency Core could not be reached, or refused the request. Has a detail."""

    def __str__(self) -> str:
        return str(self.value)


class PlannedAction(NamedTuple):
    """What the planner decided about one document.

    Attributes:
        key: one of the protocol's ``DOCUMENT_KEYS``.
        size: of the content to be transferred, in bytes; 0 if there is none, or the size is not known yet.
    """

    session: str
    key: str
    action: Action
    size: int = 0


class DocumentOutcome(NamedTuple):
    """The outcome of one planned action.

    Attributes:
        path: of the live document, or of the folder of a conflict, relative to the folder that contains ``.idse``.
        detail: why the action was not simply done, as one sentence; empty otherwise.
    """

    planned: PlannedAction
    result: Result
    path: str = ""
    detail: str = ""


class SyncReport(NamedTuple):
    """The report about a sync.

    Attributes:
        project: the project's id in the workspace. ``project_id``: its id at the Agency Core.
        sessions: how many sessions were compared.
        actions: the planned actions, the same as those of a dry run.
        outcomes: one per action, in the same order, followed by problems of documents that have no action.
        sent, received: bytes of documents.
        interrupted: whether the run was stopped, such as by Ctrl-C; everything acknowledged until then is recorded.
        failure: why the run ended early: the Agency Core could not be reached, or refused the token; None otherwise.
        created: whether the project was created in the workspace.
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
        """The exit code, by the first that applies: interrupted, failed, partly done, pull first, conflicts, done."""
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
