"""The constitution in force for a project: which packs, in which order, and their compiled form on disk.

Compiling needs PyYAML and pydantic; the result is cached as JSON in ``.idse/.local/cache/``, keyed by the version and
the content of every pack, so that most runs import neither.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from idse_core import files
from idse_core._version import __version__
from idse_core.constitution_rules import Article, ConstitutionRules, Examples, Reach, Rule, Severity
from idse_core.errors import IdseError
from idse_core.events import Listener, ignore
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.installed_plugins import installed
from idse_core.validation.pack_files import is_pack, packs_in
from idse_core.validation.plugin_record import Installed

__all__ = ["Constitution", "constitution_with", "core_constitution", "installed_constitution", "load_constitution"]

_CORE = Path(__file__).parent.parent / "constitution"
_FORMAT = 17
"""To be changed when compiled rules or results of earlier code must not be used again."""


class Constitution(NamedTuple):
    """Compiled rules.

    Attributes:
        key: changes whenever a rule or the tool does; results are cached under it.
    """

    rules: ConstitutionRules
    key: str


class _Source(NamedTuple):
    path: str
    data: bytes
    core: bool


def load_constitution(folder: Path, project: str, on_event: Listener = ignore) -> Constitution:
    """Load the core pack, the packs of installed packages, the workspace's ``rules/*.yaml``, then the project's.

    Args:
        folder: the ``.idse`` folder.
        project: the project's id.
        on_event: receives a warning for each folder of packs in which something is not read.

    Raises:
        PackError: a pack is broken (names file, line and column), or a plug-in is (names its distribution).
        StorageError: a pack, or the folder that it is in, can't be read.
    """
    found = installed(folder)
    return _compiled(_all_sources(found, folder, project, on_event), found.kinds, folder)


def core_constitution() -> Constitution:
    """The core pack alone, freshly compiled."""
    sources = _core_sources()
    return Constitution(_compile(sources), _key(sources))


def installed_constitution() -> Constitution:
    """The core pack and those of installed packages, freshly compiled; for use outside a workspace.

    Raises:
        PackError: a plug-in is broken; names its distribution.
    """
    # Imported here: it reads the metadata of every installed package.
    from idse_core.validation.plugins import look_up  # noqa: PLC0415

    found = look_up()
    sources = [*_core_sources(), *_installed_sources(found)]
    return Constitution(_compile(sources), _key(sources, found.kinds))


def constitution_with(packs: Iterable[Tuple[str, bytes]], folder: Path, project: str) -> Constitution:
    """A project's constitution with more packs on top of it, freshly compiled.

    Args:
        packs: for each, its name as shown to people, and its content.
        folder: the ``.idse`` folder.
        project: the project's id.

    Raises:
        PackError: a pack is broken (names file, line and column), or a plug-in is (names its distribution).
        StorageError: a pack of the workspace, or the folder that it is in, can't be read.
    """
    found = installed(folder)
    more = [_Source(path, data, core=False) for path, data in packs]
    sources = [*_all_sources(found, folder, project), *more]
    return Constitution(_compile(sources), _key(sources, found.kinds))


def _all_sources(found: Installed, folder: Path, project: str, on_event: Listener = ignore) -> List[_Source]:
    own = [folder / "rules", folder / "projects" / project / "rules"]
    packs = [pack for rules in own for pack in packs_in(rules, folder, on_event)]
    of_workspace = [_Source(path, data, core=False) for path, data in packs]
    return [*_core_sources(), *_installed_sources(found), *of_workspace]


def _installed_sources(found: Installed) -> List[_Source]:
    return [_Source(path, data, core=False) for path, data in found.packs]


def _core_sources() -> List[_Source]:
    paths = sorted(path for path in _CORE.iterdir() if is_pack(path.name))
    return [_Source(f"core/{path.name}", path.read_bytes(), core=True) for path in paths]


def _compiled(sources: List[_Source], kinds: str, folder: Path) -> Constitution:
    key = _key(sources, kinds + _identity(folder))
    cached = folder / ".local" / "cache" / f"constitution-{key}.json"
    rules = _read(cached, folder)
    if rules is None:
        rules = _compile(sources)
        _keep(cached, rules, folder)
    return Constitution(rules, key)


def _identity(folder: Path) -> str:
    """Identifies this very folder on this machine: a cache that came with somebody's repository must not be used.

    It could switch off locked rules. Nobody who commits files can know the inode that a folder gets elsewhere.
    """
    try:
        found = folder.stat()
    except OSError:
        return ""
    return f"\0{found.st_dev}:{found.st_ino}"


def _compile(sources: Iterable[_Source]) -> ConstitutionRules:
    # Imported here: pydantic and PyYAML cost more start-up time than `idse status` as a whole may take.
    from idse_core.validation.packs import PackSource, compile_packs  # noqa: PLC0415

    return compile_packs(PackSource(source.path, source.data, source.core) for source in sources)


def _key(sources: Iterable[_Source], kinds: str = "") -> str:
    state = hashlib.sha256(f"{__version__}\0{_FORMAT}\0{kinds}\0".encode())
    for source in sources:
        state.update(f"{source.path}\0{len(source.data)}\0".encode("utf-8", "surrogateescape"))
        state.update(source.data)
    return state.hexdigest()[:16]


def _read(path: Path, root: Path) -> Optional[ConstitutionRules]:
    """The cached rules; None when they are absent or can't be used, which is never an error."""
    try:
        data = files.read_bytes(path, root=root)
        if data is None:
            return None
        document = json.loads(data)
        articles = [Article(*entry) for entry in document["articles"]]
        return ConstitutionRules([_rule(entry) for entry in document["rules"]], articles)
    except (IdseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _keep(path: Path, rules: ConstitutionRules, root: Path) -> None:
    document = {
        "rules": [_entry(rule) for rule in rules],
        "articles": [list(article) for article in rules.articles],
    }
    data = json.dumps(document).encode("ascii")
    try:
        files.ensure_local(root / ".local", root=root)
        files.write_bytes(path, data, expected=None, root=root, displaced=root / ".local" / "displaced")
    except IdseError:
        return  # a read-only checkout, or another process was faster: the next run compiles again


def _entry(rule: Rule) -> Dict[str, object]:
    entry = rule._asdict()
    entry["stages"] = [stage.value for stage in rule.stages]
    entry["severity"] = rule.severity.value
    entry["reach"] = rule.reach.value
    entry["examples"] = list(rule.examples)
    return entry


def _rule(entry: Dict[str, object]) -> Rule:
    typed = Rule(**entry)  # type: ignore[arg-type]  # what _entry wrote; a cache that is not is caught by the caller
    valid, invalid = typed.examples
    return typed._replace(
        severity=Severity(typed.severity),
        reach=Reach(typed.reach),
        stages=_stages(typed.stages),
        tags=tuple(typed.tags),
        changed_by=tuple(typed.changed_by),
        changed_in=tuple(typed.changed_in),
        examples=Examples(tuple(valid), tuple(invalid)),
    )


def _stages(names: Iterable[str]) -> Tuple[Stage, ...]:
    return tuple(Stage(name) for name in names)
