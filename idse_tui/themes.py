"""Our themes: calm surfaces, colour only where it means something; a pair that is safe for colour-blind eyes."""

from __future__ import annotations

from typing import Mapping, Tuple

from textual.theme import Theme

__all__ = ["DEFAULT_THEME", "THEMES"]

DEFAULT_THEME = "idse-dark"


def _theme(name: str, colors: Mapping[str, str], *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=colors["primary"],
        secondary=colors["secondary"],
        accent=colors["accent"],
        foreground=colors["foreground"],
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        success=colors["success"],
        warning=colors["warning"],
        error=colors["error"],
        dark=dark,
        variables={
            "border": colors["primary"],
            "border-blurred": colors["line"],
            "block-cursor-background": colors["cursor"],
            "block-cursor-foreground": colors["foreground"],
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": colors["cursor-blurred"],
            "block-cursor-blurred-foreground": colors["foreground"],
            "input-selection-background": f"{colors['primary']} 35%",
            "scrollbar": colors["line"],
            "scrollbar-hover": colors["primary"],
            "scrollbar-active": colors["primary"],
            "scrollbar-background": colors["background"],
            "scrollbar-background-hover": colors["background"],
            "scrollbar-background-active": colors["background"],
            "footer-key-foreground": colors["accent"],
        },
    )


_DARK = {
    "primary": "#7aa2f7",
    "secondary": "#7dcfff",
    "accent": "#e0af68",
    "foreground": "#c8d0e0",
    "background": "#11141c",
    "surface": "#161a24",
    "panel": "#1d2230",
    "success": "#9ece6a",
    "warning": "#e0af68",
    "error": "#f7768e",
    "line": "#2f3648",
    "cursor": "#2b3a5e",
    "cursor-blurred": "#1f2534",
}
_LIGHT = {
    "primary": "#2a5bd7",
    "secondary": "#0b7285",
    "accent": "#9a5b00",
    "foreground": "#242936",
    "background": "#fbfbfc",
    "surface": "#f4f5f8",
    "panel": "#e8eaf0",
    "success": "#2b7a1f",
    "warning": "#9a5b00",
    "error": "#c2203f",
    "line": "#c9cedb",
    "cursor": "#d3dffb",
    "cursor-blurred": "#e9ecf3",
}
# Blue for good, orange for bad (Okabe and Ito): told apart with every common form of colour blindness.
_CLEAR_DARK = {
    **_DARK,
    "primary": "#56b4e9",
    "secondary": "#b8c7d9",
    "accent": "#f0e442",
    "success": "#56b4e9",
    "warning": "#f0e442",
    "error": "#ff9a3c",
}
_CLEAR_LIGHT = {
    **_LIGHT,
    "primary": "#0067a3",
    "secondary": "#4a5568",
    "accent": "#7a5c00",
    "success": "#0067a3",
    "warning": "#7a5c00",
    "error": "#b84300",
}

THEMES: Tuple[Theme, ...] = (
    _theme("idse-dark", _DARK, dark=True),
    _theme("idse-light", _LIGHT, dark=False),
    _theme("idse-clear-dark", _CLEAR_DARK, dark=True),
    _theme("idse-clear-light", _CLEAR_LIGHT, dark=False),
)
"""The first one is the default; "clear" ones don't rest on red and green."""
