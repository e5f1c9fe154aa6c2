"""A short form of `make soak`, with the same runs on every machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Iterator

import pytest

from idse_core.agency import pulled_documents, session_plan
from idse_core.agency.outcome import DocumentOutcome, Result
from idse_core.agency.planner import Action, plan
from idse_core.agency.pulled_documents import PulledDocuments
from tests.faults.simulation import make_origin, run
from tools import soak as soaking
from tools.soak import main, scratch, soak

RUNS, STEPS, PARTS = int(os.environ.get("IDSE_SIMULATION_RUNS", "60")), 40, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_whatever_happens(part: int) -> None:
    each = RUNS // PARTS
    found = [failed.what for _, failed in soak(each, STEPS, part * each) if failed]
    assert found == [], "\n".join(found)


@pytest.fixture(scope="module")
def fast() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="idse-simulation-", dir=scratch()) as folder:
        make_origin(Path(folder) / "origin")
        yield Path(folder)


def test_the_same_seed_is_the_same_story(fast: Path) -> None:
    stories = [run(seed, STEPS, fast / "run", fast / "origin") for seed in (7, 7, 8)]
    assert stories[0] == stories[1] != stories[2]


# -- the oracles find mistakes -----------------------------------------------------------------------------------------


def refused_for(what: str, runs: int = 60) -> bool:
    """Whether a run fails with this message."""
    return any(failed and what in failed.what for _, failed in soak(runs, STEPS, 1000))


@pytest.mark.parametrize(
    ("instead_of", "does", "seen"),
    [
        (Action.MERGE, Action.PULL, "lost:"),
        (Action.CONFLICT_WITHOUT_BASE, Action.PULL, "lost:"),
        (Action.RESTORE, Action.PUSH_TOMBSTONE, "in no document any more"),
        (Action.CONFLICT_DELETED_REMOTELY, Action.DELETE_LOCAL, "in no document any more"),
        (Action.DELETE_LOCAL, Action.PUSH, "is back"),
    ],
    ids=str,
)
def test_a_planner_with_a_mistake_is_found(
    monkeypatch: pytest.MonkeyPatch, instead_of: Action, does: Action, seen: str
) -> None:
    def erring(*digests: object) -> Action:
        action = plan(*digests)  # type: ignore[arg-type]  # what the planner takes
        return does if action is instead_of else action

    monkeypatch.setattr(session_plan, "plan", erring)
    assert refused_for(seen)


def test_a_merge_that_drops_our_version_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulled_documents, "_merged", lambda key, base, ours, theirs: (True, theirs))
    monkeypatch.setattr(PulledDocuments, "_keep", lambda *given: None)
    assert refused_for("lost:")


def test_a_pull_that_reports_success_without_writing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(
        self: PulledDocuments, session: str, document: session_plan.DocumentPlan, present: object
    ) -> DocumentOutcome:
        self._recorder.agree(session, document.key, document.remote, self._base.content(document.remote_digest or ""))
        return document.came_to(Result.DONE, session)

    monkeypatch.setattr(PulledDocuments, "_write_remote", said)
    assert refused_for("seed ")


def test_a_failing_run_says_how_to_repeat_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pulled_documents, "_merged", lambda key, base, ours, theirs: (True, theirs))
    monkeypatch.setattr(PulledDocuments, "_keep", lambda *given: None)
    assert main(["--runs", "6", "--steps", str(STEPS), "--seed", "1000"]) == 1
    said = capsys.readouterr().out
    assert "again: python -m tools.soak --seed 10" in said
    assert "failures, seeds 10" in said


def test_a_successful_run_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(soaking, "scratch", lambda: None)  # as on a machine without a file system in memory
    assert main(["--runs", "1", "--steps", "10"]) == 0
    assert capsys.readouterr().out == "1 runs of 10 steps: 0 failures\n"
