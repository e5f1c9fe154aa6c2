"""What workers tell the app. Threads do nothing else than post these."""

from __future__ import annotations

from typing import TYPE_CHECKING, FrozenSet, Mapping, Optional, Sequence

from textual.message import Message

if TYPE_CHECKING:
    from idse_core.errors import IdseError
    from idse_core.traceability import SessionTrace
    from idse_core.watcher import Affected
    from idse_tui.artifact import Artifact
    from idse_tui.blocks import Block, Prepared, Rendered
    from idse_tui.diffs import Comparison
    from idse_tui.view import Change

__all__ = [
    "ArtifactLoaded",
    "BlocksRendered",
    "Compared",
    "Done",
    "Failed",
    "FilesChanged",
    "Followed",
    "HungUp",
    "Learned",
    "Polling",
    "Traced",
    "WatchingEnded",
]


class Learned(Message, bubble=False):
    """Something is known of the project now; ``survey`` numbers the run that found out."""

    def __init__(self, change: Change, survey: int) -> None:
        super().__init__()
        self.change = change
        self.survey = survey


class Failed(Message, bubble=False):
    """A worker met an expected error; ``what`` says what it was about."""

    def __init__(self, error: IdseError, what: str) -> None:
        super().__init__()
        self.error = error
        self.what = what


class Done(Message, bubble=False):
    """Something was done: ``line`` is the command that does the same, ``words`` what to tell."""

    def __init__(self, line: str, words: str, *, session: str = "") -> None:
        super().__init__()
        self.line = line
        self.words = words
        self.session = session


class FilesChanged(Message, bubble=False):
    """Somebody changed files: paths relative to ``.idse``; empty when watching has begun."""

    def __init__(self, paths: FrozenSet[str]) -> None:
        super().__init__()
        self.paths = paths

    def can_replace(self, message: Message) -> bool:
        """A flood becomes one message; nothing of the earlier one is lost."""
        if isinstance(message, FilesChanged):
            self.paths |= message.paths
            return True
        return False


class Polling(Message, bubble=False):
    """The workspace can't be watched and is looked through again and again; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class WatchingEnded(Message, bubble=False):
    """Changes are not seen any more; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class ArtifactLoaded(Message, bubble=False):
    """An artifact was read; ``prepared`` is what of it comes into sight first, where that is known."""

    def __init__(self, artifact: Artifact, prepared: Optional[Prepared] = None) -> None:
        super().__init__()
        self.artifact = artifact
        self.prepared = prepared


class BlocksRendered(Message, bubble=False):
    """Some blocks of an artifact are strips now.

    Args:
        run: numbers the rendering, so that one that was overtaken is told.
        blocks: index → strips.
        all_blocks: the artifact's blocks.
    """

    def __init__(self, run: int, blocks: Mapping[int, Rendered], all_blocks: Sequence[Block]) -> None:
        super().__init__()
        self.run = run
        self.blocks = blocks
        self.all_blocks = all_blocks


class Followed(Message, bubble=False):
    """Changes of files have been followed, as far as the worker could; ``found`` says what they had an effect on."""

    def __init__(self, found: Affected) -> None:
        super().__init__()
        self.found = found


class Compared(Message, bubble=False):
    """What changed in an artifact; ``question`` is what was asked."""

    def __init__(self, question: object, found: Comparison) -> None:
        super().__init__()
        self.question = question
        self.found = found


class Traced(Message, bubble=False):
    """How the requirements of a session stand."""

    def __init__(self, trace: SessionTrace) -> None:
        super().__init__()
        self.trace = trace


class HungUp(Message, bubble=False):
    """The terminal is gone: no key will ever come, and nobody sees anything."""
