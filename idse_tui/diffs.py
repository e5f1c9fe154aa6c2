"""What an artifact can be compared with: the last commit and the last sync, asked for when somebody wants to see it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import git
from idse_core.errors import IdseError, UsageError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.presentation.diffing import DiffLine, diff_lines
from idse_tui.presentation.texts import readable_bytes

__all__ = ["Base", "Bases", "Comparison", "bases_of", "git_head_text"]

_SECONDS = 5.0


class Base(Enum):
    """An earlier state of an artifact, as people call it."""

    COMMIT = "git HEAD"
    SYNC = "the last sync"


_MOMENTS: Mapping[Base, str] = {Base.COMMIT: "the last commit", Base.SYNC: "the last sync"}


class Comparison(NamedTuple):
    """What changed in an artifact.

    Attributes:
        session: its id.
        stage: which artifact.
        lines: of the diff; empty when nothing changed, or nothing is there to compare with.
        base: what it was compared with.
        other: what else it can be compared with.
        nothing: why there is no line.
    """

    session: str
    stage: Stage
    lines: Sequence[DiffLine]
    base: Optional[Base]
    other: Optional[Base]
    nothing: str


class Bases(NamedTuple):
    """The earlier texts that there are, made harmless.

    Attributes:
        texts: them.
        problem: why the last commit has none.
        failure: why it is not known what was synced last.
    """

    texts: Mapping[Base, str]
    problem: str = ""
    failure: Optional[IdseError] = None

    def compared(self, session: str, stage: Stage, now: str, wanted: Optional[Base]) -> Comparison:
        """What changed in an artifact.

        Args:
            session: its id.
            stage: which artifact.
            now: its text, made harmless.
            wanted: what somebody asked to compare with; None when nobody did.
        """
        base = self.chosen(now, wanted)
        lines = () if base is None else diff_lines(self.texts[base], now)
        return Comparison(session, stage, lines, base, self.other(base), self.nothing(now, base))

    def chosen(self, now: str, wanted: Optional[Base]) -> Optional[Base]:
        """What to compare with: what is wanted, where there is that, else the first one that differs; None for nothing.

        Args:
            now: the artifact, made harmless.
            wanted: what somebody asked for; None when nobody did.
        """
        if wanted in self.texts:
            return wanted
        return next(iter(self._differing(now)), next(iter(self.texts), None))

    def other(self, base: Optional[Base]) -> Optional[Base]:
        """What else it can be compared with."""
        return next((other for other in self.texts if other is not base), None) if base else None

    def nothing(self, now: str, base: Optional[Base]) -> str:
        """Why there is nothing to show, when there is not."""
        if base is None:
            return self.problem
        same = [base, *(other for other in self.texts if other is not base)] if not self._differing(now) else [base]
        return f"nothing changed since {' and since '.join(_MOMENTS[item] for item in same)}"

    def _differing(self, now: str) -> Sequence[Base]:
        return [base for base, text in self.texts.items() if text != now]


def bases_of(workspace: ProjectWorkspace, session: str, stage: Stage, path: Path) -> Bases:
    """What there is to compare an artifact with.

    Args:
        workspace: whose.
        session: its id.
        stage: which artifact.
        path: the file.
    """
    committed, problem = git_head_text(path)
    synced, failure = None, None
    try:
        synced = _sync_text(workspace, session, stage)
    except IdseError as error:
        failure = error
    texts = {Base.COMMIT: committed, Base.SYNC: synced}
    return Bases({base: text for base, text in texts.items() if text is not None}, problem, failure)


def git_head_text(path: Path) -> Tuple[Optional[str], str]:
    """The file's text in git HEAD, and why there is none.

    Args:
        path: the file; git is asked in its folder.
    """
    try:
        done = git.ask(path.parent, "show", f"HEAD:./{path.name}", seconds=_SECONDS)
        if done.returncode == 0:
            return readable_bytes(done.stdout), ""
        inside = git.ask(path.parent, "rev-parse", "--git-dir", seconds=_SECONDS)
    except UsageError as error:
        return None, error.message
    if inside.returncode != 0:
        return None, "this workspace is in no git repository: there is nothing to compare with"
    return None, "git HEAD does not have this file yet: all of it is new"


def _sync_text(workspace: ProjectWorkspace, session: str, stage: Stage) -> Optional[str]:
    """What both sides had when they last agreed; None when they never did."""
    if not (workspace.local / "sync").is_dir():
        return None
    # Imported here: the agency's modules cost too much for a workspace that is not synced.
    from idse_core.agency.agreed import agreed_artifact  # noqa: PLC0415

    data = agreed_artifact(workspace, session, stage)
    return None if data is None else readable_bytes(data)
