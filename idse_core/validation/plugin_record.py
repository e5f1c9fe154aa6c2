"""What other installed packages add to the rules, as a value."""

from __future__ import annotations

from typing import NamedTuple, Tuple

__all__ = ["Installed"]


class Installed(NamedTuple):
    """What other packages add.

    Attributes:
        packs: for each pack, in order, its name as shown to people, and its bytes.
        kinds: a digest that changes whenever a kind, or its code, does; empty when there are none.
        files: absolute paths of the files that all this comes from.
    """

    packs: Tuple[Tuple[str, bytes], ...] = ()
    kinds: str = ""
    files: Tuple[str, ...] = ()
