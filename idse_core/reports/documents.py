"""The JSON documents that commands print with ``--json``. The published schemas are generated from these types.

A document's ``schema`` changes its number when a field is removed or changes meaning, never when one is added. Times
are ISO 8601 UTC, paths are relative to the folder that holds ``.idse``, with ``/``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Literal, Optional

from idse_core.reports.quoting import json_text

__all__ = [
    "AcceptDocument",
    "AgentFileItem",
    "AgentFilesDocument",
    "AgentItem",
    "AgentListDocument",
    "AgentToolItem",
    "ArticleItem",
    "ArticleListDocument",
    "CompileDocument",
    "ContextPackDocument",
    "CountsItem",
    "ErrorDocument",
    "ErrorItem",
    "ExampleResultItem",
    "FindingItem",
    "GuardDocument",
    "InitDocument",
    "NextItem",
    "OriginItem",
    "ProfileItem",
    "ProjectListDocument",
    "ReadingItem",
    "RegisteredAgentItem",
    "RequirementItem",
    "RuleCountItem",
    "RuleDefinitionItem",
    "RuleDocument",
    "RuleItem",
    "RuleListDocument",
    "RuleTestDocument",
    "SessionDocument",
    "SessionItem",
    "SessionListDocument",
    "StageItem",
    "StateDocument",
    "StatisticsDocument",
    "StatusDocument",
    "StatusItem",
    "SwitchDocument",
    "TraceAcceptDocument",
    "TraceDocument",
    "TracePlaceItem",
    "TracedItem",
    "ValidateDocument",
    "ValidatedItem",
    "to_json",
]

State = Literal["pending", "in_progress", "completed"]
Verdict = Literal["unknown", "passing", "failing"]


@dataclass(frozen=True)
class CountsItem:
    """How many findings of each severity."""

    errors: int
    warnings: int
    infos: int


@dataclass(frozen=True)
class AgentItem:
    """An agent of the registry."""

    id: str
    name: str
    mode: Optional[str]


@dataclass(frozen=True)
class StageItem:
    """One stage. ``agent`` is the suggested one; ``path`` is where the artifact is, or would be."""

    stage: str
    state: State
    open_markers: int
    errors: int
    stale_from: List[str]
    path: str
    digest: Optional[str]
    agent: Optional[AgentItem]


@dataclass(frozen=True)
class NextItem:
    """What to do next: ``stage`` is null when everything is done."""

    stage: Optional[str]
    action: str
    agent: Optional[AgentItem]


@dataclass(frozen=True)
class StatusItem:
    """One session. ``validation_status`` is derived now; ``recorded_status`` is what session_state.json says."""

    session_id: str
    title: str
    session_type: str
    status: str
    current: bool
    stages: List[StageItem]
    validation_status: Verdict
    recorded_status: Verdict
    counts: CountsItem
    last_sync: Optional[str]
    next: NextItem


@dataclass(frozen=True)
class StatusDocument:
    """``idse status --json``."""

    project: str
    current_session: str
    sessions: List[StatusItem]
    schema: Literal["idse.status/1"] = "idse.status/1"


@dataclass(frozen=True)
class FindingItem:
    """One finding. ``session`` and ``stage`` are null for one about the project as a whole."""

    rule: str
    name: str
    article: str
    severity: Literal["error", "warning", "info"]
    project: str
    session: Optional[str]
    stage: Optional[str]
    path: str
    line: int
    column: int
    end_line: int
    message: str
    fix: str
    fixable: bool
    fingerprint: str
    open_marker: bool


@dataclass(frozen=True)
class ValidatedItem:
    """One session's verdict, on all of its findings, whatever the call selected."""

    session_id: str
    validation_status: Verdict
    stages: Dict[str, State]


@dataclass(frozen=True)
class ValidateDocument:
    """``idse validate --json``. Carries no clock time: the same input gives the same bytes."""

    project: str
    sessions: List[ValidatedItem]
    findings: List[FindingItem]
    counts: CountsItem
    schema: Literal["idse.validate/1"] = "idse.validate/1"


@dataclass(frozen=True)
class RuleCountItem:
    """How many findings a rule has."""

    rule: str
    name: str
    severity: Literal["error", "warning", "info"]
    findings: int


@dataclass(frozen=True)
class StatisticsDocument:
    """``idse validate --statistics --json``: the rules that have findings, by their number. ``sessions`` were looked at."""

    project: str
    sessions: List[str]
    rules: List[RuleCountItem]
    counts: CountsItem
    schema: Literal["idse.statistics/1"] = "idse.statistics/1"


@dataclass(frozen=True)
class InitDocument:
    """``idse init --json``. ``existed`` is true when the project was there and only what was missing was added."""

    project: str
    workspace: str
    existed: bool
    created: List[str]
    schema: Literal["idse.init/1"] = "idse.init/1"


@dataclass(frozen=True)
class SessionItem:
    """One session's metadata."""

    session_id: str
    title: str
    session_type: Literal["blueprint", "feature", "exploratory"]
    status: Literal["draft", "in_progress", "review", "complete", "archived"]
    parent_session: Optional[str]
    related_sessions: List[str]
    depends_on: List[str]
    owner: str
    collaborators: List[str]
    tags: List[str]
    created_at: str
    updated_at: str
    current: bool
    depth: int = 0


@dataclass(frozen=True)
class SessionListDocument:
    """``idse session list --json``, in the order of the tree; ``depth`` is the depth in it."""

    project: str
    current_session: str
    sessions: List[SessionItem]
    schema: Literal["idse.session-list/1"] = "idse.session-list/1"


@dataclass(frozen=True)
class SessionDocument:
    """``idse session show|archive|restore|set --json`` and ``idse spawn --json``."""

    project: str
    session: SessionItem
    artifacts: Dict[str, str]
    schema: Literal["idse.session/1"] = "idse.session/1"


@dataclass(frozen=True)
class SwitchDocument:
    """``idse switch --json``."""

    project: str
    session_id: str
    previous: str
    schema: Literal["idse.switch/1"] = "idse.switch/1"


@dataclass(frozen=True)
class ProjectListDocument:
    """``idse project list|switch --json``."""

    current_project: Optional[str]
    projects: List[str]
    schema: Literal["idse.project-list/1"] = "idse.project-list/1"


@dataclass(frozen=True)
class AcceptDocument:
    """``idse accept --json``: the stage, and the earlier stages whose change is accepted."""

    project: str
    session_id: str
    stage: str
    accepted: List[str]
    schema: Literal["idse.accept/1"] = "idse.accept/1"


@dataclass(frozen=True)
class StateDocument:
    """``idse state rebuild --json``."""

    project: str
    path: str
    sessions: Dict[str, Dict[str, State]]
    schema: Literal["idse.state/1"] = "idse.state/1"


@dataclass(frozen=True)
class ErrorItem:
    """What went wrong and what to do about it."""

    code: str
    message: str
    hint: str
    path: Optional[str] = None
    line: Optional[int] = None
    column: Optional[int] = None


@dataclass(frozen=True)
class ErrorDocument:
    """Printed instead of the document when a command with ``--json`` fails; the exit code is the same as without."""

    error: ErrorItem
    schema: Literal["idse.error/1"] = "idse.error/1"


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


@dataclass(frozen=True)
class RegisteredAgentItem:
    """An agent of the registry in full. ``mode`` is null when the agent may write anything that its stages allow."""

    id: str
    name: str
    role: str
    mode: Optional[Literal["planning", "implementation"]]
    stages: List[str]


@dataclass(frozen=True)
class AgentListDocument:
    """``idse agents list|for|add|remove|set --json``, in order of preference. ``stage`` is what `for` was asked."""

    project: str
    stage: Optional[str]
    agents: List[RegisteredAgentItem]
    schema: Literal["idse.agents/1"] = "idse.agents/1"


@dataclass(frozen=True)
class AgentFileItem:
    """One file of an agent tool: what was, or with ``--dry-run`` would be, done to it, or with `status` what is there.

    ``outcome`` is ``kept`` when a person edited what idse had written; ``note`` then says what to do.
    """

    path: str
    part: Literal["block", "file", "hook"]
    outcome: Literal["created", "updated", "unchanged", "removed", "absent", "kept"]
    note: str


@dataclass(frozen=True)
class AgentToolItem:
    """One agent tool. ``installed`` is whether all of its files are in place and up to date, hooks apart."""

    tool: str
    installed: bool
    enforced: bool
    files: List[AgentFileItem]


@dataclass(frozen=True)
class AgentFilesDocument:
    """``idse agents install|uninstall|status --json``."""

    project: str
    action: Literal["install", "uninstall", "status"]
    dry_run: bool
    tools: List[AgentToolItem]
    schema: Literal["idse.agent-files/1"] = "idse.agent-files/1"


@dataclass(frozen=True)
class ReadingItem:
    """A file and the version of it that was there; ``digest`` is null when it is absent or can't be read."""

    session_id: str
    stage: str
    path: str
    digest: Optional[str]
    state: State
    why: str


@dataclass(frozen=True)
class RuleItem:
    """A rule that an artifact must meet. ``headings`` are names of a section that must be there: any of them will do.

    ``example`` is a Markdown text that satisfies the rule, or empty.
    """

    id: str
    name: str
    article: str
    severity: Literal["error", "warning", "info"]
    locked: bool
    fix: str
    docs: str
    headings: List[str]
    example: str


@dataclass(frozen=True)
class ContextPackDocument:
    """``idse next --json``: all that an agent needs for the next stage. ``stage`` is null when nothing is left to do.

    ``check`` and ``then`` are commands: one that shows whether the stage is done, and one that says what comes after.
    """

    project: str
    session_id: str
    title: str
    stage: Optional[str]
    state: Optional[State]
    why: str
    purpose: str
    agent: Optional[AgentItem]
    read: List[ReadingItem]
    write: Optional[ReadingItem]
    rules: List[RuleItem]
    findings: List[FindingItem]
    check: str
    then: str
    schema: Literal["idse.next/1"] = "idse.next/1"


@dataclass(frozen=True)
class GuardDocument:
    """``idse guard --json``; the exit code is 0 when ``allowed``, else 9.

    ``kind`` is what the path is: an artifact, a record that only idse writes, code of the project, or something that is
    outside of the workspace's folder.
    """

    agent: str
    path: str
    kind: Literal["artifact", "record", "code", "outside"]
    session_id: Optional[str]
    stage: Optional[str]
    allowed: bool
    reason: str
    advice: str
    schema: Literal["idse.guard/1"] = "idse.guard/1"


@dataclass(frozen=True)
class TracePlaceItem:
    """A place that defines or names a requirement.

    ``label`` is the id of a criterion or the number of a task, or empty; ``done`` is null for what is no task with a box.
    """

    path: str
    line: int
    column: int
    label: str
    done: Optional[bool]
    text: str


@dataclass(frozen=True)
class RequirementItem:
    """One id. ``missing`` is what it lacks to be covered; ``references`` are the places that name an orphan.

    ``digest`` is a fingerprint of its words; ``confirmed`` is true when its cover was confirmed for exactly these.
    """

    id: str
    status: Literal["done", "covered", "waived", "suspect", "uncovered", "duplicate", "orphaned"]
    text: str
    reason: str
    missing: List[Literal["criteria", "tasks"]]
    digest: str
    confirmed: bool
    defined: List[TracePlaceItem]
    criteria: List[TracePlaceItem]
    plan: List[TracePlaceItem]
    tasks: List[TracePlaceItem]
    implementation: List[TracePlaceItem]
    references: List[TracePlaceItem]


@dataclass(frozen=True)
class TracedItem:
    """One session. ``counts`` are of all its requirements, whatever ``--status`` selected.

    ``unwritten`` are the artifacts that are absent, empty or still their template.
    """

    session_id: str
    counts: Dict[str, int]
    unwritten: List[str]
    requirements: List[RequirementItem]


@dataclass(frozen=True)
class TraceDocument:
    """``idse trace --json``. Carries no clock time: the same input gives the same bytes."""

    project: str
    prefixes: List[str]
    sessions: List[TracedItem]
    schema: Literal["idse.trace/1"] = "idse.trace/1"


@dataclass(frozen=True)
class TraceAcceptDocument:
    """``idse trace accept --json``. ``unchanged`` were confirmed already as they stand; ``path`` is the file that says so."""

    project: str
    session_id: str
    path: str
    accepted: List[str]
    unchanged: List[str]
    schema: Literal["idse.trace-accept/1"] = "idse.trace-accept/1"


@dataclass(frozen=True)
class ArticleItem:
    """An article of the Constitution."""

    number: str
    title: str
    text: str


@dataclass(frozen=True)
class RuleDefinitionItem:
    """A rule with every field. ``stages`` is empty for a rule about a session or a project as a whole.

    ``params`` is what a pack writes below ``with``, defaults included. ``source`` is the pack's file, ``changed_by`` are
    the files of later packs that changed the rule; those of other packages are written ``distribution:path``.
    """

    id: str
    name: str
    article: str
    kind: str
    severity: Literal["error", "warning", "info", "off"]
    locked: bool
    reach: Literal["file", "session", "project"]
    stages: List[str]
    tags: List[str]
    params: Dict[str, Any]
    message: str
    fix: str
    docs: str
    valid_examples: List[Any]
    invalid_examples: List[Any]
    pack: str
    source: str
    changed_by: List[str]


@dataclass(frozen=True)
class RuleListDocument:
    """``idse rules list --json``. ``project`` is null outside of a workspace, where only what is installed counts."""

    project: Optional[str]
    rules: List[RuleDefinitionItem]
    schema: Literal["idse.rules/1"] = "idse.rules/1"


@dataclass(frozen=True)
class RuleDocument:
    """``idse rules show|explain --json``.

    ``suppression`` is the comment that lets a finding pass, empty when none does; ``suppression_note`` says why.
    """

    project: Optional[str]
    rule: RuleDefinitionItem
    article: Optional[ArticleItem]
    suppression: str
    suppression_note: str
    schema: Literal["idse.rule/1"] = "idse.rule/1"


@dataclass(frozen=True)
class ExampleResultItem:
    """How one example of a rule came out. ``problem`` is empty when it did as it should; ``number`` counts from 1."""

    rule: str
    expected: Literal["valid", "invalid"]
    number: int
    problem: str


@dataclass(frozen=True)
class RuleTestDocument:
    """``idse rules test --json``; the exit code is 1 when ``wrong`` is not 0."""

    project: Optional[str]
    rules: List[str]
    results: List[ExampleResultItem]
    wrong: int
    schema: Literal["idse.rule-test/1"] = "idse.rule-test/1"


@dataclass(frozen=True)
class ArticleListDocument:
    """``idse rules articles --json``."""

    project: Optional[str]
    articles: List[ArticleItem]
    schema: Literal["idse.articles/1"] = "idse.articles/1"


def to_json(document: object) -> str:
    """A document as JSON text: ``schema`` first, ASCII only, so nothing in it can move a terminal's cursor."""
    values = asdict(document)  # type: ignore[call-overload]  # every document is a dataclass
    ordered = {"schema": values.pop("schema"), **values}
    return json_text(ordered)
