"""What a screen reader gets: words, and nothing that only an eye can follow."""

from __future__ import annotations

from typing import List

import pytest

from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.styling import PLAIN, UNICODE
from tests.cli.running import Idse, run

SIGNS = {*UNICODE.states.values(), *(sign.strip() for sign in UNICODE if isinstance(sign, str)), "├─", "✓", "✗", "–"}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDSE_PLAIN", "1")


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["status", "--all"],
        ["validate", "--all"],
        ["trace", "--all"],
        ["next"],
        ["session", "list"],
        ["session", "show"],
        ["project", "list"],
        ["rules", "list"],
        ["rules", "explain", "ART003"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_no_sign_and_no_colour_is_left(idse: Idse, sample: ProjectWorkspace, words: List[str]) -> None:
    outcome = idse(*words)

    ours = "".join(line for line in outcome.out.splitlines() if not line.lstrip().startswith("text: "))

    assert ours.strip()
    assert [sign for sign in sorted(SIGNS) if sign in ours] == []
    assert "\x1b" not in outcome.out


def test_what_signs_and_columns_say_is_said_in_words(idse: Idse, sample: ProjectWorkspace) -> None:
    listed = idse("session", "list").out
    overview = idse("status", "--all").out.splitlines()

    assert "agent Claude Code" in idse("status").out
    assert "below auth-login" in next(line for line in listed.splitlines() if "audit-trail" in line)
    assert "  current" in next(line for line in listed.splitlines() if "auth-login " in line.partition("below")[0])
    assert "__blueprint__: 7 completed, passing (0 errors)" in overview
    assert any(line.startswith("auth-login: ") and line.endswith("current session") for line in overview)
    assert "  uncovered: id FR-1, line 16, plan 11, 20" in idse("trace").out


def test_what_is_remembered_is_not_what_was_said_with_signs(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = idse("status").out
    monkeypatch.delenv("IDSE_PLAIN")
    seen = idse("status").out
    monkeypatch.setenv("IDSE_PLAIN", "yes")

    assert UNICODE.agent in seen
    assert idse("status").out == spoken != seen


def test_colours_that_are_asked_for_are_there(idse: Idse, sample: ProjectWorkspace) -> None:
    assert "\x1b[" in idse("status", "--color", "always").out


def test_errors_and_json_are_as_ever(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("status", "--session", "zzz").err.startswith("error: there is no session 'zzz'")
    assert idse("status", "--json").document == run("status", "--json", cwd=sample.folder.parent).document


def test_no_sign_of_the_plain_set_is_a_drawing() -> None:
    assert all(sign.isascii() for sign in PLAIN if isinstance(sign, str))
    assert set(PLAIN.states.values()) == {""}
