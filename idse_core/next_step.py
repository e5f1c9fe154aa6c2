"""The context pack: all that an agent needs to do the next stage of a session, so that it need not guess."""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from idse_core.agent_registry import Agent
from idse_core.constitution_rules import Reach, Rule
from idse_core.design_store import Place
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.printable import count
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageState, StageStatus, next_stage
from idse_core.validation.findings import Finding
from idse_core.validation.report import SessionReport
from idse_core.validation_engine import ValidationEngine

__all__ = ["ContextPack", "Reading", "context_pack"]

_BACKGROUND = (Stage.INTENT, Stage.CONTEXT, Stage.SPEC)
"""The stages of the blueprint that a session should know."""

_PURPOSES: Mapping[Stage, str] = {
    Stage.INTENT: "Say why the work is worth doing: for whom, what will be different, and how that is measured.",
    Stage.CONTEXT: "Say what surrounds the work: environment, stack, limits, risks, and what nobody knows yet.",
    Stage.SPEC: "Say what must be true in the end, so precisely that two people would test the same thing.",
    Stage.PLAN: "Say how it will be built and checked: parts, decisions with reasons, tests first, then phases.",
    Stage.TASKS: "Cut the plan into pieces that can each be done and checked alone, in an order.",
    Stage.IMPLEMENTATION: "Build what the tasks say, then report what was done, where it is, and how it was checked.",
    Stage.FEEDBACK: "Say what was learned, and which earlier artifact changes because of it.",
}


class Reading(NamedTuple):
    """A file to read.

    Attributes:
        digest: the digest of its bytes, which tells an agent whether it has read this version; None when it is absent.
        why: its relevance to the stage.
    """

    session: str
    stage: Stage
    path: str
    digest: Optional[str]
    state: StageState
    why: str


class ContextPack(NamedTuple):
    """What is next in a session, and what is needed to do it.

    Attributes:
        status: the next stage, as it is now; None when every stage is completed and none is stale.
        why: why this stage is next.
        purpose: what the stage is for.
        agent: the agent that should do it; None when no agent handles the stage.
        read: files to read, in this order.
        write: the artifact to write; None when nothing is next.
        rules: the rules that the artifact and its place in the pipeline must meet.
        findings: the open findings about this stage or about no stage; all of them when no stage is next.
    """

    project: str
    session: str
    title: str
    status: Optional[StageStatus]
    why: str
    purpose: str
    agent: Optional[Agent]
    read: Tuple[Reading, ...]
    write: Optional[Reading]
    rules: Tuple[Rule, ...]
    findings: Tuple[Finding, ...]


def context_pack(workspace: ProjectWorkspace, engine: ValidationEngine, session: str) -> ContextPack:
    """Put together the context pack of a session. Writes nothing that git tracks.

    Args:
        workspace: opened at the session's project.
        engine: validates the session.
        session: the session's id.

    Raises:
        NotFoundError: there is no such session.
        ConfigError: the registry or the session's metadata is broken.
    """
    report = engine.validate([session]).sessions[0]
    status = next_stage(report.stages.values())
    metadata = workspace.metadata(session)
    base = ContextPack(
        workspace.project, session, metadata.title, status, _why(report, status), "", None, (), None, (), ()
    )
    if status is None:
        return base._replace(read=tuple(_earlier(workspace, report, None)), findings=report.findings)
    return base._replace(
        purpose=_PURPOSES[status.stage],
        agent=IDEAgentRouting(workspace.registry()).suggest(status.stage),
        read=(*_background(workspace, engine, session), *_earlier(workspace, report, status.stage)),
        write=_reading(workspace, session, status, "the artifact to write"),
        rules=tuple(_rules(engine, status.stage)),
        findings=tuple(item for item in report.findings if item.stage in {None, status.stage}),
    )


def _why(report: SessionReport, status: Optional[StageStatus]) -> str:
    if status is None:
        errors = report.counts.errors
        left = "" if not errors else f", but {count(errors, 'error')} {'remains' if errors == 1 else 'remain'}"
        return f"every stage is completed{left}"
    if status.state is StageState.COMPLETED:
        changed = " and ".join(stage.value for stage in status.stale_from)
        return f"{status.stage} was completed before {changed} changed: bring it up to date, or accept that it holds"
    before = f"{status.stage.earlier[-1]} is completed and " if status.stage.earlier else ""
    return f"{before}{status.stage} is {_condition(status)}"


def _condition(status: StageStatus) -> str:
    if status.state is StageState.PENDING:
        return "still its template" if status.digest else "missing or can't be read"
    others = status.errors - status.open_markers
    parts = [count(status.open_markers, "open marker")] if status.open_markers else []
    parts += [count(others, "other error" if parts else "error")] if others > 0 else []
    return f"in progress: it has {' and '.join(parts)}"


def _earlier(workspace: ProjectWorkspace, report: SessionReport, until: Optional[Stage]) -> Iterator[Reading]:
    """The artifacts of the stages before ``until``; those of all stages when no stage is next."""
    for stage in until.earlier if until else Stage:
        why = "an earlier stage: what you write must agree with it" if until else "a completed stage"
        yield _reading(workspace, report.session, report.stages[stage], why)


def _background(workspace: ProjectWorkspace, engine: ValidationEngine, session: str) -> List[Reading]:
    """The artifacts of the blueprint that are written already; none for the blueprint itself."""
    if session == BLUEPRINT or BLUEPRINT not in workspace.sessions():
        return []
    stages: Dict[Stage, StageStatus] = dict(engine.examine([BLUEPRINT])[0].stages)
    written = (stages[stage] for stage in _BACKGROUND if stages[stage].state is not StageState.PENDING)
    return [_reading(workspace, BLUEPRINT, status, "the blueprint: the product as a whole") for status in written]


def _reading(workspace: ProjectWorkspace, session: str, status: StageStatus, why: str) -> Reading:
    path = workspace.store.locate(Place.artifact(workspace.project, session, status.stage))
    return Reading(session, status.stage, path, status.digest, status.state, why)


def _rules(engine: ValidationEngine, stage: Stage) -> Iterator[Rule]:
    for rule in engine.rules.active():
        if rule.reach is not Reach.PROJECT and stage in _stages_of(rule):
            yield rule


def _stages_of(rule: Rule) -> Tuple[Stage, ...]:
    """The stages in which a rule can be met or broken; all of them for a rule about the pipeline itself."""
    if rule.reach is Reach.FILE or rule.stages:
        return rule.stages
    # What has to be written is the text that covers the ids: `by` says more than the stage whose ids are covered.
    named = rule.params.get("by") or rule.params.get("stages") or rule.params.get("stage") or rule.name.split("-")[0]
    names = named if isinstance(named, (list, tuple)) else (named,)
    return tuple(stage for stage in Stage if stage.value in names) or tuple(Stage)
