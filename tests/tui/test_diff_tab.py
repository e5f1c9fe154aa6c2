"""The Diff tab: nothing is cut off, the words that changed stand out, and it knows the last commit and the last sync."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from idse_core.agency.agreed import agreed_artifact
from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.diffs import Base, Bases
from idse_tui.look import plain_look
from idse_tui.presentation.columns import pieces
from idse_tui.presentation.diffing import DiffText, diff_lines, diff_row_line, diff_rows
from idse_tui.presentation.tabs import Tab
from idse_tui.widgets.artifact_panel import ArtifactPanel
from tests.agency.memory_core import MemoryCore
from tests.builders import tree
from tests.tui.driving import SESSIONS, Driver, running
from tests.tui.syncing import MemoryAgency

LONG = (
    "People log in with an address and a password, are told in one sentence when either is wrong, and are asked again "
    "for at most five times before the door is closed for an hour"
)


def commit(folder: Path) -> None:
    """Everything in the folder is committed."""
    author = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false")
    for line in (["init", "-q"], ["add", "-A", "-f"], [*author, "commit", "-q", "--no-verify", "-m", "a"]):
        subprocess.run(["git", *line], cwd=folder, check=True, timeout=30)


async def diff_shown(driver: Driver) -> ArtifactPanel:
    """The tab is open and has an answer."""
    await driver.press("3", "3")
    panel = driver.main.query_one(ArtifactPanel)
    assert panel.tab is Tab.DIFF
    await driver.until(lambda: panel.diff.rows or panel.diff.empty)
    return panel


# As values


def test_a_long_line_is_broken_with_its_sign_before_each_row() -> None:
    before, now = f"{LONG}.\n", f"{LONG} and a half.\n"
    rows = diff_rows(diff_lines(before, now), 60)
    assert all(diff_row_line(row, plain_look()).cell_len <= 60 for row in rows)
    assert "".join(row.text for row in rows if row.sign == "+").replace(" ", "") == now.strip().replace(" ", "")
    assert {diff_row_line(row, plain_look()).plain[:2] for row in rows if row.sign == "+"} == {"+ "}
    assert len({row.key for row in rows}) == len(rows)


def test_only_the_words_that_changed_stand_out() -> None:
    rows = diff_rows(diff_lines(f"{LONG}.", f"{LONG} and a half."), 60)
    marked = [(row.sign, row.text[start:end]) for row in rows for start, end in row.marks]
    assert marked == [("+", " and a half")] or "".join(text for _, text in marked).split() == ["and", "a", "half"]
    styled = [diff_row_line(row, plain_look()) for row in rows if row.marks]
    assert all(any(span.style and "underline" in str(span.style) for span in line.spans) for line in styled)


def test_each_line_knows_where_it_stands_now() -> None:
    now = [f"line {number}" for number in range(1, 31)]
    before = [*now[:9], "gone", *now[9:19], *now[20:]]
    lines = diff_lines("\n".join(before), "\n".join(now))
    assert [(line.sign, line.text, line.line) for line in lines if line.sign in {"+", "-"}] == [
        ("-", "gone", 10),
        ("+", "line 20", 20),
    ]
    assert all(now[line.line - 1] == line.text for line in lines if line.sign == " ")


def test_a_line_that_went_at_the_end_stands_at_the_last_one() -> None:
    (*_, last) = diff_lines("a\nb\nc", "a\nb")
    assert (last.sign, last.text, last.line) == ("-", "c", 2)


def test_a_preview_is_broken_to_the_box_with_its_signs() -> None:
    console = Console(width=60)
    drawn = console.render_lines(DiffText(diff_lines("", LONG, ("now", "then")), plain_look()))
    lines = ["".join(piece.text for piece in line).rstrip() for line in drawn]
    assert lines[0].strip() == "--- now"
    assert lines[1].strip() == "+++ then"
    added = [line for line in lines if line.startswith("+ ")]
    assert len(added) > 2
    assert " ".join(line[2:].strip() for line in added) == LONG


def test_a_line_of_hundreds_of_kilobytes_is_broken_in_time() -> None:
    line = "word " * 60_000
    assert "".join(f"{text} " for _, text in pieces(line, 80)).split() == line.split()


LINES = {
    "empty": "",
    "short": "a",
    "words": "ab " * 40,
    "no cells first": "\u0301" * 500 + "abc" * 50,
    "wide": "日本語" * 50,
    "one word": "x" * 200,
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_pieces_of_a_line_stand_where_they_say(line: str) -> None:
    found = list(pieces(line, 10))
    assert found
    assert all(line[start : start + len(text)] == text for start, text in found)
    assert "".join(text for _, text in found).replace(" ", "") == line.replace(" ", "")


def test_what_differs_is_compared_first() -> None:
    both = Bases({Base.COMMIT: "a", Base.SYNC: "b"})
    assert both.chosen("c", None) is Base.COMMIT
    assert both.chosen("a", None) is Base.SYNC
    assert both.chosen("a", Base.COMMIT) is Base.COMMIT
    assert both.other(Base.COMMIT) is Base.SYNC
    only = Bases({Base.SYNC: "b"}, "no git")
    assert only.chosen("c", Base.COMMIT) is Base.SYNC
    assert only.other(Base.SYNC) is None
    assert Bases({}, "no git").nothing("c", None) == "no git"
    assert both.nothing("a", Base.COMMIT) == "nothing changed since the last commit"
    same = Bases({Base.COMMIT: "a", Base.SYNC: "a"})
    assert same.nothing("a", Base.COMMIT) == "nothing changed since the last commit and since the last sync"


# In the app


async def test_the_end_of_a_long_line_can_be_seen_and_enter_goes_there(sample: Path) -> None:
    path = sample / SESSIONS / "auth-login" / "spec.md"
    text = path.read_text()
    path.write_text(f"{text}\n{LONG} for good.\n")
    commit(sample)
    path.write_text(f"{text}\n{LONG} until tomorrow.\n")
    async with running(sample, size=(80, 24), session="auth-login") as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: "until tomorrow." in driver.text)
        assert "since git HEAD" in driver.text
        await driver.press("end", "enter")
        assert panel.tab is Tab.READ
        await driver.until(lambda: panel.view.line >= len(text.split("\n")))


async def test_rows_follow_the_width_and_the_cursor_stays_on_its_line(sample: Path) -> None:
    path = sample / SESSIONS / "auth-login" / "spec.md"
    commit(sample)
    path.write_text(path.read_text() + f"\n{LONG}.\n\nThe end.\n")
    async with running(sample, session="auth-login", size=(200, 40)) as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        await driver.press("end", "up", "up")
        before, rows = panel.diff.current, len(panel.diff.rows)
        assert before is not None
        await driver.pilot.resize_terminal(70, 40)
        await driver.until(lambda: len(panel.diff.rows) > rows)
        assert panel.diff.current is not None
        assert panel.diff.current.line == before.line


async def test_without_git_the_last_sync_is_what_it_is_compared_with(sample: Path) -> None:
    agency = MemoryAgency(MemoryCore())
    agency.push_all(sample)
    path = sample / SESSIONS / "auth-login" / "spec.md"
    path.write_text(path.read_text().replace("Log in with", "Sign in with", 1))
    async with running(sample, session="auth-login", agency=agency) as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        assert "since the last sync" in driver.text
        assert "+ # Specification: Sign in with" in driver.text
        await driver.press("b")
        assert any("nothing else to compare" in item.message for item in driver.app._notifications)


async def test_a_key_switches_between_the_last_commit_and_the_last_sync(sample: Path) -> None:
    agency = MemoryAgency(MemoryCore())
    agency.push_all(sample)
    path = sample / SESSIONS / "auth-login" / "spec.md"
    synced = path.read_text()
    path.write_text(synced.replace("Log in with", "Sign in with", 1))
    commit(sample)
    async with running(sample, session="auth-login", agency=agency) as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)  # the commit has the same: the last sync differs
        assert "since the last sync · b since git HEAD" in driver.text
        assert "b compare with" in driver.lines[-1]
        await driver.press("b")
        await driver.until(lambda: "nothing changed since the last commit" in driver.text)
        assert "since git HEAD · b since the last sync" in driver.text
        before = tree(sample)
        await driver.press("b")
        await driver.until(lambda: panel.diff.rows)
        assert tree(sample) == before


def test_what_was_agreed_is_read_without_writing(sample: Path) -> None:
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    assert agreed_artifact(workspace, "billing", Stage.PLAN) is None
    assert not (workspace.local / "sync").exists()
    MemoryAgency(MemoryCore()).push_all(sample)
    text = (sample / SESSIONS / "billing" / "plan.md").read_bytes()
    assert agreed_artifact(workspace, "billing", Stage.PLAN) == text
    assert agreed_artifact(workspace, "no-such-session", Stage.PLAN) is None
