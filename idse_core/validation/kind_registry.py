"""Kinds by name: ours, each imported when a rule first uses it, and those of other packages.

Other packages can add kinds by entry point, never replace one; see ``plugins``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Callable, Mapping, Tuple, Union

from idse_core.errors import PackError
from idse_core.validation.kind_names import HOMES, KIND_NAMES
from idse_core.validation.kinds import Kind

__all__ = ["kind", "kind_names"]

_KINDS = "idse_core.validation.kinds"


def kind_names() -> Tuple[str, ...]:
    """The names of all kinds, including those of other packages.

    Raises:
        PackError: a kind of another package can't be loaded.
    """
    return tuple(sorted([*KIND_NAMES, *_installed()]))


def kind(name: str) -> Kind:
    """The kind with this name.

    Raises:
        PackError: there is none, or it belongs to another package and can't be loaded.
    """
    home = HOMES.get(name)
    if home is None:
        installed = _installed().get(name)
        if installed is None:
            raise PackError(f"there is no kind '{name}'", hint="the kinds are " + ", ".join(kind_names()))
        return installed
    module, _, attribute = home.partition(":")
    found: Union[Kind, Callable[[Callable[[str], Kind]], Kind]] = getattr(
        import_module(f"{_KINDS}.{module}"), attribute
    )
    return found if isinstance(found, Kind) else found(kind)  # a composition is made of other kinds


def _installed() -> Mapping[str, Kind]:
    # Imported here: only a name that is not ours is worth a look at all installed packages.
    from idse_core.validation.plugins import installed_kinds  # noqa: PLC0415

    return {name: found for name, (_, found) in installed_kinds().items()}
