"""The headless library behind ``idse``: workspaces, sessions, states, rules.

Plain Markdown files are the truth; this library understands them. The names below are the public interface: what calls
accept, return and raise, and what stores and rule kinds of other packages are built from. Each is imported on first
use, so that ``import idse_core`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Dict, List, Tuple

from idse_core._version import __version__

if TYPE_CHECKING:
    from idse_core.agency.config import AgencyConfig
    from idse_core.agency.engine import AgencySyncEngine
    from idse_core.agency.outcome import SyncReport
    from idse_core.agent_registry import AgentRegistry
    from idse_core.compiler import AgentProfileSpec, DocToAgentProfileSpecCompiler
    from idse_core.config import IdseConfig
    from idse_core.constitution_rules import ConstitutionRules, Reach, Rule, Severity
    from idse_core.design_store import Capabilities, DesignStore, Document, Place, Problem, SessionDocuments
    from idse_core.errors import (
        AuthorizationError,
        ConfigError,
        ConflictError,
        IdseError,
        LockedError,
        NotFoundError,
        PackError,
        ProfileError,
        RefusedError,
        RemoteError,
        RemoteMovedError,
        StorageError,
        UnreadableError,
        UsageError,
    )
    from idse_core.ide_agent_routing import IDEAgentRouting
    from idse_core.markdown import MarkdownDocument
    from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
    from idse_core.project_workspace import ProjectWorkspace
    from idse_core.session_graph import NewSession, SessionGraph
    from idse_core.session_metadata import SessionMetadata
    from idse_core.stage_state_model import StageStateModel
    from idse_core.stage_states import StageState, StageStatus
    from idse_core.stores.filesystem import DesignStoreFilesystem
    from idse_core.stores.memory import DesignStoreMemory
    from idse_core.validation.artifact_facts import ArtifactFacts
    from idse_core.validation.facts import ProjectFacts, SessionFacts
    from idse_core.validation.findings import Finding, Hit
    from idse_core.validation.kinds.base import Kind, Phase, strict
    from idse_core.validation.report import Report, Selection, SessionReport
    from idse_core.validation_engine import ValidationEngine

__all__ = [
    "AgencyConfig",
    "AgencySyncEngine",
    "AgentProfileSpec",
    "AgentRegistry",
    "ArtifactFacts",
    "AuthorizationError",
    "Capabilities",
    "ConfigError",
    "ConflictError",
    "ConstitutionRules",
    "DesignStore",
    "DesignStoreFilesystem",
    "DesignStoreMemory",
    "DocToAgentProfileSpecCompiler",
    "Document",
    "Finding",
    "Hit",
    "IDEAgentRouting",
    "IdseConfig",
    "IdseError",
    "Kind",
    "LockedError",
    "MarkdownDocument",
    "NewSession",
    "NotFoundError",
    "PackError",
    "Phase",
    "PipelineArtifacts",
    "Place",
    "Problem",
    "ProfileError",
    "ProjectFacts",
    "ProjectWorkspace",
    "Reach",
    "RefusedError",
    "RemoteError",
    "RemoteMovedError",
    "Report",
    "Rule",
    "Selection",
    "SessionDocuments",
    "SessionFacts",
    "SessionGraph",
    "SessionMetadata",
    "SessionReport",
    "Severity",
    "Stage",
    "StageState",
    "StageStateModel",
    "StageStatus",
    "StorageError",
    "SyncReport",
    "UnreadableError",
    "UsageError",
    "ValidationEngine",
    "__version__",
    "strict",
]

_NAMES: Dict[str, Tuple[str, ...]] = {
    "agency.config": ("AgencyConfig",),
    "agency.engine": ("AgencySyncEngine",),
    "agency.outcome": ("SyncReport",),
    "agent_registry": ("AgentRegistry",),
    "compiler": ("AgentProfileSpec", "DocToAgentProfileSpecCompiler"),
    "config": ("IdseConfig",),
    "constitution_rules": ("ConstitutionRules", "Reach", "Rule", "Severity"),
    "design_store": ("Capabilities", "DesignStore", "Document", "Place", "Problem", "SessionDocuments"),
    "errors": (
        "AuthorizationError",
        "ConfigError",
        "ConflictError",
        "IdseError",
        "LockedError",
        "NotFoundError",
        "PackError",
        "ProfileError",
        "RefusedError",
        "RemoteError",
        "RemoteMovedError",
        "StorageError",
        "UnreadableError",
        "UsageError",
    ),
    "ide_agent_routing": ("IDEAgentRouting",),
    "markdown": ("MarkdownDocument",),
    "pipeline_artifacts": ("PipelineArtifacts", "Stage"),
    "project_workspace": ("ProjectWorkspace",),
    "session_graph": ("NewSession", "SessionGraph"),
    "session_metadata": ("SessionMetadata",),
    "stage_state_model": ("StageStateModel",),
    "stage_states": ("StageState", "StageStatus"),
    "stores.filesystem": ("DesignStoreFilesystem",),
    "stores.memory": ("DesignStoreMemory",),
    "validation.artifact_facts": ("ArtifactFacts",),
    "validation.facts": ("ProjectFacts", "SessionFacts"),
    "validation.findings": ("Finding", "Hit"),
    "validation.kinds.base": ("Kind", "Phase", "strict"),
    "validation.report": ("Report", "Selection", "SessionReport"),
    "validation_engine": ("ValidationEngine",),
}
"""Module → the names it provides; mirrors the imports above, which only a type checker reads."""

_HOMES = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'idse_core' has no attribute '{name}'")
    found: object = getattr(import_module(f"idse_core.{home}"), name)
    return found


def __dir__() -> List[str]:
    return sorted(__all__)
