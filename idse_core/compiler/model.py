"""``AgentProfileSpec``: the fields of a compiled agent profile.

Importing this module imports pydantic, so nothing that `idse status` needs imports it.
"""

from __future__ import annotations

from typing import Any, Dict, List

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["SCHEMA", "AgentProfileSpec", "Provenance", "json_schema"]

SCHEMA = "idse.agent-profile/1"
"""The version changes when a field is removed or changes its meaning, not when a field is added."""


class Provenance(BaseModel):
    """Where a compiled profile comes from. It has no timestamp: the same artifacts give the same bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: str = Field(SCHEMA, alias="schema", description="The format of the document.")
    session: str = Field(description="The session whose spec was compiled.")
    spec: str = Field(description="That spec, relative to the folder that holds .idse.")
    spec_digest: str = Field(description="sha256:<hex> of the spec's bytes.")
    blueprint: str = Field("", description="The session whose profile gave defaults; empty when none did.")
    blueprint_digest: str = Field("", description="sha256:<hex> of that session's spec; empty when none did.")


class AgentProfileSpec(BaseModel):
    """An agent, as a specification describes it. Untrusted input is validated here, without type conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, title="AgentProfileSpec")

    id: str = Field(min_length=1, description="A stable name for machines.")
    name: str = Field(min_length=1, description="A name for people.")
    description: str = Field(min_length=1, description="What the agent does, in a sentence.")
    goals: List[str] = Field(min_length=1, description="What the agent works towards.")
    inputs: List[str] = Field(default_factory=list, description="What the agent is given.")
    outputs: List[str] = Field(default_factory=list, description="What the agent produces.")
    tools: List[str] = Field(default_factory=list, description="What the agent may use.")
    constraints: List[str] = Field(default_factory=list, description="What the agent must keep to.")
    memory_policy: Dict[str, Any] = Field(default_factory=dict, description="What the agent may remember; free form.")
    runtime_hints: Dict[str, Any] = Field(default_factory=dict, description="Hints for who runs the agent; free form.")
    version: str = Field("0.1.0", min_length=1, description="The profile's own version.")
    source_session: str = Field(description="The session that the profile belongs to.")
    source_blueprint: str = Field(description="The blueprint that the session belongs to.")

    def plain(self) -> Dict[str, object]:
        """The fields as plain values, in their fixed order."""
        return self.model_dump(mode="python")


class _Compiled(AgentProfileSpec):
    """The document as it is written: the profile and its provenance."""

    provenance: Provenance


def json_schema() -> Dict[str, object]:
    """The JSON Schema of a compiled profile document."""
    schema: Dict[str, object] = _Compiled.model_json_schema(by_alias=True)
    schema["title"] = "AgentProfileSpec"
    schema["description"] = "A compiled agent profile."
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
