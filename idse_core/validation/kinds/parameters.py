"""What the parameters of our kinds have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from idse_core.validation.kinds.base import strict

__all__ = ["Parameters"]


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
