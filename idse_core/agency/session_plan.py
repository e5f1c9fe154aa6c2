"""Planning whole sessions: rules that go beyond the planner's decision about each document.

* A session that was deleted on one side while something in it was edited on the other is kept as a whole: an edit beats
  a deletion, and a session is incomplete without its other artifacts.
* The state is derived from artifacts: it is merged without asking a person, and never deleted alone.
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
    """One document in the three trees, and what to do with it.

    Attributes:
        base, remote: revisions in wire form; None for absent.
        local: the document in the workspace; None for absent.
    """

    key: str
    action: Action
    base: Optional[str]
    local: Optional[LocalDocument]
    remote: Optional[str]
    remote_size: int = 0

    @property
    def base_digest(self) -> Optional[str]:
        """The digest of ``base``, 64 hexadecimal digits; None for absent."""
        return _digest(self.base)

    @property
    def remote_digest(self) -> Optional[str]:
        """The digest of ``remote``, 64 hexadecimal digits; None for absent."""
        return _digest(self.remote)

    def planned(self, session: str) -> PlannedAction:
        """The action for a report, for this document in the given session."""
        return PlannedAction(session, self.key, self.action, self.size)

    def came_to(self, result: Result, session: str, *, path: str = "", detail: str = "") -> DocumentOutcome:
        """Make the outcome of this action, for a report.

        Args:
            result: the result of the action.
            session: the session of the document.
            path: of the live document or of the conflict's folder, see `DocumentOutcome`.
            detail: why the action was not simply done; empty otherwise.
        """
        return DocumentOutcome(self.planned(session), result, path, detail)

    @property
    def size(self) -> int:
        """The size of the content to be transferred, in bytes."""
        if self.action is Action.PUSH and self.local is not None:
            return self.local.size
        return self.remote_size if self.action in _INCOMING else 0


_INCOMING = frozenset([Action.PULL, Action.RESTORE, Action.MERGE, Action.CONFLICT_WITHOUT_BASE])


class SessionPlan(NamedTuple):
    """What to do with one session.

    Attributes:
        exists: whether it is in the workspace.
        documents: the documents with an action, in the protocol's order.
        problems: key → why a document can't be read, so that it has no action.
        leaves: whether the plan removes all of its documents from the workspace.
    """

    session: str
    exists: bool
    documents: List[DocumentPlan]
    problems: Mapping[str, str]
    leaves: bool = False

    def actions(self) -> Iterator[PlannedAction]:
        """The actions of all documents, for a report."""
        for document in self.documents:
            yield document.planned(self.session)


def plan_session(
    session: str, base: Mapping[str, str], local: Optional[LocalSession], ahead: Mapping[str, RemoteState]
) -> SessionPlan:
    """Plan the actions for all documents of a session.

    Args:
        session: its id.
        base: key → revision that both sides last agreed on.
        local: the session in the workspace; None when it is absent.
        ahead: key → state at the Agency Core, for documents that differ from the base there.
    """
    documents = {} if local is None else local.documents
    problems = {} if local is None else local.problems
    remote = {key: ahead[key].revision if key in ahead else base.get(key) for key in DOCUMENT_KEYS}
    bases: Dict[str, Optional[str]] = {key: base.get(key) for key in DOCUMENT_KEYS}
    if local is None and any(remote[key] and not _same(remote[key], bases[key]) for key in DOCUMENT_KEYS):
        bases = {key: None if remote[key] else bases[key] for key in DOCUMENT_KEYS}
    if local is not None and not documents.get(STATE_KEY):
        bases[STATE_KEY] = None  # the local state was lost: it is taken from the Agency Core again
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
    """Adapt the plan for a session that was deleted at the Agency Core as a whole, and still exists here."""
    edited = has_problems or any(
        document.local is not None and document.local.digest != document.base_digest
        for document in planned
        if document.key != STATE_KEY
    )
    if not edited:
        return [_as_deletion(document) for document in planned]
    if any(document.action.is_conflict for document in planned) or has_problems:
        # Until a person has decided, nothing else happens to the session.
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
    """Plan to record a newer revision even if its content is the same."""
    is_newer = document.action is Action.NOTHING and document.base != document.remote
    return document._replace(action=Action.RECORD_BASE) if is_newer else document


def _same(one: Optional[str], other: Optional[str]) -> bool:
    return _digest(one) == _digest(other)


def _digest(revision: Optional[str]) -> Optional[str]:
    return None if revision is None else digest_of_revision(revision)
