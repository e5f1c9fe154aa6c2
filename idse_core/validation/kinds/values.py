"""Parameter types that allow less than Python's own; any other value in a pack is refused, with its place.

They are passed to pydantic as plain schemas, since kinds are also imported where pydantic is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Type

__all__ = ["MOST", "Count", "Level", "Number", "Prefix", "Switch"]

MOST = 1_000_000
"""No artifact that is read holds more of anything."""


def _refined(schema: Dict[str, Any]) -> Type[Any]:
    def told(cls: Type[Any], source: object, handler: object) -> Dict[str, Any]:
        del cls, source, handler
        return dict(schema)

    return type("Refined", (), {"__get_pydantic_core_schema__": classmethod(told)})


if TYPE_CHECKING:
    Count = int
    Level = int
    Number = int
    Prefix = str
    Switch = bool
else:
    Count = _refined({"type": "int", "strict": True, "ge": 1, "le": MOST})  # the least number of required things
    Number = _refined({"type": "int", "strict": True, "ge": 0, "le": MOST})  # the same, where 0 requires nothing
    Level = _refined({"type": "int", "strict": True, "ge": 1, "le": 6})  # the level of a heading
    Prefix = _refined({"type": "str", "pattern": r"^[A-Z][A-Z0-9]{0,9}$"})  # the prefix of ids, as in ``id_notes``
    Switch = _refined({"type": "bool", "strict": True})
