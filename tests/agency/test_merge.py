"""The three-way merge: what is merged, what is a conflict, and properties that hold for any three versions."""

from __future__ import annotations

from random import Random
from typing import List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.agency.line_diff import MOST_STEPS, compare
from idse_core.agency.merge import Kind, Merge, joined, markers_left, merge, merge_lines, split_lines

Versions = Tuple[bytes, bytes, bytes]


def _merged(base: str, ours: str, theirs: str) -> Merge:
    """Merge versions in which each letter stands for a line."""
    return merge_lines(*([f"{letter}\n" for letter in text] for text in (base, ours, theirs)))


def _letters(found: Merge) -> str:
    return found.text.replace("\n", "")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "result"),
    [
        ("", "", "", ""),
        ("abc", "abc", "abc", "abc"),
        ("abc", "aXbc", "abc", "aXbc"),
        ("abc", "abc", "abcY", "abcY"),
        ("abc", "Xabc", "abcY", "XabcY"),
        ("abcde", "aXcde", "abcYe", "aXcYe"),
        ("abcde", "acde", "abce", "ace"),
        ("abcde", "aXXcde", "aXXcde", "aXXcde"),
        ("abcde", "", "", ""),
        ("abcdef", "Xdef", "abcdeY", "XdeY"),
        ("", "ab", "ab", "ab"),
        ("ab", "ab", "", ""),
    ],
)
def test_a_change_of_one_side_is_taken(base: str, ours: str, theirs: str, result: str) -> None:
    found = _merged(base, ours, theirs)
    assert found.clean
    assert _letters(found) == result


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "conflict"),
    [
        ("abc", "aXc", "aYc", ("b", "X", "Y")),
        ("abcd", "aXcd", "abYd", ("bc", "Xc", "bY")),  # adjacent changes
        ("abc", "aXbc", "aYbc", ("", "X", "Y")),
        ("abc", "ac", "aYc", ("b", "", "Y")),
        ("abcd", "ad", "abXcd", ("bc", "", "bXc")),
        ("", "X", "Y", ("", "X", "Y")),
        ("a", "", "b", ("a", "", "b")),
    ],
)
def test_different_changes_of_both_sides_are_a_conflict(
    base: str, ours: str, theirs: str, conflict: Tuple[str, str, str]
) -> None:
    found = _merged(base, ours, theirs)
    (chunk,) = [chunk for chunk in found.chunks if chunk.kind is Kind.CONFLICT]
    assert tuple("".join(side).replace("\n", "") for side in chunk[1:]) == conflict
    assert not found.clean
    assert found.conflicts == 1
    assert chunk.lines == ()


def test_chunks_name_the_side_that_changed_them() -> None:
    found = _merged("abcdefghi", "XbcYefghi", "abcYefZhJ")
    assert [chunk.kind.value for chunk in found.chunks] == [
        "ours", "stable", "same", "stable", "theirs", "stable", "theirs",
    ]  # fmt: skip


def test_conflicts_are_between_markers() -> None:
    assert _merged("abc", "aXc", "aYc").text == ("a\n<<<<<<< ours\nX\n||||||| base\nb\n=======\nY\n>>>>>>> theirs\nc\n")


def test_markers_are_longer_than_any_marker_in_the_text() -> None:
    found = merge(b"========\n", b"ours\n", b"theirs\n")
    assert found.text.startswith("<<<<<<<<< ours\n")
    assert "\n=========\n" in found.text
    assert markers_left(found.text) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<<<<<<< ours\n", 2),
        ("a\nb\n>>>>>>> theirs\r\n", 3),
        ("|||||||| base", 1),
        ("======= a heading in Markdown\n=======\n", None),
        ("<<<<<< six\n a <<<<<<< inside\n<<<<<<<x\n", None),
    ],
)
def test_remaining_markers_are_found(text: str, line: int) -> None:
    assert markers_left(text) == line


# Bytes


def test_line_breaks_and_the_byte_order_mark_are_kept() -> None:
    base = "\ufeffone\r\ntwo\nthree\r\nfour\u2028still four\r\nfive".encode()
    ours = base.replace(b"two\n", b"2\n")
    theirs = base.replace(b"five", b"5")
    found = merge(base, ours, theirs)
    assert found.clean
    assert found.data == "\ufeffone\r\n2\nthree\r\nfour\u2028still four\r\n5".encode()


def test_another_line_break_is_a_change() -> None:
    found = merge(b"a\nb\nc\n", b"a\r\nb\nc\n", b"a\nb\nC\n")
    assert (found.clean, found.data) == (True, b"a\r\nb\nC\n")
    assert not merge(b"a\n", b"a\r\n", b"A\n").clean


def test_a_missing_newline_at_the_end_is_a_change() -> None:
    assert merge(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nc").data == b"A\nb\nc"
    assert merge(b"a\nb\nc", b"A\nb\nc", b"a\nb\nc\n").data == b"A\nb\nc\n"
    both = merge(b"a\nb", b"a\nb\nours", b"a\nb\ntheirs")
    assert not both.clean
    assert both.data.endswith(b"=======\nb\ntheirs\n>>>>>>> theirs\n"), "a marker stands on a line of its own"


@pytest.mark.parametrize("odd", [b"a\0b\n", b"caf\xe9\n", b"\xed\xa0\x80\n"])
def test_binary_data_is_one_conflict(odd: bytes) -> None:
    rest = b"1\n2\n3\n"
    found = merge(odd + rest, odd + rest + b"ours\n", b"theirs\n" + odd + rest)
    (chunk,) = found.chunks
    assert chunk.kind is Kind.CONFLICT
    assert "".join(chunk.ours).encode("utf-8", "surrogateescape") == odd + rest + b"ours\n"
    assert merge(odd, odd, odd + rest).data == odd + rest
    assert merge(b"", odd, b"").data == odd


@given(data=st.binary(max_size=40))
def test_splitting_loses_nothing(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(line.find("\n") in {-1, len(line) - 1} for line in lines)
    assert all(lines)


def test_joining_adds_a_missing_line_break_between_lines() -> None:
    assert joined([["a\r\n", "b"], [], ["c\n", "d"]]) == ("a\r\n", "b\r\n", "c\n", "d")
    assert joined([["a"], ["b"]]) == ("a\n", "b")
    assert joined([["a"], ["b"]], end="\r\n") == ("a\r\n", "b")
    assert joined([[], []]) == ()


# Laws

lines = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n"]), max_size=12)
texts = st.builds(lambda body, last: "".join([*body, last]).encode(), lines, st.sampled_from(["", "a", "end"]))
versions = st.tuples(texts, texts, texts)


@given(base=texts, other=texts)
def test_changes_of_one_side_only_give_its_text(base: bytes, other: bytes) -> None:
    for found in (merge(base, base, other), merge(base, other, base), merge(base, other, other)):
        assert found.clean
        assert found.data == other


@settings(max_examples=400, deadline=None)
@given(chosen=versions)
def test_swapping_the_sides_gives_the_same_merge(chosen: Versions) -> None:
    base, ours, theirs = chosen
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one.clean == other.clean
    if one.clean:
        assert one.data == other.data
    mirror = {Kind.OURS: Kind.THEIRS, Kind.THEIRS: Kind.OURS}
    assert [(mirror.get(c.kind, c.kind), c.base, c.theirs, c.ours) for c in other.chunks] == list(one.chunks)


@settings(max_examples=400, deadline=None)
@given(chosen=versions)
def test_chunks_cover_the_three_versions(chosen: Versions) -> None:
    found = merge(*chosen)
    for number, data in enumerate(chosen, 1):
        assert (
            "".join(
                line for chunk in found.chunks for line in (chunk.base, chunk.ours, chunk.theirs)[number - 1]
            ).encode()
            == data
        )
    for chunk in found.chunks:
        assert (chunk.kind in {Kind.STABLE, Kind.THEIRS}) == (chunk.ours == chunk.base)
        assert (chunk.kind in {Kind.STABLE, Kind.OURS}) == (chunk.theirs == chunk.base)
        assert (chunk.kind in {Kind.STABLE, Kind.SAME}) == (chunk.ours == chunk.theirs)
    kinds = [chunk.kind for chunk in found.chunks]
    assert all(Kind.STABLE in pair for pair in zip(kinds, kinds[1:])), "changes that touch are one chunk"
    assert all(set(pair) != {Kind.STABLE} for pair in zip(kinds, kinds[1:]))


@settings(max_examples=300, deadline=None)
@given(base=lines, data=st.data())
def test_no_added_line_is_dropped(base: List[str], data: st.DataObject) -> None:
    sides: List[List[str]] = []
    for side in ("ours", "theirs"):
        places = data.draw(st.lists(st.integers(0, len(base)), max_size=4, unique=True))
        dropped = data.draw(st.sets(st.integers(0, len(base)), max_size=3))
        sides.append([
            line
            for place in range(len(base) + 1)
            for line in (
                *([f"{side} {place}\n"] if place in places else []),
                *([base[place]] if place < len(base) and place not in dropped else []),
            )
        ])  # fmt: skip
    found = merge_lines(base, *sides)
    kept = found.text.split("\n")
    for written in sides:
        assert all(line.rstrip("\n") in kept for line in written if line.startswith(("ours", "theirs")))


@settings(max_examples=300, deadline=None)
@given(old=lines, new=lines, most_steps=st.sampled_from([0, 5, MOST_STEPS]))
def test_hunks_turn_the_old_lines_into_the_new_ones(old: List[str], new: List[str], most_steps: int) -> None:
    result: List[str] = []
    done = 0
    for hunk in compare(old, new, most_steps=most_steps).hunks:
        assert hunk.start > done or not result, "two hunks never touch"
        assert hunk.end > hunk.start or hunk.new_end > hunk.new_start
        result += [*old[done : hunk.start], *new[hunk.new_start : hunk.new_end]]
        assert len(result) == hunk.new_end
        done = hunk.end
    assert [*result, *old[done:]] == new


@settings(max_examples=200, deadline=None)
@given(old=lines, new=lines)
def test_hunks_are_minimal(old: List[str], new: List[str]) -> None:
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]  # of the common subsequences, by dynamic programming
    for x, line in enumerate(old):
        for y, other in enumerate(new):
            longest[x + 1][y + 1] = longest[x][y] + 1 if line == other else max(longest[x][y + 1], longest[x + 1][y])
    changed = sum(hunk.end - hunk.start + hunk.new_end - hunk.new_start for hunk in compare(old, new).hunks)
    assert changed == len(old) + len(new) - 2 * longest[-1][-1]


# Cost


def _large(kind: str) -> Tuple[List[str], List[str]]:
    random = Random(7)
    size = 50_000
    if kind == "shuffled":
        old = [f"line {number}\n" for number in range(size)]
        return old, random.sample(old, size)
    words = {"two words": 2, "many words": 500}[kind]
    return (
        [f"{random.randrange(words)}\n" for _ in range(size)],
        [f"{random.randrange(words)}\n" for _ in range(size)],
    )


@pytest.mark.parametrize("kind", ["shuffled", "two words", "many words"])
def test_the_worst_case_cost_is_bounded(kind: str) -> None:
    old, new = _large(kind)
    bound = 100_000
    found = compare(old, new, most_steps=bound)
    # The bound may be exceeded by one round over the diagonals and one search for anchors.
    assert found.steps <= bound + 3 * (len(old) + len(new))
    result: List[str] = []
    done = 0
    for hunk in found.hunks:
        result += [*old[done : hunk.start], *new[hunk.new_start : hunk.new_end]]
        done = hunk.end
    assert [*result, *old[done:]] == new


def test_many_small_edits_of_a_long_text_cost_little() -> None:
    random = Random(3)
    base = [f"line {number}\n" if number % 3 else "\n" for number in range(50_000)]

    def edited() -> List[str]:
        changed = list(base)
        for _ in range(1_000):
            place = random.randrange(len(changed))
            changed[place : place + random.randrange(2)] = ["\n"]
        return changed

    ours, theirs = edited(), edited()
    found = merge_lines(base, ours, theirs)
    assert sum(chunk.kind is Kind.STABLE for chunk in found.chunks) > 1_000
    assert compare(base, ours).steps + compare(base, theirs).steps < 10 * len(base)


def test_a_part_that_is_too_different_does_not_affect_the_others() -> None:
    random = Random(5)
    noise, other = ([f"{random.randrange(3)}\n" for _ in range(3_000)] for _ in range(2))
    base = ["start\n", "a\n", "b\n", "a\n", "middle\n", *noise, "end\n", "a\n", "b\n", "a\n"]
    ours = ["start\n", "a\n", "b\n", "b\n", "a\n", "middle\n", *other, "end\n", "a\n", "b\n", "a\n", "a\n"]
    found = compare(base, ours, most_steps=200_000)
    assert found.steps > 200_000, "there was something hopeless"
    assert found.hunks[0] == (3, 3, 3, 4)
    assert found.hunks[-1][:2] == (len(base), len(base))
