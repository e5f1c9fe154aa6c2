"""Resolving a conflict: the state machine behind the app's screen."""

from __future__ import annotations

from typing import Callable, Dict, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.agency.merge import merge
from idse_core.agency.resolution import Resolution, Take, resolution_of

BASE = b"title\n1\nmiddle\n2\nend\n"
OURS = b"title\nour 1\nmiddle\nour 2\nend\n"
THEIRS = b"title\ntheir 1\nmiddle\ntheir 2\nend\n"


@pytest.fixture
def begun() -> Resolution:
    return resolution_of(BASE, OURS, THEIRS)


def test_nothing_is_decided_at_first(begun: Resolution) -> None:
    assert (begun.open, begun.current, begun.is_complete) == (2, 0, False)
    assert begun.text == merge(BASE, OURS, THEIRS).text
    assert [(hunk.ours, hunk.theirs) for hunk in begun.hunks] == [
        (("our 1\n",), ("their 1\n",)),
        (("our 2\n",), ("their 2\n",)),
    ]


def test_deciding_selects_the_next_open_hunk(begun: Resolution) -> None:
    one = begun.take(Take.THEIRS)
    assert (one.open, one.current) == (1, 1)
    assert one.text.startswith("title\ntheir 1\nmiddle\n<<<<<<< ours\nour 2\n")
    two = one.take(Take.BOTH)
    assert two.is_complete
    assert two.data == b"title\ntheir 1\nmiddle\nour 2\ntheir 2\nend\n"


def test_after_the_last_hunk_comes_the_first_open_one(begun: Resolution) -> None:
    assert begun.go(1).take(Take.OURS).current == 0


def test_a_decision_can_be_changed(begun: Resolution) -> None:
    done = begun.take(Take.OURS).take(Take.OURS).go(0).take(Take.THEIRS)
    assert done.data == b"title\ntheir 1\nmiddle\nour 2\nend\n"
    assert done.go(1).reopen().open == 1


def test_lines_can_be_edited(begun: Resolution) -> None:
    done = begun.edit("my own\nlines").take(Take.OURS)
    assert done.text == "title\nmy own\nlines\nmiddle\nour 2\nend\n"
    assert begun.edit("").take(Take.OURS).text == "title\nmiddle\nour 2\nend\n"
    assert [decision.take for decision in done.decisions if decision] == [Take.EDITED, Take.OURS]


def test_the_last_line_may_have_no_line_break() -> None:
    begun = resolution_of(b"a\n1", b"a\nours", b"a\ntheirs")
    assert begun.edit("no end").data == b"a\nno end"
    assert begun.take(Take.BOTH).data == b"a\nours\ntheirs"


def test_carriage_returns_are_kept() -> None:
    begun = resolution_of(b"a\r\n1\r\nb\r\n", b"a\r\nours\r\nb\r\n", b"a\r\ntheirs\r\nb\r\n")
    assert begun.edit("x\r\ny").data == b"a\r\nx\r\ny\r\nb\r\n"
    assert begun.take(Take.BOTH).data == b"a\r\nours\r\ntheirs\r\nb\r\n"


def test_the_whole_text_can_be_edited(begun: Resolution) -> None:
    whole = begun.take(Take.OURS).edit_whole("all new\n")
    assert whole.is_complete
    assert whole.edited_whole
    assert whole.data == b"all new\n"
    assert whole.undo().open == 1
    assert whole.go(0).take(Take.THEIRS).text.startswith("title\ntheir 1\n"), "hunks count again"
    assert begun.edit_whole(begun.text) is begun


def test_a_whole_text_with_markers_is_not_complete(begun: Resolution) -> None:
    assert not begun.edit_whole(begun.text + "more\n").is_complete


def test_deciding_all_open_hunks_is_one_step(begun: Resolution) -> None:
    done = begun.go(1).take(Take.OURS).take_all(Take.THEIRS)
    assert done.data == b"title\ntheir 1\nmiddle\nour 2\nend\n"
    assert done.undo().open == 1
    assert done.take_all(Take.OURS) is done


def test_undo_selects_the_hunk_that_changes(begun: Resolution) -> None:
    done = begun.take(Take.OURS).take(Take.THEIRS)
    assert done.undo().current == 1
    assert done.undo().undo().current == 0
    assert done.undo().undo().redo().redo() == done._replace(current=1)


def test_the_selection_stops_at_both_ends(begun: Resolution) -> None:
    assert begun.previous().current == 0
    assert begun.next().next().current == 1
    assert begun.go(7) is begun


def test_without_a_base_every_difference_is_a_hunk() -> None:
    begun = resolution_of(None, b"# Plan\nours\nsame\nmore\n", b"# Plan\ntheirs\nsame\n")
    assert [(hunk.base, hunk.ours, hunk.theirs) for hunk in begun.hunks] == [
        ((), ("ours\n",), ("theirs\n",)),
        ((), ("more\n",), ()),
    ]
    assert begun.take_all(Take.OURS).data == b"# Plan\nours\nsame\nmore\n"
    assert begun.take_all(Take.THEIRS).data == b"# Plan\ntheirs\nsame\n"


def test_a_deletion_is_one_hunk() -> None:
    begun = resolution_of(b"a\n", b"a\nedited\n", None)
    assert len(begun.hunks) == 1
    assert begun.take(Take.OURS).data == b"a\nedited\n"


@pytest.mark.parametrize("base", [None, b"\xff\0base"])
def test_binary_data_can_be_taken_as_a_whole(base: bytes) -> None:
    begun = resolution_of(base, b"\xff\0ours", b"\xfe\0theirs")
    assert len(begun.hunks) == 1
    assert begun.take(Take.THEIRS).data == b"\xfe\0theirs"


def test_without_hunks_there_is_nothing_to_decide() -> None:
    done = resolution_of(b"a\n", b"a\n", b"a\nb\n")
    assert done.is_complete
    assert done.take_all(Take.OURS) is done
    impossibles: List[Callable[[], object]] = [lambda: done.take(Take.OURS), lambda: done.edit("")]
    for impossible in impossibles:
        with pytest.raises(ValueError):
            impossible()
    with pytest.raises(ValueError):
        resolution_of(BASE, OURS, THEIRS).take(Take.EDITED)


# Laws

lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n"]), max_size=8).map(lambda found: "".join(found).encode())
versions = st.tuples(st.one_of(st.none(), lines), lines, lines)
steps: Dict[str, Callable[[Resolution], Resolution]] = {
    "ours": lambda state: state.take(Take.OURS) if state.hunks else state,
    "theirs": lambda state: state.take(Take.THEIRS) if state.hunks else state,
    "both": lambda state: state.take(Take.BOTH) if state.hunks else state,
    "edit": lambda state: state.edit("x\ny") if state.hunks else state,
    "reopen": Resolution.reopen,
    "all": lambda state: state.take_all(Take.THEIRS),
    "whole": lambda state: state.edit_whole(state.text + "z\n"),
    "next": Resolution.next,
    "previous": Resolution.previous,
    "undo": Resolution.undo,
    "redo": Resolution.redo,
}
histories = st.lists(st.sampled_from(sorted(steps)), max_size=15)


@given(chosen=versions)
def test_taking_one_side_everywhere_keeps_what_was_merged(chosen: Tuple[bytes, bytes, bytes]) -> None:
    base, ours, theirs = chosen
    begun = resolution_of(base, ours, theirs)
    taken = begun.take_all(Take.OURS)
    assert taken.is_complete
    if base is None or base == theirs:
        assert taken.data == ours
    if base is None:
        assert begun.take_all(Take.THEIRS).data == theirs


@settings(max_examples=300, deadline=None)
@given(chosen=versions, history=histories)
def test_undo_leads_back_through_every_text(chosen: Tuple[bytes, bytes, bytes], history: List[str]) -> None:
    state = resolution_of(*chosen)
    for step in history:
        before, state = state, steps[step](state)
        assert 0 <= state.current < max(1, len(state.hunks))
        assert state.is_complete == (state.open == 0)
        if step not in {"undo", "redo"} and state.now != before.now:
            assert state.undo().now == before.now
            assert state.undo().redo().now == state.now
            assert not state.future
    texts = [state.text]
    while state.past:
        state = state.undo()
        texts.append(state.text)
    assert state.now == resolution_of(*chosen).now
    for text in reversed(texts):
        assert state.text == text
        state = state.redo()


@settings(max_examples=300, deadline=None)
@given(chosen=versions, history=histories)
def test_a_complete_resolution_has_no_marker_and_every_stable_line(
    chosen: Tuple[bytes, bytes, bytes], history: List[str]
) -> None:
    state = resolution_of(*chosen)
    for step in history:
        state = steps[step](state)
    assert state.is_complete == ("<<<<<<<" not in state.text)
    if not state.edited_whole:
        rest = state.text
        for chunk in state.merge.chunks:
            kept = "".join(chunk.lines)
            assert kept in rest
            rest = rest[rest.index(kept) + len(kept) :]
