"""The planner's decisions for whole sessions: what a document's three trees alone do not tell.

* A session that was deleted on one side while something in it was edited on the other is kept as a whole: an edit beats a
  deletion, and a session without its other artifacts would be none.
* The state is a record that is derived from artifacts: it is merged, never put before a person, and never deleted alone.
"""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional

from idse_core.agency.base_store import RemoteState
from idse_core.agency.observation import LocalDocument, LocalSession
from idse_core.agency.outcome import DocumentOutcome, PlannedAction, Result
from idse_core.agency.planner import Action, plan
from idse_core.agency.protocol import DOCUMENT_KEYS, STATE_KEY, digest_of_revision

__all__ = ["DocumentPlan", "SessionPlan", "plan_session"]


class DocumentPlan(NamedTuple):
    """One document in three trees, and what to do with it.

    Attributes:
        base, remote: revisions in wire form; None for absent.
        local: None for absent.
    """

    key: str
    action: Action
    base: Optional[str]
    local: Optional[LocalDocument]
    remote: Optional[str]
    remote_size: int = 0

    @property
    def base_digest(self) -> Optional[str]:
        """64 hexadecimal digits."""
        return _digest(self.base)

    @property
    def remote_digest(self) -> Optional[str]:
        """64 hexadecimal digits."""
        return _digest(self.remote)

    def planned(self, session: str) -> PlannedAction:
        """The same for a report, as a document of that session."""
        return PlannedAction(session, self.key, self.action, self.size)

    def came_to(self, result: Result, session: str, *, path: str = "", detail: str = "") -> DocumentOutcome:
        """What came of it, for a report.

        Args:
            result: that.
            session: whose document it is.
            path: as in the outcome.
            detail: as in the outcome.
        """
        return DocumentOutcome(self.planned(session), result, path, detail)

    @property
    def size(self) -> int:
        """Bytes that travel."""
        if self.action is Action.PUSH and self.local is not None:
            return self.local.size
        return self.remote_size if self.action in _INCOMING else 0


_INCOMING = frozenset([Action.PULL, Action.RESTORE, Action.MERGE, Action.CONFLICT_WITHOUT_BASE])


class SessionPlan(NamedTuple):
    """What to do with one session.

    Attributes:
        exists: whether it is here.
        documents: those with something to do, in the protocol's order.
        problems: key → why nothing is decided about a document.
        leaves: whether none of its documents remains here.
    """

    session: str
    exists: bool
    documents: List[DocumentPlan]
    problems: Mapping[str, str]
    leaves: bool = False

    def actions(self) -> Iterator[PlannedAction]:
        """The same for a report."""
        for document in self.documents:
            yield document.planned(self.session)


def plan_session(
    session: str, base: Mapping[str, str], local: Optional[LocalSession], ahead: Mapping[str, RemoteState]
) -> SessionPlan:
    """Decide about all documents of a session.

    Args:
        session: its id.
        base: key → revision that both sides last agreed on.
        local: None when the session is not here.
        ahead: where the Agency Core has something else than the base.
    """
    documents = {} if local is None else local.documents
    problems = {} if local is None else local.problems
    remote = {key: ahead[key].revision if key in ahead else base.get(key) for key in DOCUMENT_KEYS}
    bases: Dict[str, Optional[str]] = {key: base.get(key) for key in DOCUMENT_KEYS}
    if local is None and any(remote[key] and not _same(remote[key], bases[key]) for key in DOCUMENT_KEYS):
        bases = {key: None if remote[key] else bases[key] for key in DOCUMENT_KEYS}
    if local is not None and not documents.get(STATE_KEY):
        bases[STATE_KEY] = None  # the record was lost: it is taken from the Agency Core again
    planned = [
        DocumentPlan(
            key,
            _action(key, bases[key], documents.get(key), remote[key]),
            bases[key],
            documents.get(key),
            remote[key],
            ahead[key].size if key in ahead else 0,
        )
        for key in DOCUMENT_KEYS
        if key not in problems
    ]
    is_gone_there = bool(base) and not any(remote.values())
    if local is not None and is_gone_there:
        planned = _deleted_there(planned, has_problems=bool(problems))
    planned = [document for document in map(_noticed, planned) if document.action is not Action.NOTHING]
    leaves = local is not None and is_gone_there and not problems and _leaves(planned, documents)
    return SessionPlan(session, local is not None, planned, problems, leaves)


def _action(key: str, base: Optional[str], local: Optional[LocalDocument], remote: Optional[str]) -> Action:
    action = plan(_digest(base), None if local is None else local.digest, _digest(remote))
    if key != STATE_KEY:
        return action
    if action is Action.CONFLICT_WITHOUT_BASE:
        return Action.MERGE
    return Action.PUSH if action is Action.CONFLICT_DELETED_REMOTELY else action


def _deleted_there(planned: List[DocumentPlan], *, has_problems: bool) -> List[DocumentPlan]:
    """A session that the Agency Core deleted whole, seen from a workspace that still has it."""
    edited = has_problems or any(
        document.local is not None and document.local.digest != document.base_digest
        for document in planned
        if document.key != STATE_KEY
    )
    if not edited:
        return [_as_deletion(document) for document in planned]
    if any(document.action.is_conflict for document in planned) or has_problems:
        # Until a person has decided nothing else happens to it.
        return [document for document in planned if document.action.is_conflict]
    return [
        document if document.local is None else document._replace(base=None, action=Action.PUSH) for document in planned
    ]


def _as_deletion(document: DocumentPlan) -> DocumentPlan:
    is_state_left = document.key == STATE_KEY and document.local is not None
    return document._replace(action=Action.DELETE_LOCAL) if is_state_left else document


def _leaves(planned: List[DocumentPlan], documents: Mapping[str, LocalDocument]) -> bool:
    gone = {document.key for document in planned if document.action is Action.DELETE_LOCAL}
    return gone == set(documents)


def _noticed(document: DocumentPlan) -> DocumentPlan:
    """The same content under a newer revision is to be remembered too."""
    is_newer = document.action is Action.NOTHING and document.base != document.remote
    return document._replace(action=Action.RECORD_BASE) if is_newer else document


def _same(one: Optional[str], other: Optional[str]) -> bool:
    return _digest(one) == _digest(other)


def _digest(revision: Optional[str]) -> Optional[str]:
    return None if revision is None else digest_of_revision(revision)
