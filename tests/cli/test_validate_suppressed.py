from __future__ import annotations

import json
from pathlib import Path

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import session_folder, write_artifact
from tests.cli.running import Idse
from tests.reports.reading import sarif

REASON = "the team agreed on it"


@pytest.fixture
def suppressed(idse: Idse, sample: ProjectWorkspace) -> ProjectWorkspace:
    """A workspace with a baseline, and after that one finding that a comment suppresses."""
    path = session_folder(sample, "export-csv") / "feedback" / "feedback.md"
    text = path.read_text("utf-8")
    write_artifact(sample, "auth-login", Stage.INTENT, "# Intent\n\n- TODO: more\n")
    idse("validate", "--all", "--write-baseline")
    path.write_text(f"{text}\n- TODO: x <!-- idse-disable-line ART007 -- {REASON} -->\n", encoding="utf-8")
    return sample


def test_the_json_has_suppressed_and_accepted_findings_with_reasons(idse: Idse, suppressed: ProjectWorkspace) -> None:
    outcome = idse("validate", "--all", "--show-suppressed", "--json")

    assert outcome.code == 0
    document = outcome.document
    assert document["findings"] == []
    assert document["counts"] == {"errors": 0, "warnings": 0, "infos": 0}
    by_comment = [item for item in document["suppressed"] if item["kind"] == "inSource"]
    assert [(item["finding"]["rule"], item["justification"]) for item in by_comment] == [("ART007", REASON)]
    others = [item for item in document["suppressed"] if item["kind"] == "external"]
    assert {item["justification"] for item in others} == {"accepted in .idse/baseline.json"}
    entries = json.loads((suppressed.folder / "baseline.json").read_bytes())["findings"]
    assert len(others) == sum(entry["times"] for entry in entries)
    assert idse("validate", "--all", "--json").document["suppressed"] == []


def test_a_selection_holds_for_them_too(idse: Idse, suppressed: ProjectWorkspace) -> None:
    document = idse("validate", "--all", "--show-suppressed", "--select", "ART007", "--json").document

    rules = [(item["finding"]["rule"], item["kind"]) for item in document["suppressed"]]
    assert sorted(rules) == [("ART007", "external"), ("ART007", "inSource")]


def test_text_and_concise_say_it_in_a_line(idse: Idse, suppressed: ProjectWorkspace) -> None:
    words = ("validate", "--session", "export-csv", "--select", "ART007", "--show-suppressed")
    place = ".idse/projects/customer-portal/sessions/export-csv/feedback/feedback.md"

    concise = idse(*words, "--format", "concise").out.splitlines()
    text = idse(*words).out

    (line,) = concise
    assert line.startswith(f"{place}:")
    assert line.endswith(f": suppressed ART007 TODO is left in the text ({REASON})")
    assert text == f"1 finding let pass\n  {line}\n\nexport-csv: passing \u2014 no findings\n"


def test_sarif_has_them_on_request_only(idse: Idse, suppressed: ProjectWorkspace, tmp_path: Path) -> None:
    idse("validate", "--all", "--format", "sarif:without.sarif")
    idse("validate", "--all", "--show-suppressed", "--format", "sarif:with.sarif")

    assert sarif((tmp_path / "without.sarif").read_text("utf-8"))["results"] == []
    results = sarif((tmp_path / "with.sarif").read_text("utf-8"))["results"]
    assert results
    assert all(len(result["suppressions"]) == 1 for result in results)


def test_the_cache_gives_the_same(idse: Idse, suppressed: ProjectWorkspace) -> None:
    words = ("validate", "--all", "--show-suppressed", "--json")

    assert idse(*words).out == idse(*words).out == idse(*words, "--no-cache").out
