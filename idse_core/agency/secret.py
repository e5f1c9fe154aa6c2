"""A secret text, which can be used but is never shown by accident."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["Secret"]

_MASK = "****"


class Secret:
    """Holds a secret; ``repr``, ``str`` and formatting give a mask that does not reveal its length.

    Args:
        text: the secret.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself, for code that sends it."""
        return self._text

    def __repr__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not stored")
