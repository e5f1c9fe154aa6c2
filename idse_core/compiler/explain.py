"""Where each value of a profile came from."""

from __future__ import annotations

from typing import Iterator, List, Mapping, NamedTuple, Tuple

from idse_core.compiler.merge import Merged
from idse_core.compiler.model import AgentProfileSpec
from idse_core.compiler.parse import ParsedProfile, Path, spelled
from idse_core.json_text import quote

__all__ = ["Origin", "origins"]


class Origin(NamedTuple):
    """Where one value came from.

    Attributes:
        field: the path of the field, such as ``memory_policy.keep``.
        value: as JSON, on one line, shortened.
        source: ``session``, ``blueprint``, or ``default`` for a value that neither of them sets.
        place: ``path:line:column``, empty for a default.
    """

    field: str
    value: str
    source: str
    place: str


def origins(profile: AgentProfileSpec, merged: Merged, own: ParsedProfile) -> Tuple[Origin, ...]:
    """The origin of every value in the profile's order: one per list, and one per value of a mapping."""
    found: List[Origin] = []
    for name, value in profile.plain().items():
        for path, leaf in _leaves((name,), value):
            found.append(_origin(path, leaf, merged, own))
    return tuple(found)


def _leaves(path: Path, value: object) -> Iterator[Tuple[Path, object]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    else:
        yield path, value


def _origin(path: Path, value: object, merged: Merged, own: ParsedProfile) -> Origin:
    source = merged.origin(path)
    if source is None:
        return Origin(spelled(path), quote(value), "default", "")
    at = source.problem(path, "", at_key=True)
    kind = "session" if source is own else "blueprint"
    return Origin(spelled(path), quote(value), kind, f"{at.path}:{at.line}:{at.column}")
