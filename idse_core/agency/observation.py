"""The workspace as sync sees it: a digest per document; only sessions that seem to have changed are read."""

from __future__ import annotations

import json
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from idse_core.agency.base_store import BaseStore, Seen
from idse_core.agency.documents import NAMES, canonical, hex_digest, state_document
from idse_core.agency.protocol import ARTIFACT_KEYS, METADATA_KEY, STATE_KEY
from idse_core.design_store import SESSION_STATE, Place
from idse_core.errors import NotFoundError, UnreadableError
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["LocalDocument", "LocalSession", "LocalTree", "observe_local"]

_STATES = "states"
_STORED_KEYS = (*ARTIFACT_KEYS.values(), METADATA_KEY)


class LocalDocument(NamedTuple):
    """A document in the workspace: ``digest`` (64 hexadecimal digits) and ``size`` (bytes) of its wire form."""

    digest: str
    size: int


class LocalSession(NamedTuple):
    """A session in the workspace.

    Attributes:
        documents: key → document, for those that exist.
        problems: key → why an existing document can't be read; sync takes no action on it.
    """

    documents: Mapping[str, LocalDocument]
    problems: Mapping[str, str]


class LocalTree(NamedTuple):
    """The workspace.

    Attributes:
        sessions: the requested sessions that exist.
        unsynced: the requested sessions without a ``last_sync``.
    """

    sessions: Mapping[str, LocalSession]
    unsynced: Set[str]


def observe_local(workspace: ProjectWorkspace, base: BaseStore, sessions: Optional[Set[str]]) -> LocalTree:
    """Read the state of the workspace, and store the digests for the next time.

    Args:
        workspace: the project, which need not exist.
        base: stores the digests.
        sessions: the requested sessions; None for all.

    Raises:
        StorageError: the project can't be listed.
    """
    if workspace.project not in workspace.store.list_projects():
        return LocalTree({}, set())
    existing = workspace.store.list_sessions(workspace.project)
    wanted = [session for session in existing if sessions is None or session in sessions]
    known = base.seen()
    news: Dict[str, Optional[Seen]] = {}
    facts: Dict[str, str] = {}
    states, unsynced = _states(workspace, base, existing, facts)
    found: Dict[str, LocalSession] = {}
    for session in wanted:
        looked = _look(workspace, session, known.get(session))
        if looked is None:
            continue  # it was removed meanwhile
        documents, problems, fresh = looked
        if fresh is not None:
            news[session] = fresh
        if session in states:
            documents[STATE_KEY] = states[session]
        found[session] = LocalSession(documents, problems)
    news.update(dict.fromkeys(set(known) - set(existing)))
    if news or facts:
        base.remember(news, facts)
    return LocalTree(found, unsynced & set(found))


def _look(
    workspace: ProjectWorkspace, session: str, known: Optional[Seen]
) -> Optional[Tuple[Dict[str, LocalDocument], Dict[str, str], Optional[Seen]]]:
    """The documents and problems of a session, and what to store for the next time; None if the session is gone."""
    try:
        # Taken before reading, so that a change in between results in another stamp next time.
        stamp = workspace.store.stamp(workspace.project, session, "" if known is None else known.stamp)
        if known is not None and stamp is not None and stamp == known.stamp:
            return {key: LocalDocument(*found) for key, found in known.digests.items()}, {}, None
        loaded = workspace.store.load_session(workspace.project, session)
    except NotFoundError:
        return None
    documents: Dict[str, LocalDocument] = {}
    problems: Dict[str, str] = {}
    for key in _STORED_KEYS:
        name = NAMES[key]
        if name in loaded.problems:
            problem = loaded.problems[name]
            problems[key] = problem.message
        elif name in loaded.documents:
            document = loaded.documents[name]
            try:
                data = canonical(key, document.data, path=document.path)
            except UnreadableError as error:
                problems[key] = error.message
            else:
                documents[key] = LocalDocument(hex_digest(data), len(data))
    is_lasting = stamp is not None and not problems
    seen = (
        Seen(stamp, {key: (found.digest, found.size) for key, found in documents.items()})
        if is_lasting and stamp
        else None
    )
    return documents, problems, seen


def _states(
    workspace: ProjectWorkspace, base: BaseStore, existing: Sequence[str], facts: Dict[str, str]
) -> Tuple[Dict[str, LocalDocument], Set[str]]:
    """The wire form of each session's state, and the sessions that were never synced.

    A broken file gives no states; they are not deleted because of that, but taken from the Agency Core again. The
    result is added to ``facts`` with the digest of the file, so that an unchanged file need not be parsed again.
    """
    document = workspace.store.read(Place(workspace.project, None, SESSION_STATE))
    key = "" if document is None else f"{document.digest} {len(existing)}"
    known = json.loads(base.fact(_STATES) or "{}")
    if key and known.get("key") == key:
        found = {session: LocalDocument(*values) for session, values in known["states"].items()}
        return found, set(known["unsynced"])
    model = workspace.state().model
    states: Dict[str, LocalDocument] = {}
    unsynced: Set[str] = set()
    for session in existing:
        data = state_document(model, session)
        if data is not None:
            states[session] = LocalDocument(hex_digest(data), len(data))
        if model.session(session).last_sync is None:
            unsynced.add(session)
    if key:
        facts[_STATES] = json.dumps({"key": key, "states": states, "unsynced": sorted(unsynced)})
    return states, unsynced
