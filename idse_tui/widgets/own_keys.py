"""Which keys a widget has for itself, as its classes say."""

from __future__ import annotations

from typing import List, Optional

from textual.binding import Binding
from textual.widget import Widget

__all__ = ["own_keys"]

_OURS = __name__.split(".", maxsplit=1)[0]


def own_keys(widget: Optional[Widget]) -> List[Binding]:
    """The bindings that our own classes give a widget, the most special class first; none without a widget."""
    classes = [each for each in type(widget).__mro__ if each.__module__.split(".", maxsplit=1)[0] == _OURS]
    found = [binding for each in classes for binding in vars(each).get("BINDINGS", ())]
    return [binding for binding in found if isinstance(binding, Binding) and binding.id]
