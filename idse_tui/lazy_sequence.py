"""A sequence whose members are made when they are looked at: of thousands of rows only a screenful is."""

from __future__ import annotations

from typing import Callable, Generic, Sequence, TypeVar, Union, overload

__all__ = ["LazySequence"]

_Source = TypeVar("_Source")
_Made = TypeVar("_Made")


class LazySequence(Sequence[_Made], Generic[_Source, _Made]):
    """What a function makes of each member of another sequence.

    Args:
        sources: they must not change.
        make: called each time that a member is looked at.
    """

    def __init__(self, sources: Sequence[_Source], make: Callable[[_Source], _Made]) -> None:
        self._sources = sources
        self._make = make

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, index: int) -> _Made: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_Made]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[_Made, Sequence[_Made]]:
        if isinstance(index, slice):
            return LazySequence(self._sources[index], self._make)
        return self._make(self._sources[index])
