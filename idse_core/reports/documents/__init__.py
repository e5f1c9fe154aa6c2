"""The JSON documents that commands print with ``--json``. The published schemas are generated from these types.

The number in a document's ``schema`` changes when a field is removed or changes meaning, never when one is added. Times
are ISO 8601 UTC; paths are relative to the folder that holds ``.idse``, with ``/``.
"""

from __future__ import annotations

from dataclasses import asdict

from idse_core.reports.documents.agents import (
    AgentFileItem,
    AgentFilesDocument,
    AgentListDocument,
    AgentToolItem,
    ContextPackDocument,
    GuardDocument,
    ReadingItem,
    RegisteredAgentItem,
    RuleItem,
)
from idse_core.reports.documents.care import (
    BrokenLinkItem,
    CheckCountsItem,
    CheckItem,
    CompletionDocument,
    DoctorDocument,
    HelpDocument,
    MentionItem,
    MigrateLayoutDocument,
    MoveItem,
)
from idse_core.reports.documents.common import AgentItem, CountsItem
from idse_core.reports.documents.errors import ErrorDocument, ErrorItem
from idse_core.reports.documents.findings import (
    FindingItem,
    RuleCountItem,
    StatisticsDocument,
    SuppressedItem,
    ValidatedItem,
    ValidateDocument,
)
from idse_core.reports.documents.profiles import CompileDocument, OriginItem, ProfileItem
from idse_core.reports.documents.rules import (
    ArticleItem,
    ArticleListDocument,
    ExampleResultItem,
    RuleDefinitionItem,
    RuleDocument,
    RuleListDocument,
    RuleTestDocument,
)
from idse_core.reports.documents.sessions import (
    AcceptDocument,
    InitDocument,
    ProjectListDocument,
    SessionDocument,
    SessionItem,
    SessionListDocument,
    StateDocument,
    SwitchDocument,
)
from idse_core.reports.documents.status import NextItem, StageItem, StatusDocument, StatusItem
from idse_core.reports.documents.syncs import (
    ConflictItem,
    ConflictListDocument,
    RemoteDocument,
    ResolveDocument,
    SettingItem,
    SyncDocument,
    SyncItem,
)
from idse_core.reports.documents.traces import (
    RequirementItem,
    TraceAcceptDocument,
    TracedItem,
    TraceDocument,
    TracePlaceItem,
)
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
    "BrokenLinkItem",
    "CheckCountsItem",
    "CheckItem",
    "CompileDocument",
    "CompletionDocument",
    "ConflictItem",
    "ConflictListDocument",
    "ContextPackDocument",
    "CountsItem",
    "DoctorDocument",
    "ErrorDocument",
    "ErrorItem",
    "ExampleResultItem",
    "FindingItem",
    "GuardDocument",
    "HelpDocument",
    "InitDocument",
    "MentionItem",
    "MigrateLayoutDocument",
    "MoveItem",
    "NextItem",
    "OriginItem",
    "ProfileItem",
    "ProjectListDocument",
    "ReadingItem",
    "RegisteredAgentItem",
    "RemoteDocument",
    "RequirementItem",
    "ResolveDocument",
    "RuleCountItem",
    "RuleDefinitionItem",
    "RuleDocument",
    "RuleItem",
    "RuleListDocument",
    "RuleTestDocument",
    "SessionDocument",
    "SessionItem",
    "SessionListDocument",
    "SettingItem",
    "StageItem",
    "StateDocument",
    "StatisticsDocument",
    "StatusDocument",
    "StatusItem",
    "SuppressedItem",
    "SwitchDocument",
    "SyncDocument",
    "SyncItem",
    "TraceAcceptDocument",
    "TraceDocument",
    "TracePlaceItem",
    "TracedItem",
    "ValidateDocument",
    "ValidatedItem",
    "to_json",
]


def to_json(document: object) -> str:
    """Serialise a document as JSON: ``schema`` first, ASCII only, so nothing in it can move a terminal's cursor."""
    values = asdict(document)  # type: ignore[call-overload]  # every document is a dataclass
    ordered = {"schema": values.pop("schema"), **values}
    return json_text(ordered)
