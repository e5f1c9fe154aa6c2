"""Choosing the store of a workspace: plain files, or another package's store, named by the scheme of an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict

from idse_core.design_store import DesignStore
from idse_core.errors import ConfigError
from idse_core.stores.filesystem import DesignStoreFilesystem

__all__ = ["GROUP", "StoreFactory", "open_store"]

GROUP = "idse.design_stores"
"""The entry-point group: the name is the scheme, the object a ``StoreFactory``."""

StoreFactory = Callable[[str, Path], DesignStore]
"""Opens a store, given address and ``.idse`` folder; raises only errors of ``idse_core.errors`` and writes nothing."""


def open_store(folder: Path, address: str = "") -> DesignStore:
    """Open the store that an address names.

    Args:
        folder: the ``.idse`` folder: the place of plain files, and of the local copies of any store.
        address: ``scheme://…``; empty for plain files. It must come from the user, never from a file of the workspace.

    Raises:
        ConfigError: the address is not valid, no package offers its scheme, or that package can't be loaded.
    """
    if not address:
        return DesignStoreFilesystem(folder)
    scheme, separator, _ = address.partition("://")
    known = _offered()
    if not separator or scheme not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise ConfigError(
            f"no installed package offers a store for '{address.partition('://')[0][:40]}'",
            hint=f"schemes on offer: {listed}; without IDSE_STORE documents are plain files",
        )
    try:
        factory: StoreFactory = known[scheme].load()
    except (ImportError, AttributeError, SyntaxError) as error:
        raise ConfigError(f"the store for '{scheme}' can't be loaded: {error}", hint="reinstall its package") from error
    return factory(address, folder)


def _offered() -> Dict[str, Any]:
    # Imported here because reading the metadata of all packages takes longer than reading a workspace of plain files.
    from importlib.metadata import entry_points  # noqa: PLC0415

    found = entry_points()
    select = getattr(found, "select", None)
    points = select(group=GROUP) if select is not None else found.get(GROUP, ())  # a dict before Python 3.10
    return {point.name: point for point in points}
