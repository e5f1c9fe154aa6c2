"""How things look: named styles taken from the theme in force, and the glyphs."""

from __future__ import annotations

from typing import Mapping, NamedTuple

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from idse_core.constitution_rules import Severity
from idse_core.stage_state_model import StageState
from idse_tui.glyphs import UNICODE, GlyphSet
from idse_tui.key_names import KeyNames, key_names

__all__ = ["STATE_STYLES", "Look", "look_of", "plain_look"]

STATE_STYLES: Mapping[StageState, str] = {
    StageState.PENDING: "muted",
    StageState.IN_PROGRESS: "warning",
    StageState.COMPLETED: "success",
}
"""What each state looks like: the name of a style."""


class Look(NamedTuple):
    """What presentation needs to know of the screen.

    Attributes:
        styles: meaning → style: text, muted, faint, error, warning, info, success, accent, primary, key, code, chip,
            match, and current for the match that is looked at.
        keys: what the keys are called.
    """

    glyphs: GlyphSet
    styles: Mapping[str, Style]
    keys: KeyNames

    def severity(self, severity: Severity) -> Style:
        """The style of a severity."""
        return self.styles[severity.value if severity is not Severity.OFF else "muted"]

    def state(self, state: StageState) -> Style:
        """The style of a stage's state."""
        return self.styles[STATE_STYLES[state]]


def plain_look(glyphs: GlyphSet = UNICODE) -> Look:
    """Without any colour: for tests and for files."""
    names = (
        "text",
        "muted",
        "faint",
        "error",
        "warning",
        "info",
        "success",
        "accent",
        "primary",
        "key",
        "code",
        "chip",
        "match",
        "current",
    )
    return Look(glyphs, {name: Style.null() for name in names}, key_names({}, glyphs))


def look_of(theme: Theme, glyphs: GlyphSet, keys: KeyNames) -> Look:
    """The look that a theme gives."""
    colors = theme.to_color_system().generate()
    text, ground = Color.parse(colors["foreground"]), Color.parse(colors["background"])
    readable = ground.a == 1 and text.ansi is None and ground.ansi is None

    def style(color: Color, *, bold: bool = False) -> Style:
        return Style(color=color.rich_color, bold=bold or None)

    def named(name: str) -> Color:
        return Color.parse(colors[name])

    return Look(
        glyphs,
        {
            "text": style(text),
            "muted": style(ground.blend(text, 0.62)) if readable else Style(dim=True),
            "faint": style(ground.blend(text, 0.35)) if readable else Style(dim=True),
            "error": style(named("error")),
            "warning": style(named("warning")),
            "info": style(named("secondary")),
            "success": style(named("success")),
            "accent": style(named("accent"), bold=True),
            "primary": style(named("primary"), bold=True),
            "key": style(named("accent"), bold=True),
            "code": style(named("secondary")),
            "chip": Style(color=text.rich_color, bgcolor=named("block-cursor-background").rich_color)
            if readable
            else Style(reverse=True),
            "match": Style(color=text.rich_color, bgcolor=named("block-cursor-background").rich_color, underline=True)
            if readable
            else Style(underline=True, bold=True),
            "current": Style(color=ground.rich_color, bgcolor=named("accent").rich_color, bold=True)
            if readable
            else Style(reverse=True, bold=True),
        },
        keys,
    )
