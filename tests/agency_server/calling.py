"""Calls ``idse agency`` in this process."""

from __future__ import annotations

from typing import Callable, NamedTuple

__all__ = ["Called", "IdseAgency"]


class Called(NamedTuple):
    """What a call did."""

    code: int
    out: str
    err: str


IdseAgency = Callable[..., Called]
"""Takes the words after ``idse agency``; works in ``tmp_path``."""
