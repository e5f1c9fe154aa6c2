"""Words in an artifact: found while they are typed, shown, and gone to one after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List, Optional

import pytest

from idse_tui.blocks import Block
from idse_tui.look import plain_look
from idse_tui.occurrences import Occurrences, Searched
from idse_tui.presentation.tabs import Tab
from idse_tui.rendering import Renderer, split
from idse_tui.widgets.artifact_panel import ArtifactPanel
from idse_tui.widgets.find_field import FindField
from idse_tui.widgets.highlights import Highlights, Match
from tests.tui.driving import Driver, running

LONG = "".join(f"## Part {number}\n\n{'A few words more. ' * 20}\n\n" for number in range(100))


def written(folder: Path, text: str, session: str = "billing") -> Path:
    """The artifact is the specification that the app opens at."""
    path = folder / f".idse/projects/customer-portal/sessions/{session}/spec.md"
    path.write_text(text, encoding="utf-8")
    return path


async def opened(driver: Driver, words: str = "") -> None:
    """The specification is shown from its top, all of it rendered, and words are typed into its field."""
    await driver.press("2", "home", "right", "right", "3", "home")
    await driver.at_rest()
    await driver.press("slash")
    await driver.type(words)


def subtitle(driver: Driver) -> str:
    return str(driver.main.query_one(ArtifactPanel).border_subtitle)


def styled(driver: Driver, name: str) -> List[str]:
    """What the screen shows in one of the look's styles."""
    wanted = driver.main.look.styles[name]
    strips = driver.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips
        for segment in strip
        if segment.style
        and (segment.style.bgcolor, segment.style.bold) == (wanted.bgcolor, wanted.bold or None)
        and segment.style.color == wanted.color
    ]


# In the app


async def test_the_first_match_is_shown_while_typing_and_enter_goes_on_and_around(sample: Path) -> None:
    written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await opened(driver, "part 7")
        view = driver.main.query_one(ArtifactPanel).view
        assert "## Part 7" in driver.text
        assert subtitle(driver) == "1/11"
        assert "part 7" in driver.text
        assert view.line == 29
        assert styled(driver, "current") == ["Part 7"]
        await driver.press("enter")
        assert (subtitle(driver), view.line) == ("2/11", 281)
        assert "## Part 70" in driver.text
        await driver.press("down")
        assert (subtitle(driver), view.line) == ("3/11", 285)
        await driver.press("up", "up", "up")
        assert (subtitle(driver), view.line) == ("11/11", 317)
        await driver.press("enter")
        assert subtitle(driver) == "1/11"
        assert driver.main.query_one(FindField).has_focus


async def test_escape_closes_the_field_and_the_view_stays(sample: Path) -> None:
    written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await opened(driver, "part 73")
        view = driver.main.query_one(ArtifactPanel).view
        before = view.scroll_offset.y
        assert before > 0
        await driver.press("escape")
        await driver.at_rest()
        assert view.scroll_offset.y == before
        assert view.has_focus
        assert view.line == 293
        assert not driver.main.query_one(FindField).display
        assert not styled(driver, "current") + styled(driver, "match")
        assert subtitle(driver) == ""


async def test_it_looks_from_the_line_at_the_top_on_and_anew_for_each_letter(sample: Path) -> None:
    written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await driver.press("2", "home", "right", "right", "3", "end")
        await driver.at_rest()
        view = driver.main.query_one(ArtifactPanel).view
        top = view.top_line
        await driver.press("slash", "p")
        assert view.line >= top > 300
        await driver.type("art 1")
        assert view.line == 5  # from the beginning, after the end
        await driver.press("backspace")
        assert view.line >= top


async def test_capital_letters_count_as_soon_as_one_is_typed(sample: Path) -> None:
    written(sample, "# Specification\n\nReset, reset and RESET.\n")
    async with running(sample, session="billing") as driver:
        await opened(driver, "reset")
        assert subtitle(driver) == "1/3"
        assert styled(driver, "match") == ["reset", "RESET"]
        await driver.press(*["backspace"] * 5)
        await driver.press("R")
        await driver.type("eset")
        assert subtitle(driver) == "1/1"
        assert styled(driver, "current") == ["Reset"]


async def test_no_match_is_said_and_nothing_moves(sample: Path) -> None:
    written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await opened(driver, "part 73")
        view = driver.main.query_one(ArtifactPanel).view
        before = view.scroll_offset.y
        await driver.type("x")
        assert subtitle(driver) == "no match"
        await driver.press("enter", "up")
        assert view.scroll_offset.y == before
        await driver.press("backspace")
        assert subtitle(driver) == "1/1"


async def test_words_that_are_wrapped_or_stand_in_two_lines_of_the_file_are_found(sample: Path) -> None:
    many = "filler " * 200
    written(sample, f"# Specification\n\n{many}the very needle{many}\n\n- an item that\n  goes on\n")
    async with running(sample, session="billing") as driver:
        await opened(driver, "very needle")
        assert subtitle(driver) == "1/1"
        assert "".join(styled(driver, "current")).split() in (["very", "needle"], ["veryneedle"])
        await driver.press(*["backspace"] * 11)
        await driver.type("that goes")
        assert subtitle(driver) == "1/1"
        assert "goes on" in driver.text


async def test_a_saved_artifact_is_searched_anew_and_the_same_match_stays(sample: Path) -> None:
    path = written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await opened(driver, "part 7")
        await driver.press("enter")
        view = driver.main.query_one(ArtifactPanel).view
        path.write_text("## Part 7 is new\n\n" + LONG, encoding="utf-8")
        await driver.until(lambda: subtitle(driver) == "3/12")
        await driver.at_rest()
        assert view.line == 283
        assert styled(driver, "current") == ["Part 7"]
        assert "## Part 70" in driver.text
        path.write_text(LONG.replace("Part 7", "Piece 7"), encoding="utf-8")
        await driver.until(lambda: subtitle(driver) == "no match")
        path.write_text(LONG, encoding="utf-8")
        await driver.until(lambda: subtitle(driver) == "11 matches")
        await driver.press("enter")
        assert subtitle(driver).endswith("/11")


async def test_who_has_scrolled_away_is_not_brought_back_by_a_save(sample: Path) -> None:
    path = written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await opened(driver, "part 7")
        view = driver.main.query_one(ArtifactPanel).view
        view.scroll_end(animate=False)
        await driver.at_rest()
        top = view.top_line
        assert top > 300
        path.write_text(LONG.replace("Part 1\n", "Part 7 again\n"), encoding="utf-8")
        await driver.until(lambda: subtitle(driver) == "2/12")
        await driver.at_rest()
        assert view.top_line == top


async def test_another_artifact_or_tab_ends_it(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        await opened(driver, "a")
        assert driver.main.searching.is_open
        driver.main.action_run("next-tab")
        await driver.pilot.pause()
        assert not driver.main.searching.is_open
        await driver.press("slash")
        assert driver.main.query_one(ArtifactPanel).tab is Tab.READ
        driver.main.action_run("previous-stage")
        await driver.until(lambda: not driver.main.searching.is_open)
        assert driver.main.query_one(ArtifactPanel).view.has_focus


async def test_enter_in_an_empty_field_finds_the_last_words_again(sample: Path) -> None:
    written(sample, LONG)
    async with running(sample, session="billing") as driver:
        await opened(driver, "part 73")
        await driver.press("escape", "slash")
        assert "Enter finds part 73 again" in driver.text
        await driver.press("enter")
        assert subtitle(driver) == "1/1"


async def test_the_keys_below_are_those_of_the_field(sample: Path) -> None:
    async with running(sample, session="billing") as driver:
        await driver.press("3")
        assert "/ find" in driver.lines[-1]
        assert "/ filter" not in driver.lines[-1]
        await driver.press("slash")
        assert "Enter next" in driver.lines[-1]
        assert "Esc close" in driver.lines[-1]
        await driver.press("escape", "1")
        assert "/ filter" in driver.lines[-1]
        await driver.press("slash")
        assert not driver.main.searching.is_open


async def test_without_an_artifact_it_says_why(sample: Path) -> None:
    path = written(sample, "x")
    path.unlink()
    async with running(sample, session="billing") as driver:
        await driver.press("2", "home", "right", "right", "3")
        await driver.at_rest()
        await driver.press("slash")
        assert not driver.main.searching.is_open
        assert any("is missing" in item.message for item in driver.app._notifications)


async def test_a_match_far_below_what_is_rendered_is_rendered_next(sample: Path) -> None:
    text = "".join(f"## Part {number}\n\n{'A few words more. ' * 20}\n\n" for number in range(4000))
    written(sample, text)
    async with running(sample, session="billing") as driver:
        await driver.press("2", "home", "right", "right", "3", "home")
        await driver.until(lambda: "## Part 0" in driver.text)
        await driver.press("slash")
        await driver.type("part 3990")
        await driver.until(lambda: "## Part 3990" in driver.text)
        assert subtitle(driver) == "1/1"


# What is looked through


def places(text: str, words: str) -> Iterator[int]:
    found = Occurrences(Searched(text), words)
    place: Optional[int] = found.after(0)
    for _ in range(found.total):
        assert place is not None
        yield place
        place = found.after(place + len(words))


@pytest.mark.parametrize(
    ("text", "words", "lines"),
    [
        ("a\nB\nb", "b", [2, 3]),
        ("a\nB\nb", "B", [2]),
        ("one two\n  three", "two three", [1]),
        ("one\n\ntwo", "one two", []),
        ("aaaa", "aa", [1, 1]),
        ("İstanbul\nistanbul", "istanbul", [1, 2]),
        ("x", "", []),
        ("", "x", []),
    ],
)
def test_where_words_stand(text: str, words: str, lines: List[int]) -> None:
    searched = Searched(text)
    assert [searched.line_of(place) for place in places(text, words)] == lines


def test_matches_are_numbered_and_gone_to_in_both_directions() -> None:
    found = Occurrences(Searched("b a b a b"), "a")
    assert (found.after(0), found.after(3), found.after(7)) == (2, 6, 2)
    assert (found.before(6), found.before(2)) == (2, 6)
    assert [found.number(place) for place in (2, 6)] == [1, 2]
    assert Occurrences(Searched("b"), "a").after(0) is None
    assert Occurrences(Searched("b"), "a").before(0) is None


def shown(text: str, words: str, width: int = 20) -> List[str]:
    """What of the rendered text is highlighted, piece by piece; the one that shows the last match has a star."""
    blocks: List[Block] = list(split(text))
    renderer = Renderer(width, plain_look())
    found = Occurrences(Searched(text), words)
    highlights = Highlights(found)
    last = found.before(len(text) + 1)
    pieces: List[str] = []
    for index, block in enumerate(blocks):
        rendered = renderer.render(block)
        current = None
        if last is not None:
            match = Match(last, found.searched.line_of(last))
            if block.first <= match.line < block.first + block.size:
                current = highlights.current(match, index, block, rendered)
        for row, strip in enumerate(rendered.strips):
            for number, piece in highlights.pieces(index, rendered, row):
                pieces.append(strip.text[piece[1] : piece[2]] + "*" * (number == current))
    return pieces


@pytest.mark.parametrize(
    ("text", "words", "pieces"),
    [
        ("# Title\n\nwords and words\n", "words", ["words", "words*"]),
        ("a long paragraph that is wrapped here\n", "paragraph that is", ["paragraph*", "that is*"]),
        ("while nothing is typed\n", "", []),
        ("- an item\n- another item\n", "item", ["item", "item*"]),
        ("**bold** and *bold*\n", "bold", ["bold", "bold*"]),
        ("| a | b |\n|---|---|\n| word | other |\n", "other", ["other*"]),
        ("```text\nsome code\n\n  code\n```\n", "code", ["code", "code*"]),
        ("wide 漢字 word\n", "word", ["word*"]),
        ("nothing\n", "word", []),
    ],
)
def test_what_is_highlighted(text: str, words: str, pieces: List[str]) -> None:
    assert shown(text, words) == pieces
