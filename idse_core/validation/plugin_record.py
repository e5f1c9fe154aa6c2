"""What other installed packages add to the rules, as a value."""

from __future__ import annotations

from typing import NamedTuple, Tuple

__all__ = ["Installed"]


class Installed(NamedTuple):
    """What other packages add.

    Attributes:
        packs: how people call each pack, and its bytes; in order.
        kinds: changes whenever a kind, or the code of one, does; empty without any.
        files: absolute paths of what all that came from.
    """

    packs: Tuple[Tuple[str, bytes], ...] = ()
    kinds: str = ""
    files: Tuple[str, ...] = ()
