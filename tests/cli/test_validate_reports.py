from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Dict, List

import pytest

from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.formats import FORMATS
from tests.cli.running import SAMPLE, Idse, run
from tests.reports import reading

MACHINE_FORMATS = [name for name in FORMATS if name != "text"]


def every_format() -> List[str]:
    return [word for name in FORMATS for word in ("--format", f"{name}:out.{name}")]


def written(folder: Path) -> Dict[str, bytes]:
    return {name: (folder / f"out.{name}").read_bytes() for name in FORMATS}


def test_all_formats_from_one_run(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outcome = idse("validate", "--all", "--no-state", *every_format())

    assert (outcome.code, outcome.out) == (1, "")
    texts = {name: data.decode("utf-8") for name, data in written(tmp_path).items()}
    found = json.loads(texts["json"])["findings"]
    assert len(found) > 100
    assert len(texts["concise"].splitlines()) == len(reading.commands(texts["github"])) == len(found)
    assert len(json.loads(texts["gitlab"])) == len(reading.sarif(texts["sarif"])["results"]) == len(found)
    assert int(reading.junit(texts["junit"]).get("failures")) > 0


def test_the_same_bytes_cold_and_cached_and_with_another_hash_seed(tmp_path: Path) -> None:
    runs = []
    for name, seed in (("first", "1"), ("second", "2")):
        folder = tmp_path / name
        shutil.copytree(str(SAMPLE), str(folder / ".idse"))
        for words in (["--no-cache"], [], []):
            outcome = run("validate", "--all", *words, *every_format(), cwd=folder, env={"PYTHONHASHSEED": seed})
            assert outcome.code == 1
            runs.append(written(folder))

    assert all(later == runs[0] for later in runs)


@pytest.mark.parametrize("form", MACHINE_FORMATS)
def test_paths_are_the_repositorys_wherever_the_call_is_made(idse: Idse, tmp_path: Path, form: str) -> None:
    (tmp_path / ".git").mkdir()
    inside = tmp_path / "products" / "portal"
    shutil.copytree(str(SAMPLE), str(inside / ".idse"))

    outcome = idse("validate", "--session", "auth-login", "--no-state", "--format", form, cwd=inside / ".idse")

    expected = "products/portal/.idse/projects/customer-portal/sessions/auth-login/"
    assert (expected in outcome.out) == (form not in {"concise", "json"})
    if form == "json":  # relative to the folder that holds .idse, as in all of our JSON
        assert '".idse/projects/customer-portal/sessions/auth-login/' in outcome.out


def test_without_a_repository_paths_are_the_workspaces(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outcome = idse("validate", "--all", "--no-state", "--format", "gitlab", cwd=tmp_path / ".idse" / "projects")

    paths = {issue["location"]["path"] for issue in json.loads(outcome.out)}
    assert all((tmp_path / path).is_file() for path in paths)


def test_statistics_as_text(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--all", "--no-state", "--statistics")

    numbers = [int(line.split()[0]) for line in outcome.out.split("\n\n")[0].splitlines()]
    assert outcome.code == 1
    assert numbers == sorted(numbers, reverse=True)
    assert outcome.out.splitlines()[-1].startswith(f"{sum(numbers)} findings: {len(numbers)} rules, 6 sessions")


def test_statistics_as_json(idse: Idse, sample: ProjectWorkspace) -> None:
    counts = idse("validate", "--all", "--no-state", "--statistics", "--json").document
    everything = idse("validate", "--all", "--no-state", "--json").document

    assert counts["schema"] == "idse.statistics/1"
    assert counts["counts"] == everything["counts"]
    assert counts["sessions"] == [session["session_id"] for session in everything["sessions"]]
    rules = [finding["rule"] for finding in everything["findings"]]
    assert {item["rule"]: item["findings"] for item in counts["rules"]} == {rule: rules.count(rule) for rule in rules}


def test_statistics_beside_a_report_in_a_file(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outcome = idse("validate", "--no-state", "--statistics", "--format", "text", "--format", "sarif:out.sarif")

    assert "1 session" in outcome.out.splitlines()[-1]
    assert len(reading.sarif((tmp_path / "out.sarif").read_text(encoding="utf-8"))["results"]) > 1


def test_junit_follows_through_and_fail_on(idse: Idse, sample: ProjectWorkspace) -> None:
    words = ["validate", "--session", "billing", "--no-state", "--through", "spec", "--format", "junit"]

    strict = reading.junit(idse(*words, "--fail-on", "info").out)
    never = idse(*words, "--fail-on", "never")

    assert [case.get("name") for case in strict.iter("testcase") if case.find("skipped") is not None] == [
        "plan",
        "tasks",
        "implementation",
        "feedback",
    ]
    assert never.code == 0
    assert reading.junit(never.out).get("failures") == "0"
