"""Links and files that artifacts name, looked up where they should be."""

from __future__ import annotations

from typing import List, Set

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import write_artifact
from tests.validation.done_sessions import DONE, NAME, judge, of


@pytest.fixture
def written(workspace: ProjectWorkspace) -> ProjectWorkspace:
    for stage in Stage:
        write_artifact(workspace, NAME, stage, DONE[stage])
    return workspace


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("plan.md", ""),
        ("plan.md#architecture-summary", ""),
        ("plan.md#Architecture-Summary", ""),
        ("plan.md#nowhere", "leads to no heading of plan"),
        ("./implementation/../plan.md#nowhere", "leads to no heading of plan"),
        ("#nowhere", "leads to no heading of this artifact"),
        ("#top", ""),
        ("plan.md#L3", ""),
        ("plan.md#L3-L10", ""),
        ("plan.md#custom-id", ""),
        ("plan.md#Risks", ""),
        ("plan.md#first", ""),
        ("plan.md#second", ""),
        ("plan.md#third", ""),
        ("plan.md#fourth", ""),
        ("plan.md#in-code", "leads to no heading of plan"),
        ("plan.md#risks-custom-id", "leads to no heading of plan"),
        ("spec.md#nowhere", "leads to no heading of this artifact"),
        ("nowhere.md#plan", "leads to a file that does not exist"),
        ("../__blueprint__/spec.md#nowhere", ""),  # another session's headings are not read
        ("https://example.org/plan.md#nowhere", ""),
        ("../../../../../../outside.md", ""),
        ("../../../../../..inside/nowhere.md", "leads to a file that does not exist"),
    ],
)
def test_anchors_are_looked_up_in_the_session(written: ProjectWorkspace, link: str, problem: str) -> None:
    write_artifact(written, NAME, Stage.PLAN, ANCHORED)
    write_artifact(written, NAME, Stage.SPEC, f"{DONE[Stage.SPEC]}\n[as said]({link})\n")

    found = [item.message for item in of(judge(written), "LNK001")]

    assert found == ([f"the link to '{link}' {problem}"] if problem else [])


@pytest.mark.parametrize(
    ("tag", "targets"),
    [
        ('See <a href="nowhere.md">this</a>.', ["nowhere.md"]),
        ("<IMG alt='a' src='nowhere.png'/>", ["nowhere.png"]),
        ("<a\n  class=x\n  href=nowhere.md>this</a>", ["nowhere.md"]),
        ('<a href="plan.md?a=1&amp;b=2#nowhere">this</a>', ["plan.md?a=1&b=2#nowhere"]),
        ('<a href="plan.md">this</a> <a href="https://example.org/x">that</a> <a id="x" href="#x">it</a>', []),
        ('<a data-href="nowhere.md" href="plan.md">this</a> <abbr href="nowhere.md">', []),
        ('`<a href="nowhere.md">` <!-- <a href="nowhere.md"> --> \\<a href="nowhere.md">', []),
        ('<a href="">this</a> 1 < 2 = <a>', []),
    ],
)
def test_links_in_html_are_links(written: ProjectWorkspace, tag: str, targets: List[str]) -> None:
    write_artifact(written, NAME, Stage.SPEC, f"{DONE[Stage.SPEC]}\n{tag}\n")

    found = [item.message.split("'")[1] for item in of(judge(written), "LNK001")]

    assert found == targets


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        ("- [x] Task 9 – a (Files: src/a.py)", []),
        ("- [x] Task 9 – a (Files: src/*.py)", []),
        ("- [x] Task 9 – a (Files: src/**/test_?.py)", []),
        ("- [x] Task 9 – a (Files: lib/*.py)", ["lib/*.py"]),
        ("- [x] Task 9 – a (Files: src/a.py:10)", []),
        ("- [x] Task 9 – a (Files: src/a.py:10-12, src/a.py#L3)", []),
        ("- [x] Task 9 – a (Files: src/a.py (new), src/b.py)", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: src/b.py:10)", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: src/a.py & src/b.py + see, plan, TBD …)", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: src/old.py → src/a.py, `old.py` -> `b.py`)", ["b.py"]),
        ("- [x] Task 9 – a (Files: `src/a b.py`, `src/(app)/c d.py`)", ["src/(app)/c d.py"]),
        ("- [x] Task 9 – a (Files: `src/a.py src/b.py`; `TBD`, v1.2, 3.5, and/or, src/…, src/<name>.py)", ["src/b.py"]),
        (
            "- [x] Task 9 – a (Files: Makefile, .gitlab.yml, __init__.py, docs/.)",
            ["Makefile, .gitlab.yml, __init__.py, docs/"],
        ),
        ("- [x] Task 9 – a `(Files: src/b.py)`", []),
        ("- [x] Task 9 – a <!-- (Files: src/b.py) -->", []),
        ("- [x] Task 9 – a\n\n  ```\n  - Files: src/b.py\n  ```", []),
        ("- [x] Task 9 – a\n  - **Files:** `src/b.py` <!-- src/c.py -->", ["src/b.py"]),
        ("- [x] Task 9 – a\n  - Files:src/b.py", ["src/b.py"]),
        ("- [x] Task 9 – a\n  - Files:\n", []),
        ("- [x] ~~Task 9 – a~~ (Files: src/b.py)", []),
        ("- [ ] Task 9 – a (Files: src/b.py)", []),
        ("- [x] Task 9 – a\n  - Files: src/a.py, src/b.py\n  - Owner: me", ["src/b.py"]),
        ("- [x] Task 9 – a\n  - **File**: `src/b.py`", ["src/b.py"]),
        ("- [x] Task 9 – a\n  - first `src/a.py`, then `src/b.py`", ["src/b.py"]),
        ("- [x] Task 9 – a\n  - [ ] Task 9.1 – b (Files: src/b.py)", []),
        ("- [x] Task 9 – a `src/b.py:12` and `src/b.py::test_b`", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: https://example.org/b.py, ~/b.py)", []),
        ("- [x] Task 9 – a (Files: e.g. src/a.py, i.e. x, e.g src/b.py)", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: src/gone.py (deleted), src/b.py (new))", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: src/gone.py \N{EM DASH} deleted; src/b.py)", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: `src/gone.py` removed, old/ (gone, at last), src/remove.py)", ["src/remove.py"]),
        ("- [x] Task 9 – a (Files: src/b.py (moved from src/old.py), src/c.py (renamed))", ["src/b.py"]),
        ("- [x] Task 9 – a\n  - Files:\n    - src/a.py\n    - src/b.py\n    - src/gone.py, deleted", ["src/b.py"]),
        ("- [x] Task 9 – Delete src/none.py (Files: src/none.py)", []),
        ("- [x] T9 [P] [US1] Removed the old parser\n  - Files: src/none.py", []),
        ("- [x] Task 9 – Rework a, then delete src/none.py (Files: src/b.py, src/none.py)", ["src/b.py"]),
        ("- [x] Task 9 – Write the delete endpoint (Files: src/b.py)", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: 1/2.5, w3.org/x.html, www.a.b/c.py, origin/main.x, @scope/pkg.js)", []),
        ("- [x] Task 9 – a, `1/2.5` `w3.org/x.html` `origin/main.x` `@scope/pkg.js` `src/b.py`", ["src/b.py"]),
        ("- [x] Task 9 – a (Files: Node.js, ASP.NET, .NET, app.js)", ["app.js"]),
        ("- [x] Task 9 – a (Files: src/a.py:f(), src/a.py:C.f, src/a.py:f(x), src/b.py:f())", ["src/b.py"]),
        ("- [x] Task 9 – a, in `src/a.py:f()` and `src/b.py:f(x)`", ["src/b.py"]),
        ("- [x] Task 9 – see `https://example.org/b.html`, `s3://bucket/b.txt`, `~/.b/b.json`, `user/repo.git`", []),
        ("- [x] Task 9 – delete `src/b.py`", []),
        ("- [x] Task 9 – Moved `src/b.py` to `src/`", []),
        ("- [x] Task 9 – Remove nothing. Write `src/b.py`", ["src/b.py"]),
    ],
)
def test_files_that_ticked_tasks_name(written: ProjectWorkspace, task: str, missing: List[str]) -> None:
    source = written.folder.parent / "src"
    source.mkdir()
    (source / "a.py").write_text("", encoding="utf-8")
    (source / "a b.py").write_text("", encoding="utf-8")
    write_artifact(written, NAME, Stage.TASKS, f"{DONE[Stage.TASKS]}\n{task}\n")

    found = [item.message for item in of(judge(written), "TASK006")]

    assert found == [f"task 9 is ticked, but there is no {path}" for path in missing]


ANCHORED = """\
# Plan

## Architecture Summary

<a id="First"></a>One part, <a class=x name='second' id="fourth"/> and `<a id="in-code">`.

<div class="note" id=third>

x

</div>

## Risks {#custom-id .wide}

None.
"""

UNCOVERED = """\
# Spec

## Functional Requirements

- FR-1: one
- FR-2: two
- FR-3: three

## Acceptance Criteria

- AC-1: something
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ["each of FR-1 to FR-3"]),
        ("- FR-2: two", "- FR-2: two (Waived: seen by eye)", ["each of FR-1, FR-3"]),
        ("- AC-1:", "- AC-1 (FR-2):", ["FR-1", "FR-3"]),
        ("- FR-1:", "<!-- idse-disable-next-line TRC005 -- shown by hand -->\n- FR-1:", ["FR-2", "FR-3"]),
        ("- FR-2:", "<!-- idse-disable-next-line TRC005 -- shown by hand -->\n- FR-2:", ["FR-1", "FR-3"]),
        ("# Spec", "# Spec\n\n<!-- idse-disable-file TRC005 -- shown by hand -->", []),
    ],
)
def test_requirements_without_a_criterion(
    written: ProjectWorkspace, before: str, after: str, expected: List[str]
) -> None:
    write_artifact(written, NAME, Stage.SPEC, UNCOVERED.replace(before, after, 1))

    report = judge(written)

    assert [item.message for item in of(report, "TRC005")] == [
        f"{ids} is covered by no acceptance criterion" for ids in expected
    ]
    assert not of(report, "SUP001")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("- FR-1: one", "- FR-10: one", ["each of FR-2 to FR-10 is covered by no acceptance criterion"]),
        (
            "- FR-2: two",
            "- FR-2: two (Deferred)",
            [
                "each of FR-1 to FR-3 is covered by no acceptance criterion; '(Deferred)' of FR-2 gives no reason behind a colon"
            ],
        ),
        (
            "FR-2: two\n- FR-3: three\n\n## Acceptance Criteria\n\n- AC-1:",
            "FR-2: two **(deferred to v2)**\n\n## Acceptance Criteria\n\n- AC-1 (FR-1):",
            ["FR-2 is covered by no acceptance criterion; '(deferred to v2)' gives no reason behind a colon"],
        ),
    ],
)
def test_what_is_said_of_requirements_without_a_criterion(
    written: ProjectWorkspace, before: str, after: str, expected: List[str]
) -> None:
    write_artifact(written, NAME, Stage.SPEC, UNCOVERED.replace(before, after, 1))
    assert [item.message for item in of(judge(written), "TRC005")] == expected


def test_one_more_of_them_is_another_finding(written: ProjectWorkspace) -> None:
    """Otherwise a baseline that accepts today's would let tomorrow's pass."""
    fingerprints: Set[str] = set()
    for text in (UNCOVERED, UNCOVERED.replace("- FR-3: three\n", "- FR-3: three\n- FR-4: four\n")):
        write_artifact(written, NAME, Stage.SPEC, text)
        fingerprints.update(item.fingerprint for item in of(judge(written), "TRC005"))
    assert len(fingerprints) == 2


def test_dependencies_may_stand_below_a_task(written: ProjectWorkspace) -> None:
    tasks = "# Tasks\n\n- [ ] Task 1 – a\n  - Deps: 2\n- [ ] Task 2 – b (Deps: 1)\n"
    write_artifact(written, NAME, Stage.TASKS, tasks)

    assert [item.line for item in of(judge(written), "TASK003")] == [3, 5]


def test_of_a_number_used_twice_the_task_that_closes_the_circle_is_the_one_to_mend(written: ProjectWorkspace) -> None:
    tasks = "# Tasks\n\n- [ ] Task 1 – a\n- [ ] Task 2 – b (Deps: 1)\n- [ ] Task 1 – c (Deps: 2)\n"
    write_artifact(written, NAME, Stage.TASKS, tasks)

    found = of(judge(written), "TASK003")

    assert [(item.line, item.message) for item in found] == [
        (4, "task 2 waits for itself: 2 → 1 → 2"),
        (5, "task 1 waits for itself: 1 → 2 → 1"),
    ]


def test_a_range_of_phases_means_those_between_as_well(written: ProjectWorkspace) -> None:
    phases = "".join(f"## Phase {number}\n\n- [ ] Task {number}.1 – a\n\n" for number in range(1, 61))
    tasks = f"# Tasks\n\n{phases}".replace("Task 30.1 – a", "Task 30.1 – a (Deps: 60.1)")
    tasks = tasks.replace("Task 60.1 – a", "Task 60.1 – a (Deps: Phases 1-59)")
    write_artifact(written, NAME, Stage.TASKS, tasks)

    assert [item.message.split()[1] for item in of(judge(written), "TASK003")] == ["30.1", "60.1"]


PHASES = """\
# Tasks

## Phase 0 – Foundations

- [ ] Task 0.1 – a {first}
- [ ] Task 0.2 – b

## Phase 1: Building

- [ ] Task 1.1 – c {second}
"""


@pytest.mark.parametrize(
    ("first", "second", "unknown", "circles"),
    [
        ("", "(Deps: Phase 0)", [], []),
        ("", "(Deps: Phases 0 and 7, phase 2.5, Phases 8-9)", [], []),
        ("", "(Deps: Phase 0, 7.1)", ["1.1 waits for 7.1"], []),
        ("", "(Deps: Phase 0, 7)", ["1.1 waits for 7"], []),
        ("", "(Deps: Phases 0, 7, 7.1)", ["1.1 waits for 7.1"], []),
        ("(Deps: Phase 1)", "(Deps: Phase 0)", [], ["0.1", "1.1"]),
        ("(Deps: Phases 0–1)", "(Deps: 0.1)", [], ["0.1", "1.1"]),
        ("(Deps: Phase 0)", "", [], []),
        ("", "(Deps: 0.1.)", [], []),
        ("", "(Deps: 37.)", ["1.1 waits for 37"], []),
        ("", "(Deps: 0.1..0.2)", [], []),
        ("", "(Deps: 40..42)", ["1.1 waits for 40", "1.1 waits for 42"], []),
        ("", "(Deps: `0.1`, **9.9**)", ["1.1 waits for 9.9"], []),
        ("", "<!-- (Deps: 9.9) --> `(Deps: 9.9)`", [], []),
        ("", "(Deps: 0.1 <!-- 9.9 -->)", [], []),
        ("", "\n\n  ```\n  - Deps: 9.9\n  ```", [], []),
        ("(Deps: 1.1)", "(Depends: 0.1)", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "(depends on 0.1)", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "(depends on Task 0.1 and Task 0.2)", [], ["0.1", "1.1"]),
        ("(Depends\n  on: 1.1)", "(Dependency: 0.1)", [], ["0.1", "1.1"]),
        ("(Dep: 1.1)", "(Blocked by: 0.1)", [], ["0.1", "1.1"]),
        ("(blocked by 1.1)", "(Requires: 0.1 (its table), a database)", [], ["0.1", "1.1"]),
        ("(requires phase 1)", "(Deps: none) (requires 0.1)", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "(Deps: 0.2) (Blocked by: 0.1)", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "\n  - Depends on 0.1", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "\n  - **Dependencies**:\n    - 0.2\n    - 0.1: its table, 3 columns", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "\r\n  - Dependencies:\r\n\r\n    1. Task 0.1\r\n", [], ["0.1", "1.1"]),
        ("(Deps: 1.1)", "\n  - Dependencies:\n  - 0.1 is the table", [], []),
        ("", "(requires Python 3.8, 2 reviewers) (Requires: 3 days of work)", [], []),
        ("", "(depends on what 9.9 says) (Dependency 9.9) (Deps of 9.9)", [], []),
        ("", "(Files 9.9) (Files: none)", [], []),
        ("", "(Blocked by: 9.9)", ["1.1 waits for 9.9"], []),
        ("(Deps: Phases 1-60)", "(Deps: Phases 1-999999999)", [], []),
    ],
)
def test_what_tasks_wait_for(
    written: ProjectWorkspace, first: str, second: str, unknown: List[str], circles: List[str]
) -> None:
    write_artifact(written, NAME, Stage.TASKS, PHASES.format(first=first, second=second))

    report = judge(written)

    assert [item.message for item in of(report, "TASK004")] == [f"task {one}, which is no task here" for one in unknown]
    assert [item.message.split()[1] for item in of(report, "TASK003")] == circles
