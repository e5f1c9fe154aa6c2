"""One artifact as it is on disk, ready to be shown: its text and blocks, or why there are none."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Tuple

from idse_core.pipeline_artifacts import Stage
from idse_tui.blocks import Block

__all__ = ["Artifact"]


class Artifact(NamedTuple):
    """An artifact as it was read.

    Attributes:
        shown: its path, relative to the folder that holds ``.idse``.
        path: the file itself, for an editor.
        digest: of its bytes; empty when it is absent.
        text: harmless text, line by line as in the file; empty when there is none.
        problem: why it can't be read, or that it is missing or empty; else empty.
    """

    session: str
    stage: Stage
    shown: str
    path: Path
    digest: str = ""
    text: str = ""
    blocks: Tuple[Block, ...] = ()
    problem: str = ""
    read_only: bool = False

    @property
    def name(self) -> str:
        """What its panel is called."""
        parts = self.shown.split("/")
        return "/".join(parts[-2:]) if parts[-1] == "README.md" else parts[-1]
