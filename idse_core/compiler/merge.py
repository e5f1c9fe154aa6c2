"""Merging a session's profile over the blueprint's, and recording where each value came from."""

from __future__ import annotations

from typing import Dict, Mapping, NamedTuple, Optional

from idse_core.compiler.parse import ParsedProfile, Path

__all__ = ["OWN_FIELDS", "Merged", "merge"]

OWN_FIELDS = ("id", "source_session")
"""Fields that a session never inherits from the blueprint: two agents with one id would be one agent."""


class Merged(NamedTuple):
    """Merged fields, and the profile that each came from.

    Attributes:
        values: field → plain value.
        origins: path of a value → the profile that set it; a list or scalar has one entry, a mapping one per value.
    """

    values: Dict[str, object]
    origins: Dict[Path, ParsedProfile]

    def origin(self, path: Path) -> Optional[ParsedProfile]:
        """The profile that set the value at ``path``, or the nearest value around it; None when neither profile did."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path)


def merge(own: ParsedProfile, blueprint: Optional[ParsedProfile]) -> Merged:
    """Merge the session's fields over the blueprint's.

    Mappings merge at every depth; lists and scalars of the session replace the blueprint's as a whole. The keys of a
    mapping keep the blueprint's order, so that adding a default there does not reorder the existing keys.
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
