"""A push or pull as rows: what would go, what would come, what conflicts; then how far it is; then what came of it."""

from __future__ import annotations

from enum import Enum
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core.agency.outcome import Direction, DocumentOutcome, PlannedAction, Result, SyncReport
from idse_core.agency.planner import Action
from idse_core.errors import IdseError
from idse_core.events import SyncProgressed
from idse_core.printable import count, one_line
from idse_tui.look import Look
from idse_tui.presentation.columns import wrapped
from idse_tui.presentation.rows import TextRow

__all__ = ["Phase", "SyncState", "document_name", "result_words", "size_words", "state_rows", "state_title"]


class Phase(str, Enum):
    """How far a push or pull is."""

    ASKING = "asking"
    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


class SyncState(NamedTuple):
    """One push or pull.

    Attributes:
        session: the only one it is about; empty for all.
        plan: what a dry run said.
        progress: while it runs.
        stopping: somebody wants it to end.
        report: what came of it.
        error: why there is no plan, or why it stopped.
    """

    direction: Direction
    session: str
    phase: Phase = Phase.ASKING
    plan: Optional[SyncReport] = None
    progress: Optional[SyncProgressed] = None
    stopping: bool = False
    report: Optional[SyncReport] = None
    error: Optional[IdseError] = None

    @property
    def goes(self) -> Tuple[PlannedAction, ...]:
        """What a run in this direction would do."""
        does = _DOES.get(self.direction, frozenset())
        return () if self.plan is None else tuple(item for item in self.plan.actions if item.action in does)

    @property
    def conflicts(self) -> Tuple[PlannedAction, ...]:
        """What a person has to decide about, as far as is known."""
        if self.report is not None:
            return tuple(item.planned for item in self.report.with_result(Result.CONFLICT))
        return () if self.plan is None else tuple(item for item in self.plan.actions if item.action.is_conflict)


_WHAT: Mapping[Action, str] = {
    Action.PUSH: "to push",
    Action.PUSH_TOMBSTONE: "to delete there",
    Action.PULL: "to pull",
    Action.RESTORE: "to restore: edited there, deleted here",
    Action.DELETE_LOCAL: "to delete here; a copy is kept",
    Action.MERGE: "to merge; where they overlap, you decide",
    Action.CONFLICT_WITHOUT_BASE: "both sides have one, and never agreed",
    Action.CONFLICT_DELETED_REMOTELY: "edited here, deleted there",
    Action.RECORD_BASE: "the same on both sides",
    Action.FORGET_BASE: "deleted on both sides",
}

_OUT = frozenset([Action.PUSH, Action.PUSH_TOMBSTONE])
_IN = frozenset([Action.PULL, Action.RESTORE, Action.DELETE_LOCAL])
_BOTH = frozenset([Action.MERGE, Action.CONFLICT_WITHOUT_BASE, Action.CONFLICT_DELETED_REMOTELY])

_NOTED = frozenset([Action.RECORD_BASE, Action.FORGET_BASE])
_DOES = {Direction.PUSH: _OUT | _NOTED, Direction.PULL: _IN | _BOTH | _NOTED}
_ELSEWHERE = {Direction.PUSH: ("plan-pull", "pulls it"), Direction.PULL: ("plan-push", "pushes it")}
"""Whatever goes the other way: the action that plans it, and what that does."""

_GROUPS = (("Would go", _OUT), ("Would come", _IN), ("Changed on both sides", _BOTH))


def state_title(state: SyncState) -> str:
    """What the box is called."""
    what = "all sessions" if not state.session else one_line(state.session)
    return f"{state.direction.value.capitalize()}: {what}"


def state_rows(state: SyncState, look: Look, *, width: int) -> List[TextRow]:
    """The rows of the box, whose lines take at most ``width`` cells."""
    draw = {
        Phase.ASKING: _asking,
        Phase.PLANNED: _planned,
        Phase.RUNNING: _running,
        Phase.ENDED: _ended,
        Phase.FAILED: _failed,
    }[state.phase]
    lines = [
        (f"{'    ' if part else ''}{piece}", style)
        for text, style in draw(state, look)
        for part, piece in enumerate(wrapped(text, max(width - 4, 20)))
    ]
    return [TextRow(str(number), text, style) for number, (text, style) in enumerate(lines)]


_Lines = Iterator[Tuple[str, str]]


def _asking(state: SyncState, look: Look) -> _Lines:
    del state
    yield f"{look.glyphs.checking} asking the Agency Core what it has", "muted"


def _planned(state: SyncState, look: Look) -> _Lines:
    if state.plan is None:
        return
    yield from _endpoint(state.plan)
    shown = False
    for title, actions in _GROUPS:
        found = [item for item in state.plan.actions if item.action in actions]
        if found:
            shown = True
            yield "", "text"
            yield f"{title}: {_counted(found)}", "accent"
            yield from (_listed(item, state.direction, look) for item in found)
    problems = state.plan.with_result(Result.SKIPPED, Result.FAILED)
    if problems:
        shown = True
        yield "", "text"
        yield "Can't be done", "accent"
        yield from (_problem(item) for item in problems)
    if not shown:
        noted = sum(item.action in _NOTED for item in state.plan.actions)
        yield "", "text"
        yield (
            f"{look.glyphs.passing} both sides have the same" + (f"; {noted} to be noted as such" if noted else ""),
            "success",
        )


def _listed(item: PlannedAction, direction: Direction, look: Look) -> Tuple[str, str]:
    size = f", {size_words(item.size)}" if item.size else ""
    words = f"  {_name(item)}  {_WHAT[item.action]}{size}"
    if item.action not in _DOES[direction]:
        action, does = _ELSEWHERE[direction]
        return f"{words}  {look.glyphs.into} {look.keys[action]} {does}", "muted"
    return words, "warning" if item.action in _BOTH else "text"


def _running(state: SyncState, look: Look) -> _Lines:
    if state.plan is not None:
        yield from _endpoint(state.plan)
    yield "", "text"
    progress = state.progress
    if progress is None:
        yield f"{look.glyphs.checking} beginning", "muted"
    else:
        yield f"{look.glyphs.checking} {progress.done} of {count(progress.total, 'session')}", "text"
        yield f"  sent {size_words(progress.sent)}, received {size_words(progress.received)}", "muted"
    yield "", "text"
    if state.stopping:
        yield f"! stopping: what is under way is finished first. {look.keys['plan-close']} closes this box.", "warning"
    else:
        stops = f"{look.keys['plan-stop']} stops it, with nothing half done"
        yield f"{stops}; {look.keys['plan-close']} closes this box, and it goes on.", "muted"


def _ended(state: SyncState, look: Look) -> _Lines:
    report = state.report
    if report is None:
        return
    yield from _endpoint(report)
    yield "", "text"
    is_well = report.exit_code == 0
    yield f"{look.glyphs.passing if is_well else '!'} {result_words(report)}", "success" if is_well else "warning"
    if report.interrupted:
        again = f"Nothing is half done: what is counted here is recorded on both sides; {state.direction.value} again goes on."
        yield f"  {again}", "muted"
    if report.failure is not None:
        yield f"  {one_line(str(report.failure))}", "error"
        yield f"  {one_line(report.failure.hint)}", "muted"
    for title, results in _RESULTS:
        found = report.with_result(*results)
        if found:
            yield "", "text"
            yield f"{title.format_map(look.keys)}: {len(found)}", "accent"
            for item in found:
                yield _problem(item) if item.detail else (f"  {_name(item.planned)}", "text")


_RESULTS = (
    ("Conflicts; {plan-conflicts} resolves them", (Result.CONFLICT,)),
    ("Pull first", (Result.MOVED,)),
    ("Failed", (Result.FAILED, Result.SKIPPED)),
    ("Merged; the next push sends it", (Result.MERGED,)),
)


def _failed(state: SyncState, look: Look) -> _Lines:
    del look
    error = state.error
    if error is None:
        return
    yield one_line(str(error)), "error"
    if error.hint:
        yield "", "text"
        yield f"Next: {one_line(error.hint)}", "text"
    yield "", "text"
    yield "Nothing was pushed, and nothing was changed here.", "muted"


def result_words(report: SyncReport) -> str:
    """What came of it, in one line."""
    done = report.with_result(Result.DONE, Result.MERGED)
    kinds: Dict[str, int] = {}
    for item in done:
        kind = _KINDS.get(item.planned.action)
        if kind is not None:
            kinds[kind] = kinds.get(kind, 0) + 1
    parts = [f"{number} {kind}" for kind, number in kinds.items()]
    conflicts, moved = len(report.with_result(Result.CONFLICT)), len(report.with_result(Result.MOVED))
    wrong = len(report.with_result(Result.FAILED, Result.SKIPPED))
    parts += [count(conflicts, "conflict")] if conflicts else []
    parts += [f"{moved} to be pulled first"] if moved else []
    parts += [f"{wrong} not done"] if wrong else []
    if report.interrupted:
        parts.append("stopped before the end")
    if report.failure is not None:
        parts.append("stopped by an error")
    return ", ".join(parts) or "nothing to do: both sides have the same"


_KINDS: Mapping[Action, str] = {
    Action.PUSH: "pushed",
    Action.PUSH_TOMBSTONE: "deleted there",
    Action.PULL: "pulled",
    Action.RESTORE: "restored",
    Action.DELETE_LOCAL: "deleted here",
    Action.MERGE: "merged",
}


def size_words(size: int) -> str:
    """``812 B``, ``4.2 KB``, ``1.3 MB``."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _endpoint(report: SyncReport) -> _Lines:
    yield f"{one_line(report.project_id)} at {one_line(report.endpoint)}", "muted"


def _counted(found: Sequence[PlannedAction]) -> str:
    size = sum(item.size for item in found)
    return count(len(found), "document") + (f", {size_words(size)}" if size else "")


def document_name(key: str) -> str:
    """What people call a document, from its key on the wire (whose own module costs too much to import here)."""
    words = {"session_metadata": "metadata", "state_json": "state"}
    return words.get(key, one_line(key[:-3] if key.endswith("_md") else key))


def _name(planned: PlannedAction) -> str:
    return f"{one_line(planned.session)}  {document_name(planned.key)}"


def _problem(item: DocumentOutcome) -> Tuple[str, str]:
    return f"  {_name(item.planned)}  {one_line(item.detail)}", "warning"
