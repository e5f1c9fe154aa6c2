"""The states that must look right, and what happens while somebody else changes files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import List, Tuple

import pytest
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import NewSession, SessionGraph
from idse_core.validation_engine import ValidationEngine
from idse_tui.actions import Panel
from idse_tui.dialogs.welcome import Welcome
from idse_tui.glyphs import ASCII
from idse_tui.screens.main import MainScreen
from idse_tui.settings import Settings
from idse_tui.widgets.artifact_view import ArtifactView
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.session_tree import SessionTree
from tests.builders import tree
from tests.tui.driving import SESSIONS, Driver, running

PROJECT = Path(".idse/projects/customer-portal")


async def test_without_a_workspace_one_is_offered_and_created(tmp_path: Path) -> None:
    async with running(tmp_path) as driver:
        assert isinstance(driver.app.screen, Welcome)
        assert "idse init" in driver.text
        await driver.press(*(["backspace"] * 60))
        await driver.type("shop")
        await driver.press("enter")
        await driver.until(lambda: any(isinstance(screen, MainScreen) for screen in driver.app.screen_stack))
        await driver.settled()
        assert "shop ▸ __blueprint__" in driver.lines[0]
    assert (tmp_path / ".idse" / "projects" / "shop").is_dir()


async def test_escape_leaves_the_welcome(tmp_path: Path) -> None:
    async with running(tmp_path) as driver:
        await driver.press("escape")
        await driver.pilot.pause()
        assert driver.app.return_code == 0
    assert not (tmp_path / ".idse").exists()


async def test_a_project_without_sessions(sample: Path) -> None:
    shutil.rmtree(sample / SESSIONS)
    async with running(sample) as driver:
        await driver.until(lambda: "`idse init customer-portal` brings the blueprint back" in driver.text)
        await driver.press("e")
        await driver.until(lambda: "there is no session" in driver.text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_when_the_last_session_is_lost_one_key_brings_the_blueprint_back(
    sample: Path, size: Tuple[int, int]
) -> None:
    async with running(sample, size=size) as driver:
        shutil.rmtree(sample / SESSIONS)
        await driver.until(lambda: not driver.state.view.sessions)
        await driver.at_rest()
        assert not driver.app._notifications
        assert "there is no session" in driver.text
        await driver.press("3")
        assert "n or `idse init customer-portal` brings the blueprint back" in driver.text
        await driver.press("n")
        await driver.until(lambda: driver.state.spot.session == "__blueprint__")
        await driver.settled()
        await driver.until(lambda: "3 intent.md" in driver.text)
        assert driver.state.view.current == "__blueprint__"
        assert driver.state.command_log == ["idse init customer-portal"]
        assert not driver.state.view.problems
    assert (sample / SESSIONS / "__blueprint__" / "spec.md").is_file()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.unlink(), "spec.md is missing"),
        (lambda path: path.write_bytes(b" \n"), "spec.md is empty"),
        (lambda path: path.write_bytes(b"# Spec\n\nr\xe9sum\xe9\n"), "is not UTF-8"),
    ],
)
async def test_an_artifact_that_can_not_be_shown_says_why(sample: Path, change: object, words: str) -> None:
    change(sample / SESSIONS / "auth-login" / "spec.md")  # type: ignore[operator]
    async with running(sample) as driver:
        driver.main.go(driver.state.spot._replace(stage=Stage.SPEC))
        await driver.until(lambda: words in driver.text)


async def test_hostile_and_wide_characters_stay_harmless(sample: Path) -> None:
    spec = sample / SESSIONS / "auth-login" / "spec.md"
    spec.write_text("# \x1b[31mred\u202e 漢字 👩‍💻\n\n| 幅 | b |\n|---|---|\n| 🙂🙂 | \x07 |\n")
    async with running(sample) as driver:
        driver.main.go(driver.state.spot._replace(stage=Stage.SPEC))
        await driver.until(lambda: "\\x1b[31mred\\u202e 漢字" in driver.text)
        assert "\x1b" not in driver.text
        assert "\u202e" not in driver.text


async def test_a_large_artifact_shows_its_first_screen_and_jumps(sample: Path) -> None:
    spec = sample / SESSIONS / "auth-login" / "spec.md"
    part = (
        "## Part {0}\n\nA paragraph with `code` and **words**.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    )
    spec.write_text("# Large\n\n" + "".join(part.format(number) for number in range(800)))
    async with running(sample) as driver:
        driver.main.go(driver.state.spot._replace(stage=Stage.SPEC))
        await driver.until(lambda: "Part 0" in driver.text)
        view = driver.main.query_one(ArtifactView)
        view.go_to(8_000)
        await driver.until(lambda: abs(view.line - 8_000) < 4 and "Part 727" in driver.text)


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (PROJECT / "agent_registry.json", '{"agents": [}', "agent_registry.json:1"),
        (PROJECT / "session_state.json", "not json", "session_state.json:1"),
        (PROJECT / "CURRENT_SESSION", "nobody\n", "CURRENT_SESSION names no session"),
        (Path(".idse/rules/team.yaml"), "rules:\n  - id: [\n", "team.yaml"),
        (SESSIONS / "billing" / "metadata" / "session.json", '{"title": 3}', "session.json:1"),
    ],
)
async def test_a_broken_file_is_a_banner_and_everything_else_goes_on(
    sample: Path, path: Path, text: str, words: str
) -> None:
    (sample / path).parent.mkdir(exist_ok=True)
    (sample / path).write_text(text)
    async with running(sample, session="auth-login") as driver:
        banner = "\n".join(driver.lines[1:4])
        assert words in banner
        assert driver.state.view.reports["auth-login"].findings
        await driver.press("4", "down")
        assert driver.main.finding is not None


async def test_what_is_wrong_with_the_record_of_a_session_is_counted_alike_everywhere(sample: Path) -> None:
    (sample / SESSIONS / "billing" / "metadata" / "session.json").write_text('{"title": "one\ntwo"}')
    async with running(sample, session="billing") as driver:
        assert "2 ✗" in driver.lines[0]
        assert any("billing" in line and "2✗" in line for line in driver.lines[2:])
        assert "not valid JSON: invalid control character" in banner_text(driver)
        assert "control character at" not in banner_text(driver)


async def test_a_banner_says_all_of_it(sample: Path) -> None:
    (sample / PROJECT / "agent_registry.json").write_text('{"agents": [}')
    async with running(sample, size=(100, 30)) as driver:
        (problem,) = driver.state.view.problems.values()
        assert len(problem) > 96
        assert problem in banner_text(driver)


async def test_what_a_banner_has_no_room_for_a_key_shows(sample: Path) -> None:
    for number in range(4):
        path = sample / SESSIONS / ("billing", "auth-login", "export-csv", "audit-trail")[number]
        (path / "metadata" / "session.json").write_text('{"title": 3}')
    async with running(sample, size=(80, 24)) as driver:
        assert "F1 shows all 4 in full" in banner_text(driver)
        await driver.press("f1")
        shown = " ".join(str(driver.app.screen.query_one("#notice Static").render()).split())
        assert all(problem in shown for problem in driver.state.view.problems.values())


def banner_text(driver: Driver) -> str:
    """What the banner says, without its line breaks."""
    region = driver.main.query_one("#banner").region
    assert region.height <= 3
    return " ".join(" ".join(driver.lines[region.y : region.bottom]).replace("! ", "").split())


async def test_a_rule_pack_that_is_mended_takes_its_banner_away(sample: Path) -> None:
    pack = sample / ".idse" / "rules" / "team.yaml"
    pack.parent.mkdir()
    pack.write_text("rules: 3\n")
    async with running(sample) as driver:
        assert "rules" in driver.state.view.problems
        pack.unlink()
        await driver.until(lambda: "rules" not in driver.state.view.problems)


async def test_where_nothing_can_be_written_the_switcher_only_looks(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idse_tui.screens.main.os.access", lambda path, mode, **more: mode != os.W_OK)
    before = tree(sample)
    async with running(sample) as driver:
        assert "● live · read-only" in driver.lines[0]
        await driver.press("s")
        await driver.type("billing")
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "billing")
        told = [item.message for item in driver.app._notifications]
        assert told == ["the workspace is read-only here: only looking"]
        assert driver.state.view.current == "auth-login"
    assert tree(sample) == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
async def test_a_read_only_workspace_can_be_looked_at(sample: Path) -> None:
    folder = sample / ".idse"
    folder.chmod(0o555)
    try:
        async with running(sample) as driver:
            await driver.press("v")
            await driver.until(lambda: "read-only" in driver.text)
    finally:
        folder.chmod(0o755)


async def test_the_workspace_is_deleted_and_comes_back(sample: Path, tmp_path: Path) -> None:
    async with running(sample) as driver:
        shutil.move(str(sample / ".idse"), str(tmp_path / "elsewhere"))
        await driver.until(lambda: "not there any more" in driver.lines[1])
        assert not driver.state.view.sessions
        shutil.move(str(tmp_path / "elsewhere"), str(sample / ".idse"))
        await driver.until(lambda: "auth-login" in driver.state.view.reports)
        await driver.until(lambda: "gone" not in driver.state.view.problems)


async def test_a_workspace_that_comes_back_is_looked_at_where_it_was(sample: Path, tmp_path: Path) -> None:
    async with running(sample, session="export-csv") as driver:
        driver.main.go(driver.state.spot._replace(stage=Stage.PLAN))
        await driver.until(lambda: "3 plan.md" in driver.text)
        assert driver.state.view.current != "export-csv"
        shutil.move(str(sample / ".idse"), str(tmp_path / "elsewhere"))
        await driver.until(lambda: "not there any more" in driver.lines[1])
        shutil.move(str(tmp_path / "elsewhere"), str(sample / ".idse"))
        await driver.until(lambda: "gone" not in driver.state.view.problems and driver.state.view.sessions)
        await driver.until(lambda: "3 plan.md" in driver.text)
        assert driver.state.spot[:2] == ("export-csv", Stage.PLAN)


async def test_the_keys_of_the_pipeline_are_shown_there(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("2")
        await driver.until(lambda: "→ next stage" in driver.lines[-1])
        assert "← previous stage" in driver.lines[-1]
        assert "Enter artifact" in driver.lines[-1]
        column = driver.lines[-1].index("→ next stage")
        await driver.pilot.click("#keys", offset=(column, 0))
        await driver.until(lambda: "3 plan.md" in driver.text)


async def test_the_palette_names_no_session_for_switching(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("colon")
        await driver.until(lambda: "idse switch SESSION" in driver.text)
        await driver.type("switch session")
        assert "idse switch auth-login" not in driver.text


async def test_mistakes_in_the_settings_are_told(sample: Path) -> None:
    settings = Settings(theme="no-such-theme", problems=("config.json: 'tui.keys': there is no action 'fly'",))
    async with running(sample, settings=settings) as driver:
        assert "there is no action 'fly'" in driver.text
        assert "no theme 'no-such-theme'" in driver.text


async def test_ascii_glyphs_need_nothing_else(sample: Path) -> None:
    async with running(sample, settings=Settings(glyphs=ASCII), session="auth-login") as driver:
        for keys in ["2", "3", "t", "t", "t", "4", "s", "question_mark", "f1", "colon", "n", "m", "p", "plus", "slash"]:
            await driver.press(keys)
            await driver.pilot.pause()
            if keys != "slash":
                assert set(driver.text) - set("\n▁▂▃▄▅▆▇█") <= set(map(chr, range(32, 127))), driver.text
            if driver.app.screen is not driver.main:
                await driver.press("escape")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_on_a_narrow_terminal_the_focused_panel_is_open(sample: Path, size: tuple[int, int]) -> None:
    async with running(sample, size=size) as driver:
        heights = [driver.main.query_one(f"#{name}").size.height for name in ("sessions", "artifact", "findings")]
        assert heights[0] > 5
        assert heights[1:] == [1, 1]
        await driver.press("4")
        await driver.pilot.pause(0.1)
        assert driver.main.query_one(FindingsList).size.height > 5
        assert driver.main.query_one(SessionTree).size.height == 1
        assert "auth-login" in driver.text


def has_height(widget: Widget, lines: int) -> bool:
    return widget.content_region.height >= lines


@pytest.mark.parametrize("size", [(300, 15), (120, 18), (120, 10), (80, 10), (60, 20), (40, 10), (40, 8)])
async def test_whatever_has_the_focus_can_be_seen(sample: Path, size: tuple[int, int]) -> None:
    async with running(sample, size=size) as driver:
        for key, panel in zip("1234", Panel):
            await driver.press(key)
            widget = driver.main.query_one(f"#{panel.value}")
            await driver.until(partial(has_height, widget, 4))
            assert driver.main.panel is panel
            assert driver.main.region.contains_region(widget.region)
            assert driver.lines[widget.region.bottom - 1].strip().endswith("╯")
            below = [item for item in driver.main.query(".panel") if item.display and item.region.height]
            assert all(driver.main.region.contains_region(item.region) for item in below)
        assert "too small" not in driver.text


@pytest.mark.parametrize("size", [(39, 20), (120, 7), (20, 4)])
async def test_a_terminal_that_is_too_small_is_told(sample: Path, size: tuple[int, int]) -> None:
    async with running(sample, size=size) as driver:
        assert "too small" in driver.text
        assert "40 by 8" in " ".join(driver.text.split())
        await driver.pilot.resize_terminal(80, 24)
        await driver.until(lambda: "4 Findings" in driver.text)
        assert "too small" not in driver.text
        await driver.press("4")
        await driver.until(lambda: driver.main.panel is Panel.FINDINGS)


async def test_hundreds_of_sessions_are_there_before_they_are_examined(tmp_path: Path) -> None:
    workspace, _ = ProjectWorkspace.create(IdseConfig(tmp_path), "customer-portal")
    SessionGraph(workspace).create(NewSession("s-0000"))
    folder = tmp_path / SESSIONS
    record = folder / "s-0000" / "metadata" / "session.json"
    document = json.loads(record.read_text())
    for number in range(1, 600):
        target = folder / f"s-{number:04}" / "metadata"
        target.mkdir(parents=True)
        (target / "session.json").write_text(json.dumps({**document, "session_id": f"s-{number:04}"}))
    async with running(tmp_path, settle=False) as driver:
        await driver.until(lambda: len(driver.main.query_one(SessionTree).rows) == 601)
        await driver.press("s", "2", "7", "1", "tab")
        await driver.until(lambda: driver.state.spot.session == "s-0271")
        await driver.until(lambda: "s-0271" in driver.state.view.reports)


# Live


async def test_without_a_watcher_the_folder_is_polled_and_the_header_says_why(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "true")
    async with running(sample) as driver:
        assert "● polling: WATCHFILES_FORCE_POLLING is set" in driver.lines[0]
        await saved(driver, "\n- [REQUIRES INPUT] more\n")
        await driver.until(lambda: driver.state.view.reports["auth-login"].stages[Stage.SPEC].open_markers == 3)


async def test_an_artifact_full_of_findings_stays_usable(sample: Path) -> None:
    spec = sample / SESSIONS / "auth-login" / "spec.md"
    part = "## Part {0}\n\n[REQUIRES INPUT] A paragraph.\n\n- one\n- two\n\n"
    spec.write_text("# Large\n\n" + "".join(part.format(number) for number in range(2_000)))
    async with running(sample) as driver:
        await driver.until(lambda: "2000 open" in driver.text)
        await driver.press("4", "end", "home", "2", "1")
        assert driver.main.panel is Panel.SESSIONS


async def saved(driver: Driver, text: str = "\n- **FR-9**: The system MUST answer.\n") -> None:
    spec = driver.artifact("auth-login", "spec.md")
    spec.write_text(spec.read_text() + text)


async def test_a_saved_artifact_is_examined_and_everything_stays_in_place(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("4", "down", "down")
        finding, rows = driver.main.finding, driver.main.query_one(FindingsList)
        scroll = rows.scroll_offset
        assert finding is not None
        count = len(rows.rows)
        await saved(driver, "\n- [REQUIRES INPUT] more\n")
        await driver.until(lambda: len(rows.rows) == count + 1)
        assert driver.main.finding == finding
        assert rows.scroll_offset == scroll
        assert rows.has_focus
        assert driver.state.spot.session == "auth-login"


def sed_in_place(path: Path, script: str) -> None:
    subprocess.run(["sed", "-i", script, str(path)], check=True)


async def test_an_editor_that_replaces_the_file_is_seen(sample: Path) -> None:
    async with running(sample) as driver:
        spec = driver.artifact("auth-login", "spec.md")
        sed_in_place(spec, "s/\\[REQUIRES INPUT\\]/ten/g")
        report = driver.state.view.reports
        await driver.until(lambda: driver.state.view.reports["auth-login"].stages[Stage.SPEC].open_markers == 0)
        assert report is not driver.state.view.reports


async def test_sessions_that_come_and_go(sample: Path) -> None:
    async with running(sample) as driver:
        other = ProjectWorkspace.open(IdseConfig(sample))
        SessionGraph(other).create(NewSession("elsewhere", parent="billing"))
        await driver.until(lambda: driver.state.view.current == "elsewhere")
        await driver.until(lambda: "elsewhere" in driver.text)
        assert driver.state.spot.session == "auth-login"
        shutil.rmtree(sample / SESSIONS / "audit-trail")
        await driver.until(lambda: "audit-trail" not in driver.text)


async def test_the_session_that_is_looked_at_is_deleted(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        shutil.rmtree(sample / SESSIONS / "billing")
        await driver.until(lambda: driver.state.spot.session == "auth-login")


async def test_a_changed_registry_and_rule_pack_are_followed(sample: Path) -> None:
    async with running(sample) as driver:
        registry = sample / PROJECT / "agent_registry.json"
        registry.write_text(registry.read_text().replace("Claude Code", "Somebody Else"))
        await driver.until(lambda: "Somebody Else" in driver.text)
        pack = sample / ".idse" / "rules" / "team.yaml"
        pack.parent.mkdir(exist_ok=True)
        pack.write_text("broken: [\n")
        await driver.until(lambda: "rules" in driver.state.view.problems)


async def test_another_branch_is_followed(sample: Path) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(sample), *identity, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "two")
    spec = sample / SESSIONS / "auth-login" / "spec.md"
    spec.write_text(spec.read_text().replace("[REQUIRES INPUT]", "ten"))
    git("commit", "-qam", "two")
    git("checkout", "-q", "-")
    async with running(sample) as driver:
        await driver.press("3", "3")
        await driver.until(lambda: "nothing changed since the last commit" in driver.text)
        git("checkout", "-q", "two")
        await driver.until(lambda: driver.state.view.reports["auth-login"].stages[Stage.SPEC].open_markers == 0)
        await saved(driver)
        await driver.until(lambda: "+ - **FR-9**" in driver.text)


@pytest.fixture
def accepted(sample: Path) -> int:
    """Everything in the sample is accepted; gives how many findings of ``billing`` that are."""
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    number = len(ValidationEngine(workspace).examine(["billing"])[0].findings)
    words = [sys.executable, "-m", "idse_core", "validate", "--all", "--write-baseline"]
    subprocess.run(words, cwd=str(sample), capture_output=True, check=True)
    return number


async def test_what_the_baseline_accepts_is_counted_beside_the_findings(sample: Path, accepted: int) -> None:
    assert accepted
    async with running(sample, session="billing") as driver:
        words = f"{accepted} accepted by the baseline"
        assert driver.main.query_one(FindingsList).border_subtitle == words
        assert "nothing new to complain about" in driver.text
        path = driver.artifact("export-csv", "spec.md")
        path.write_text(path.read_text(encoding="utf-8") + "\n[REQUIRES INPUT] one more\n", encoding="utf-8")
        await driver.until(lambda: driver.state.view.reports["export-csv"].counts.errors, seconds=20)
        assert words in driver.lines[-2]


async def test_an_empty_artifact_that_goes_away_is_told_to_be_missing(sample: Path) -> None:
    spec = sample / SESSIONS / "auth-login" / "spec.md"
    spec.write_text("")
    async with running(sample, session="auth-login") as driver:
        driver.main.go(driver.state.spot._replace(stage=Stage.SPEC))
        await driver.until(lambda: "spec.md is empty; e opens it" in driver.text)
        await driver.at_rest()
        view = driver.main.query_one(ArtifactView)
        drawn: List[Strip] = []
        original = view.render_lines

        def rendered(crop: Region) -> List[Strip]:
            strips = original(crop)
            drawn.extend(strips)
            return strips

        view.render_lines = rendered  # type: ignore[method-assign]
        spec.unlink()
        await driver.until(lambda: any("spec.md is missing" in strip.text for strip in drawn))


async def test_of_a_workspace_that_is_gone_nothing_is_wrong_any_more(sample: Path) -> None:
    for name in ("session_state.json", "agent_registry.json"):
        (sample / PROJECT / name).write_text("{")
    async with running(sample) as driver:
        await driver.until(lambda: {"state", "registry"} <= set(driver.state.view.problems))
        await driver.until(lambda: driver.state.view.project_findings)
        shutil.rmtree(sample / ".idse")
        await driver.until(lambda: "not there any more" in driver.lines[1])
        await driver.until(lambda: set(driver.state.view.problems) == {"gone"})
        await driver.until(lambda: not driver.main.query_one(FindingsList).rows)
        assert not driver.state.view.project_findings
