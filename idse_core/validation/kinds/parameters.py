"""What the parameters of our kinds have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn, Pattern

from idse_core.validation.kinds.base import strict

__all__ = ["ParameterError", "Parameters", "compiled"]


class ParameterError(ValueError):
    """A parameter says what makes no sense, though its type is right.

    Args:
        message: what is wrong.
        key: of which parameter, and what in it: place it has in ``with``.
        hint: what to write instead.
    """

    def __init__(self, message: str, *key: str, hint: str) -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


def compiled(pattern: str, flags: int, what: str, *key: str) -> Pattern[str]:
    """A pack's regular expression.

    Args:
        pattern: it.
        flags: those of ``re``.
        what: how the message calls it.
        key: the parameter that it comes from.

    Raises:
        ParameterError: it is none.
    """
    try:
        return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        hint = "it is a regular expression as Python's `re` knows them; a backslash before a sign takes it as it is"
        raise ParameterError(f"{what} is not valid: {error}", *key, hint=hint) from error


class Parameters:
    """What a rule tells its kind: a dataclass that can't be changed, whose values were checked with their pack.

    As good as ``@dataclass(frozen=True)``, whose methods are written and compiled anew in every process. That takes
    half a millisecond for each class, and to judge one changed artifact takes twenty of them.

    ``__post_init__`` checks what types can't say. It runs when a pack is compiled, not for each process.

    Args:
        given: all that has no default.
    """

    __pydantic_config__ = strict

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False)(cls)

    def __init__(self, **given: object) -> None:
        vars(self).update(given)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"'{name}' of a rule's parameters can't be changed")
