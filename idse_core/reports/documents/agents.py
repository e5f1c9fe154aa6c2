"""The documents of commands about agents, and of those for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Literal, Optional

from idse_core.reports.documents.common import AgentItem, State
from idse_core.reports.documents.findings import FindingItem

__all__ = [
    "AgentFileItem",
    "AgentFilesDocument",
    "AgentListDocument",
    "AgentToolItem",
    "ContextPackDocument",
    "GuardDocument",
    "ReadingItem",
    "RegisteredAgentItem",
    "RuleItem",
]


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
    """``idse agents list|for|add|remove|set --json``, in order of preference. ``stage`` is the argument of `for`."""

    project: str
    stage: Optional[str]
    agents: List[RegisteredAgentItem]
    schema: Literal["idse.agents/1"] = "idse.agents/1"


@dataclass(frozen=True)
class AgentFileItem:
    """One file of an agent tool: what was done to it, or would be with ``--dry-run``; with `status`, what is there.

    ``outcome`` is ``kept`` when a person edited what idse had written; ``note`` then says what to do.
    """

    path: str
    part: Literal["block", "file", "hook"]
    outcome: Literal["created", "updated", "unchanged", "removed", "absent", "kept"]
    note: str


@dataclass(frozen=True)
class AgentToolItem:
    """One agent tool. ``installed`` says whether all of its files, apart from hooks, are in place and up to date."""

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
    """A file, and the version of it that was found; ``digest`` is null when it is absent or can't be read."""

    session_id: str
    stage: str
    path: str
    digest: Optional[str]
    state: State
    why: str


@dataclass(frozen=True)
class RuleItem:
    """A rule that an artifact must meet. ``headings`` are names of a required section, any of which will do.

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

    ``check`` and ``then`` are commands: one shows whether the stage is done, the other says what comes after it.
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

    ``kind`` says what the path is: an artifact, a record that only idse writes, code of the project, or something
    outside the workspace's folder.
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
