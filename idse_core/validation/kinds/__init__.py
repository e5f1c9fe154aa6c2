"""The kinds: what a rule can say. Rules are data; this is the only code they reach.

Each module holds one kind (``combine`` the four compositions): a dataclass of parameters and a pure ``check``.
The table below is the registry; a module is imported when a rule of its kind is first met, which keeps the start of
`idse status` short. Other packages can add kinds by entry point, never replace one; see ``validation/plugins``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Callable, Dict, Mapping, Tuple, Union

from idse_core.constitution_rules import Reach
from idse_core.errors import PackError
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase, strict

__all__ = ["KIND_NAMES", "Hit", "Kind", "Phase", "Reach", "kind", "kind_names", "strict"]

_HOMES: Dict[str, str] = {
    "all": "combine:all_of",
    "any": "combine:any_of",
    "artifact-exists": "artifact_exists:KIND",
    "artifact-readable": "artifact_readable:KIND",
    "data-schema": "data_schema:KIND",
    "folders-sound": "folders_sound:KIND",
    "forbid-pattern": "forbid_pattern:KIND",
    "graph-sound": "graph_sound:KIND",
    "ids-covered-by": "ids_covered_by:KIND",
    "ids-define": "ids_define:KIND",
    "ids-resolve": "ids_resolve:KIND",
    "link-resolves": "link_resolves:KIND",
    "not": "combine:none_of",
    "paths-exist": "paths_exist:KIND",
    "record-valid": "record_valid:KIND",
    "require-pattern": "require_pattern:KIND",
    "requirement-unchanged": "requirement_unchanged:KIND",
    "require-section": "require_section:KIND",
    "rule-sound": "rule_sound:KIND",
    "section-content": "section_content:KIND",
    "section-order": "section_order:KIND",
    "spine-sessions": "spine_sessions:KIND",
    "stage-sequence": "stage_sequence:KIND",
    "state-agrees": "state_agrees:KIND",
    "suppression-sound": "suppression_sound:KIND",
    "table-shape": "table_shape:KIND",
    "task-graph": "task_graph:KIND",
    "unchanged-from-template": "unchanged_from_template:KIND",
    "upstream-changed": "upstream_changed:KIND",
    "when": "combine:guarded_by",
}

KIND_NAMES: Tuple[str, ...] = tuple(sorted(_HOMES))
"""The kinds that ship with idse."""


def kind_names() -> Tuple[str, ...]:
    """All kinds, those of other packages too.

    Raises:
        PackError: one of those can't be loaded.
    """
    return tuple(sorted([*KIND_NAMES, *_installed()]))


def kind(name: str) -> Kind:
    """The kind with this name.

    Raises:
        PackError: there is none, or it is of another package and can't be loaded.
    """
    home = _HOMES.get(name)
    if home is None:
        installed = _installed().get(name)
        if installed is None:
            raise PackError(f"there is no kind '{name}'", hint="the kinds are " + ", ".join(kind_names()))
        return installed
    module, _, attribute = home.partition(":")
    found: Union[Kind, Callable[[Callable[[str], Kind]], Kind]] = getattr(
        import_module(f"{__name__}.{module}"), attribute
    )
    return found if isinstance(found, Kind) else found(kind)  # a composition is made of other kinds


def _installed() -> Mapping[str, Kind]:
    # Imported here: only who meets a name that is not ours may pay for a look at all installed packages.
    from idse_core.validation.plugins import installed_kinds  # noqa: PLC0415

    return {name: found for name, (_, found) in installed_kinds().items()}
