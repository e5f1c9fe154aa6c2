"""Filters of the sessions: typed ones and chips, seen over the tree and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import List, Set, Tuple

import pytest

from idse_core.lineage import LineageNode
from idse_core.session_graph import SessionGraph
from idse_core.session_metadata import SessionStatus
from idse_tui.look import plain_look
from idse_tui.presentation.chips import chip_items, chip_line, toggled
from idse_tui.presentation.sessions import parse_filter, tree_rows
from idse_tui.view import ProjectView
from idse_tui.widgets.chips import Chips
from idse_tui.widgets.session_tree import SessionTree
from tests.tui.driving import Driver, running

LOOK = plain_look()


def matching(driver: Driver) -> List[str]:
    return [row.key for row in driver.main.query_one(SessionTree).rows if not row.dim]


async def test_a_filter_narrows_the_tree_while_typing_and_escape_clears_it(sample: Path) -> None:
    async with running(sample) as driver:
        rows = driver.main.query_one(SessionTree)
        await driver.press("slash")
        await driver.type("inv")
        assert [row.key for row in rows.rows if not row.dim] == ["billing", "export-csv"]
        await driver.press("enter")
        assert "/inv" in driver.text
        await driver.press("escape")
        assert len(rows.rows) == 5


async def test_only_failing_sessions(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("F")
        rows = driver.main.query_one(SessionTree).rows
        assert {row.key for row in rows if not row.dim} == {"auth-login", "audit-trail", "billing"}
        await driver.press("F")
        assert len(driver.main.query_one(SessionTree).rows) == 5


async def test_a_chip_is_put_on_stays_and_is_taken_off(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("plus")
        await driver.type("status:com")
        await driver.press("enter")
        assert "export-csv" in matching(driver)
        assert "billing" not in matching(driver)
        assert "status:complete" in driver.lines[1]
        assert driver.state.spot.session in matching(driver)
        await driver.press("q")
    async with running(sample) as driver:
        assert driver.state.chips == ("status:complete",)
        assert "billing" not in matching(driver)
        chips = driver.main.query_one(Chips)
        await driver.pilot.click(chips, offset=(5, 0))
        await driver.pilot.pause()
        assert driver.state.chips == ()
        assert "billing" in matching(driver)
        assert not chips.display


async def test_a_chip_and_a_text_hold_together_and_escape_clears_both(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("F", "slash")
        await driver.type("inv")
        await driver.press("enter")
        assert matching(driver) == ["billing"]
        assert "/inv" in driver.lines[1]
        assert "only" in driver.lines[1]
        assert "1 of 5" in driver.text  # an archived one is hidden
        await driver.press("escape")
        assert len(matching(driver)) == 5
        assert driver.state.chips == ()


def test_of_one_field_any_holds_and_of_several_all_must(view: ProjectView) -> None:
    def sessions(*chips: str) -> List[str]:
        return [row.key for row in tree_rows(view, parse_filter("", chips), frozenset()) if not row.dim]

    assert sessions("status:review", "status:complete") == ["billing", "export-csv"]
    assert sessions("status:in_progress", "type:blueprint") == ["__blueprint__"]
    assert sessions("status:review", "status:complete", "type:feature") == ["billing", "export-csv"]
    assert sessions("status:review", "failing", "owner:portal team") == ["billing"]
    assert sessions("owner:nobody") == []
    assert "spike-passkeys" in sessions("archived")


def test_chips_name_what_there_is_and_mark_what_is_on(view: ProjectView) -> None:
    items = {item.key: item for item in chip_items(view, ("type:feature", "owner:gone"), LOOK)}
    assert items["type:feature"].lead == LOOK.glyphs.passing
    assert items["status:complete"].lead == " "
    assert items["owner:gone"].right[0][0] == "0 sessions"
    assert items["failing"].right[0][0] == "3 sessions · 1 archived"


@pytest.mark.parametrize("chosen", [(), ("archived",)])
def test_a_chip_says_how_many_sessions_it_shows(view: ProjectView, chosen: Tuple[str, ...]) -> None:
    for item in chip_items(view, chosen, LOOK):
        if item.key != "archived":
            shown = [row for row in tree_rows(view, parse_filter("", (item.key, *chosen)), frozenset()) if not row.dim]
            assert item.right[0][0].split()[0] == str(len(shown)), item


async def test_when_only_archived_sessions_match_it_says_what_shows_them(sample: Path) -> None:
    async with running(sample) as driver:
        await driver.press("plus")
        await driver.type("exploratory")
        await driver.press("enter")
        rows = driver.main.query_one(SessionTree)
        assert not rows.rows
        shown = " ".join(" ".join(line[1 : rows.region.right - 1] for line in driver.lines[1:8]).split())
        assert "no session matches but 1 archived one; H shows it, Esc clears" in shown
        await driver.press("H")
        assert matching(driver) == ["spike-passkeys"]


@pytest.mark.parametrize(("query", "chips", "words"), [("", (), ""), ("a b", ("failing",), "/a b only failing")])
def test_the_line_of_chips(query: str, chips: List[str], words: str) -> None:
    line = chip_line(query, chips, LOOK).plain.replace("\u00a0", " ").replace(LOOK.glyphs.remove, "")
    assert " ".join(line.split()) == words


def test_a_chip_is_toggled() -> None:
    assert toggled(toggled((), "failing"), "status:draft") == ("failing", "status:draft")
    assert toggled(("failing", "status:draft"), "failing") == ("status:draft",)


def test_before_the_metadata_is_read_words_ask_the_ids(view: ProjectView) -> None:
    unread = ProjectView(sessions=view.sessions)

    def rows(text: str, *chips: str) -> List[Tuple[str, bool]]:
        return [(row.key, row.dim) for row in tree_rows(unread, parse_filter(text, chips), frozenset())]

    assert rows("BILL") == [("billing", False)]
    assert rows("no-such-session") == []
    assert rows("bill", "status:review") == [("billing", True)]
    assert rows("type:feature") == [(session, True) for session in view.sessions]
    assert rows("") == [(session, False) for session in view.sessions]


def test_a_session_whose_children_are_hidden_has_nothing_to_fold(view: ProjectView) -> None:
    def put_away(node: LineageNode) -> LineageNode:
        return (
            node._replace(metadata=node.metadata._replace(status=SessionStatus.ARCHIVED)) if node.depth == 2 else node
        )

    hidden = view._replace(nodes=tuple(map(put_away, view.nodes)))

    def folds(*chips: str) -> Set[str]:
        return {row.key for row in tree_rows(hidden, parse_filter("", chips), frozenset()) if row.parent}

    assert folds() == {"__blueprint__"}
    assert folds("archived") == {"__blueprint__", "auth-login"}


async def test_without_archived_sessions_there_is_nothing_to_show(sample: Path) -> None:
    async with running(sample) as driver:
        for item in [item for item in driver.state.view.metadata.values() if item.archived]:
            SessionGraph(driver.main.workspace).restore(item.session_id)
        await driver.until(lambda: not any(item.archived for item in driver.state.view.metadata.values()))
        await driver.press("H")
        assert any("there is no archived session" in item.message for item in driver.app._notifications)
        assert driver.state.chips == ()
