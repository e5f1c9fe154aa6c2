"""What the parameters of our kinds have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn, Pattern

from idse_core.validation.kinds.base import strict

__all__ = ["ParameterError", "Parameters", "compiled"]


class ParameterError(ValueError):
    """A parameter has the right type, but a value that makes no sense.

    Args:
        message: what is wrong.
        key: the path of the parameter, or of what is in it, within ``with``.
        hint: what to write instead.
    """

    def __init__(self, message: str, *key: str, hint: str) -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


def compiled(pattern: str, flags: int, what: str, *key: str) -> Pattern[str]:
    """Compile a regular expression of a pack.

    Args:
        pattern: the regular expression.
        flags: flags of ``re``.
        what: the name of the parameter in the message.
        key: the path of the parameter within ``with``.

    Raises:
        ParameterError: the pattern is not a valid regular expression.
    """
    try:
        return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        hint = "it is a regular expression as Python's `re` knows them; a backslash before a character makes it literal"
        raise ParameterError(f"{what} is not valid: {error}", *key, hint=hint) from error


class Parameters:
    """The arguments of a rule for its kind: an immutable dataclass, whose values were checked with their pack.

    Equivalent to ``@dataclass(frozen=True)``, whose methods are generated and compiled anew in every process. That
    takes half a millisecond per class, and validating one changed artifact takes twenty of them.

    ``__post_init__`` checks what types can't express. It runs when a pack is compiled, not in each process.

    Args:
        given: the values of all fields without a default, and of any others.
    """

    __pydantic_config__ = strict

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False)(cls)

    def __init__(self, **given: object) -> None:
        vars(self).update(given)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"'{name}' of a rule's parameters can't be changed")
