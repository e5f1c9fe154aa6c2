"""A rule that fails or never ends stops nothing but itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import fields
from pathlib import Path
from typing import Callable, List, TypeVar

import pytest

from idse_core.constitution_rules import Reach
from idse_core.events import Event, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, PipelineArtifacts, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation import helper_process
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.constitution import core_constitution, load_constitution
from idse_core.validation.facts import BrokenRule
from idse_core.validation.helper_process import HelperProcess
from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kind_registry import kind
from idse_core.validation.kinds.base import RuleBroken
from idse_core.validation.report import Report, SessionReport
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.time_budget import OverBudget, TimeBudget
from idse_core.validation_engine import ValidationEngine
from tests.builders import add_session, make_workspace, write_artifact

HOSTILE = f"# Intent\n\n## Goal\n\n{'a' * 60}!\n"
PACK = """\
pack: team
rules:
  - {id: TEAM001, name: no-letters, kind: %s, stage: intent, severity: info, with: {%s: '(a+)+$'%s}, message: m, fix: f}
  - {id: TEAM002, name: goal, kind: forbid-pattern, stages: [intent, spec], severity: info, with: {pattern: 'G(oa)l'},
     message: "{match}", fix: f}
"""

needs_alarm = pytest.mark.skipif(sys.platform == "win32", reason="there is no alarm")

_Value = TypeVar("_Value")


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    made = make_workspace(tmp_path)
    write_artifact(made, BLUEPRINT, Stage.INTENT, HOSTILE)
    use(made, "forbid-pattern", "pattern")
    return made


def use(workspace: ProjectWorkspace, kind: str, parameter: str, more: str = "") -> None:
    (workspace.folder / "rules").mkdir(exist_ok=True)
    (workspace.folder / "rules" / "team.yaml").write_text(PACK % (kind, parameter, more), encoding="utf-8")


def in_thread(work: Callable[[], _Value]) -> _Value:
    done: List[_Value] = []
    thread = threading.Thread(target=lambda: done.append(work()))
    thread.start()
    thread.join(60)
    (value,) = done
    return value


def in_place(work: Callable[[], _Value]) -> _Value:
    return work()


anywhere = pytest.mark.parametrize("where", [pytest.param(in_place, marks=needs_alarm), in_thread])


def rules_of(report: Report) -> List[str]:
    return [item.rule for item in report.findings]


@anywhere
@pytest.mark.parametrize(
    ("kind", "parameter", "more"),
    [
        ("forbid-pattern", "pattern", ""),
        ("require-pattern", "pattern", ""),
        ("section-content", "item_pattern", ", need: code"),
    ],
)
def test_a_pattern_that_backtracks_without_end_is_given_up(
    workspace: ProjectWorkspace, where: Callable[[Callable[[], Report]], Report], kind: str, parameter: str, more: str
) -> None:
    if kind == "section-content":
        write_artifact(workspace, BLUEPRINT, Stage.INTENT, f"# Intent\n\n## Goal\n\n```\n{'a' * 60}!\n```\n")
    use(workspace, kind, parameter, more)
    said: List[Event] = []
    began = time.monotonic()

    report = where(lambda: ValidationEngine(workspace, on_event=said.append).validate([BLUEPRINT]))

    assert time.monotonic() - began < 30  # without a guard it takes longer than anybody lives
    assert report.broken == ("TEAM001",)
    assert {"TEAM002", "ART003"} <= set(rules_of(report))
    (finding,) = [item for item in report.findings if item.name == "rule-broken"]
    assert (finding.stage, finding.line, finding.severity.value) == (Stage.INTENT, 1, "error")
    assert "it takes too long" in finding.message
    (warning,) = [event for event in said if isinstance(event, Warned)]
    assert "TEAM001" in warning.message
    assert ".idse/rules/team.yaml" in warning.hint


def test_many_markers_in_one_long_line_break_no_rule_of_ours(workspace: ProjectWorkspace) -> None:
    (workspace.folder / "rules" / "team.yaml").unlink()
    write_artifact(workspace, BLUEPRINT, Stage.INTENT, "# Intent\n\n## Goal\n\n" + "[REQUIRES INPUT] " * 20_000)

    report = ValidationEngine(workspace, use_cache=False).validate([BLUEPRINT])

    assert report.broken == ()
    found = [item for item in report.findings if (item.rule, item.stage) == ("ART003", Stage.INTENT)]
    assert [item.column for item in found] == list(range(1, 20_000 * 17, 17))
    assert max(len(item.excerpt) for item in found) <= 200


def test_where_a_match_stands_in_a_long_line_tells_it_from_others() -> None:
    params = RunnableRule(core_constitution().rules.get("ART003"))
    words = [f"[REQUIRES INPUT] {number} {'word ' * 200}" for number in range(3)]
    hits = params.hits(ArtifactFacts(Stage.SPEC, "\n" + " ".join(words) + "\nnext", PipelineArtifacts()))
    assert len({hit.subject for hit in hits}) == 3
    assert max(len(hit.subject) for hit in hits) < 600


@pytest.mark.parametrize(
    ("rule", "advice"),
    [
        ("ART003", "it ships with idse: report it there with what it looked at"),
        ("SPEC005", "it ships with idse: report it there with what it looked at, or turn it off"),
        ("TEAM001", "correct it in .idse/rules/team.yaml, or turn it off"),
    ],
)
def test_what_to_do_about_a_broken_rule_is_something_one_can_do(
    workspace: ProjectWorkspace, rule: str, advice: str
) -> None:
    rules = load_constitution(workspace.folder, workspace.project).rules
    assert BrokenRule(rules.get(rule), "it takes too long").advice == advice


@anywhere
def test_rules_of_packs_find_the_same_wherever_they_run(
    workspace: ProjectWorkspace, where: Callable[[Callable[[], Report]], Report]
) -> None:
    write_artifact(workspace, BLUEPRINT, Stage.INTENT, "# Intent\n\n## Goal\n\nGröße \N{GRINNING FACE} Goal\r\n")

    report = where(lambda: ValidationEngine(workspace, use_cache=False).validate([BLUEPRINT]))

    assert report.broken == ()
    assert [(item.line, item.column) for item in report.findings if item.rule == "TEAM002"] == [(3, 4), (5, 9)]
    assert report == ValidationEngine(workspace, use_cache=False).validate([BLUEPRINT])


@needs_alarm
def test_results_that_lack_a_broken_rule_are_not_cached(workspace: ProjectWorkspace) -> None:
    first, second = (ValidationEngine(workspace).validate([BLUEPRINT]) for _ in range(2))

    assert first.broken == second.broken == ("TEAM001",)
    assert first == second

    write_artifact(workspace, BLUEPRINT, Stage.INTENT, HOSTILE.replace("!", ""))
    mended = ValidationEngine(workspace).validate([BLUEPRINT])
    assert mended.broken == ()
    assert rules_of(mended).count("TEAM001") == 1


@anywhere
def test_sessions_that_a_broken_rule_did_not_look_at_are_judged_anew(
    workspace: ProjectWorkspace, where: Callable[[Callable[[], Report]], Report]
) -> None:
    sessions = [add_session(workspace, name, switch=False).session_id for name in ("after", "before", "hostile")]
    sound = HOSTILE.replace("!", "")  # the same pattern ends there, and finds something
    for session in (BLUEPRINT, "before", "after"):
        write_artifact(workspace, session, Stage.INTENT, sound)
    write_artifact(workspace, "hostile", Stage.INTENT, HOSTILE)
    order = ["before", "hostile", "after"]

    def run() -> Report:
        return where(lambda: ValidationEngine(workspace).validate(order))

    for report in (run(), run()):  # what was cached the first time changes nothing
        assert report.broken == ("TEAM001",)
        assert [session.session for session in report.sessions] == order
        assert [rules_in(session).count("TEAM001") for session in report.sessions] == [1, 0, 0]
        assert [rules_in(session).count(RULE_BROKEN) for session in report.sessions] == [0, 1, 0]
    write_artifact(workspace, "hostile", Stage.INTENT, sound)

    mended = run()

    assert mended.broken == ()
    assert [rules_in(session).count("TEAM001") for session in mended.sessions] == [1, 1, 1]
    assert mended == where(lambda: ValidationEngine(workspace, use_cache=False).validate(order))
    assert set(sessions) == set(order)


@anywhere
def test_what_a_rule_found_before_it_broke_does_not_come_back_from_the_cache(
    workspace: ProjectWorkspace, where: Callable[[Callable[[], Report]], Report]
) -> None:
    order = ["before", "hostile", "after"]
    for session in order:
        add_session(workspace, session, switch=False)
    for session in (BLUEPRINT, *order):
        write_artifact(workspace, session, Stage.INTENT, HOSTILE.replace("!", ""))
    sound = where(lambda: ValidationEngine(workspace).validate(order))
    assert [rules_in(session).count("TEAM001") for session in sound.sessions] == [1, 1, 1]
    write_artifact(workspace, "hostile", Stage.INTENT, HOSTILE)

    warm = where(lambda: ValidationEngine(workspace).validate(order))

    assert [rules_in(session).count("TEAM001") for session in warm.sessions] == [1, 0, 0]
    assert warm == where(lambda: ValidationEngine(workspace, use_cache=False).validate(order))


def rules_in(session: SessionReport) -> List[str]:
    return [item.rule for item in session.findings]


@needs_alarm
def test_a_broken_rule_is_not_run_again_on_other_artifacts(workspace: ProjectWorkspace) -> None:
    pack = workspace.folder / "rules" / "team.yaml"
    pack.write_text(pack.read_text("utf-8").replace("stage: intent", "stages: all"), encoding="utf-8")
    for stage in Stage:
        write_artifact(workspace, BLUEPRINT, stage, HOSTILE)
    began = time.monotonic()

    report = ValidationEngine(workspace).validate([BLUEPRINT])

    assert time.monotonic() - began < 10  # two seconds once, not seven times
    assert rules_of(report).count(RULE_BROKEN) == 1


RULE_BROKEN = core_constitution().rules.get("rule-broken").id


def test_a_broken_rule_leaves_the_states_as_the_others_make_them(workspace: ProjectWorkspace) -> None:
    write_artifact(
        workspace, BLUEPRINT, Stage.INTENT, f"# I\n\n## Goal\n\n{'a' * 60}!\n\n## Success Criteria\n\n- 3 s\n"
    )
    (workspace.folder / "rules" / "team.yaml").unlink()
    without = ValidationEngine(workspace).validate([BLUEPRINT]).sessions[0]
    use(workspace, "forbid-pattern", "pattern")

    (session,) = ValidationEngine(workspace).validate([BLUEPRINT]).sessions

    assert session.stages == without.stages
    assert session.validation_status.value == "failing"


# The alarm


@needs_alarm
def test_the_alarm_is_given_back() -> None:
    with TimeBudget() as budget:
        assert budget.interrupts
        with TimeBudget() as inner:
            assert not inner.interrupts
        assert budget.interrupts
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@needs_alarm
def test_an_alarm_of_somebody_else_is_left_alone() -> None:
    handler = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        with TimeBudget() as budget:
            assert not budget.interrupts
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGALRM, handler)


def test_only_the_main_thread_can_be_interrupted() -> None:
    def look() -> bool:
        with TimeBudget() as budget:
            return budget.interrupts

    assert in_thread(look) is False


@needs_alarm
def test_time_counts_while_work_is_done_and_not_between() -> None:
    with TimeBudget() as budget:
        budget.begin()
        budget.end()
        time.sleep(0.3)
        budget.begin()
        with pytest.raises(OverBudget):
            spin(30)
        budget.end()


@needs_alarm
def test_what_somebody_else_does_meanwhile_does_not_count() -> None:
    with TimeBudget() as budget:
        budget.begin()
        with budget.paused():
            spin(2.7)
        with pytest.raises(OverBudget):
            spin(30)
        budget.end()


def spin(seconds: float) -> None:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        pass


# The helper


def test_the_helper_goes_with_its_owner() -> None:
    helper = HelperProcess()
    rule = core_constitution().rules.get("ART003")
    hits = helper.hits((rule, Stage.SPEC, "[REQUIRES INPUT]", PipelineArtifacts()))
    process = helper._process
    assert [hit.line for hit in hits] == [1]
    assert isinstance(process, subprocess.Popen)
    assert process.poll() is None

    del helper

    assert process.poll() is not None


def test_a_helper_that_does_not_answer_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_process, "_PATIENCE", -1.0)
    program = helper_process._PROGRAM
    monkeypatch.setattr(helper_process, "_PROGRAM", "import time; time.sleep(60)")
    helper = HelperProcess()
    request = (core_constitution().rules.get("ART003"), Stage.SPEC, "[REQUIRES INPUT]", PipelineArtifacts())
    with pytest.raises(RuleBroken, match="too long"):
        helper.hits(request)

    monkeypatch.setattr(helper_process, "_PROGRAM", program)
    monkeypatch.setattr(helper_process, "_PATIENCE", 30.0)
    assert len(helper.hits(request)) == 1
    helper.close()


def test_only_what_could_run_for_ever_takes_a_helper(workspace: ProjectWorkspace) -> None:
    rule = "  - {id: TEAM00%d, name: r%d, kind: %s, stage: intent, message: m, fix: f, with: %s}\n"
    clause = "{kind: %s, with: %s}"
    harmless = "require-section", "{heading: Goal}"
    harmful = "require-pattern", "{pattern: x}"
    cases = [
        (*harmless, False),
        (*harmful, True),
        ("forbid-pattern", "{literals: [x]}", False),
        ("section-content", "{need: list}", False),
        ("not", f"{{clause: {clause % harmless}}}", False),
        ("when", f"{{condition: {clause % harmless}, then: {clause % harmful}}}", True),
        ("all", f"{{clauses: [{clause % harmless}, {clause % harmful}]}}", True),
    ]
    text = "".join(rule % (number, number, kind, params) for number, (kind, params, _) in enumerate(cases))
    (workspace.folder / "rules" / "team.yaml").write_text(f"pack: team\nrules:\n{text}", encoding="utf-8")

    rules = load_constitution(workspace.folder, workspace.project).rules

    for number, (_, _, expected) in enumerate(cases):
        assert RunnableRule(rules.get(f"TEAM00{number}")).may_never_end is expected
    assert not any(RunnableRule(rule).may_never_end for rule in core_constitution().rules)


def test_every_parameter_that_is_a_pattern_is_known_as_one() -> None:
    named = {
        (name, field.name) for name in KIND_NAMES for field in fields(kind(name).params) if "pattern" in field.name
    }

    assert named == {(name, parameter) for name in KIND_NAMES for parameter in kind(name).patterns}


# Our own patterns


def test_a_rule_of_the_core_pack_about_a_file_is_quick_on_hostile_text() -> None:
    """Not a matter of speed: each of these texts makes a pattern that repeats a repetition run for ever."""
    rules = [RunnableRule(rule) for rule in core_constitution().rules if rule.reach is Reach.FILE]
    with RuleRunner() as runner:
        for unit in (
            "a",
            "1",
            " ",
            "\t",
            "a ",
            "1.",
            "- ",
            "|",
            "| ",
            ".",
            "a.",
            "[",
            "{{",
            "**",
            "#",
            "-",
            "FR-1 ",
            "\n",
        ):
            for end in ("", "!", "\n", "\n!"):
                text = f"## Goal\n\n- [ ] {unit * (5000 // len(unit))}{end}"
                for stage in (Stage.SPEC, Stage.TASKS):
                    facts = ArtifactFacts(stage, text, PipelineArtifacts())
                    assert facts.document.items  # read first, which no rule's time budget is for
                    for item in rules:
                        runner.hits(item, facts, stage)
        assert runner.broken == ()
