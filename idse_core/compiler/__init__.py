"""``spec.md`` → ``AgentProfileSpec``: the specification of an agent, compiled from a specification for people.

Importing this package imports pydantic and PyYAML, so code that must start fast imports it late.
"""

from __future__ import annotations

from idse_core.compiler.compiler import CompiledProfile, DocToAgentProfileSpecCompiler
from idse_core.compiler.emit import ProfileFormat
from idse_core.compiler.emitters import EMITTERS, EmittedFile, emit
from idse_core.compiler.explain import Origin
from idse_core.compiler.model import AgentProfileSpec, Provenance, json_schema

__all__ = [
    "EMITTERS",
    "AgentProfileSpec",
    "CompiledProfile",
    "DocToAgentProfileSpecCompiler",
    "EmittedFile",
    "Origin",
    "ProfileFormat",
    "Provenance",
    "emit",
    "json_schema",
]
