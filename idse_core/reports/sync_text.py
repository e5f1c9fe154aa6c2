"""The result of a sync, or its plan, for people."""

from __future__ import annotations

from itertools import groupby
from typing import Dict, Iterator, List, Sequence, Tuple

from idse_core.agency.documents import NAMES
from idse_core.agency.outcome import Direction, DocumentOutcome, PlannedAction, Result, SyncReport
from idse_core.agency.planner import Action
from idse_core.printable import count
from idse_core.reports.quoting import quoted, quoted_path
from idse_core.reports.styling import Style

__all__ = ["hints", "render_sync"]

_Row = Tuple[str, str, str, str]
"""What happened, session, document, reason."""

_MANY = 5

_SILENT = frozenset([Action.RECORD_BASE, Action.FORGET_BASE])
"""Bookkeeping actions, which transfer nothing."""

_PLANNED: Dict[Action, str] = {
    Action.PUSH: "to push",
    Action.PUSH_TOMBSTONE: "to delete there",
    Action.PULL: "to pull",
    Action.RESTORE: "to restore",
    Action.DELETE_LOCAL: "to delete here",
    Action.MERGE: "to merge",
    Action.CONFLICT_WITHOUT_BASE: "conflict",
    Action.CONFLICT_DELETED_REMOTELY: "conflict",
}
_DONE: Dict[Action, str] = {
    Action.PUSH: "pushed",
    Action.PUSH_TOMBSTONE: "deleted there",
    Action.PULL: "pulled",
    Action.RESTORE: "restored",
    Action.DELETE_LOCAL: "deleted here",
}
_COLORS = {
    Result.DONE: "green",
    Result.MERGED: "green",
    Result.CONFLICT: "yellow",
    Result.MOVED: "yellow",
    Result.SKIPPED: "red",
    Result.FAILED: "red",
}
_REASONS: Dict[Action, str] = {
    Action.RESTORE: "it was edited there and deleted here",
    Action.DELETE_LOCAL: "kept in .idse/.local/displaced",
    Action.MERGE: "both sides changed it",
    Action.CONFLICT_WITHOUT_BASE: "both sides have one, and they never were the same",
    Action.CONFLICT_DELETED_REMOTELY: "it was edited here and deleted there",
}


def render_sync(report: SyncReport, style: Style) -> str:
    """One line per document worth showing, or per session whose documents are alike; then a summary."""
    shown = [outcome for outcome in report.outcomes if _is_shown(outcome, report)]
    rows = _gathered([(_row(outcome), outcome.result) for outcome in shown])
    widths = [max((len(row[column]) for row, _ in rows), default=0) for column in range(3)]
    lines = []
    for (word, session, document, why), result in rows:
        start = style.paint(word.ljust(widths[0]), _COLORS.get(result, "cyan"))
        rest = f"{session.ljust(widths[1])}  {document.ljust(widths[2])}  {why}".rstrip()
        lines.append(f"  {start}  {rest}")
    lines.append(_summary(report))
    return "".join(f"{line}\n" for line in lines)


def hints(report: SyncReport) -> Iterator[Tuple[str, str]]:
    """What is left to do: sentences, each with a command that does it."""
    scope = " --all" if len({item.session for item in report.actions}) > 1 else _session(report.actions)
    left = report.with_result(Result.LEFT)
    if left:
        other = Direction.PULL if report.direction is Direction.PUSH else Direction.PUSH
        where = "at the Agency Core" if report.direction is Direction.PUSH else "here"
        yield f"{count(len(left), 'document')} changed {where}", f"idse sync {other}{scope}"
    if report.with_result(Result.MOVED):
        yield f"the Agency Core has something newer: {_named(report, Result.MOVED)}", f"idse sync pull{scope}"
    if report.with_result(Result.MERGED):
        yield f"merged, but not pushed yet: {_named(report, Result.MERGED)}", f"idse sync push{scope}"
    for outcome in report.with_result(Result.CONFLICT):
        name = NAMES[outcome.planned.key]
        session = quoted(outcome.planned.session)
        choices = "--ours, --theirs, --merged or --file FILE"
        yield (
            f"{session}, {name}: {quoted(outcome.detail)}",
            f"look into {quoted_path(outcome.path)}, then idse sync resolve {name} --session {session} {choices}",
        )


def _is_shown(outcome: DocumentOutcome, report: SyncReport) -> bool:
    if outcome.planned.action in _SILENT:
        return outcome.result not in {Result.DONE, Result.PLANNED}
    if outcome.result is Result.PLANNED and report.direction is not Direction.STATUS:
        outgoing = outcome.planned.action in {Action.PUSH, Action.PUSH_TOMBSTONE}
        return outgoing == (report.direction is Direction.PUSH) or outcome.planned.action is Action.MERGE
    return outcome.result is not Result.LEFT


def _gathered(rows: Sequence[Tuple[_Row, Result]]) -> List[Tuple[_Row, Result]]:
    """Put the documents of a session on one line when the same happens to many of them: a new session has nine."""
    found: List[Tuple[_Row, Result]] = []
    for (word, session, why, result), group in groupby(rows, key=lambda item: (*item[0][:2], item[0][3], item[1])):
        alike = list(group)
        if len(alike) < _MANY:
            found += alike
        else:
            found.append(((word, session, count(len(alike), "document"), why), result))
    return found


def _row(outcome: DocumentOutcome) -> _Row:
    planned = outcome.planned
    if outcome.result is Result.PLANNED:
        word = _PLANNED.get(planned.action, planned.action.value)
    elif outcome.result is Result.DONE:
        word = _DONE.get(planned.action, "done")
    else:
        word = {Result.MOVED: "not pushed", Result.SKIPPED: "not done", Result.FAILED: "not done"}.get(
            outcome.result, outcome.result.value
        )
    why = outcome.detail or _REASONS.get(planned.action, "")
    return word, quoted_path(planned.session), NAMES[planned.key], quoted(why)


def _summary(report: SyncReport) -> str:
    where = f"{quoted(report.project)} at {quoted(report.endpoint)}"
    looked = count(report.sessions, "session")
    if report.direction is Direction.STATUS:
        worth = [item for item in report.outcomes if item.planned.action not in _SILENT]
        if not worth:
            return f"{where}: {looked} the same on both sides"
        return f"{where}: {count(len(worth), 'document')} of {looked} differ"
    done = [item for item in report.with_result(Result.DONE, Result.MERGED) if item.planned.action not in _SILENT]
    verb = "pushed" if report.direction is Direction.PUSH else "pulled"
    if report.dry_run:
        return f"{where}: nothing was done: a dry run"
    if report.interrupted:
        return f"{where}: interrupted; {count(len(done), 'document')} {verb} until then"
    if not done and not _remaining(report):
        return f"{where}: nothing to {report.direction}"
    size = report.sent if report.direction is Direction.PUSH else report.received
    travelled = f", {_bytes(size)}" if size else ""
    remaining = _remaining(report)
    rest = f"; {count(len(remaining), 'document')} not" if remaining else ""
    created = "; the project is new here" if report.created else ""
    return f"{where}: {count(len(done), 'document')} {verb}{travelled}{rest}{created}"


def _remaining(report: SyncReport) -> Sequence[DocumentOutcome]:
    return report.with_result(Result.MOVED, Result.CONFLICT, Result.SKIPPED, Result.FAILED)


def _named(report: SyncReport, result: Result) -> str:
    names: List[str] = [
        f"{quoted(item.planned.session)}/{NAMES[item.planned.key]}" for item in report.with_result(result)
    ]
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more


def _session(actions: Sequence[PlannedAction]) -> str:
    sessions = {action.session for action in actions}
    return f" --session {quoted(sessions.pop())}" if len(sessions) == 1 else ""


def _bytes(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.1f} KB"
