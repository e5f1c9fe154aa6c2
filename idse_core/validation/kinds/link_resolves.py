"""``link-resolves``: a relative link leads to an existing file, an anchor to a heading or id of the session. No network."""

from __future__ import annotations

import posixpath
from typing import Iterator, Optional
from urllib.parse import unquote, urlsplit

from idse_core.constitution_rules import Reach
from idse_core.late_patterns import late
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.results import LinkNote

_EVERYWHERE = late(r"top|l\d+(?:c\d+)?(?:-l?\d+(?:c\d+)?)?")
"""Anchors that every file has: its beginning, and its lines as forges count them."""


class Params(Parameters):
    """No parameters."""


def check(params: Params, session: SessionFacts) -> Iterator[Hit]:
    """A hit for every link to a missing file, or to an anchor that the session's artifact lacks."""
    del params
    for stage, notes in session.notes.items():
        for link in notes.links:
            problem = _problem(session, stage, link)
            if problem:
                yield _hit(session, stage, link, problem)


def _problem(session: SessionFacts, stage: Stage, link: LinkNote) -> Optional[str]:
    try:
        parts = urlsplit(link.target)
    except ValueError:
        return "is not a link target"
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    here = session.artifacts[stage].path
    target = posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(parts.path))) if parts.path else here
    leads_to = next((stage for stage, its in session.artifacts.items() if its.path == target and its.digest), None)
    if leads_to is None:
        return "leads to a file that does not exist" if session.exists(target) is False else None
    notes = session.notes.get(leads_to)  # a template has no notes
    anchor = unquote(parts.fragment).casefold()
    if not anchor or notes is None or anchor in notes.anchors or _EVERYWHERE.fullmatch(anchor):
        return None
    return f"leads to no heading of {'this artifact' if leads_to is stage else leads_to}"


def _hit(session: SessionFacts, stage: Stage, link: LinkNote, problem: str) -> Hit:
    return Hit(
        line=link.line,
        column=link.column,
        end_line=link.line,
        values=(("problem", problem), ("target", link.target)),
        subject=link.target,
        heading=link.heading,
        stage=stage,
        path=session.artifacts[stage].path,
    )


KIND = Kind("link-resolves", Reach.SESSION, Params, check, ("problem", "target"))
