"""The sessions as rows of a tree: only what is unfolded, or matches the filter with what leads to it."""

from __future__ import annotations

from typing import AbstractSet, FrozenSet, List, NamedTuple, Sequence, Tuple

from rich.text import Text

from idse_core.lineage import LineageNode
from idse_core.printable import count
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageState
from idse_core.validation.report import Counts, SessionReport
from idse_tui.look import Look
from idse_tui.presentation.chips import ARCHIVED, FAILING, chips_of
from idse_tui.presentation.matching import matching
from idse_tui.presentation.texts import shown, sides
from idse_tui.view import ProjectView

__all__ = [
    "SessionFilter",
    "TreeRow",
    "ancestors",
    "fold_column",
    "no_match",
    "parse_filter",
    "session_line",
    "tree_rows",
    "type_word",
]

_INDENT = 2

_ROOMY = 38
"""From this width on a row says the type in words too, where that fits."""


class TreeRow(NamedTuple):
    """One row. ``key`` is the session's id; ``dim`` when it only leads to one that matches."""

    key: str
    depth: int
    parent: bool = False
    opened: bool = False
    dim: bool = False


class SessionFilter(NamedTuple):
    """What a filter text asks for.

    Attributes:
        words: each must match id, title, owner or a tag.
        fields: ``type``, ``status``, ``owner`` or ``tag`` → the beginning of its value.
        failing: only sessions with errors.
        archived: archived ones too.
        chips: of each field that is named here, one must hold.
    """

    words: Tuple[str, ...] = ()
    fields: Tuple[Tuple[str, str], ...] = ()
    failing: bool = False
    archived: bool = False
    chips: Tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether it leaves anything out but archived sessions."""
        return bool(self.words or self.fields or self.failing or self.chips)

    @property
    def asks_metadata(self) -> bool:
        """Whether nobody can say what passes before the metadata is read."""
        return bool(self.fields or self.chips)


def parse_filter(text: str, chips: Sequence[str] = ()) -> SessionFilter:
    """The filter that a text means, and chips besides.

    Args:
        text: words, ``type:…``, ``status:…``, ``owner:…``, ``tag:…``, ``is:failing``.
        chips: see ``chips.py``.
    """
    plain: List[str] = []
    fields: List[Tuple[str, str]] = []
    failing = FAILING in chips
    for word in text.casefold().split():
        name, colon, value = word.partition(":")
        if word in {"is:failing", "failing:"}:
            failing = True
        elif colon and name in {"type", "status", "owner", "tag"}:
            fields.append((name, value))
        else:
            plain.append(word)
    exact = tuple(chip for chip in chips if chip not in {FAILING, ARCHIVED})
    return SessionFilter(tuple(plain), tuple(fields), failing, ARCHIVED in chips, exact)


def _passing(view: ProjectView, wanted: SessionFilter) -> AbstractSet[str]:
    """The sessions that pass the filter; what asks least is asked first, since there may be thousands."""
    keys = [node.metadata.session_id for node in view.nodes]
    if wanted.words:
        keys = [keys[at] for at in matching(wanted.words, [view.texts.get(key, key) for key in keys])]
    if wanted.failing:
        keys = _failing(view, keys)
    passing = frozenset(keys)
    items = (node.metadata for node in view.nodes if node.metadata.session_id in passing)
    return {item.session_id for item in items if _allows(wanted, item)}


def _failing(view: ProjectView, sessions: Sequence[str]) -> List[str]:
    counted = ((session, view.counts_of(session)) for session in sessions)
    return [session for session, counts in counted if counts is not None and counts.errors]


def _allows(wanted: SessionFilter, metadata: SessionMetadata) -> bool:
    if metadata.archived and not wanted.archived:
        return False
    if not all(_has(metadata, name, value) for name, value in wanted.fields):
        return False
    return not wanted.chips or _matches_chips(metadata, wanted.chips)


def _matches_chips(metadata: SessionMetadata, chips: Sequence[str]) -> bool:
    own = frozenset(chips_of(metadata))
    matched = {chip.partition(":")[0] for chip in chips if chip in own}
    return all(chip.partition(":")[0] in matched for chip in chips)


def _has(metadata: SessionMetadata, name: str, value: str) -> bool:
    if name == "tag":
        return any(tag.casefold().startswith(value) for tag in metadata.tags)
    texts = {"type": metadata.session_type.value, "status": metadata.status.value, "owner": metadata.owner}
    return any(word.startswith(value) for word in (texts[name].casefold(), *texts[name].casefold().split()))


def tree_rows(view: ProjectView, wanted: SessionFilter, closed: FrozenSet[str]) -> Tuple[TreeRow, ...]:
    """The rows to show.

    Args:
        view: before all metadata is read its sessions are a plain list, dim where a filter asks for more than ids.
        wanted: the filter; what leads to a match is shown too, and everything is unfolded.
        closed: ids of sessions that are folded.
    """
    if not view.nodes:
        return _listed(view, wanted)
    if wanted.active:
        return _matching(view, wanted)
    rows: List[TreeRow] = []
    folded = -1  # the depth of the folded session that we are below, or -1
    for index, node in enumerate(view.nodes):
        if 0 <= folded < node.depth:
            continue
        folded = -1
        if node.metadata.archived and not wanted.archived and not _has_visible(view.nodes, index):
            continue
        session = node.metadata.session_id
        parent = _is_parent(view.nodes, index) and (wanted.archived or _has_visible(view.nodes, index))
        if session in closed and parent:
            folded = node.depth
        rows.append(TreeRow(session, node.depth, parent, parent and session not in closed))
    return tuple(rows)


def _listed(view: ProjectView, wanted: SessionFilter) -> Tuple[TreeRow, ...]:
    """The sessions without their metadata: words ask the id alone, and of what asks more nobody knows yet who passes."""
    keys: Sequence[str] = view.sessions
    if wanted.words:
        keys = [keys[at] for at in matching(wanted.words, [key.casefold() for key in keys])]
    if wanted.failing:
        keys = _failing(view, keys)
    return tuple(TreeRow(key, 0, dim=wanted.asks_metadata) for key in keys)


def _is_parent(nodes: Sequence[LineageNode], index: int) -> bool:
    return index + 1 < len(nodes) and nodes[index + 1].depth > nodes[index].depth


def _has_visible(nodes: Sequence[LineageNode], index: int) -> bool:
    """Whether anything below a node is not archived."""
    for node in nodes[index + 1 :]:
        if node.depth <= nodes[index].depth:
            return False
        if not node.metadata.archived:
            return True
    return False


def _matching(view: ProjectView, wanted: SessionFilter) -> Tuple[TreeRow, ...]:
    rows: List[TreeRow] = []
    passing = _passing(view, wanted)
    needed = -1  # below this depth the last match needs its ancestors
    for node in reversed(view.nodes):
        session = node.metadata.session_id
        matches = session in passing
        if matches or node.depth < needed:
            rows.append(TreeRow(session, node.depth, dim=not matches))
            needed = node.depth
        if node.depth == 0:
            needed = -1
    return tuple(reversed(rows))


def no_match(view: ProjectView, wanted: SessionFilter, look: Look) -> str:
    """What to say when no session passes the filter.

    Args:
        view: the project.
        wanted: the filter.
        look: what the key is called that shows archived sessions.
    """
    away = 0 if wanted.archived else len(_passing(view, wanted._replace(archived=True)))
    if not away:
        return "no session matches; Esc clears"
    shows = f"{look.keys['archived']} shows {'it' if away == 1 else 'them'}"
    return f"no session matches but {count(away, 'archived one')}; {shows}, Esc clears"


def ancestors(nodes: Sequence[LineageNode], session: str) -> Tuple[str, ...]:
    """The sessions above one, the nearest first."""
    index = next((at for at, node in enumerate(nodes) if node.metadata.session_id == session), None)
    if index is None:
        return ()
    found: List[str] = []
    depth = nodes[index].depth
    for node in reversed(nodes[:index]):
        if node.depth < depth:
            found.append(node.metadata.session_id)
            depth = node.depth
    return tuple(found)


def fold_column(row: TreeRow) -> int:
    """The cell of a row that its fold sign stands in."""
    return _INDENT * row.depth


def session_line(row: TreeRow, view: ProjectView, look: Look, width: int) -> Text:
    """One row: fold sign, type, id; on the right the worst finding, progress, and whether it is the current one.

    Where there is room the type stands there as a word too.
    """
    glyphs, styles = look.glyphs, look.styles
    metadata = view.about(row.key)
    fold = (glyphs.opened if row.opened else glyphs.closed) if row.parent else glyphs.leaf
    line = Text(" " * fold_column(row), no_wrap=True, end="")
    line.append(f"{fold} ", styles["muted"])
    sign = glyphs.archived if metadata.archived else glyphs.types[metadata.session_type]
    line.append(f"{sign} ", styles["muted"] if row.dim else styles["info"])
    name = styles["muted"] if row.dim or metadata.archived else styles["text"]
    line.append_text(shown(row.key, name + styles["primary"] if row.key == view.current else name))
    verdict, word = _verdict(row.key, view, look), type_word(metadata)
    if width >= _ROOMY and line.cell_len + len(word) + verdict.cell_len + 3 <= width:
        line.append(f"  {word}", styles["muted"])
    return sides(line, verdict, width, glyphs.more)


def type_word(metadata: SessionMetadata) -> str:
    """What the sign before a session means."""
    return f"{metadata.session_type.value}, archived" if metadata.archived else metadata.session_type.value


def _verdict(session: str, view: ProjectView, look: Look) -> Text:
    glyphs = look.glyphs
    report, counts = view.reports.get(session), view.counts_of(session)
    text = Text(no_wrap=True, end="")
    if report is None or counts is None:
        text.append(glyphs.checking, look.styles["faint"])
    else:
        text.append_text(_worst(counts, look))
        text.append(f" {_progress(report)}", look.styles["muted"])
    text.append(f" {glyphs.current}" if session == view.current else "  ", look.styles["accent"])
    return text


def _worst(counts: Counts, look: Look) -> Text:
    if counts.worst is None:
        return Text(look.glyphs.passing, look.styles["success"])
    severity, number = counts.worst
    return Text(f"{number}{look.glyphs.severities[severity]}", look.severity(severity))


def _progress(report: SessionReport) -> str:
    done = sum(status.state is StageState.COMPLETED for status in report.stages.values())
    return f"{done}/{len(report.stages)}"
