"""The headless library behind ``idse``: workspaces, sessions, states, rules.

Plain Markdown files are the truth; this library understands them. The names below are the public interface; each is
imported when it is first used, so that ``import idse_core`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Dict, List

from idse_core._version import __version__

if TYPE_CHECKING:
    from idse_core.agency.config import AgencyConfig
    from idse_core.agency.engine import AgencySyncEngine
    from idse_core.agent_registry import AgentRegistry
    from idse_core.compiler import AgentProfileSpec, DocToAgentProfileSpecCompiler
    from idse_core.config import IdseConfig
    from idse_core.constitution_rules import ConstitutionRules
    from idse_core.design_store import DesignStore
    from idse_core.errors import IdseError
    from idse_core.ide_agent_routing import IDEAgentRouting
    from idse_core.markdown import MarkdownDocument
    from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
    from idse_core.project_workspace import ProjectWorkspace
    from idse_core.session_graph import SessionGraph
    from idse_core.stage_state_model import StageStateModel
    from idse_core.stores.filesystem import DesignStoreFilesystem
    from idse_core.stores.memory import DesignStoreMemory
    from idse_core.validation_engine import ValidationEngine

__all__ = [
    "AgencyConfig",
    "AgencySyncEngine",
    "AgentProfileSpec",
    "AgentRegistry",
    "ConstitutionRules",
    "DesignStore",
    "DesignStoreFilesystem",
    "DesignStoreMemory",
    "DocToAgentProfileSpecCompiler",
    "IDEAgentRouting",
    "IdseConfig",
    "IdseError",
    "MarkdownDocument",
    "PipelineArtifacts",
    "ProjectWorkspace",
    "SessionGraph",
    "Stage",
    "StageStateModel",
    "ValidationEngine",
    "__version__",
]

_HOMES: Dict[str, str] = {
    "AgencyConfig": "agency.config",
    "AgencySyncEngine": "agency.engine",
    "AgentProfileSpec": "compiler",
    "AgentRegistry": "agent_registry",
    "ConstitutionRules": "constitution_rules",
    "DesignStore": "design_store",
    "DesignStoreFilesystem": "stores.filesystem",
    "DesignStoreMemory": "stores.memory",
    "DocToAgentProfileSpecCompiler": "compiler",
    "IDEAgentRouting": "ide_agent_routing",
    "IdseConfig": "config",
    "IdseError": "errors",
    "MarkdownDocument": "markdown",
    "PipelineArtifacts": "pipeline_artifacts",
    "ProjectWorkspace": "project_workspace",
    "SessionGraph": "session_graph",
    "Stage": "pipeline_artifacts",
    "StageStateModel": "stage_state_model",
    "ValidationEngine": "validation_engine",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'idse_core' has no attribute '{name}'")
    found: object = getattr(import_module(f"idse_core.{home}"), name)
    return found


def __dir__() -> List[str]:
    return sorted(__all__)
