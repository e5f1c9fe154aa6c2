"""Looks up what other packages add: rule packs and kinds, by entry point.

``idse.rule_packs``
    names a package that holds ``*.yaml`` files, each of them a pack; or a function without arguments that returns a
    pack's bytes and its name.
``idse.rule_kinds``
    names a ``Kind``; the entry point has the name of the kind.

Importing this module, and even more calling it, costs start-up time; see ``installed``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import is_dataclass
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from types import ModuleType
from typing import Dict, Iterator, List, Mapping, NamedTuple, Set, Tuple

from pydantic import TypeAdapter

from idse_core.constitution_rules import Reach
from idse_core.errors import PackError
from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kinds.base import Kind, Phase
from idse_core.validation.plugin_calls import ForeignKind, attempt, foreign_kind
from idse_core.validation.plugin_record import Installed

__all__ = ["KINDS", "PACKS", "installed_kinds", "look_up"]

PACKS = "idse.rule_packs"
KINDS = "idse.rule_kinds"

_SUFFIXES = (".yaml", ".yml")


class _Point(NamedTuple):
    """An entry point and its distribution."""

    distribution: str
    version: str
    entry: EntryPoint

    def error(self, problem: str) -> PackError:
        """The error for a problem with the entry point."""
        what = "rule pack" if self.entry.group == PACKS else "rule kind"
        return PackError(
            f"the {what} '{self.entry.name}' of {self.distribution} {self.version} can't be used: {problem}",
            hint=f"update it, or remove it: pip uninstall {self.distribution}",
        )

    def load(self) -> object:
        """Load the object that it names."""
        loaded: object = attempt(self.entry.load, self.error)
        return loaded


def look_up() -> Installed:
    """Look up what other packages add.

    Raises:
        PackError: a plug-in can't be loaded; names its distribution.
    """
    installed_kinds.cache_clear()
    files: Set[str] = set()
    packs: List[Tuple[str, bytes]] = []
    for point in _points(PACKS):
        for path, shown, data in _packs(point):
            packs.append((f"{point.distribution}:{shown}", data))
            files.update([path] if path else [])
        files.update(_modules(point))
    sources: Dict[str, _Point] = {}
    for point, _ in installed_kinds().values():
        sources.update(dict.fromkeys(_modules(point), point))
    kinds = _fingerprint([point for point, _ in installed_kinds().values()], sorted(sources))
    return Installed(tuple(packs), kinds, tuple(sorted({*files, *sources})))


@lru_cache(maxsize=1)
def installed_kinds() -> Mapping[str, Tuple[_Point, ForeignKind]]:
    """Name → entry point and kind, for the kinds of other packages; looked up once in a process.

    Raises:
        PackError: one of them can't be loaded, or its name is taken.
    """
    found: Dict[str, Tuple[_Point, ForeignKind]] = {}
    for point in _points(KINDS):
        loaded = _kind(point)
        if loaded.name in KIND_NAMES:
            raise point.error("idse has a kind of that name")
        if loaded.name in found:
            raise point.error(f"{found[loaded.name][0].distribution} has a kind of that name")
        found[loaded.name] = (point, loaded)
    return found


def _points(group: str) -> List[_Point]:
    """The entry points of a group, sorted by distribution and name. Of copies of a distribution the first counts."""
    found: Dict[str, List[_Point]] = {}
    for distribution in distributions():
        text = distribution.read_text("entry_points.txt")
        if not text or group not in text:
            continue
        name = str(distribution.metadata["Name"])
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key not in found:
            entries = (entry for entry in _entries(distribution, name) if entry.group == group)
            found[key] = [_Point(name, distribution.version, entry) for entry in entries]
    return [point for _, points in sorted(found.items()) for point in sorted(points, key=lambda each: each.entry.name)]


def _entries(distribution: Distribution, name: str) -> Tuple[EntryPoint, ...]:
    def broken(problem: str) -> PackError:
        return PackError(f"the entry points of {name} can't be read: {problem}", hint=f"pip uninstall {name}")

    return attempt(lambda: tuple(distribution.entry_points), broken)


def _packs(point: _Point) -> Iterator[Tuple[str, str, bytes]]:
    """For each pack the path of its file (empty when it has none), its name, and its bytes."""
    loaded = point.load()
    if isinstance(loaded, ModuleType):
        yield from _packs_of_package(point, loaded)
    elif callable(loaded):
        made = attempt(loaded, point.error)
        if not (isinstance(made, tuple) and [type(part) for part in made] == [bytes, str]):
            raise point.error("the function must return a pack's bytes and a path to call it by")
        yield "", Path(made[1]).name if Path(made[1]).is_absolute() else made[1], made[0]
    else:
        raise point.error("it must name a package that holds *.yaml files, or a function")


def _packs_of_package(point: _Point, package: ModuleType) -> Iterator[Tuple[str, str, bytes]]:
    found: List[Path] = []
    try:
        for folder in getattr(package, "__path__", ()):
            found += sorted(path for path in Path(folder).iterdir() if path.suffix in _SUFFIXES)
        for path in found:
            yield str(path), f"{package.__name__.replace('.', '/')}/{path.name}", path.read_bytes()
    except OSError as error:
        raise point.error(str(error)) from error
    if not found:
        raise point.error(f"'{package.__name__}' is not a package that holds *.yaml files")


def _kind(point: _Point) -> ForeignKind:
    loaded = point.load()
    if not isinstance(loaded, Kind):
        raise point.error(f"it is not a Kind, but {type(loaded).__name__}")
    problem = _problem(point, loaded)
    if problem:
        raise point.error(problem)
    attempt(lambda: TypeAdapter(loaded.params).json_schema(), point.error)  # as editors will see it
    return foreign_kind(loaded)


def _problem(point: _Point, loaded: Kind) -> str:
    """What is wrong with a kind, which no type checker may have seen before; empty when nothing is."""
    values: Mapping[str, object] = loaded._asdict()
    if loaded.name != point.entry.name:
        return f"the kind is called '{loaded.name}'"
    if not (isinstance(values["reach"], Reach) and isinstance(values["phase"], Phase) and callable(values["check"])):
        return "its reach, its phase or its check is not what it should be"
    if not (isinstance(values["params"], type) and is_dataclass(values["params"])):
        return "its params are not a dataclass"
    for name in ("fix", "fixes"):
        if values[name] is not None and not callable(values[name]):
            return f"its {name} is not a function"
    return ""


def _modules(point: _Point) -> Iterator[str]:
    """The files of the modules that were imported for an entry point."""
    top = point.entry.value.partition(":")[0].strip().partition(".")[0]
    for name, module in list(sys.modules.items()):
        if name == top or name.startswith(f"{top}."):
            file = getattr(module, "__file__", None)
            if isinstance(file, str):
                yield file


def _fingerprint(points: List[_Point], files: List[str]) -> str:
    if not points:
        return ""
    state = hashlib.sha256()
    for point in points:
        state.update(repr((point.distribution, point.version, point.entry.value)).encode("utf-8", "replace"))
    for file in files:
        try:
            state.update(hashlib.sha256(Path(file).read_bytes()).digest())
        except OSError:  # gone since it was imported
            continue
    return state.hexdigest()[:16]
