"""The documents of commands that look after a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Literal, Optional

__all__ = [
    "BrokenLinkItem",
    "CheckCountsItem",
    "CheckItem",
    "CompletionDocument",
    "DoctorDocument",
    "HelpDocument",
    "MentionItem",
    "MigrateLayoutDocument",
    "MoveItem",
]


@dataclass(frozen=True)
class HelpDocument:
    """``idse help --json``. ``topic`` is empty for the list of topics."""

    topic: str
    text: str
    topics: List[str]
    schema: Literal["idse.help/1"] = "idse.help/1"


@dataclass(frozen=True)
class CompletionDocument:
    """``idse completion --json``. ``script`` is for the shell to evaluate."""

    shell: str
    script: str
    schema: Literal["idse.completion/1"] = "idse.completion/1"


@dataclass(frozen=True)
class MoveItem:
    """The move of an artifact. ``duplicate``: the target exists already, so the source is put aside instead."""

    session_id: str
    stage: str
    source: str
    target: str
    duplicate: bool


@dataclass(frozen=True)
class BrokenLinkItem:
    """A relative link that the moves would break, and what it should say; ``path`` is the artifact's new one."""

    path: str
    line: int
    column: int
    target: str
    instead: str


@dataclass(frozen=True)
class MentionItem:
    """An old path that a text still mentions, and what it should say; ``path`` is the artifact's new one."""

    path: str
    line: int
    column: int
    named: str
    instead: str


@dataclass(frozen=True)
class MigrateLayoutDocument:
    """``idse migrate layout --json``."""

    project: str
    layout: Literal["flat", "nested"]
    dry_run: bool
    moves: List[MoveItem]
    links: List[BrokenLinkItem]
    mentions: List[MentionItem]
    schema: Literal["idse.migrate-layout/1"] = "idse.migrate-layout/1"


@dataclass(frozen=True)
class CheckItem:
    """One check. ``project`` is null for the workspace or the installation, ``path`` where there is no file.

    ``advice`` says what to do, and is empty when nothing is; ``fixable`` says whether ``--fix`` does it.
    """

    check: str
    status: Literal["ok", "warn", "fail"]
    project: Optional[str]
    path: Optional[str]
    message: str
    advice: str
    fixable: bool


@dataclass(frozen=True)
class CheckCountsItem:
    """How many checks of each status."""

    ok: int
    warn: int
    fail: int


@dataclass(frozen=True)
class DoctorDocument:
    """``idse doctor --json``. ``fixed`` lists what ``--fix`` did; ``checks`` show the state after that."""

    workspace: str
    checks: List[CheckItem]
    fixed: List[str]
    counts: CheckCountsItem
    schema: Literal["idse.doctor/1"] = "idse.doctor/1"
