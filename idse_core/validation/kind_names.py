"""The kinds that ship with idse, and where each is defined: a table that imports none of them."""

from __future__ import annotations

from typing import Mapping, Tuple

__all__ = ["HOMES", "KIND_NAMES"]

HOMES: Mapping[str, str] = {
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
"""Name → module in ``validation/kinds``, and attribute of that module."""

KIND_NAMES: Tuple[str, ...] = tuple(sorted(HOMES))
"""The kinds that ship with idse."""
