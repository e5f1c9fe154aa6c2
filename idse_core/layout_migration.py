"""Moves a project's artifacts from one layout to the other: each file by one rename, so that its history follows.

The layout is detected file by file, so every artifact can be found before, during and after; an interrupted migration
continues when it is run again. The text of an artifact is never changed: relative links that would break are listed,
and so are old paths that are still mentioned.
"""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import quote, unquote, urlsplit

from idse_core import files
from idse_core.design_store import Place
from idse_core.errors import ConflictError, RefusedError
from idse_core.events import FileDisplaced, FileMoved, Listener, ignore
from idse_core.layout_mentions import Mention, mentions
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation_engine import ValidationEngine

__all__ = ["BrokenLink", "LayoutMigration", "Migration", "Move"]


class Move(NamedTuple):
    """The move of one artifact.

    Attributes:
        source, target: relative to the folder that holds ``.idse``, with ``/``.
        duplicate: the target exists already with the same content: the source is put aside instead.
    """

    session: str
    stage: Stage
    source: str
    target: str
    duplicate: bool = False


class BrokenLink(NamedTuple):
    """A relative link that works now, and would be broken by the moves.

    Attributes:
        path: the artifact that contains it, after the moves.
        target: what the link says now.
        instead: what it should say.
    """

    path: str
    line: int
    column: int
    target: str
    instead: str


class Migration(NamedTuple):
    """What a change of layout involves.

    Attributes:
        mentions: old paths that texts still mention, apart from ``links``.
    """

    layout: Layout
    moves: Tuple[Move, ...]
    links: Tuple[BrokenLink, ...]
    mentions: Tuple[Mention, ...]


class LayoutMigration:
    """Plans and carries out the moves within one project.

    Args:
        workspace: opened at the project; its documents must be plain files.
        on_event: receives an event for every file that was moved.

    Raises:
        RefusedError: the documents are not plain files.
    """

    def __init__(self, workspace: ProjectWorkspace, *, on_event: Listener = ignore) -> None:
        if not workspace.store.capabilities.layouts:
            raise RefusedError(
                "the documents of this workspace are not in files: they have no layout",
                hint="leave IDSE_STORE out to migrate plain files",
            )
        self._workspace = workspace
        self._parent = workspace.folder.parent
        self._announce = on_event

    def plan(self, layout: Layout, sessions: Sequence[str]) -> Migration:
        """Work out what has to be moved, without moving it.

        Raises:
            ConflictError: an artifact exists in both layouts, with different content.
            RefusedError: an artifact is a link, or lies behind one.
            StorageError: an artifact can't be read.
        """
        moves = tuple(move for session in sessions for move in self._moves(session, layout))
        new_places = {move.source: move.target for move in moves}
        links = tuple(self._broken_links(new_places)) if moves else ()
        named = tuple(mentions(self._workspace, new_places)) if moves else ()
        return Migration(layout, moves, links, tuple(item for item in named if not _is_among(item, links)))

    def carry_out(self, migration: Migration) -> None:
        """Carry out the moves, session by session, each session under the project's lock.

        Raises:
            ConflictError: somebody put a file in the way meanwhile; files moved until then stay where they belong.
            StorageError: the file system refused.
        """
        by_session: Dict[str, List[Move]] = {}
        for move in migration.moves:
            by_session.setdefault(move.session, []).append(move)
        for moves in by_session.values():
            with self._workspace.lock():
                for move in moves:
                    self._carry_out(move)

    def _carry_out(self, move: Move) -> None:
        source, target = self._parent / move.source, self._parent / move.target
        root = self._workspace.folder
        if move.duplicate:
            digest = files.digest(files.read_bytes(target, root=root) or b"")
            displaced = self._workspace.local / "displaced" / self._workspace.project
            kept = files.displace(source, expected=digest, root=root, displaced=displaced)
            if kept is not None:
                self._announce(FileDisplaced(move.source, kept.relative_to(self._parent).as_posix()))
        else:
            files.rename(source, target, root=root)
            self._announce(FileMoved(move.source, move.target))
        folder = source.parent
        if folder != self._session(move.session) and folder != target.parent:
            files.remove_hollow(folder, root=root)

    def _moves(self, session: str, layout: Layout) -> Iterator[Move]:
        folder = self._session(session)
        for stage in Stage:
            source, target = folder / layout.other.path(stage), folder / layout.path(stage)
            if source == target or not os.path.lexists(source):
                continue
            shown = [path.relative_to(self._parent).as_posix() for path in (source, target)]
            if any(path.is_symlink() for path in (source, source.parent, target, target.parent)):
                hint = "put the file itself in its place"
                raise RefusedError("a link would lead elsewhere when it is moved", hint=hint, path=shown[0])
            duplicate = os.path.lexists(target)
            if duplicate and self._read(source) != self._read(target):
                raise ConflictError(
                    f"it exists twice, with different content: also in {shown[1]}",
                    hint=f"bring them together in one of the two, remove the other, then idse migrate layout --to {layout}",
                    path=shown[0],
                )
            yield Move(session, stage, shown[0], shown[1], duplicate)

    def _read(self, path: Path) -> Optional[bytes]:
        return files.read_bytes(path, root=self._workspace.folder)

    def _session(self, session: str) -> Path:
        return self._workspace.folder / "projects" / self._workspace.project / "sessions" / session

    def _broken_links(self, new_places: Mapping[str, str]) -> Iterator[BrokenLink]:
        """Find links that would break, in all sessions of the project, including links into a session that is moved."""
        for facts in ValidationEngine(self._workspace).facts(self._workspace.sessions()):
            for stage, notes in facts.notes.items():
                place = Place.artifact(self._workspace.project, facts.session, stage)
                before = self._workspace.store.locate(place)
                after = new_places.get(before, before)
                for link in notes.links:
                    instead = self._instead(link.target, before, after, new_places)
                    if instead is not None:
                        yield BrokenLink(after, link.line, link.column, link.target, instead)

    def _instead(self, target: str, before: str, after: str, new_places: Mapping[str, str]) -> Optional[str]:
        """The new target of a link; None when it can stay as it is, or is broken already."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return None
        path = unquote(parts.path)
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(before), path))
        if "\0" in meant or not (self._parent / meant).exists():
            return None
        wanted = new_places.get(meant, meant)
        if posixpath.normpath(posixpath.join(posixpath.dirname(after), path)) == wanted:
            return None
        relative = quote(posixpath.relpath(wanted, posixpath.dirname(after)))
        return f"{relative}#{parts.fragment}" if parts.fragment else relative


def _is_among(mention: Mention, links: Sequence[BrokenLink]) -> bool:
    here = [link for link in links if (link.path, link.line) == (mention.path, mention.line)]
    return any(mention.named in unquote(link.target) for link in here)
