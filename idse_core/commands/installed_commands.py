"""Commands that are registered by entry point, by our own package and by others."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Callable, Dict, Iterator, Optional, Tuple

from idse_core._version import __version__

__all__ = ["Loader", "installed", "own"]

Loader = Callable[[], object]
"""Loads the object that an entry point names; raises whatever its module raises."""

_PACKAGE = "idse-orchestrator"
_GROUP = "idse.commands"


def own(name: str) -> Optional[Loader]:
    """The command that our own package registers by this name, found without reading what else is installed.

    The package's file of entry points is read where installers put it, on ``sys.path``: importing
    ``importlib.metadata`` takes as long as everything else that ``idse tui`` does before it imports Textual. Without
    such a file it is imported after all.
    """
    text = _as_installed()
    if text is None:
        found: Dict[str, Loader] = _by_metadata()
    else:
        found = {key: _loader(value) for group, key, value in _points(text) if group == _GROUP}
    return found.get(name)


def _as_installed() -> Optional[str]:
    about = f"{_PACKAGE.replace('-', '_')}-{__version__}.dist-info"
    for folder in sys.path:
        with suppress(OSError, ValueError):
            return Path(folder, about, "entry_points.txt").read_text(encoding="utf-8")
    return None


def _points(text: str) -> Iterator[Tuple[str, str, str]]:
    """Group, name and object of each entry point; other lines are skipped."""
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[]")
        elif "=" in line:
            key, _, value = line.partition("=")
            yield group, key.strip(), value.strip()


def _loader(value: str) -> Loader:
    module, _, attribute = value.partition(":")
    return lambda: getattr(import_module(module.strip()), attribute.strip())


def _by_metadata() -> Dict[str, Loader]:
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415  # costs start-up time

    try:
        points = distribution(_PACKAGE).entry_points
    except PackageNotFoundError:  # running from a folder of sources
        return {}
    return {point.name: point.load for point in points if point.group == _GROUP}


def installed() -> Dict[str, Loader]:
    """All commands that are registered by entry point, by name. Slow: it reads the metadata of everything installed."""
    from importlib.metadata import entry_points  # noqa: PLC0415  # as above

    found = entry_points()
    select = getattr(found, "select", None)
    points = select(group=_GROUP) if select is not None else found.get(_GROUP, ())  # a dict before Python 3.10
    return {point.name: point.load for point in points}
