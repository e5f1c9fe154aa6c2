"""The closed set of kinds: what a rule can say. Rules are data; this is the only code they reach.

Each module holds one kind (``combine`` the four compositions): a frozen dataclass of parameters and a pure ``check``.
The table below is the registry; a module is imported when a rule of its kind is first met, which keeps the start of
`idse status` short.
"""

from __future__ import annotations

from importlib import import_module
from typing import Dict, Tuple

from idse_core.errors import PackError
from idse_core.validation.kinds.base import Kind

__all__ = ["KIND_NAMES", "Kind", "kind"]

_HOMES: Dict[str, str] = {
    "all": "combine:ALL",
    "any": "combine:ANY",
    "artifact-exists": "artifact_exists:KIND",
    "artifact-readable": "artifact_readable:KIND",
    "data-schema": "data_schema:KIND",
    "forbid-pattern": "forbid_pattern:KIND",
    "graph-sound": "graph_sound:KIND",
    "ids-covered-by": "ids_covered_by:KIND",
    "ids-define": "ids_define:KIND",
    "ids-resolve": "ids_resolve:KIND",
    "link-resolves": "link_resolves:KIND",
    "not": "combine:NOT",
    "paths-exist": "paths_exist:KIND",
    "record-valid": "record_valid:KIND",
    "require-pattern": "require_pattern:KIND",
    "require-section": "require_section:KIND",
    "section-content": "section_content:KIND",
    "section-order": "section_order:KIND",
    "stage-sequence": "stage_sequence:KIND",
    "state-agrees": "state_agrees:KIND",
    "suppression-sound": "suppression_sound:KIND",
    "table-shape": "table_shape:KIND",
    "task-graph": "task_graph:KIND",
    "unchanged-from-template": "unchanged_from_template:KIND",
    "upstream-changed": "upstream_changed:KIND",
    "when": "combine:WHEN",
}

KIND_NAMES: Tuple[str, ...] = tuple(sorted(_HOMES))


def kind(name: str) -> Kind:
    """The kind with this name.

    Raises:
        PackError: there is none.
    """
    home = _HOMES.get(name)
    if home is None:
        raise PackError(f"there is no kind '{name}'", hint="the kinds are " + ", ".join(KIND_NAMES))
    module, _, attribute = home.partition(":")
    found: Kind = getattr(import_module(f"{__name__}.{module}"), attribute)
    return found
