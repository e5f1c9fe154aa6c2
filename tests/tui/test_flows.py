"""What people do with the app, key by key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, Mapping, Set

import pytest
from textual.widgets import Input

from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import NewSession, SessionGraph
from idse_tui.actions import ACTIONS, Panel
from idse_tui.dialogs.new_session import NewSessionScreen
from idse_tui.dialogs.notice import Notice
from idse_tui.dialogs.picker import Picker
from idse_tui.key_choice import FIXED
from idse_tui.presentation.findings import Scope
from idse_tui.presentation.rows import PickItem
from idse_tui.presentation.tabs import Tab
from idse_tui.settings import Settings, parse_settings
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.findings_list import FindingsList
from idse_tui.widgets.pick_list import PickList
from idse_tui.widgets.session_tree import SessionTree
from tests.builders import tree
from tests.tui.driving import SESSIONS, Driver, running

PROJECT = Path(".idse/projects/customer-portal")


def current(driver: Driver) -> str:
    return (driver.folder / PROJECT / "CURRENT_SESSION").read_text().strip()


async def test_it_opens_on_the_current_session_at_its_next_stage(sample: Path) -> None:
    async with running(sample) as driver:
        assert driver.state.spot[:2] == ("auth-login", Stage.SPEC)
        text = driver.text
        assert "customer-portal ▸ auth-login" in text
        assert "● live" in text
        assert "◐ 2 open" in text
        assert "Specification: Log in with e-mail and password" in text
        assert "section 'Acceptance Criteria' is missing" in text
        assert "Claude Code" in text


async def test_looking_around_writes_nothing_that_git_tracks(sample: Path) -> None:
    before = tree(sample)
    async with running(sample) as driver:
        await driver.press(
            "down", "down", "4", "down", "right_square_bracket", "3", "3", "3", "3", "backspace", "f", "o"
        )
        await driver.settled()
    assert tree(sample) == before


async def test_three_keystrokes_and_enter_switch_the_session(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("s")
        assert isinstance(driver.app.screen, Picker)
        await driver.type("ex c")
        assert "export-csv" in driver.text
        await driver.press("enter")
        await driver.until(lambda: driver.state.view.current == "export-csv")
        assert driver.state.spot.session == "export-csv"
        assert current(driver) == "export-csv"
        assert "idse switch export-csv" in driver.state.command_log
        await driver.settled()
        assert "✓ passing" in driver.lines[0]


async def test_tab_in_the_switcher_only_looks(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("s", "b", "i", "l", "tab")
        await driver.until(lambda: driver.state.spot.session == "billing")
        assert current(driver) == "auth-login"
        assert "looking; Space makes it current" in driver.lines[0]


async def test_a_session_that_is_made_elsewhere_is_in_the_switcher_that_is_open(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("s")
        await driver.type("e")
        await driver.press("down", "down")
        picker = driver.app.screen
        rows = picker.query_one(PickList)
        assert rows.current is not None
        chosen, number = rows.current.key, len(rows.rows)
        SessionGraph(ProjectWorkspace.open(IdseConfig(sample))).create(NewSession("elsewhere"))
        await driver.until(lambda: "elsewhere" in [row.key for row in rows.rows])
        assert len(rows.rows) == number + 1
        assert (picker.query_one(Input).value, rows.current.key) == ("e", chosen)
        await driver.type("lsewh")
        await driver.press("tab")
        await driver.until(lambda: driver.state.spot.session == "elsewhere")


async def test_archived_sessions_are_in_the_switcher_when_the_tree_shows_them(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("s")
        assert "spike-passkeys" not in driver.text
        await driver.press("escape", "H", "s")
        (line,) = [line for line in driver.lines if "spike-passkeys" in line and "archived" in line]
        assert "✓" in line or "error" in line
        await driver.type("spike")
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "spike-passkeys")
        assert current(driver) == "auth-login"
        await driver.until(lambda: "spike-passkeys is archived; a takes it out" in driver.text)


async def test_moving_in_the_tree_looks_and_space_makes_current(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("j", "j")
        assert driver.state.spot.session == "billing"
        assert current(driver) == "auth-login"
        await driver.press("space")
        await driver.until(lambda: current(driver) == "billing")
        await driver.until(lambda: driver.state.view.current == "billing")


async def test_folding_hides_children_and_unfolding_shows_them(sample: Path) -> None:
    async with running(sample) as driver:
        rows = driver.main.query_one(SessionTree)
        await driver.press("left")
        assert "audit-trail" not in [row.key for row in rows.rows]
        await driver.press("right")
        assert "audit-trail" in [row.key for row in rows.rows]


async def test_numbers_and_tab_move_between_panels(sample: Path) -> None:
    async with running(sample) as driver:
        for key, panel in (("2", Panel.PIPELINE), ("3", Panel.ARTIFACT), ("4", Panel.FINDINGS), ("1", Panel.SESSIONS)):
            await driver.press(key)
            assert driver.main.panel is panel
        await driver.press("tab")
        assert driver.main.panel is Panel.PIPELINE
        await driver.press("shift+tab")
        assert driver.main.panel is Panel.SESSIONS


async def test_a_number_again_shows_the_next_tab_or_scope(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("4")
        session = len(driver.main.query_one(FindingsList).rows)
        await driver.press("4")
        assert "project" in driver.text
        assert len(driver.main.query_one(FindingsList).rows) > session
        await driver.press("4")
        assert "this stage" in driver.text
        assert len(driver.main.query_one(FindingsList).rows) < session


async def test_the_pipeline_picks_the_stage_that_the_artifact_follows(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("2", "right")
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is Stage.PLAN)
        await driver.pilot.pause(0.1)
        assert "3 plan.md" in driver.text


async def test_a_finding_leads_to_its_line(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("4", "end")
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is Stage.FEEDBACK)
        await driver.pilot.pause(0.2)
        finding = driver.main.finding
        assert finding is not None
        assert driver.state.spot.line == finding.line
        await driver.press("enter")
        assert driver.main.panel is Panel.ARTIFACT


async def test_a_new_user_turns_the_sample_green_with_one_edit(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("s")
        await driver.type("bil")
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "billing")
        await driver.settled()
        assert [item.rule for item in driver.state.view.findings("billing")] == ["ART003"]
        await driver.until(lambda: "[REQUIRES INPUT] a date" in driver.text)  # the artifact stands at what is wrong
        feedback = driver.artifact("billing", "feedback/feedback.md")
        feedback.write_text(feedback.read_text().replace("[REQUIRES INPUT] a date", "15 December"))
        await driver.until(lambda: "billing is passing now" in driver.text)
        assert "✓ passing" in driver.lines[0]
        assert not driver.state.view.findings("billing")
        assert not any(status.stale for status in driver.state.view.reports["billing"].stages.values())


async def test_a_session_opens_at_its_first_error(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("end", "up")
        await driver.until(lambda: driver.state.artifact is not None and driver.state.artifact.stage is Stage.FEEDBACK)
        view = driver.main.query_one(ArtifactPanel).view
        finding = driver.state.view.findings("billing")[0]
        await driver.until(lambda: view.line == finding.line)


async def test_brackets_go_through_the_findings_from_anywhere(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("right_square_bracket")
        second = driver.main.finding
        await driver.press("left_square_bracket")
        first = driver.main.finding
        assert first is not None
        assert second is not None
        assert first != second
        assert driver.main.panel is Panel.SESSIONS


async def test_backspace_goes_back_to_where_one_was(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("down", "down")
        assert driver.state.spot.session == "billing"
        await driver.press("backspace", "backspace")
        assert driver.state.spot.session == "auth-login"


async def test_backspace_goes_back_to_the_stage_that_was_left(sample: Path) -> None:
    async with running(sample) as driver:
        before = driver.state.spot[:2]
        await driver.press("2", "right", "right")
        after = driver.state.spot[:2]
        await driver.press("backspace", "backspace")
        assert driver.state.spot[:2] == before != after
        await driver.press("backspace")
        assert any("nowhere to go back to" in item.message for item in driver.app._notifications)


async def test_a_walk_through_the_findings_is_one_step_back(sample: Path) -> None:
    async with running(sample, session="auth-login") as driver:
        driver.state.scope = Scope.PROJECT
        driver.main.redraw()
        await driver.pilot.pause()
        before = driver.state.spot[:2]
        await driver.press("4")
        visited = set()
        for _ in range(len(driver.main.query_one(FindingsList).rows)):
            await driver.press("down")
            visited.add(driver.state.spot[:2])
        assert len(visited - {before}) > 1
        await driver.press("backspace")
        assert driver.state.spot[:2] == before
        await driver.press("backspace")
        assert any("nowhere to go back to" in item.message for item in driver.app._notifications)


async def test_the_star_goes_to_the_current_session(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("end")
        assert driver.state.spot.session == "export-csv"
        await driver.press("asterisk")
        assert driver.state.spot.session == "auth-login"


async def test_severity_and_grouping_of_findings(sample: Path) -> None:
    async with running(sample) as driver:
        findings = driver.main.query_one(FindingsList)
        everything = len(findings.rows)
        await driver.press("4", "f", "f")
        assert 0 < len(findings.rows) < everything
        await driver.press("o")
        assert findings.rows[0].finding is None
        assert driver.main.finding is not None  # the cursor is not on a heading


async def test_x_explains_the_rule(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("4", "x")
        assert isinstance(driver.app.screen, Notice)
        assert "What to do" in driver.text
        assert "Article III" in driver.text
        await driver.press("escape")
        assert not isinstance(driver.app.screen, Notice)


async def test_the_palette_finds_and_runs_a_command(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("colon")
        await driver.type("validate")
        await driver.until(lambda: "idse validate --session auth-login" in driver.text)
        await driver.press("enter")
        await driver.until(lambda: "idse validate --session auth-login" in driver.state.command_log)
        state = json.loads((sample / PROJECT / "session_state.json").read_text())
        assert state["sessions"]["auth-login"]["validation_status"] == "failing"


async def test_the_question_mark_lists_keys_and_runs_one(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("question_mark")
        await driver.type("findings next scope")
        await driver.press("enter")
        assert driver.main.panel is Panel.FINDINGS


def listed(driver: Driver) -> Dict[str, PickItem]:
    """What the picker that is open lists, by its key's name and what it does."""
    return {f"{item.lead.strip()} {item.title}": item for item in driver.app.screen.query_one(PickList).rows}


async def test_keys_of_the_focused_list_are_listed_and_run(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("question_mark")
        items = listed(driver)
        assert {"↓ Down", "PageDown Page down", "Home First", "Enter Open", "→ Unfold", "K Parent"} <= set(items)
        assert items["↓ Down"].note == "also j"
        assert items["PageDown Page down"].note == "also Ctrl+d"
        await driver.type("last")
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "export-csv")
        await driver.press("3", "question_mark")
        assert "↓ Down" in listed(driver)
        assert "K Parent" not in listed(driver)
        await driver.press("escape", "2", "question_mark")
        assert "→ Next stage" in listed(driver)


async def test_keys_that_do_nothing_now_are_listed_last_with_why(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("question_mark")
        items = [*listed(driver).values()]
        faint = [item.faint for item in items]
        assert faint == sorted(faint)
        why = {item.key: item.right[0][0] for item in items if item.faint}
        assert why["project"] == "this workspace has only this project"
        assert "is not stale" in why["accept"]
        assert not {"switch", "own row-down"} & set(why)


async def test_help_and_log(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("f1")
        assert "Why it fails" in driver.text
        await driver.press("escape", "L")
        assert "nothing was done yet" in driver.text


async def test_a_new_session_is_checked_while_typed_and_created(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("n")
        assert isinstance(driver.app.screen, NewSessionScreen)
        await driver.type("billing")
        assert "exists already" in driver.text
        await driver.press("enter")
        assert isinstance(driver.app.screen, NewSessionScreen)
        await driver.type(" two")
        assert "creates billing-two" in driver.text
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "billing-two")
        assert current(driver) == "billing-two"
        assert (sample / SESSIONS / "billing-two" / "intent.md").is_file()
        await driver.settled()
        assert "billing-two" in [row.key for row in driver.main.query_one(SessionTree).rows]


async def test_archiving_puts_a_session_away_and_takes_it_out_again(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("end", "a")
        await driver.until(lambda: driver.state.view.about("export-csv").archived)
        await driver.pilot.pause(0.1)
        assert "export-csv" not in [row.key for row in driver.main.query_one(SessionTree).rows]
        await driver.press("H")
        assert "export-csv" in [row.key for row in driver.main.query_one(SessionTree).rows]


async def test_archiving_the_current_session_says_which_one_is_current_now(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("a")
        await driver.until(lambda: driver.state.view.about("auth-login").archived)
        successor = "__blueprint__ is the current session now"
        await driver.until(lambda: any(successor in item.message for item in driver.app._notifications))
        await driver.press("end", "a")
        await driver.until(lambda: driver.state.view.about("export-csv").archived)
        await driver.until(lambda: len(driver.state.command_log) == 2)
        assert sum("current session now" in item.message for item in driver.app._notifications) == 1


async def test_pages_and_ends_of_a_picker_are_those_of_its_list(sample: Path) -> None:
    async with running(sample, size=(80, 24)) as driver:
        await driver.press("colon")
        rows = driver.app.screen.query_one(PickList)
        await driver.press("pagedown")
        assert rows.cursor == rows.scrollable_content_region.height - 1
        await driver.press("end")
        assert rows.cursor == len(rows.rows) - 1
        await driver.press("home")
        assert rows.cursor == 0


async def test_who_archives_a_session_looks_at_the_one_under_the_cursor(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("end", "n")
        await driver.until(lambda: isinstance(driver.app.screen, NewSessionScreen))
        await driver.type("zeta")
        await driver.press("enter")
        await driver.until(lambda: driver.state.spot.session == "zeta")
        await driver.settled()
        await driver.press("1", "a")
        await driver.until(lambda: driver.state.view.about("zeta").archived)
        tree = driver.main.query_one(SessionTree)
        await driver.until(lambda: driver.state.spot.session != "zeta")
        assert tree.current is not None
        assert tree.current.key == driver.state.spot.session
        assert driver.state.spot.session in driver.lines[0]


async def test_a_stale_stage_is_told_and_accepted(sample: Path) -> None:
    async with running(sample, session="export-csv") as driver:
        await driver.press("v")
        await driver.until(lambda: driver.state.command_log)
        spec = driver.artifact("export-csv", "spec.md")
        spec.write_text(spec.read_text().replace("form", "page with a form", 1))
        await driver.until(lambda: driver.state.view.reports["export-csv"].stages[Stage.PLAN].stale)
        await driver.press("2", "home", "right", "right", "right")
        await driver.pilot.pause(0.1)
        assert driver.state.spot.stage is Stage.PLAN
        assert "A accepts" in driver.text
        await driver.press("A")
        await driver.until(lambda: not driver.state.view.reports["export-csv"].stages[Stage.PLAN].stale)


async def test_copying_says_which_way(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("y")
        assert driver.app.clipboard == "auth-login"


async def test_the_outline_leads_to_a_heading(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("3", "3", "3")
        assert driver.main.query_one("#artifact").tab is Tab.OUTLINE  # type: ignore[attr-defined]
        assert "Open Questions" in driver.text
        await driver.press("end", "enter")
        assert driver.main.query_one("#artifact").tab is Tab.READ  # type: ignore[attr-defined]
        await driver.press("backspace")
        assert driver.main.query_one("#artifact").tab is Tab.OUTLINE  # type: ignore[attr-defined]


async def test_a_diff_says_why_there_is_none(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("3", "3")
        await driver.until(lambda: "no git repository" in driver.text)


async def test_no_editor_is_told(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    async with running(sample) as driver:
        await driver.press("e")
        await driver.until(lambda: "no editor is known" in driver.text)


async def test_keys_can_be_remapped(sample: Path) -> None:
    async with running(sample, settings=Settings(keys={"switch": "ctrl+t"})) as driver:
        assert "Ctrl+t switch session" in driver.text
        await driver.press("s")
        assert not isinstance(driver.app.screen, Picker)
        await driver.press("ctrl+t")
        assert isinstance(driver.app.screen, Picker)


async def test_a_key_that_means_another_thing_in_another_panel_means_both(sample: Path) -> None:
    async with running(sample, settings=Settings(keys=dict(chosen("make-current", "x")))) as driver:
        await driver.press("4", "x")
        assert isinstance(driver.app.screen, Notice)
        await driver.press("escape", "1", "down")
        session = driver.state.spot.session
        assert "looking; x makes it current" in driver.lines[0]
        await driver.press("x")
        await driver.until(lambda: driver.state.view.current == session)


def chosen(action: str, key: str) -> Mapping[str, str]:
    """The keymap of somebody who gave one action another key."""
    return parse_settings(json.dumps({"tui": {"keys": {action: key}}}).encode(), shown="config.json").keys


async def test_sentences_name_the_keys_that_somebody_chose(sample: Path) -> None:
    document = {"archive": "f6", "archived": "f7", "new": "f8", "edit": "f9", "project": "f10", "validate": "f12"}
    settings = parse_settings(json.dumps({"tui": {"keys": document}}).encode(), shown="config.json")
    (sample / SESSIONS / "billing" / "plan.md").unlink()
    (sample / SESSIONS.parent / "session_state.json").write_text("{")
    async with running(sample, settings=settings, session="billing") as driver:
        await driver.until(lambda: "F12 writes it anew" in " ".join(driver.text.split()))
        driver.main.go(driver.state.spot._replace(stage=Stage.PLAN))
        await driver.until(lambda: "plan.md is missing; F9 opens an editor" in driver.text)
        await driver.press("f6")
        await driver.until(
            lambda: any("F7 shows it, F6 takes it out" in item.message for item in driver.app._notifications)
        )
        (sample / SESSIONS.parent).rename(sample / ".idse" / "projects" / "other")
        await driver.until(lambda: "F10 opens another" in " ".join(driver.text.split()))


async def test_keys_that_belong_to_no_action_are_known(sample: Path) -> None:
    actions = {action.id for action in ACTIONS}
    found: Set[str] = set()
    async with running(sample) as driver:
        for key in ("1", "2", "3", "t", "t", "t", "4"):
            await driver.press(key)
            assert driver.app.focused is not None
            for node in driver.app.focused.ancestors_with_self:
                bindings = node._bindings.key_to_bindings
                found.update(name for name, items in bindings.items() if any(item.id not in actions for item in items))
    assert {*found, "super+c"} == set(FIXED)  # which Textual 6 does not have


async def test_keys_that_can_not_be_used_are_told_and_the_others_keep_theirs(sample: Path) -> None:
    settings = parse_settings(
        b'{"tui": {"keys": {"quit": "s", "new": "flurb", "find": "ctrl+f"}}}', shown="config.json"
    )
    async with running(sample, settings=settings) as driver:
        told = [item.message for item in driver.app._notifications]
        assert any("'s' is the key of 'switch' already" in message for message in told)
        assert any("there is no key 'flurb'" in message for message in told)
        assert "n new session" in driver.lines[-1]
        await driver.press("s")
        assert isinstance(driver.app.screen, Picker)
        await driver.press("escape", "f1")
        assert "s, a few letters, Enter" in driver.text
        await driver.press("escape", "slash")  # its key was shared with the one that was given another
        assert driver.main.query_one("#filter").has_focus


async def test_selection_tab_filter_and_theme_are_remembered(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("end", "3", "3", "3")
        driver.app.theme = "idse-light"
        await driver.press("q")
    async with running(sample) as driver:
        assert driver.state.spot.session == "export-csv"
        assert driver.main.query_one("#artifact").tab is Tab.OUTLINE  # type: ignore[attr-defined]
        assert driver.app.theme == "idse-light"


async def test_clicking_a_row_a_stage_and_a_key(sample: Path) -> None:
    async with running(sample) as driver:
        rows = driver.main.query_one(SessionTree)
        await driver.pilot.click(rows, offset=(8, 4))
        assert driver.state.spot.session == "billing"
        await driver.pilot.click("#pipeline", offset=(3, 1))
        await driver.pilot.pause()
        assert driver.state.spot.stage is Stage.INTENT
        column = driver.lines[-1].index("? keys")
        await driver.pilot.click("#keys", offset=(column, 0))
        await driver.pilot.pause()
        assert isinstance(driver.app.screen, Picker)
