"""Resolving conflicts in the app, key by key."""

from __future__ import annotations

import json
import os
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

import pytest
from rich.cells import cell_len

from idse_core.agency.resolution import Take, resolution_of
from idse_core.agency.resolving import open_conflicts
from idse_core.config import IdseConfig
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.app import IdseApp
from idse_tui.dialogs.conflict import ConflictScreen
from idse_tui.dialogs.picker import Picker
from idse_tui.glyphs import ASCII
from idse_tui.look import plain_look
from idse_tui.presentation.columns import wrapped
from idse_tui.presentation.conflicts import Sides, column_width, conflict_rows, hunk_key
from idse_tui.presentation.emphasis import new_words
from idse_tui.settings import Settings
from idse_tui.widgets.conflict_view import ConflictView
from tests.agency.memory_core import MemoryCore
from tests.tui.driving import SESSIONS, Driver, running
from tests.tui.syncing import PROJECT, MemoryAgency, make_conflict


@pytest.fixture
def agency() -> MemoryAgency:
    return MemoryAgency(MemoryCore())


@pytest.fixture
def plan(sample: Path, agency: MemoryAgency) -> Path:
    """An artifact with two hunks to decide, and one change that went together."""
    return make_conflict(agency, sample)


async def opened(driver: Driver) -> ConflictScreen:
    await driver.press("C")
    await driver.until(lambda: isinstance(driver.app.screen, ConflictScreen))
    await driver.pilot.pause()
    screen = driver.app.screen
    assert isinstance(screen, ConflictScreen)
    return screen


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def data_of(path: Path) -> bytes:
    return path.read_bytes()


def save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def left(folder: Path) -> List[str]:
    workspace = ProjectWorkspace.open(IdseConfig(folder))
    return [f"{item.session} {item.name}" for item in open_conflicts(workspace)]


async def test_without_conflicts_there_is_nothing_to_open(sample: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        await driver.press("C")
        await driver.until(lambda: any("no conflict" in item.message for item in driver.app._notifications))


async def test_the_header_counts_conflicts_from_the_start(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        await driver.until(lambda: "1 conflict" in driver.lines[0])


async def test_hunks_are_decided_one_after_the_other_and_written(
    sample: Path, plan: Path, agency: MemoryAgency
) -> None:
    before = data_of(plan)
    async with running(sample, agency=agency) as driver:
        await opened(driver)
        assert "2 of 2 hunks open" in driver.lines[0]
        text = driver.text
        assert "Invoices are made once a month." in text
        assert "Invoices are made every Friday." in text
        assert "Invoices are made on the last working" in text
        await driver.press("w")
        assert any("2 still open" in item.message for item in driver.app._notifications)
        await driver.press("t")
        assert "hunk 1 of 2: theirs" in driver.text
        await driver.press("b")
        assert "decided; w writes it" in driver.lines[0]
        assert data_of(plan) == before, "nothing is written before w"
        await driver.press("w")
        await driver.until(lambda: data_of(plan) != before)
        result = text_of(plan)
        assert "Invoices are made on the last working day." in result
        assert "The mailer can fail for hours.\nThe mailer is rate-limited.\n" in result
        assert "- Archive" in result, "what went together is there too"
        await driver.until(lambda: not driver.state.conflicts)
        assert left(sample) == []
        assert any(
            line.startswith("idse sync resolve plan --session billing --file ") for line in driver.state.command_log
        )
        # The next push sends what was decided.
        await driver.settled()
        agency.push_all(sample)
        assert agency.core.get(PROJECT, "billing", "plan_md") == data_of(plan)


async def test_undo_redo_and_moving_about(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        screen = await opened(driver)
        await driver.press("n")
        assert screen.resolution.current == 1
        await driver.press("o", "u")
        assert screen.resolution.open == 2
        await driver.press("r")
        assert screen.resolution.open == 1
        await driver.press("p")
        assert screen.resolution.current == 0
        await driver.press("T")
        assert screen.resolution.is_complete
        await driver.press("x")
        assert screen.resolution.open == 1


async def test_the_cursor_chooses_the_hunk(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        screen = await opened(driver)
        await driver.press("G", *["k"] * 5)
        assert screen.resolution.current == 1
        await driver.press("o")
        assert screen.resolution.decisions[0] is None
        assert screen.resolution.decisions[1] is not None


async def test_decisions_are_kept_when_one_leaves(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        await opened(driver)
        await driver.press("t", "escape")
        assert driver.app.screen is driver.main
        screen = await opened(driver)
        assert screen.resolution.open == 1


async def test_a_document_saved_meanwhile_is_not_overwritten(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        await opened(driver)
        await driver.press("T")
        save(plan, "saved meanwhile\n")
        await driver.press("w")
        await driver.until(lambda: any("was saved since" in item.message for item in driver.app._notifications))
        assert text_of(plan) == "saved meanwhile\n"
        screen = await opened(driver)
        assert not screen.resolution.is_complete, "decided about another text"


async def test_one_of_several_is_chosen_from_a_list(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    other = make_conflict(agency, sample, session="export-csv", name="spec")
    save(plan, "# ours\n")
    async with running(sample, agency=agency) as driver:
        await driver.until(lambda: "2 conflicts" in driver.lines[0])
        await driver.press("C")
        await driver.until(lambda: isinstance(driver.app.screen, Picker))
        await driver.type("spec")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ConflictScreen))
        assert "export-csv ▸ spec" in driver.lines[0]
        await driver.press("O", "w")
        await driver.until(lambda: len(driver.state.conflicts) == 1)
        assert "every Friday" in text_of(other)


async def test_a_document_that_was_deleted_there_can_be_deleted_here(sample: Path, agency: MemoryAgency) -> None:
    agency.push_all(sample)
    path = sample / SESSIONS / "export-csv" / "plan.md"
    save(path, "# edited\n")
    agency.core.put(PROJECT, "export-csv", "plan_md", None)
    agency.pull_all(sample)
    async with running(sample, agency=agency) as driver:
        await opened(driver)
        assert "deleted" in driver.lines[1]
        await driver.press("t", "w")
        await driver.until(lambda: not path.exists())
        await driver.until(lambda: not driver.state.conflicts)


async def test_metadata_is_decided_by_key(sample: Path, agency: MemoryAgency) -> None:
    agency.push_all(sample)
    path = sample / SESSIONS / "export-csv" / "metadata" / "session.json"
    known = json.loads(agency.core.get(PROJECT, "export-csv", "session_metadata") or b"")
    agency.core.put(
        PROJECT,
        "export-csv",
        "session_metadata",
        json.dumps(
            {**known, "owner": "theirs", "title": "Their title"}, sort_keys=True, separators=(",", ":")
        ).encode(),
    )
    path.write_text(json.dumps({**json.loads(path.read_text()), "owner": "ours", "tags": ["mine"]}, indent=2))
    agency.pull_all(sample)
    async with running(sample, agency=agency) as driver:
        screen = await opened(driver)
        assert len(screen.resolution.hunks) == 1
        await driver.press("t", "w")
        await driver.until(lambda: json.loads(path.read_text())["owner"] == "theirs")
        assert json.loads(path.read_text())["title"] == "Their title"
        assert json.loads(path.read_text())["tags"] == ["mine"]


async def test_the_keys_are_listed_and_can_be_run(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency) as driver:
        screen = await opened(driver)
        await driver.press("question_mark")
        await driver.type("their lines for every")
        await driver.press("enter")
        await driver.until(lambda: screen.resolution.is_complete)


async def test_keys_can_be_mapped(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    async with running(sample, agency=agency, settings=Settings(keys={"take-theirs": "y"})) as driver:
        screen = await opened(driver)
        assert "y theirs" in driver.lines[-1]
        await driver.press("y")
        assert screen.resolution.open == 1


# Editing


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can be handed to an editor, though there is none."""

    @contextmanager
    def suspend(app: IdseApp) -> Iterator[None]:
        yield

    monkeypatch.setattr(IdseApp, "suspend", suspend)


def editor(folder: Path, body: str) -> str:
    """A command that edits the file that it is given; ``text`` is its content."""
    script = folder / "editor.py"
    script.write_text(
        "import sys\npath = sys.argv[-1]\ntext = open(path, encoding='utf-8').read()\n"
        f"{body}\nopen(path, 'w', encoding='utf-8').write(text)\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return f'"{sys.executable}" "{script}"'.replace(os.sep, "/")


@pytest.mark.usefixtures("lent")
async def test_a_hunk_is_edited(sample: Path, plan: Path, agency: MemoryAgency, tmp_path: Path) -> None:
    settings = Settings(editor=editor(tmp_path, "assert '||||||| base' in text\ntext = 'By hand.\\n'"))
    async with running(sample, agency=agency, settings=settings) as driver:
        screen = await opened(driver)
        await driver.press("e")
        assert "hunk 1 of 2: edited" in driver.text
        assert "By hand." in driver.text
        await driver.press("o", "w")
        await driver.until(lambda: "By hand.\n" in text_of(plan))
        assert screen.resolution.is_complete


@pytest.mark.usefixtures("lent")
async def test_a_hunk_with_markers_left_is_not_taken(
    sample: Path, plan: Path, agency: MemoryAgency, tmp_path: Path
) -> None:
    settings = Settings(editor=editor(tmp_path, "text += 'more\\n'"))
    async with running(sample, agency=agency, settings=settings) as driver:
        screen = await opened(driver)
        await driver.press("e")
        assert any("markers are left" in item.message for item in driver.app._notifications)
        assert screen.resolution.open == 2


@pytest.mark.usefixtures("lent")
async def test_the_whole_text_is_edited(sample: Path, plan: Path, agency: MemoryAgency, tmp_path: Path) -> None:
    settings = Settings(editor=editor(tmp_path, "text = '# All by hand\\n'"))
    async with running(sample, agency=agency, settings=settings) as driver:
        await opened(driver)
        await driver.press("E")
        assert "as you edited it" in driver.text
        await driver.press("w")
        await driver.until(lambda: text_of(plan) == "# All by hand\n")


@pytest.mark.parametrize(("command", "words"), [("no-such-editor-anywhere", "can't be started"), ("'", "can't be")])
@pytest.mark.usefixtures("lent")
async def test_an_editor_that_does_not_start_is_told(
    sample: Path, plan: Path, agency: MemoryAgency, command: str, words: str
) -> None:
    async with running(sample, agency=agency, settings=Settings(editor=command)) as driver:
        screen = await opened(driver)
        await driver.press("e")
        assert any(words in item.message for item in driver.app._notifications)
        assert screen.resolution.open == 2


async def test_a_terminal_that_can_not_be_lent_is_told(sample: Path, plan: Path, agency: MemoryAgency) -> None:
    settings = Settings(editor="true")
    async with running(sample, agency=agency, settings=settings) as driver:
        await opened(driver)
        await driver.press("E")
        assert any("can't be handed" in item.message for item in driver.app._notifications)


# Rows

BASE, OURS, THEIRS = b"same\n1\nsame\n", b"same\nours \x1b[31m\nsame\n", "same\n漢字かな交じり文 🙂\nsame\n".encode()


@pytest.mark.parametrize("width", [20, 34, 79, 119, 199])
@pytest.mark.parametrize("columns", [False, True])
def test_no_row_is_wider_than_the_screen(width: int, columns: bool) -> None:
    begun = resolution_of(BASE, OURS + b"x" * 500, THEIRS)
    for state in (begun, begun.take(Take.BOTH), begun.edit("by hand " * 40), begun.edit_whole("all\n" * 3)):
        rows = conflict_rows(state, plain_look(ASCII), Sides(), width=width, columns=columns)
        assert len({row.key for row in rows}) == len(rows)
        for row in rows:
            room = width if len(row.cells) == 1 else column_width(width)
            assert all("\x1b" not in cell.text for cell in row.cells)
            if not row.key.endswith((" base", " ours", " theirs", "hunk 0", "left out", "merged", "whole", "edited")):
                assert all(cell_len(cell.text) <= room for cell in row.cells), row


def test_long_stretches_that_are_the_same_are_left_out() -> None:
    same = "".join(f"line {number}\n" for number in range(40))
    begun = resolution_of(f"{same}1\n{same}".encode(), f"{same}ours\n{same}".encode(), f"{same}theirs\n{same}".encode())
    texts = [row.cells[0].text.strip() for row in conflict_rows(begun, plain_look(), Sides(), width=80, columns=False)]
    assert "… 37 lines that are the same on both sides" in texts
    assert texts[1:4] == ["line 37", "line 38", "line 39"]
    assert "line 3" not in texts


@pytest.mark.parametrize(
    ("line", "width", "pieces"),
    [
        ("", 10, [""]),
        ("short", 10, ["short"]),
        ("one two three", 8, ["one two ", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("漢字かな", 5, ["漢字", "かな"]),
        ("  - deep item", 9, ["  - deep ", "item"]),
    ],
)
def test_lines_are_broken_at_spaces(line: str, width: int, pieces: List[str]) -> None:
    assert wrapped(line, width) == pieces
    assert all(cell_len(piece) <= width for piece in pieces)


@pytest.mark.parametrize(
    ("before", "now", "marked"),
    [
        (["made once a month"], ["made every Friday"], [["every", "Friday"]]),
        (["a b c", "d"], ["a x c", "d"], [["x"], []]),
        (["one"], ["another one altogether, nothing alike"], [[]]),
        ([], ["new"], [[]]),
        (["gone"], [], []),
    ],
)
def test_new_words_are_marked(before: List[str], now: List[str], marked: List[List[str]]) -> None:
    spans = new_words(before, now)
    assert [[line[start:end] for start, end in found] for line, found in zip(now, spans)] == marked


def test_marks_follow_a_line_over_its_pieces() -> None:
    begun = resolution_of(b"a long line of words here\n", b"a long line of other words here\n", b"x\n")
    for columns, width in ((True, 46), (False, 20)):
        rows = conflict_rows(begun, plain_look(), Sides(), width=width, columns=columns)
        found = [cell.text[start:end].strip() for row in rows for cell in row.cells for start, end in cell.marks]
        assert "".join(found) == "other"


async def test_the_current_hunk_is_in_sight_when_the_terminal_has_shrunk(sample: Path, agency: MemoryAgency) -> None:
    make_conflict(agency, sample)
    async with running(sample, agency=agency, size=(120, 24)) as driver:
        screen = await opened(driver)
        await driver.press("n")
        view = screen.query_one(ConflictView)
        hunk = screen.resolution.current
        await driver.pilot.resize_terminal(80, 16)
        await driver.pilot.pause()
        await driver.until(lambda: view.current is not None and len(view.current.cells) == 1)
        assert screen.resolution.current == hunk
        assert view.current is not None
        assert view.current.key == hunk_key(hunk)
        assert view.scroll_offset.y <= view.cursor < view.scroll_offset.y + view.size.height
