"""``AgencySyncEngine``: brings a project and its Agency Core to the same content, without losing anybody's edit."""

from __future__ import annotations

import threading
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Callable, Collection, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from idse_core import discovery
from idse_core.agency import safety_limits
from idse_core.agency.base_store import BaseStore
from idse_core.agency.conflicts import is_laid_aside, new_conflict, shown_folder
from idse_core.agency.documents import ARTIFACTS
from idse_core.agency.feed import fetch_contents, read_feed
from idse_core.agency.handshake import opened_base
from idse_core.agency.observation import LocalSession, LocalTree, observe_local
from idse_core.agency.outcome import Direction, DocumentOutcome, PlannedAction, Result, SyncReport
from idse_core.agency.planner import Action
from idse_core.agency.protocol import digest_of_revision
from idse_core.agency.session_plan import SessionPlan, plan_session
from idse_core.agency.transport import CursorGoneError, Transport
from idse_core.errors import IdseError, NotFoundError
from idse_core.events import Listener, SyncProgressed, ignore
from idse_core.pipeline_artifacts import blueprint_first
from idse_core.project_workspace import ProjectWorkspace, utc_now

if TYPE_CHECKING:
    from idse_core.agency.pushing import Pushed

__all__ = ["AgencySyncEngine"]

_ROUNDS = 3
"""How often contents are requested, in case others push new ones meanwhile."""

_BODY = 32 << 20  # bytes of a request body, if the Agency Core has not announced its limit
_MARGIN = 0.9

_NEEDS_CONTENT = frozenset([Action.PULL, Action.RESTORE, Action.MERGE, Action.CONFLICT_WITHOUT_BASE])
_UNSETTLED = frozenset([Result.MOVED, Result.CONFLICT, Result.SKIPPED, Result.FAILED])
_EFFECTIVE = frozenset([Result.DONE, Result.MERGED])


class _View(NamedTuple):
    """The observed trees, and the plans made from them."""

    local: LocalTree
    plans: List[SessionPlan]
    sessions: List[str]
    known: int

    def actions(self) -> Tuple[PlannedAction, ...]:
        return tuple(action for plan in self.plans for action in plan.actions())


class AgencySyncEngine:
    """Syncs one project with one Agency Core.

    Three trees are compared: the *base* (what both sides had when they last agreed, below
    ``.idse/.local/sync/<server id>/``), the workspace, and the Agency Core. A pure planner decides per document; then
    the plans are carried out in steps, each of which leaves a state that the next run can continue from.

    Args:
        workspace: the project; for a pull it need not exist yet.
        transport: the connection to the Agency Core; the caller closes it. Several threads call its ``push``.
        endpoint: the address of ``transport``, to be compared with the one that the project is bound to.
        on_event: called for progress, writes and warnings, always in the calling thread.
        parallel: the maximum number of sessions pushed at once.
        new_key: makes the idempotency key of a push, a new one each time.
        now: gives the time to record as ``last_sync``; no decision depends on it.
    """

    def __init__(
        self,
        workspace: ProjectWorkspace,
        transport: Transport,
        *,
        endpoint: str,
        on_event: Listener = ignore,
        parallel: int = 8,
        new_key: Callable[[], str] = lambda: uuid.uuid4().hex,
        now: Callable[[], str] = utc_now,
    ) -> None:
        self._workspace = workspace
        self._transport = transport
        self._endpoint = endpoint
        self._announce = on_event
        self._parallel = parallel
        self._new_key = new_key
        self._now = now
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Stop a push or a pull that runs in another thread, as Ctrl-C does; one that starts later does nothing.

        Steps in progress are finished and recorded, no other step is begun, and the report says ``interrupted``. A
        request that waits for a response is not aborted. Returns immediately; safe to call from any thread, and twice.
        The engine stays stopped.
        """
        self._stopped.set()

    def status(self, sessions: Optional[Collection[str]] = None) -> SyncReport:
        """Report what a push and a pull would do; changes no document.

        Args:
            sessions: the ids of the sessions; None for all sessions of either side.

        Raises:
            RefusedError: sync is paused, the project is bound to another address, or the workspace seems unmounted.
            RemoteError: the Agency Core can't be reached, or its response is not valid.
            AuthorizationError: the Agency Core does not accept the token.
            NotFoundError: there is no such project or session.
        """
        with closing(self._opened(Direction.STATUS, dry_run=True)) as base:
            view = self._look(base, sessions)
            return self._report(Direction.STATUS, base, view, self._planned(view), dry_run=True)

    def push(
        self,
        sessions: Optional[Collection[str]] = None,
        *,
        dry_run: bool = False,
        allow_deletes: Optional[int] = None,
    ) -> SyncReport:
        """Send documents that changed here only. Those that changed on both sides are not sent, see `Result.MOVED`.

        Args:
            sessions: as for `status`.
            dry_run: only plan; the report has the same actions as that of a real run.
            allow_deletes: how many artifacts may be deleted; None for the usual limits.

        Raises:
            RefusedError: as for `status`, or there are more deletions than allowed.
            RemoteError, AuthorizationError, NotFoundError: as for `status`. An error while documents are being sent is
                not raised, but is the ``failure`` of the report.
        """
        with closing(self._opened(Direction.PUSH, dry_run=dry_run)) as base:
            view = self._look(base, sessions)
            _check_deletions(view, Action.PUSH_TOMBSTONE, allow_deletes)
            if dry_run:
                return self._report(Direction.PUSH, base, view, self._planned(view), dry_run=True)
            return self._push(base, view)

    def pull(
        self,
        sessions: Optional[Collection[str]] = None,
        *,
        dry_run: bool = False,
        allow_deletes: Optional[int] = None,
    ) -> SyncReport:
        """Apply changes of the Agency Core; merge documents that changed on both sides, or lay conflicts aside.

        Arguments as for `push`.

        Raises:
            NotFoundError: the project exists neither here nor at the Agency Core.
            RefusedError, RemoteError, AuthorizationError: as for `push`.
        """
        with closing(self._opened(Direction.PULL, dry_run=dry_run)) as base:
            view = self._look(base, sessions)
            _check_deletions(view, Action.DELETE_LOCAL, allow_deletes)
            if dry_run:
                return self._report(Direction.PULL, base, view, self._planned(view), dry_run=True)
            return self._pull(base, view, sessions, allow_deletes)

    # Observing

    def _opened(self, direction: Direction, *, dry_run: bool) -> BaseStore:
        return opened_base(
            self._workspace,
            self._transport,
            self._endpoint,
            may_create=direction is Direction.PULL,
            look_only=dry_run,
            on_event=self._announce,
        )

    def _look(self, base: BaseStore, sessions: Optional[Collection[str]]) -> _View:
        wanted = None if sessions is None else set(sessions)
        local = observe_local(self._workspace, base, wanted)
        agreed, ahead = base.base(), base.ahead()
        present = {*local.sessions, *agreed, *ahead}
        for session in sorted((wanted or set()) - present):
            raise NotFoundError(
                f"there is no session '{session}', neither here nor at the Agency Core",
                hint="`idse session list` lists those that are here",
            )
        ids = sorted(present if wanted is None else present & wanted, key=blueprint_first)
        plans: List[SessionPlan] = []
        for session in ids:
            bases, there, here = agreed.get(session, {}), ahead.get(session, {}), local.sessions.get(session)
            if not there and _is_quiet(here, bases):
                continue
            plan = plan_session(session, bases, here, there)
            if plan.documents or plan.problems:
                plans.append(plan)
        known = sum(key in ARTIFACTS for session in ids for key in agreed.get(session, {}))
        return _View(local, plans, ids, known)

    # Effects

    def _push(self, base: BaseStore, view: _View) -> SyncReport:
        if _is_settled(view):
            return self._report(Direction.PUSH, base, view, (), dry_run=False)
        from idse_core.agency.pulling import Puller  # noqa: PLC0415  # most often there is nothing to do
        from idse_core.agency.pushing import Pusher  # noqa: PLC0415  # as above

        outcomes: Dict[str, List[DocumentOutcome]] = {}
        total, sent = len(view.plans), 0

        def tell(pushed: Pushed) -> None:
            nonlocal sent
            outcomes.setdefault(pushed.session, []).extend(pushed.outcomes)
            sent += pushed.sent
            self._announce(SyncProgressed(len(outcomes), total, sent, 0))

        limit = int(int(base.fact("body_bytes") or _BODY) * _MARGIN)
        pusher = Pusher(
            self._workspace,
            base,
            self._transport,
            parallel=self._parallel,
            limit=limit,
            new_key=self._new_key,
            tell=tell,
            is_stopped=self._stopped.is_set,
        )
        pusher.push(view.plans)
        found = _in_order(view, outcomes)
        if sent and not pusher.interrupted and pusher.failure is None:
            self._swallow(base)
        Puller(self._workspace, base, on_event=self._announce).finish(_synced(view, found), self._now())
        report = self._report(Direction.PUSH, base, view, found, dry_run=False)
        return report._replace(sent=sent, interrupted=pusher.interrupted, failure=pusher.failure)

    def _swallow(self, base: BaseStore) -> None:
        """Read our own push from the feed, so that the next run has nothing to read."""
        try:
            read_feed(self._transport, base)
        except (CursorGoneError, IdseError):
            return  # everything acknowledged is recorded; the next run reads the feed

    def _pull(
        self, base: BaseStore, view: _View, sessions: Optional[Collection[str]], allow_deletes: Optional[int]
    ) -> SyncReport:
        if _is_settled(view):
            return self._report(Direction.PULL, base, view, (), dry_run=False)
        received = 0
        for _ in range(_ROUNDS):
            wanted = _missing(base, view.plans)
            if not wanted or self._stopped.is_set():
                break
            documents = sum(len(keys) for keys in base.base().values()) + sum(map(len, base.ahead().values()))
            for size in fetch_contents(self._transport, base, wanted, known=documents):
                received += size
                self._announce(SyncProgressed(0, len(view.plans), 0, received))
                if self._stopped.is_set():
                    break
            # The received contents may be newer than the plan.
            view = self._look(base, sessions)
            _check_deletions(view, Action.DELETE_LOCAL, allow_deletes)
        return self._apply(base, view, received)

    def _apply(self, base: BaseStore, view: _View, received: int) -> SyncReport:
        from idse_core.agency.pulling import Puller  # noqa: PLC0415  # most often there is nothing to do

        puller = Puller(self._workspace, base, on_event=self._announce, is_stopped=self._stopped.is_set)
        outcomes: Dict[str, List[DocumentOutcome]] = {}

        def tell(session: str, found: List[DocumentOutcome]) -> None:
            outcomes[session] = found
            self._announce(SyncProgressed(len(outcomes), len(view.plans), 0, received))

        puller.apply(view.plans, tell)
        if puller.created and discovery.remembered_project(self._workspace.folder) is None:
            discovery.remember_project(self._workspace.folder, self._workspace.project)
        states = puller.finish(_synced(view, _in_order(view, outcomes)), self._now())
        for session, outcome in states.items():
            key = outcome.planned.key
            outcomes[session] = [outcome if item.planned.key == key else item for item in outcomes[session]]
        report = self._report(Direction.PULL, base, view, _in_order(view, outcomes), dry_run=False)
        return report._replace(received=received, interrupted=puller.interrupted, created=puller.created)

    # Reporting

    def _planned(self, view: _View) -> Tuple[DocumentOutcome, ...]:
        outcomes: List[DocumentOutcome] = []
        for plan in view.plans:
            for document, action in zip(plan.documents, plan.actions()):
                found = DocumentOutcome(action, Result.PLANNED)
                if action.action is Action.MERGE or action.action.is_conflict:
                    conflict = new_conflict(
                        self._workspace, plan.session, document.key, base=document.base, remote=document.remote
                    )
                    if is_laid_aside(self._workspace, conflict):
                        folder = shown_folder(self._workspace, conflict)
                        found = DocumentOutcome(action, Result.CONFLICT, folder, "it waits for a decision")
                outcomes.append(found)
        return (*outcomes, *_problems(view))

    def _report(
        self,
        direction: Direction,
        base: BaseStore,
        view: _View,
        outcomes: Sequence[DocumentOutcome],
        *,
        dry_run: bool,
    ) -> SyncReport:
        return SyncReport(
            direction,
            self._workspace.project,
            base.project_id,
            self._endpoint,
            base.server_id,
            dry_run,
            len(view.sessions),
            view.actions(),
            tuple(outcomes),
        )


def _is_quiet(local: Optional[LocalSession], base: Dict[str, str]) -> bool:
    """Whether a session in the workspace is the same as in the base."""
    if local is None or local.problems or len(local.documents) != len(base):
        return False
    return all(
        key in base and digest_of_revision(base[key]) == document.digest for key, document in local.documents.items()
    )


def _is_settled(view: _View) -> bool:
    """Whether both sides are equal, and every session has a ``last_sync`` in its state."""
    return not view.plans and not _synced(view, ())


def _check_deletions(view: _View, kind: Action, allowed: Optional[int]) -> None:
    safety_limits.check_deletions([action for action in view.actions() if action.action is kind], view.known, allowed)


def _missing(base: BaseStore, plans: Sequence[SessionPlan]) -> Dict[str, Dict[str, int]]:
    """Contents that the plans need and that are not stored yet: session → key → size in bytes."""
    needed = [
        (plan.session, item)
        for plan in plans
        for item in plan.documents
        if item.remote and item.action in _NEEDS_CONTENT
    ]
    kept = base.has_contents({item.remote_digest or "" for _, item in needed})
    found: Dict[str, Dict[str, int]] = {}
    for session, item in needed:
        if not kept[item.remote_digest or ""]:
            found.setdefault(session, {})[item.key] = item.remote_size
    return found


def _in_order(view: _View, outcomes: Dict[str, List[DocumentOutcome]]) -> Tuple[DocumentOutcome, ...]:
    """One outcome per action, in the order of actions; an action without an outcome counts as failed."""
    found = {(item.planned.session, item.planned.key): item for items in outcomes.values() for item in items}
    ordered = [
        found.get((action.session, action.key))
        or DocumentOutcome(action, Result.FAILED, detail="it was not attempted: the run ended before")
        for action in view.actions()
    ]
    return (*ordered, *_problems(view))


def _problems(view: _View) -> List[DocumentOutcome]:
    return [
        DocumentOutcome(PlannedAction(plan.session, key, Action.NOTHING), Result.SKIPPED, detail=message)
        for plan in view.plans
        for key, message in plan.problems.items()
    ]


def _synced(view: _View, outcomes: Sequence[DocumentOutcome]) -> Set[str]:
    """Sessions in which every action succeeded and either one of them had an effect or there was no earlier sync."""
    unsettled = {item.planned.session for item in outcomes if item.result in _UNSETTLED}
    effective = {item.planned.session for item in outcomes if item.result in _EFFECTIVE}
    return (effective | (view.local.unsynced & set(view.sessions))) - unsettled
