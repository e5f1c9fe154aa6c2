"""Helpers for pushing and pulling with short calls."""

from __future__ import annotations

import uuid
from typing import Any, Dict, List, Mapping, Optional

from idse_core.agency.protocol import PullItem, PullPage, PullRequest, PushRequest, PushResult
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import Caller

__all__ = ["everything", "new_key", "pages", "push", "request"]


def new_key() -> str:
    return str(uuid.uuid4())


def request(
    texts: Optional[Dict[str, str]] = None,
    base: Optional[Mapping[str, Optional[str]]] = None,
    *,
    project: str = "portal",
    session: str = "auth",
    **more: Any,
) -> PushRequest:
    """A push of these artifacts; each is new unless it has a ``base``."""
    texts = texts or {}
    bases: Dict[str, Optional[str]] = {**dict.fromkeys(texts), **(base or {})}
    return PushRequest(project_id=project, session_id=session, artifacts=texts, base=bases, **more)


def push(core: AgencyCore, caller: Caller, *args: Any, **more: Any) -> PushResult:
    """Push the request that `request` makes of the other arguments."""
    return core.push(caller, request(*args, **more), key=new_key())


def pages(core: AgencyCore, caller: Caller, project: str = "portal", **more: Any) -> List[PullPage]:
    """All pages from the beginning."""
    found = [core.pull(caller, PullRequest(project_id=project, **more))]
    while found[-1].more:
        found.append(core.pull(caller, PullRequest(**{"project_id": project, **more, "since": found[-1].next})))
    return found


def everything(core: AgencyCore, caller: Caller, project: str = "portal", **more: Any) -> List[PullItem]:
    """All items from the beginning."""
    return [item for page in pages(core, caller, project, **more) for item in page.items]
