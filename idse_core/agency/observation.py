"""The workspace as sync sees it: a digest per document, read only where something looks changed."""

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
    """A document here: ``digest`` of what would travel (64 hexadecimal digits), ``size`` of that in bytes."""

    digest: str
    size: int


class LocalSession(NamedTuple):
    """A session here.

    Attributes:
        documents: key → document; absent ones are missing.
        problems: key → why a document that is there can't be read; nothing is decided about it.
    """

    documents: Mapping[str, LocalDocument]
    problems: Mapping[str, str]


class LocalTree(NamedTuple):
    """The workspace.

    Attributes:
        sessions: those that exist and were asked for.
        unsynced: sessions asked for that never had a ``last_sync``.
    """

    sessions: Mapping[str, LocalSession]
    unsynced: Set[str]


def observe_local(workspace: ProjectWorkspace, base: BaseStore, sessions: Optional[Set[str]]) -> LocalTree:
    """Look at the workspace, and remember what was read.

    Args:
        workspace: a project, which need not exist.
        base: where digests are remembered.
        sessions: which; None for all.

    Raises:
        StorageError: it can't be listed.
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
            continue  # it went away meanwhile
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
    """The documents, the problems, and what is worth remembering."""
    try:
        # Before reading: what changes in between has another stamp at the next look.
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
    """What travels of each session's state, and the sessions that never were synced.

    A broken file says nothing: no state is deleted for that, but taken from the Agency Core again. What a file says is
    remembered under its digest, as ``facts``.
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
