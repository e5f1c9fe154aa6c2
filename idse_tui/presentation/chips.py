"""Filter chips: which there are, how they are put together, and the line that shows them.

A chip is a text: ``status:review``, ``type:feature``, ``owner:portal team``, ``failing`` or ``archived``. Of the same
field any may hold; of different fields all must.
"""

from __future__ import annotations

from collections import Counter
from typing import List, Sequence, Tuple

from rich.style import Style
from rich.text import Text

from idse_core.printable import count
from idse_core.session_metadata import SessionMetadata
from idse_tui.look import Look
from idse_tui.presentation.rows import PickItem
from idse_tui.presentation.texts import shown
from idse_tui.view import ProjectView

__all__ = ["ARCHIVED", "FAILING", "chip_items", "chip_line", "chips_of", "toggled"]

FAILING = "failing"
ARCHIVED = "archived"

_NAMES = {FAILING: "only failing", ARCHIVED: "archived too"}
_FIELDS = ("status", "type", "owner")


def chips_of(metadata: SessionMetadata) -> Tuple[str, ...]:
    """The chips that a session matches, besides ``failing``."""
    owner = (f"owner:{metadata.owner}",) if metadata.owner else ()
    return (f"status:{metadata.status.value}", f"type:{metadata.session_type.value}", *owner)


def toggled(chips: Sequence[str], chip: str) -> Tuple[str, ...]:
    """The chips with this one put on, or taken off."""
    return tuple(other for other in chips if other != chip) if chip in chips else (*chips, chip)


def chip_items(view: ProjectView, chosen: Sequence[str], look: Look) -> List[PickItem]:
    """All chips there are, each with how many sessions it shows, and how many more it would with archived ones."""
    away = frozenset(key for key, item in view.metadata.items() if item.archived)
    found = [(key, chip) for key, item in view.metadata.items() for chip in chips_of(item)]
    counted = ((key, view.counts_of(key)) for key in view.counts)
    found += [(key, FAILING) for key, counts in counted if counts is not None and counts.errors]
    numbers = Counter(chip for _, chip in found)
    hidden = Counter(chip for key, chip in found if key in away and ARCHIVED not in chosen)
    numbers[ARCHIVED] = len(away)
    fields = [chip for name in _FIELDS for chip in sorted(numbers) if chip.startswith(f"{name}:")]
    known = [FAILING, *fields, ARCHIVED]
    gone = [chip for chip in chosen if chip not in known]
    return [
        PickItem(
            chip,
            _NAMES.get(chip, chip),
            right=((_counted(numbers[chip], hidden[chip], look), "muted"),),
            lead=look.glyphs.passing if chip in chosen else " ",
        )
        for chip in (*known, *gone)
    ]


def _counted(number: int, hidden: int, look: Look) -> str:
    shown = count(number - hidden, "session")
    return f"{shown} {look.glyphs.dot} {hidden} archived" if hidden else shown


def chip_line(query: str, chips: Sequence[str], look: Look) -> Text:
    """What is filtered, each piece with a sign to click it away; empty when nothing is."""
    pieces = ([(-1, f"/{query}")] if query else []) + [(at, _NAMES.get(chip, chip)) for at, chip in enumerate(chips)]
    line = Text(end="")
    for index, (number, name) in enumerate(pieces):
        link = Style(meta={"@click": f"screen.drop_chip({number})"})
        line.append(" " if index else "")
        piece = shown(f" {name} {look.glyphs.remove} ".replace(" ", "\u00a0"), look.styles["chip"] + link)
        line.append_text(piece)
    return line
