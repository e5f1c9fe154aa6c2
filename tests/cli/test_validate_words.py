"""What `idse validate` reports about options that can't be meant: it names what was written."""

from __future__ import annotations

import shutil

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.cli.running import Idse


@pytest.mark.parametrize("written", ["--diff", "--fix"])
def test_options_that_exclude_each_other_are_those_that_were_written(
    idse: Idse, sample: ProjectWorkspace, written: str
) -> None:
    outcome = idse("validate", written, "--watch")

    assert outcome.code == 2
    assert f"--watch and {written} exclude each other" in outcome.err


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("value", ["", " ", ",", " , "])
def test_an_option_that_names_no_rule_is_refused(idse: Idse, sample: ProjectWorkspace, option: str, value: str) -> None:
    outcome = idse("validate", option, value)

    assert outcome.code == 2
    assert f"{option} names no rule" in outcome.err
    assert "hint: " in outcome.err


def test_an_extra_comma_is_ignored(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--no-state", "--select", "SPEC001,", "--select", "", "--format", "concise")

    assert outcome.code in {0, 1}


def test_an_invalid_number_of_processes_comes_with_what_to_write(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--jobs", "0")

    assert outcome.code == 2
    assert "hint: leave it out" in outcome.err


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_without_a_repository_the_revision_is_not_to_blame(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sample.folder.parent.parent))

    outcome = idse("validate", "--since", "HEAD")

    assert outcome.code == 2
    assert "the workspace is in no repository that git reads" in outcome.err
    assert "git log" not in outcome.err
    assert "leave --since out" in outcome.err


def test_a_pack_that_could_not_be_mended_by_stops_the_run_before_it(idse: Idse, sample: ProjectWorkspace) -> None:
    pack = sample.folder / "rules" / "team.yaml"
    pack.parent.mkdir(exist_ok=True)
    pack.write_text('pack: team\nrules:\n  - {extend: SPEC005, with: {replace: "\\\\g<9>"}}\n', encoding="utf-8")

    for option in ("--diff", "--fix", "--no-state"):
        outcome = idse("validate", "--all", option)
        assert outcome.code == 2
        assert "team.yaml:3:39: 'replace' is not valid" in outcome.err
