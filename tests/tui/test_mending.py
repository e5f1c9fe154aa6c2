"""Fixing, suppressing and compiling: a preview first, then what was shown is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

import pytest

from idse_core.config import IdseConfig
from idse_core.errors import RefusedError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.findings import Finding
from idse_core.validation.report import Selection
from idse_core.validation_engine import ValidationEngine
from idse_tui.dialogs.notice import Notice
from idse_tui.dialogs.reason import ReasonScreen
from idse_tui.settings import Settings
from tests.tui.driving import SESSIONS, Driver, running


async def test_a_fix_is_shown_before_it_is_written(sample: Path) -> None:
    async with running(sample) as driver:
        spec = driver.artifact("auth-login", "spec.md")
        await driver.press("4", "full_stop")
        await driver.until(lambda: isinstance(driver.app.screen, Notice))
        assert "+ ## Acceptance Criteria" in driver.text
        assert "spec.md, now" in driver.text
        assert "spec.md, after the fix" in driver.text
        assert "HEAD" not in driver.text
        assert "## Acceptance Criteria" not in spec.read_text()
        await driver.press("enter")
        await driver.until(lambda: "## Acceptance Criteria" in spec.read_text())
        await driver.until(lambda: "SPEC003" not in [item.rule for item in driver.state.view.findings("auth-login")])


async def test_the_footer_offers_a_fix_where_there_is_one(sample: Path) -> None:
    async with running(sample) as driver:
        assert ". fix" not in driver.lines[-1]
        await at_rule(driver, "spec003")
        await driver.until(lambda: ". fix" in driver.lines[-1])
        await driver.press("escape")
        await at_rule(driver, "trc005")
        await driver.until(lambda: ". fix" not in driver.lines[-1])


def test_what_is_said_to_be_fixable_has_a_fix_and_nothing_else(sample: Path) -> None:
    (sample / SESSIONS / "export-csv" / "plan.md").unlink()
    (sample / SESSIONS / "billing" / "plan.md").write_text("# Plan\n\n## Approach\n\nfr-1 is met.\n")
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    engine = ValidationEngine(workspace)
    seen = set()
    for session in workspace.sessions():
        for item in engine.examine([session])[0].findings:
            planned = engine.plan_fixes(session, Selection(frozenset([item.rule])))
            fixed = any(item.rule in fix.rules and fix.path == item.path for fix in planned)
            assert item.fixable is fixed, item
            seen.add((item.fixable, item.rule))
    assert {rule for fixable, rule in seen if fixable} >= {"ART001", "SPEC003"}
    assert {rule for fixable, rule in seen if not fixable} >= {"TRC005"}


async def at_rule(driver: Driver, rule: str) -> None:
    """The cursor is on the first finding of a rule."""
    await driver.press("4")
    await driver.press("slash")
    await driver.type(rule)
    await driver.press("enter")
    finding = driver.main.finding
    assert finding is not None
    assert finding.rule == rule.upper()


async def test_suppressing_asks_for_a_reason_shows_the_line_and_writes_it(sample: Path) -> None:
    async with running(sample) as driver:
        spec = driver.artifact("auth-login", "spec.md")
        before = spec.read_text()
        await at_rule(driver, "TRC005")
        await driver.press("S")
        assert isinstance(driver.app.screen, ReasonScreen)
        assert "needs a reason" in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, ReasonScreen)  # without a reason nothing goes on
        await driver.type("they stand in the plan")
        await driver.until(lambda: "<!-- idse-disable-file TRC005 -- they stand in the plan -->" in driver.text)
        assert "holds for all of it" in driver.text
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, Notice))
        assert "<!-- idse-disable-file TRC005 -- they stand in the plan -->" in driver.text
        assert "spec.md, with the comment" in driver.text
        assert spec.read_text() == before
        await driver.press("enter")
        await driver.until(lambda: "-- they stand in the plan -->" in spec.read_text())
        await driver.until(lambda: "TRC005" not in [item.rule for item in driver.state.view.findings("auth-login")])
        assert "TRC005" in driver.state.command_log[-1]


async def test_no_reason_is_asked_for_where_no_comment_would_do(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(workspace: object, finding: Finding) -> str:
        raise RefusedError(f"no comment would suppress {finding.rule} alone", hint="settle the finding")

    monkeypatch.setattr("idse_tui.controllers.mending.directive_for", refuse)
    async with running(sample) as driver:
        await at_rule(driver, "TRC005")
        await driver.press("S")
        await driver.until(lambda: driver.app.screen is driver.main)
        await driver.until(lambda: any("settle the finding" in item.message for item in driver.app._notifications))


async def test_escape_leaves_everything_as_it_was(sample: Path) -> None:
    async with running(sample) as driver:
        spec = driver.artifact("auth-login", "spec.md")
        before = spec.read_bytes()
        await at_rule(driver, "TRC005")
        await driver.press("S")
        await driver.type("no")
        await driver.press("escape")
        assert not driver.state.command_log
        assert spec.read_bytes() == before


async def test_a_locked_rule_can_not_be_suppressed_and_says_so(sample: Path) -> None:
    async with running(sample) as driver:
        await at_rule(driver, "ART003")
        await driver.press("S")
        assert "is locked" in driver.text


@pytest.mark.parametrize(("rule", "key"), [("SPEC003", "x"), ("ART003", "S"), ("TRC005", "full_stop")])
async def test_a_dialog_that_names_e_edits_at_the_line(
    sample: Path, monkeypatch: pytest.MonkeyPatch, rule: str, key: str
) -> None:
    edited: List[List[str]] = []
    monkeypatch.setattr("idse_tui.controllers.doing.hand_over", lambda app, words: edited.append(list(words)) or 0)
    async with running(sample, settings=Settings(editor="vi")) as driver:
        await at_rule(driver, rule)
        finding = driver.main.finding
        assert finding is not None
        await driver.press(key)
        await driver.until(lambda: isinstance(driver.app.screen, Notice))
        assert "e edits" in driver.text
        await driver.press("e")
        await driver.until(lambda: edited)
        assert edited == [["vi", f"+{finding.line}", str(sample / finding.path)]]
        assert driver.app.screen is driver.main


async def test_help_is_wrapped_by_the_box_alone(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("f1")
        box = driver.app.screen.query_one("#notice").content_region
        lines = [line[box.x : box.right].strip() for line in driver.lines[box.y : box.bottom]]
        shown = " ".join(lines)
        assert lines[0] == "What you see"
        assert "each with one Markdown artifact (3)" in shown
        assert "Nothing that git tracks is written" in shown
        assert "`" not in shown


async def test_compiling_shows_the_profile_and_writes_it(sample: Path) -> None:
    target = sample / SESSIONS.parent / "build" / "agents" / "auth-login.profile.yaml"
    async with running(sample) as driver:
        await driver.press("c")
        await driver.until(lambda: isinstance(driver.app.screen, Notice))
        assert "Nothing is written yet" in driver.text
        assert not target.exists()
        await driver.press("enter")
        await driver.until(target.exists)
        await driver.until(lambda: driver.state.command_log == ["idse compile agent-spec --session auth-login"])
        await driver.press("c")
        await driver.until(lambda: "It is up to date" in driver.text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_digest_of_the_profile_is_in_one_piece(sample: Path, size: Tuple[int, int]) -> None:
    async with running(sample, size=size) as driver:
        await driver.press("c")
        await driver.until(lambda: isinstance(driver.app.screen, Notice))
        for _ in range(100):
            if re.search(r"sha256:[0-9a-f]{64}\b", driver.text):
                return
            await driver.press("j")
        raise AssertionError(driver.text)
