"""The signs beside the words, in Unicode and in ASCII; a word always stands beside."""

from __future__ import annotations

from typing import Mapping, NamedTuple

from idse_core.constitution_rules import Severity
from idse_core.session_metadata import SessionType
from idse_core.stage_state_model import StageState

__all__ = ["ASCII", "SETS", "UNICODE", "GlyphSet", "frame_of"]


class GlyphSet(NamedTuple):
    """One sign for each meaning, each one cell wide.

    Attributes:
        arrows: what the keys with arrows are called.
        drawn: for ``str.translate``, what stands for the signs that Rich draws Markdown with.
    """

    states: Mapping[StageState, str]
    severities: Mapping[Severity, str]
    types: Mapping[SessionType, str]
    passing: str
    stale: str
    current: str
    opened: str
    closed: str
    leaf: str
    into: str
    live: str
    checking: str
    off: str
    dot: str
    dash: str
    more: str
    archived: str
    remove: str
    arrows: Mapping[str, str]
    drawn: Mapping[int, int]


UNICODE = GlyphSet(
    states={StageState.PENDING: "○", StageState.IN_PROGRESS: "◐", StageState.COMPLETED: "●"},
    severities={Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i", Severity.OFF: " "},
    types={SessionType.BLUEPRINT: "◆", SessionType.FEATURE: "◇", SessionType.EXPLORATORY: "△"},
    passing="✓",
    stale="↻",
    current="◀",
    opened="▾",
    closed="▸",
    leaf=" ",
    into="▸",
    live="●",
    checking="◌",
    off="○",
    dot="·",
    dash="─",
    more="…",
    archived="▫",
    remove="✕",
    arrows={"up": "↑", "down": "↓", "left": "←", "right": "→"},
    drawn={},
)

ASCII = GlyphSet(
    states={StageState.PENDING: ".", StageState.IN_PROGRESS: "~", StageState.COMPLETED: "*"},
    severities={Severity.ERROR: "x", Severity.WARNING: "!", Severity.INFO: "i", Severity.OFF: " "},
    types={SessionType.BLUEPRINT: "#", SessionType.FEATURE: "-", SessionType.EXPLORATORY: "?"},
    passing="+",
    stale="@",
    current="<",
    opened="v",
    closed=">",
    leaf=" ",
    into=">",
    live="*",
    checking="o",
    off=".",
    dot="-",
    dash="-",
    more="~",
    archived="_",
    remove="x",
    arrows={"up": "Up", "down": "Down", "left": "Left", "right": "Right"},
    drawn=str.maketrans("•▌─━│┃", "*|--||"),
)

SETS: Mapping[str, GlyphSet] = {"unicode": UNICODE, "ascii": ASCII}
"""By the name that the user's configuration gives them."""


def frame_of(glyphs: GlyphSet) -> str:
    """Textual's name for the lines that boxes are drawn with."""
    return "ascii" if glyphs is ASCII else "round"
