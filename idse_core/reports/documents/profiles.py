"""The document of `idse compile`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Literal

__all__ = ["CompileDocument", "OriginItem", "ProfileItem"]


@dataclass(frozen=True)
class ProfileItem:
    """A compiled agent profile; ``idse compile agent-spec --schema`` describes its fields."""

    id: str
    name: str
    description: str
    goals: List[str]
    inputs: List[str]
    outputs: List[str]
    tools: List[str]
    constraints: List[str]
    memory_policy: Dict[str, Any]
    runtime_hints: Dict[str, Any]
    version: str
    source_session: str
    source_blueprint: str
    provenance: Dict[str, str]


@dataclass(frozen=True)
class OriginItem:
    """Where one value came from. ``value`` is JSON on one line, shortened; ``place`` is ``path:line:column`` or empty."""

    field: str
    value: str
    source: Literal["session", "blueprint", "default"]
    place: str


@dataclass(frozen=True)
class CompileDocument:
    """``idse compile agent-spec --json``. ``path`` is the file that was written or, with ``--check``, compared."""

    project: str
    session_id: str
    path: str
    current: bool
    profile: ProfileItem
    origins: List[OriginItem]
    schema: Literal["idse.compile/1"] = "idse.compile/1"
