"""Specs and profiles for the compiler's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from idse_core.compiler import CompiledProfile, DocToAgentProfileSpecCompiler
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import make_workspace, write_artifact

__all__ = ["PROFILE", "SPEC", "compiled", "spec_of", "workspace_with"]

PROFILE = """\
id: tour-watch
name: Tour watch
description: Tells dispatchers which tours are late.
goals:
  - Late tours are seen before the customer calls
inputs:
  - Positions of vehicles
outputs: [A list of late tours]
tools: []
constraints:
  - "Never: guess a position"
memory_policy:
  keep: {days: 90, of: [delays]}
runtime_hints: {}
version: "1.2"
"""

SPEC = """\
# Spec: Tour watch

## 1. Overview

The profile is in section 3. It is not this one:

```yaml
id: not-this-one
```

<!--
## Agent Profile
```yaml
id: nor-this-one
```
-->

## 2. Functional Requirements

- **FR-1**: The system MUST list late tours.

## 3. Agent Profile

What the agent is:

```yaml
{profile}```

```yaml
id: a-second-block
```
"""
"""A spec with a numbered heading, and with blocks that are not the profile."""


def spec_of(profile: str) -> str:
    """A spec that holds nothing but this profile, from line 4 on."""
    return f"## Agent Profile\n\n```yaml\n{profile}```\n"


def workspace_with(folder: Path, spec: str, blueprint: Optional[str] = None) -> ProjectWorkspace:
    """A workspace whose session ``tours`` has this spec."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = make_workspace(folder, sessions={"tours": {Stage.SPEC: spec}})
    write_artifact(workspace, BLUEPRINT, Stage.SPEC, "# Spec\n" if blueprint is None else blueprint)
    return workspace


def compiled(folder: Path, spec: str, blueprint: Optional[str] = None) -> CompiledProfile:
    """What compiling this spec gives."""
    return DocToAgentProfileSpecCompiler(workspace_with(folder, spec, blueprint)).compile("tours")
