"""A session's profile over the blueprint's, and where each value came from."""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple, Optional

from idse_core.compiler.parse import ParsedProfile, Path

__all__ = ["OWN_FIELDS", "Merged", "merge"]

OWN_FIELDS = ("id", "source_session")
"""What a session never takes from the blueprint: two agents of one id would be one agent."""


class Merged(NamedTuple):
    """Fields, and the profile that each came from.

    Attributes:
        values: field → plain value.
        origins: path → whose it is; lists and scalars have one, mappings one for each value in them.
    """

    values: Dict[str, object]
    origins: Dict[Path, ParsedProfile]

    def origin(self, path: Path) -> Optional[ParsedProfile]:
        """Whose the value at ``path`` is; the nearest one around it that is known, None when nobody gave it."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path)


def merge(own: ParsedProfile, blueprint: Optional[ParsedProfile]) -> Merged:
    """The session's fields, with the blueprint's where the session has none.

    Mappings merge at every depth; lists and scalars of the session win as a whole. The order is the blueprint's inside
    of mappings, so that adding a default to it does not reorder what was there.
    """
    merged = Merged({}, {})
    if blueprint is not None:
        inherited = {name: value for name, value in blueprint.values.items() if name not in OWN_FIELDS}
        _take(merged.values, merged.origins, (), inherited, blueprint)
    _take(merged.values, merged.origins, (), own.values, own)
    return merged


def _take(
    into: Dict[str, object],
    origins: Dict[Path, ParsedProfile],
    path: Path,
    values: Mapping[str, object],
    source: ParsedProfile,
) -> None:
    for name, value in values.items():
        here, before = (*path, name), into.get(name)
        if isinstance(value, dict) and value:
            origins.pop(here, None)
            inner: Dict[str, object] = before if isinstance(before, dict) else {}
            if inner is not before:
                _forget(origins, here)
            into[name] = inner
            _take(inner, origins, here, value, source)
        elif not (value == {} and isinstance(before, dict) and before):
            _forget(origins, here)
            into[name], origins[here] = value, source


def _forget(origins: Dict[Path, ParsedProfile], path: Path) -> None:
    for known in [known for known in origins if known[: len(path)] == path]:
        del origins[known]
