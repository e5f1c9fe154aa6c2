"""Session lists for people."""

from __future__ import annotations

from typing import List, Sequence, Tuple

from idse_core.lineage import LineageNode
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import Style
from idse_core.session_metadata import SessionMetadata

__all__ = ["render_sessions"]


def render_sessions(nodes: Sequence[LineageNode], current: str, style: Style) -> str:
    """Sessions as a tree of lineage, with type, status, owner and title."""
    rows: List[Tuple[str, SessionMetadata]] = [
        (_branches(node, style) + quoted_path(node.metadata.session_id), node.metadata) for node in nodes
    ]
    width = max((len(name) for name, _ in rows), default=0)
    lines = [_session_line(name.ljust(width), metadata, current, style) for name, metadata in rows]
    return "".join(f"{line}\n" for line in lines)


def _session_line(name: str, metadata: SessionMetadata, current: str, style: Style) -> str:
    details = [metadata.session_type.value.ljust(11), metadata.status.value.ljust(11)]
    title = "" if metadata.title == metadata.session_id else quoted(metadata.title)
    tags = " ".join(f"#{quoted(tag)}" for tag in metadata.tags)
    below = f"below {quoted_path(metadata.parent_session)}" if style.plain and metadata.parent_session else ""
    rest = "  ".join(part for part in (quoted(metadata.owner), title, tags, below) if part)
    sign = f"  {style.glyphs.current} current" if metadata.session_id == current else ""
    return f"  {name}  {'  '.join(details)}  {rest}{style.paint(sign, 'cyan')}".rstrip()


def _branches(node: LineageNode, style: Style) -> str:
    if not node.depth or style.plain:
        return ""
    trunk = "".join("   " if last else style.glyphs.trunk for last in node.last[:-1])
    return trunk + (style.glyphs.last_branch if node.last[-1] else style.glyphs.branch)
