"""The Diff tab: nothing is cut off, the words that changed stand out, and it knows the last commit and the last sync."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from typing import List, Optional, Sequence, Set, Tuple

import pytest
from rich.cells import cell_len, chop_cells
from rich.color import Color
from rich.console import Console

from idse_core.agency.agreed import agreed_artifact
from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace, utc_now
from idse_tui import diffs
from idse_tui.actions import Panel
from idse_tui.diffs import Base, Bases, bases_of
from idse_tui.loading import load_artifact
from idse_tui.look import plain_look
from idse_tui.presentation import columns, diffing
from idse_tui.presentation.columns import pieces
from idse_tui.presentation.diffing import DiffLine, DiffRow, DiffText, diff_lines, diff_row_line, diff_rows
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


def changed_since_commit(folder: Path, added: str) -> Path:
    """Everything in the folder is committed, and then something added to a specification; gives its path."""
    path = folder / SESSIONS / "auth-login" / "spec.md"
    commit(folder)
    path.write_text(path.read_text() + added)
    return path


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


def test_only_as_much_of_a_line_is_measured_as_fills_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: List[int] = []
    monkeypatch.setattr(
        columns, "chop_cells", lambda text, width: measured.append(len(text)) or chop_cells(text, width)
    )
    monkeypatch.setattr(columns, "cell_len", lambda text: measured.append(len(text)) or cell_len(text))
    line = "word " * 4_000
    assert "".join(f"{text} " for _, text in pieces(line, 80)).split() == line.split()
    assert sum(measured) < 10 * len(line)


@pytest.mark.parametrize(
    ("before", "now", "signs"),
    [
        ("a\nb\n", "a\nb", ["-"]),
        ("a\nb", "a\nb\n", ["+"]),
        ("a\n", "b\n", ["-", "+"]),
        ("", "a\n", ["+"]),
        ("a\n", "", ["-"]),
    ],
)
def test_only_an_end_of_the_last_line_that_came_or_went_is_a_line_of_its_own(
    before: str, now: str, signs: List[str]
) -> None:
    assert [line.sign for line in diff_lines(before, now) if line.sign in {"+", "-"}][: len(signs)] == signs
    assert [line.text for line in diff_lines("a\nb\n", "a\nc\n") if line.sign in {" ", "+", "-"}] == ["a", "b", "c"]


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


def test_a_byte_order_mark_is_no_change(sample: Path) -> None:
    path = sample / SESSIONS / "billing" / "plan.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    commit(sample)
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    artifact = load_artifact(workspace, "billing", Stage.PLAN, print)
    found = bases_of(workspace, "billing", Stage.PLAN, path).compared("billing", Stage.PLAN, artifact.text, None)
    assert found.lines == ()
    assert found.nothing == "nothing changed since the last commit"


def test_what_sync_remembers_and_nobody_can_read_keeps_nothing_else_back(sample: Path) -> None:
    MemoryAgency(MemoryCore()).push_all(sample)
    commit(sample)
    for path in (sample / ".idse" / ".local" / "sync").rglob("*.json"):
        path.write_text("{")
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    found = bases_of(workspace, "billing", Stage.PLAN, sample / SESSIONS / "billing" / "plan.md")
    assert list(found.texts) == [Base.COMMIT]
    assert found.failure is not None


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
    changed_since_commit(sample, f"\n{LONG}!\n\n{LONG}?\n\n{LONG}.\n\nThe end.\n")
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


async def test_backspace_comes_back_to_the_change_that_was_followed(sample: Path) -> None:
    changed_since_commit(sample, f"\n{LONG}.\n\nThe end.\n")
    async with running(sample, session="auth-login") as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        await driver.press("end", "up", "up")
        followed = panel.diff.current
        assert followed is not None
        await driver.press("enter")
        assert panel.tab is Tab.READ
        assert driver.main.panel is Panel.ARTIFACT
        await driver.press("backspace")
        assert panel.tab is Tab.DIFF
        await driver.until(lambda: panel.diff.current == followed)


async def test_backspace_comes_back_to_the_heading_that_was_followed(sample: Path) -> None:
    async with running(sample, session="auth-login") as driver:
        await driver.press("3", "3", "3", "down", "down")
        panel = driver.main.query_one(ArtifactPanel)
        followed = panel.outline.current
        assert followed is not None
        await driver.press("enter", "t", "t", "up", "3", "3", "backspace")
        await driver.until(lambda: panel.tab is Tab.OUTLINE)
        await driver.until(lambda: panel.outline.current == followed)


async def test_the_cursor_stays_in_the_text_while_others_write_above(sample: Path) -> None:
    path = sample / SESSIONS / "auth-login" / "spec.md"
    commit(sample)
    text = path.read_text() + "\nOne.\n\nTwo.\n\nThree.\n"
    path.write_text(text)
    async with running(sample, session="auth-login") as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        await driver.press("end", "up", "up")
        before = panel.diff.current
        assert before is not None
        assert before.text == "Two."
        text = text.replace("One.", "Zero.\n\nHalf.\n\nOne.", 1)
        path.write_text(text)
        await driver.until(lambda: "Zero." in driver.text)
        assert panel.diff.current is not None
        assert (panel.diff.current.text, panel.diff.current.line) == ("Two.", before.line + 4)
        path.write_text(text.replace("Two.", "Two, for now."))
        await driver.until(lambda: "Two, for now." in driver.text)
        assert (panel.diff.current.text, panel.diff.current.line) == ("Two, for now.", before.line + 4)


@pytest.mark.parametrize("size", [(80, 12), (120, 40)])
async def test_another_artifact_has_another_diff_or_none(sample: Path, size: Tuple[int, int]) -> None:
    changed_since_commit(sample, f"\n{LONG}.\n")
    async with running(sample, session="auth-login", size=size) as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        await driver.press("greater_than_sign")
        await driver.until(lambda: panel.diff.empty == "nothing changed since the last commit")
        assert not panel.diff.rows
        await driver.press("1", "less_than_sign", "3")
        await driver.until(lambda: panel.diff.rows)
        await driver.press("1")
        (sample / ".idse").rename(sample / "gone")
        await driver.until(lambda: not panel.diff.rows)
        (sample / "gone").rename(sample / ".idse")
        await driver.press("ctrl+r", "3")
        await driver.until(lambda: panel.diff.rows)
        assert all(row.line for row in panel.diff.rows)


async def test_it_has_the_colours_of_the_theme(sample: Path) -> None:
    changed_since_commit(sample, "\nThe end.\n")
    async with running(sample, session="auth-login") as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        await driver.press("end")

        def added() -> Optional[Color]:
            style = panel.diff._line(len(panel.diff.rows) - 1, 40)._segments[0].style
            return style.color if style else None

        before = added()
        driver.app.theme = next(name for name in driver.app.available_themes if name.endswith("light"))
        await driver.until(lambda: added() != before)


async def test_a_commit_is_seen_when_everything_is_read_anew(sample: Path) -> None:
    path = changed_since_commit(sample, "\nThe end.\n")
    async with running(sample, session="auth-login") as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        commit(sample)
        await driver.press("ctrl+r")
        await driver.until(lambda: not panel.diff.rows)
        path.write_text(path.read_text() + "\nReally.\n")
        await driver.until(lambda: panel.diff.rows)
        commit(sample)
        await driver.press("t", "t", "t", "t")
        await driver.until(lambda: not panel.diff.rows)


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_since_commit(sample, "\nThe end.\n")
    ask, slow, given = diffs.bases_of, threading.Event(), threading.Event()

    def late(workspace: ProjectWorkspace, session: str, stage: Stage, file: Path) -> Bases:
        found = ask(workspace, session, stage, file)
        if stage is Stage.SPEC:
            slow.wait(60)
            given.set()
        return found

    monkeypatch.setattr(diffs, "bases_of", late)
    async with running(sample, session="auth-login") as driver:
        await driver.press("3", "3", "greater_than_sign")
        panel = driver.main.query_one(ArtifactPanel)
        await driver.until(lambda: panel.diff.empty == "nothing changed since the last commit")
        slow.set()
        await driver.until(given.is_set)
        await driver.at_rest()
        assert "since git HEAD" in driver.text
        assert not panel.diff.rows


async def test_a_long_diff_is_broken_beside_the_keys(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sample / SESSIONS / "auth-login" / "spec.md"
    commit(sample)
    path.write_text("# Spec\n\n" + "".join(f"{number} {LONG}\n" for number in range(500)))
    threads: Set[threading.Thread] = set()

    def broken(lines: Sequence[DiffLine], width: int) -> List[DiffRow]:
        if lines:
            threads.add(threading.current_thread())
        return diff_rows(lines, width)

    monkeypatch.setattr(diffing, "diff_rows", broken)
    async with running(sample, session="auth-login") as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows)
        await driver.press("end")
        last = panel.diff.current
        assert last is not None
        await driver.pilot.resize_terminal(90, 40)
        await driver.until(lambda: panel.diff.rows and panel.diff.scrollable_content_region.width == panel.diff._width)
        await driver.at_rest()
        assert panel.diff.current is not None
        assert panel.diff.current.key.split(".")[0] == last.key.split(".")[0]
        assert max(diff_row_line(row, plain_look()).cell_len for row in panel.diff.rows) <= panel.diff._width
    assert threads
    assert threading.main_thread() not in threads


async def test_a_sync_is_seen_in_the_tab(sample: Path) -> None:
    agency = MemoryAgency(MemoryCore())
    agency.push_all(sample)
    before = utc_now()
    path = sample / SESSIONS / "auth-login" / "spec.md"
    path.write_text(path.read_text().replace("Log in with", "Sign in with", 1))
    async with running(sample, session="auth-login", agency=agency) as driver:
        panel = await diff_shown(driver)
        await driver.until(lambda: panel.diff.rows and utc_now() > before)  # a sync is known by its second
        agency.push_all(sample)
        await driver.until(lambda: not panel.diff.rows)
        assert "nothing changed since the last sync" in driver.text
