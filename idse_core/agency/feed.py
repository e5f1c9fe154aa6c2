"""The Agency Core as sync sees it: its feed of changes, checked item by item, and contents where they are needed."""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, Optional, Set, Tuple

from idse_core import files
from idse_core.agency.base_store import BaseStore, Observed
from idse_core.agency.documents import hex_digest
from idse_core.agency.names import check_id
from idse_core.agency.protocol import DOCUMENT_KEYS, PullItem, PullPage, PullRequest, Revision, decode_content
from idse_core.agency.transport import Transport
from idse_core.errors import RemoteError

__all__ = ["Fetched", "checked_items", "fetch_contents", "read_feed", "whole_manifest"]

_MANIFEST = 5_000  # items asked for at once; the Agency Core may give fewer
_ROUND = 16 << 20  # bytes of contents asked for at once
_MOST = 500  # contents asked for at once
_FEW = 8  # sessions that are asked for one by one, however many documents the project has

Fetched = Dict[Tuple[str, str], bytes]


def read_feed(transport: Transport, base: BaseStore) -> None:
    """Take over what changed at the Agency Core since the last time: one request when nothing did.

    Raises:
        CursorGoneError: it does not know how far we were; read the whole manifest.
        RefusedError: it names something that can't lie in a workspace.
        RemoteError: it does not answer, or nonsense.
    """
    cursor = base.cursor
    for page in _pages(
        transport, PullRequest(project_id=base.project_id, since=cursor, limit=_MANIFEST, want="manifest")
    ):
        items = checked_items(page)
        if items or page.head != base.head or (page.next != cursor and not cursor):
            base.observe(items, cursor=page.next, head=page.head)


def whole_manifest(transport: Transport, project_id: str) -> Tuple[List[Observed], str, int]:
    """All that the Agency Core has of a project: its documents, the cursor behind them, its newest ``seq``."""
    items: List[Observed] = []
    cursor, head = "", 0
    for page in _pages(transport, PullRequest(project_id=project_id, limit=_MANIFEST, want="manifest")):
        items += checked_items(page)
        cursor, head = page.next, page.head
    return items, cursor, head


def fetch_contents(
    transport: Transport, base: BaseStore, wanted: Mapping[str, Mapping[str, int]], *, known: int
) -> Iterator[int]:
    """Get contents and keep them. Documents that changed meanwhile are taken over as they are now.

    Args:
        transport: whom to ask.
        base: where they are kept.
        wanted: session → key → bytes that it has, as far as that is known.
        known: how many documents the Agency Core has; when most of them are wanted, the project is asked for as a whole.

    Yields:
        Bytes received, per answer.
    """
    documents = sum(map(len, wanted.values()))
    scopes: List[Optional[str]] = list(wanted)
    if len(scopes) > _FEW and documents * 2 > known:
        scopes = [None]
    largest = max((size for sizes in wanted.values() for size in sizes.values()), default=1)
    limit = max(1, min(_MOST, _ROUND // max(1, largest)))
    for scope in scopes:
        request = PullRequest(project_id=base.project_id, session_id=scope, limit=limit, want="content")
        for page in _pages(transport, request):
            items = checked_items(page, contents=True)
            base.observe(items, cursor=None, head=max(base.head, page.head))
            yield sum(len(item.content or b"") for item in items)


def checked_items(page: PullPage, *, contents: bool = False) -> List[Observed]:
    """The items of an answer that we know what to do with.

    Raises:
        RefusedError: a session's id can't be the name of a folder here.
        RemoteError: a revision or a content is not what it says.
    """
    return [_checked(item, contents=contents) for item in page.items if item.key in DOCUMENT_KEYS]


def _checked(item: PullItem, *, contents: bool) -> Observed:
    session = check_id(item.session_id, "session")
    if item.revision is None:
        return Observed(session, item.key, None, item.seq, 0)
    try:
        revision = Revision.parse(item.revision)
        content = None
        if contents and item.content is not None:
            content = decode_content(item.content, item.encoding)
    except ValueError as error:
        raise RemoteError(
            f"the Agency Core's answer about {session}, {item.key} is broken: {error}",
            hint="nothing of it was taken; ask whoever runs it",
        ) from error
    if content is not None and hex_digest(content) != revision.digest:
        raise RemoteError(
            f"what arrived of {session}, {item.key} is not what its digest says; nothing of it was taken",
            hint="try again; if it stays so, something between here and the Agency Core changes what it transports",
        )
    if content is not None and len(content) > files.MAX_BYTES:
        content = None  # larger than any document here may be: it is never asked for again, and reported
    return Observed(session, item.key, str(revision), item.seq, item.size if content is None else len(content), content)


def _pages(transport: Transport, request: PullRequest) -> Iterator[PullPage]:
    passed: Set[str] = {request.since}
    while True:
        page = transport.pull(request)
        yield page
        if not page.more:
            return
        if page.next in passed:
            raise RemoteError("the Agency Core's answer leads in a circle", hint="nothing was lost; try again later")
        passed.add(page.next)
        request = request._replace(since=page.next)
