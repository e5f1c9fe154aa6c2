"""Two workspaces that tests of the engine start with: one whose session is new, and one whose session is done."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Dict, List, Set

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.findings import Finding
from idse_core.validation.report import Report
from idse_core.validation_engine import ValidationEngine
from tests.builders import (
    config_for,
    project_folder,
    reopened,
)

SAMPLE = Path(__file__).parents[2] / "idse_core" / "sample" / "workspace" / "projects" / "customer-portal" / "sessions"
DONE: Dict[Stage, str] = {
    stage: (SAMPLE / "export-csv" / name).read_text(encoding="utf-8")
    for stage, name in {
        Stage.INTENT: "intent.md",
        Stage.CONTEXT: "context.md",
        Stage.SPEC: "spec.md",
        Stage.PLAN: "plan.md",
        Stage.TASKS: "tasks.md",
        Stage.IMPLEMENTATION: "implementation/README.md",
        Stage.FEEDBACK: "feedback/feedback.md",
    }.items()
}
"""Artifacts in which the core pack finds nothing."""

MARKER = "[REQUIRES INPUT]"
NAME = "export"


def copied(made: Path, folder: Path) -> ProjectWorkspace:
    shutil.copytree(str(made / ".idse"), str(folder / ".idse"))
    return ProjectWorkspace.open(config_for(folder))


def judge(workspace: ProjectWorkspace, *sessions: str, cache: bool = True) -> Report:
    return ValidationEngine(reopened(workspace), use_cache=cache).validate(sessions or (NAME,))


def record(workspace: ProjectWorkspace, *sessions: str) -> Report:
    again = reopened(workspace)
    engine = ValidationEngine(again)
    report = engine.validate(sessions or (NAME,))
    engine.record(report)
    return report


def states(report: Report) -> List[str]:
    return [status.state.value for status in report.sessions[0].stages.values()]


def rules(report: Report) -> Set[str]:
    return {item.rule for item in report.findings}


def of(report: Report, rule: str) -> List[Finding]:
    return [item for item in report.findings if item.rule == rule]


def recorded(workspace: ProjectWorkspace) -> Dict[str, object]:
    path = project_folder(workspace) / "session_state.json"
    document: Dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return document
