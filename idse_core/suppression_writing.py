"""Plans a suppression: a comment that keeps one finding from being reported, placed where it has no other effect.

Nothing is written: the result is a ``Fix`` that the caller shows and then passes to the store.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Iterator, Mapping, NamedTuple, Tuple

from idse_core import files, identifiers
from idse_core.design_store import Document, Place
from idse_core.errors import NotFoundError, RefusedError, UsageError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.overlay import DesignStoreOverlay
from idse_core.validation.findings import Finding
from idse_core.validation.fixes import Fix
from idse_core.validation.report import SessionReport
from idse_core.validation_engine import ValidationEngine

__all__ = ["SuppressionPlan", "check_reason", "comment_for", "directive_for", "plan_suppression"]

_ELSE = "settle the finding, or turn the rule off"

_ABOVE, _BESIDE, _WHOLE = "disable-next-line", "disable-line", "disable-file"

_BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


class SuppressionPlan(NamedTuple):
    """A comment and the place for it.

    Attributes:
        fix: the artifact with the comment.
        comment: the comment as it is written.
        line: the line of the comment in the new text, 1-based.
        directive: what the comment says: ``disable-next-line``, ``disable-line`` or ``disable-file``.
    """

    fix: Fix
    comment: str
    line: int
    directive: str

    @property
    def whole_file(self) -> bool:
        """It holds for the whole artifact, since no narrower one does what it should."""
        return self.directive == _WHOLE


def comment_for(rule: str, reason: str, directive: str = _ABOVE) -> str:
    """The text of the comment."""
    return f"<!-- idse-{directive} {rule} -- {reason} -->"


def check_reason(reason: str) -> str:
    """The reason, put on one line.

    Raises:
        UsageError: it is empty, or would end the comment.
    """
    line = identifiers.single_line(reason)
    if not line:
        raise UsageError("a suppression needs a reason", hint="say why the rule does not hold here")
    if "-->" in line:
        raise UsageError("the reason can't contain '-->': it would end the comment", hint="say it in words")
    return line


def plan_suppression(workspace: ProjectWorkspace, item: Finding, reason: str) -> SuppressionPlan:
    """Find the place for the comment that suppresses a finding; nothing is written.

    The narrowest place is chosen where the finding disappears and the artifact gets no new one: the line above, the
    line itself, else the whole file.

    Args:
        workspace: opened at the finding's project.
        item: a finding about an artifact of a session.
        reason: why the rule does not hold there.

    Raises:
        UsageError: the reason can't be used, or the finding is not about an artifact.
        RefusedError: the rule is locked, or no comment has the effect.
        NotFoundError: the artifact, the session or the finding no longer exists.
        UnreadableError: the artifact can't be read as text.
    """
    reason = check_reason(reason)
    engine = ValidationEngine(workspace)
    rule = engine.rules.get(item.rule)
    if rule.locked:
        hint = "settle the finding; a locked rule can't be set aside"
        raise RefusedError(f"{rule.id} is locked: it can't be suppressed", hint=hint)
    place, document = _artifact(workspace, item)
    (report,) = engine.examine([item.session])
    if not any((found.rule, found.fingerprint) == (item.rule, item.fingerprint) for found in report.findings):
        hint = "`idse validate` says what is found now"
        raise NotFoundError(f"{item.rule} is not found in {item.path} any more", hint=hint)
    before = _counted(report, item.path)
    for candidate in _candidates(item, document, place, reason):
        if _does_it(workspace, candidate, item, before):
            return candidate
    raise RefusedError(f"no comment in {item.path} would suppress {item.rule} alone", hint=_ELSE)


def directive_for(workspace: ProjectWorkspace, item: Finding) -> str:
    """What the comment for a finding will say, before anybody knows the reason; see ``plan_suppression``, also for the errors."""
    return plan_suppression(workspace, item, "so").directive


def _artifact(workspace: ProjectWorkspace, item: Finding) -> Tuple[Place, Document]:
    if not item.session or item.stage is None:
        raise UsageError(f"{item.rule} is not about an artifact, so there is no place for a comment", hint=_ELSE)
    place = Place.artifact(workspace.project, item.session, item.stage)
    if workspace.store.locate(place) != item.path:
        raise UsageError(f"{item.path} is no artifact, so there is no place for a comment", hint=_ELSE)
    document = workspace.store.read(place)
    if document is None:
        raise NotFoundError(f"{item.path} is not there", hint="a missing artifact is not suppressed but written")
    return place, document


def _candidates(item: Finding, document: Document, place: Place, reason: str) -> Iterator[SuppressionPlan]:
    """The places to try, the narrowest first."""
    text = files.decode(document.data, path=document.path)
    mark = _BOM if document.data.startswith(_BOM.encode("utf-8")) else ""
    lines = _LINE.findall(text) or [""]
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    at = min(item.line, len(lines)) - 1
    own = lines[at].rstrip("\r\n")

    def plan(directive: str, line: int, before: str, after: str) -> SuppressionPlan:
        comment = comment_for(item.rule, reason, directive)
        fix = Fix(place, document.path, document, f"{mark}{before}{comment}{after}", (item.rule,))
        return SuppressionPlan(fix, comment, line, directive)

    start, rest = "".join(lines[:at]), "".join(lines[at:])
    indent = own[: len(own) - len(own.lstrip(" \t"))]
    on_top = plan(_ABOVE, at + 1, f"{start}{indent}", f"{end}{rest}")
    at_end = plan(_BESIDE, at + 1, f"{start}{own} ", rest[len(own) :])
    begins = at == 0 or not lines[at - 1].strip()
    yield from (on_top, at_end) if begins else (at_end, on_top)  # a comment must not split a list or a paragraph
    body = text if text.endswith("\n") else f"{text}{end}"
    yield plan(_WHOLE, body.count("\n") + 2, f"{body}{end}", end)


def _does_it(workspace: ProjectWorkspace, plan: SuppressionPlan, item: Finding, before: Mapping[str, int]) -> bool:
    """Whether the comment removes the finding, and the artifact gets no new one."""
    store = DesignStoreOverlay(workspace.store, plan.fix.place, plan.fix.data)
    view = ProjectWorkspace(workspace.folder, workspace.project, store=store)
    (report,) = ValidationEngine(view, use_cache=False).examine([item.session])
    after = _counted(report, item.path)
    fewer = after.get(item.rule, 0) < before[item.rule]
    return fewer and all(number <= before.get(rule, 0) for rule, number in after.items())


def _counted(report: SessionReport, path: str) -> Mapping[str, int]:
    """Rule → the number of its findings in an artifact."""
    return Counter(item.rule for item in report.findings if item.path == path)
