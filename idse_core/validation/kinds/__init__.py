"""The closed set of kinds: what a rule can say. Rules are data; this is the only code they reach.

Each module holds one kind: a frozen dataclass of parameters and a pure ``check``. The table below is the registry; a
module is imported when a rule of its kind is first met, which keeps the start of `idse status` short.
"""

from __future__ import annotations

from importlib import import_module
from typing import Dict, Tuple

from idse_core.errors import PackError
from idse_core.validation.kinds.base import Kind

__all__ = ["KIND_NAMES", "Kind", "kind"]

_MODULES: Dict[str, str] = {
    "artifact-exists": "artifact_exists",
    "artifact-readable": "artifact_readable",
    "data-schema": "data_schema",
    "forbid-pattern": "forbid_pattern",
    "graph-sound": "graph_sound",
    "record-valid": "record_valid",
    "require-section": "require_section",
    "section-content": "section_content",
    "stage-sequence": "stage_sequence",
    "table-shape": "table_shape",
    "unchanged-from-template": "unchanged_from_template",
    "upstream-changed": "upstream_changed",
}

KIND_NAMES: Tuple[str, ...] = tuple(sorted(_MODULES))


def kind(name: str) -> Kind:
    """The kind with this name.

    Raises:
        PackError: there is none.
    """
    module = _MODULES.get(name)
    if module is None:
        raise PackError(f"there is no kind '{name}'", hint="the kinds are " + ", ".join(KIND_NAMES))
    found: Kind = import_module(f"{__name__}.{module}").KIND
    return found
