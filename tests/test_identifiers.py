"""Ids of projects and sessions: what a new one may be, and how a title becomes one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idse_core.errors import UsageError
from idse_core.files import safe_component
from idse_core.identifiers import MAX_LENGTH, fold, is_valid, new_id, single_line, taken_by


@pytest.mark.parametrize("name", ["a", "auth-login", "v1.2", "_x", "0", "__blueprint__", "a" * 64, "console", "com10"])
def test_a_name_that_is_an_id_stays_as_it_is(name: str) -> None:
    assert is_valid(name)
    assert new_id(name, what="session") == name


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Customer portal", "customer-portal"),
        ("  Customer   portal  ", "customer-portal"),
        ("Über uns", "uber-uns"),
        ("Übergrößen & Café", "ubergrossen-cafe"),
        ("GRÖẞE", "grosse"),
        ("Smørrebrød, Łódź", "smorrebrod-lodz"),
        ("v1..2", "v1.2"),
        ("Login & logout!", "login-logout"),
        ("UPPER_case", "upper_case"),
        ("-dash-", "dash"),
        ("ends with a dot.", "ends-with-a-dot"),
        (".hidden", "hidden"),
        ("line\nbreak\ttab", "line-break-tab"),
        ("\u2460 first", "1-first"),
        ("x" * 65, "x" * 64),
        ("x" * 63 + " y", "x" * 63),
        ("x" * 63 + ".y", "x" * 63),
        ("\x1b[2Jred", "2jred"),
    ],
)
def test_a_title_becomes_an_id(title: str, expected: str) -> None:
    assert new_id(title, what="session") == expected


@pytest.mark.parametrize(
    "title", ["", " ", "\t\n", "../x", "a/b", "/", "a\\b", "a\0b", ".", "..", "...", "-", "!?", "日本語", "\U0001f680"]
)
def test_a_name_that_leaves_nothing_or_leads_elsewhere_is_refused(title: str) -> None:
    with pytest.raises(UsageError) as caught:
        new_id(title, what="project")
    assert caught.value.hint


@pytest.mark.parametrize(
    "title", ["CON", "con", "con.txt", "Con.tar.gz", "NUL", "aux", "prn", "COM1", "lpt9.md", "COM¹"]
)
def test_a_windows_device_is_refused_with_a_name_that_works(title: str) -> None:
    with pytest.raises(UsageError, match="reserved") as caught:
        new_id(title, what="session")
    suggested = caught.value.hint.split("'")[1]
    assert new_id(suggested, what="session") == suggested


@given(title=st.text(max_size=80))
@example(title="a" * 63 + "..")
@example(title="c\u0327o\u0301n")
@example(title="\ud800")
def test_whatever_the_title_the_id_is_valid_or_refused(title: str) -> None:
    try:
        made = new_id(title, what="session")
    except UsageError:
        return
    assert is_valid(made)
    assert safe_component(made)
    assert len(made) <= MAX_LENGTH
    assert new_id(made, what="session") == made


@given(name=st.from_regex(r"[a-z0-9_][a-z0-9._-]{0,63}", fullmatch=True))
def test_valid_names_are_portable(name: str) -> None:
    if is_valid(name):
        assert new_id(name, what="project") == name
        assert fold(name) == name
        assert safe_component(name)
        assert not name.endswith(".")


@pytest.mark.parametrize("name", ["", "A", "-a", ".a", "a b", "a.", "a..b", "con", "nul.x", "é", "a" * 65, "a\n"])
def test_other_names_are_not_valid(name: str) -> None:
    assert not is_valid(name)


def test_ids_that_a_file_system_may_confuse_cannot_stand_side_by_side() -> None:
    assert taken_by("auth", ["billing", "AUTH"]) == "AUTH"
    assert taken_by("cafe\u0301", ["caf\u00e9"]) == "caf\u00e9"
    assert taken_by("strasse", ["stra\u00dfe"]) == "stra\u00dfe"
    assert taken_by("auth", ["auth2", "aut"]) is None
    assert taken_by("auth", []) is None


def test_an_id_that_exists_is_found_itself_before_one_that_looks_like_it() -> None:
    assert taken_by("auth", ["AUTH", "Auth", "auth"]) == "auth"


@given(text=st.text(max_size=40))
@example(text="a\u2028b\x85c\x1cd\x0be")
@example(text="\x00")
def test_a_title_is_kept_on_one_line_of_text(text: str) -> None:
    line = single_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in line)
    assert single_line(line) == line
    line.encode("utf-8")


@pytest.mark.parametrize(
    "title", ["Customer portal", "naïve 日本語 \U0001f469\u200d\U0001f4bb", "{{ x }} \"quoted\" 'too' <b>"]
)
def test_an_ordinary_title_stays_as_it_is(title: str) -> None:
    assert single_line(title) == title
