"""Fixes what can be fixed without deciding anything for anybody.

A fix adds: a missing artifact or section from its template, or writes an id in its usual form. It never deletes a
user's text; where that can't be promised there is no fix. What a comment suppresses or the baseline accepts is let pass
here as well: somebody decided that it stays.

Nothing is written that would be found, and mended, again: each rule looks at the mended text before it counts. Nor is
anything written otherwise that would then say something else: see ``fix_harm``.
"""

from __future__ import annotations

from typing import AbstractSet, Callable, Dict, FrozenSet, Iterable, List, Mapping, Sequence, Tuple

from idse_core import files
from idse_core.announced_documents import AnnouncedDocuments
from idse_core.design_store import SessionDocuments
from idse_core.events import Listener, Warned, ignore
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.baseline import Baseline
from idse_core.validation.examination import requirement_prefixes
from idse_core.validation.findings import Finding
from idse_core.validation.fix_choice import Change, Choice
from idse_core.validation.fix_harm import Harm, Judge, Outlook, harmful_rules, harms, known_families
from idse_core.validation.fix_planning import Fix, Planned, Planner, Sparing
from idse_core.validation.rule_runner import RuleRunner, RunnableRule

__all__ = ["Fix", "apply_fix", "plan_fixes"]

_MOST_TOLD = 10
_MOST_ROUNDS = 4

_Places = List[Tuple[str, Stage, int]]
"""The path of an artifact, its stage, and a line."""


def plan_fixes(
    workspace: ProjectWorkspace,
    rules: Iterable[RunnableRule],
    findings: Iterable[Finding],
    *,
    session: str,
    runner: RuleRunner,
    baseline: Baseline,
    judge: Callable[[], Judge],
    on_event: Listener = ignore,
) -> Tuple[Fix, ...]:
    """Work out what to write to fix a session; nothing is written.

    Of each file: what is found, mended and then found again stays as it is, and somebody is told why.

    Args:
        workspace: whose session.
        rules: the active rules; those without a fix are passed over.
        findings: those to mend: neither suppressed nor accepted, and as far as a call selected them.
        session: its id.
        runner: runs the rules; one that fails mends nothing.
        baseline: what is accepted.
        judge: returns what judges the session as it would be; called only where a text would be written otherwise.
        on_event: told of what can't be mended, and why.
    """
    known = {item.rule.id: item for item in rules}
    wanted: Dict[Stage, Dict[str, RunnableRule]] = {stage: {} for stage in Stage}
    for found in findings:
        if found.stage is not None and found.rule in known:
            wanted[found.stage][found.rule] = known[found.rule]
    loaded = workspace.store.load_session(workspace.project, session)
    sparing = Sparing({rule: item.rule for rule, item in known.items()}, baseline)
    planner = Planner(workspace, session, loaded, runner, sparing)
    attempt = _Attempts(
        planner, {stage: [item for rule, item in known.items() if rule in wanted[stage]] for stage in Stage}
    )
    planned = attempt(frozenset())
    changes = _changes(planned)
    if changes:
        active = tuple(known.values())
        planned = _Harmless(loaded, attempt, judge(), active, on_event).of(changes)
    for item in planned:
        for warned in item.warnings:
            on_event(warned)
    return tuple(item.fix for item in planned if item.fix is not None)


def apply_fix(workspace: ProjectWorkspace, fix: Fix, *, on_event: Listener) -> None:
    """Write a fix that was planned.

    Args:
        workspace: opened at the document's project.
        fix: from ``plan_fixes``, or made for a single document.
        on_event: receives an event for the write.

    Raises:
        ConflictError: the document has changed since the fix was planned; it is left alone.
        StorageError: it can't be written.
    """
    expected = None if fix.before is None else fix.before.digest
    AnnouncedDocuments(workspace.store, on_event).write(fix.place, fix.data, expected=expected)


class _Attempts:
    """Plans the fixes of a session.

    Args:
        planner: plans those of one artifact.
        rules: those that mend something, by stage.
    """

    def __init__(self, planner: Planner, rules: Mapping[Stage, List[RunnableRule]]) -> None:
        self._planner = planner
        self._rules = rules

    def __call__(self, left: AbstractSet[Change]) -> Tuple[Planned, ...]:
        """What is planned for each artifact, without these changes."""
        return tuple(self._planner.plan(stage, rules, left) for stage, rules in self._rules.items())


class _Harmless:
    """Plans fixes after which nothing is found that was not found before.

    Args:
        loaded: the session's documents.
        attempt: plans the fixes.
        judge: judges the session as it would be.
        rules: the active rules.
        on_event: told of what is left as it is, and why.
    """

    def __init__(
        self,
        loaded: SessionDocuments,
        attempt: _Attempts,
        judge: Judge,
        rules: Sequence[RunnableRule],
        on_event: Listener,
    ) -> None:
        self._loaded = loaded
        self._attempt = attempt
        self._judge = judge
        self._rules = harmful_rules(rules)
        self._families = known_families(rules, requirement_prefixes(item.rule for item in rules))
        self._announce = on_event

    def of(self, changes: Mapping[Change, _Places]) -> Tuple[Planned, ...]:
        """The fixes with as many of the changes as are harmless.

        Args:
            changes: each with the places where it is.
        """
        wanted = frozenset(changes)
        before = self._after(self._attempt(wanted))

        def harms_of(made: FrozenSet[Change]) -> List[Harm]:
            return harms(before, self._after(self._attempt(wanted - made)), self._rules, self._families)

        suspects = _suspects(changes, harms_of)
        choice = Choice(lambda made: next((found.why for found in harms_of(made)), ""))
        made = wanted if not suspects else choice.among([item for item in changes if item not in suspects], suspects)
        self._tell(changes, choice.refused)
        return self._attempt(wanted - made)

    def _tell(self, changes: Mapping[Change, _Places], refused: Mapping[Change, str]) -> None:
        for change, why in list(refused.items())[:_MOST_TOLD]:
            path, _, line = changes[change][0]
            what = f"{change.rule} is not mended in line {line} of {path} ({change.message}): {why}"
            self._announce(Warned(what, "mend it by hand, or let it pass if it is meant"))
        more = len(refused) - _MOST_TOLD
        if more > 0:
            self._announce(Warned(f"{more} more are not mended for reasons like these", "mend these first"))

    def _after(self, planned: Sequence[Planned]) -> Outlook:
        documents = dict(self._loaded.documents)
        for item in planned:
            before = None if item.fix is None else item.fix.before
            if before is not None and item.fix is not None:
                data = item.fix.data
                documents[item.stage.value] = before._replace(data=data, digest=files.digest(data))
        return Outlook(*self._judge(self._loaded._replace(documents=documents)))


def _changes(planned: Sequence[Planned]) -> Mapping[Change, _Places]:
    """What is written otherwise, each with its places; first what the specification defines."""
    found: Dict[Change, _Places] = {}
    for item in sorted(planned, key=lambda item: item.stage is not Stage.SPEC):
        for change, lines in item.changes.items():
            found.setdefault(change, []).extend((item.path, item.stage, line) for line in lines)
    return found


def _suspects(
    changes: Mapping[Change, _Places], harms_of: Callable[[FrozenSet[Change]], Sequence[Harm]]
) -> Mapping[Change, str]:
    """The changes in lines in which harm is done, or else all of them → what harm; none when all are harmless."""
    found: Dict[Change, str] = {}
    done: Sequence[Harm] = ()
    for _ in range(_MOST_ROUNDS):
        left = [change for change in changes if change not in found]
        done = harms_of(frozenset(left)) if left else []
        if not done:
            return found
        at = {(item.stage, item.line): item.why for item in reversed(done)}
        more = {change: at[stage, line] for change in left for _, stage, line in changes[change] if (stage, line) in at}
        if not more:
            break
        found.update(more)
    return {**dict.fromkeys(changes, done[0].why), **found}
