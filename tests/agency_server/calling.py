"""Calling ``idse agency`` in this process."""

from __future__ import annotations

from typing import Callable, NamedTuple

__all__ = ["Called", "IdseAgency"]


class Called(NamedTuple):
    """The result of a call."""

    code: int
    out: str
    err: str


IdseAgency = Callable[..., Called]
"""Called with the words after ``idse agency``; runs in ``tmp_path``."""
