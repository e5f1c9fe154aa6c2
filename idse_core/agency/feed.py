"""Reading from the Agency Core: its feed of changes, validated item by item, and the contents that are needed."""

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

_MANIFEST = 5_000  # items per request; the Agency Core may return fewer
_ROUND = 16 << 20  # bytes of contents per request
_MOST = 500  # contents per request
_FEW = 8  # up to this many sessions are requested one by one, however many documents the project has

Fetched = Dict[Tuple[str, str], bytes]


def read_feed(transport: Transport, base: BaseStore) -> None:
    """Store what changed at the Agency Core since the last time: one request when nothing did.

    Raises:
        CursorGoneError: the Agency Core does not know our cursor; read the whole manifest.
        RefusedError: an item can't be stored in a workspace.
        RemoteError: the Agency Core can't be reached, or its response is not valid.
    """
    cursor = base.cursor
    for page in _pages(
        transport, PullRequest(project_id=base.project_id, since=cursor, limit=_MANIFEST, want="manifest")
    ):
        items = checked_items(page)
        if items or page.head != base.head or (page.next != cursor and not cursor):
            base.observe(items, cursor=page.next, head=page.head)


def whole_manifest(transport: Transport, project_id: str) -> Tuple[List[Observed], str, int]:
    """Everything that the Agency Core has of a project: its documents, the cursor after them, its newest ``seq``."""
    items: List[Observed] = []
    cursor, head = "", 0
    for page in _pages(transport, PullRequest(project_id=project_id, limit=_MANIFEST, want="manifest")):
        items += checked_items(page)
        cursor, head = page.next, page.head
    return items, cursor, head


def fetch_contents(
    transport: Transport, base: BaseStore, wanted: Mapping[str, Mapping[str, int]], *, known: int
) -> Iterator[int]:
    """Fetch contents and store them. Documents that changed meanwhile are stored as they are now.

    Args:
        transport: the connection to the Agency Core.
        base: stores the contents.
        wanted: session → key → size in bytes, as far as it is known.
        known: how many documents the Agency Core has; if most of them are wanted, the whole project is requested.

    Yields:
        Bytes of content received, per response.
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
    """The items of a page, validated; items with an unknown key are skipped.

    Raises:
        RefusedError: a session's id can't be the name of a folder.
        RemoteError: a revision is not valid, or a content does not match its digest.
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
            hint="nothing of it was stored; ask whoever runs it",
        ) from error
    if content is not None and hex_digest(content) != revision.digest:
        raise RemoteError(
            f"what arrived of {session}, {item.key} is not what its digest says; nothing of it was stored",
            hint="try again; if it stays so, something between here and the Agency Core changes what it transports",
        )
    if content is not None and len(content) > files.MAX_BYTES:
        content = None  # larger than a document may be here: it is dropped, and reported as skipped
    return Observed(session, item.key, str(revision), item.seq, item.size if content is None else len(content), content)


def _pages(transport: Transport, request: PullRequest) -> Iterator[PullPage]:
    passed: Set[str] = {request.since}
    while True:
        page = transport.pull(request)
        yield page
        if not page.more:
            return
        if page.next in passed:
            raise RemoteError(
                "the Agency Core gives the same page again and again", hint="nothing was lost; try again later"
            )
        passed.add(page.next)
        request = request._replace(since=page.next)
