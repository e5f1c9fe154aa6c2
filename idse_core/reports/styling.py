"""Colours and glyphs of text output. Meaning never depends on either alone: there is always a word beside it."""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple

from idse_core.constitution_rules import Severity
from idse_core.stage_state_model import StageState, ValidationStatus

__all__ = ["ASCII", "PLAIN", "SEVERITY_COLOR", "STATE_COLOR", "STATUS_COLOR", "UNICODE", "Glyphs", "Style"]

_CODES: Dict[str, str] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}

SEVERITY_COLOR: Mapping[Severity, str] = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.INFO: "blue",
    Severity.OFF: "dim",
}
STATE_COLOR: Mapping[StageState, str] = {
    StageState.PENDING: "dim",
    StageState.IN_PROGRESS: "yellow",
    StageState.COMPLETED: "green",
}
STATUS_COLOR: Mapping[ValidationStatus, str] = {
    ValidationStatus.UNKNOWN: "dim",
    ValidationStatus.PASSING: "green",
    ValidationStatus.FAILING: "red",
}


class Glyphs(NamedTuple):
    """The signs beside the words; those of ``PLAIN`` are words or nothing."""

    states: Mapping[StageState, str]
    stale: str
    current: str
    branch: str
    last_branch: str
    trunk: str
    bar: str
    dash: str
    into: str
    agent: str
    nothing: str


UNICODE = Glyphs(
    {StageState.PENDING: "○", StageState.IN_PROGRESS: "◐", StageState.COMPLETED: "●"},
    stale="↻",
    current="◀",
    branch="├─ ",
    last_branch="└─ ",
    trunk="│  ",
    bar="│",
    dash="—",
    into="▸",
    agent="▸",
    nothing="—",
)
ASCII = Glyphs(
    {StageState.PENDING: ".", StageState.IN_PROGRESS: "~", StageState.COMPLETED: "*"},
    stale="!",
    current="<",
    branch="|- ",
    last_branch="`- ",
    trunk="|  ",
    bar="|",
    dash="-",
    into=">",
    agent=">",
    nothing="-",
)
PLAIN = Glyphs(
    dict.fromkeys(StageState, ""),
    stale="",
    current="",
    branch="",
    last_branch="",
    trunk="",
    bar="text:",
    dash="-",
    into="/",
    agent="agent",
    nothing="none",
)


class Style:
    """How text output looks on one stream.

    Args:
        color: whether escape sequences may be used.
        unicode: whether the stream can show more than ASCII.
        plain: whether it is read aloud: words instead of signs, drawings and columns.
    """

    def __init__(self, *, color: bool = False, unicode: bool = True, plain: bool = False) -> None:
        self._color = color
        self.plain = plain
        self.glyphs = PLAIN if plain else UNICODE if unicode else ASCII

    def sign(self, unicode: str, ascii_only: str) -> str:
        """A sign that repeats the word after it, and a space; nothing in plain output."""
        return "" if self.plain else f"{unicode if self.glyphs is UNICODE else ascii_only} "

    def paint(self, text: str, *names: str) -> str:
        """``text`` in these colours, named as in ``_CODES``."""
        if not self._color or not text:
            return text
        codes = ";".join(_CODES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"
