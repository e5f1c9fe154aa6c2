"""``--format NAME[:FILE]`` has the same rules wherever it is taken."""

from __future__ import annotations

import os
from pathlib import Path
from typing import List, Tuple

import pytest

from idse_core import files
from idse_core.errors import RefusedError
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import session_folder, tree
from tests.cli.running import Idse

pytestmark = [
    pytest.mark.usefixtures("sample"),
    pytest.mark.skipif(os.name == "nt", reason="links need a privilege, and there are no paths of open streams"),
]

SPEC = ".idse/projects/customer-portal/sessions/export-csv/spec.md"

commands = pytest.mark.parametrize("command", [("validate", "--no-state"), ("trace",)], ids=lambda words: words[0])


@pytest.fixture
def around(sample: ProjectWorkspace, tmp_path: Path) -> Path:
    """The folder of the workspace, with a link into it and a folder beside it."""
    (tmp_path / "linked").symlink_to(session_folder(sample, "export-csv"))
    (tmp_path / "other").mkdir()
    return tmp_path


@commands
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--format", f"json:{SPEC}"], "is inside of a workspace"),
        (["--format", "json:.idse/report.json"], "is inside of a workspace"),
        (["--format", "json:linked/report.json"], "is inside of a workspace"),
        (["--format", "json:q", "--format", "text:q"], "two formats can't go to the same file, q"),
        (["--format", "json:q", "--format", "text:./q"], "two formats can't go to the same file, q"),
        (["--format", "json:q", "--format", "text:other/../q"], "two formats can't go to the same file, q"),
        (["--format", "text", "--format", "json"], "only one format can go to stdout"),
        (["--format", "text", "--json"], "only one format can go to stdout"),
        (["--format", "pdf"], "there is no format 'pdf'"),
        (["--format", "json:."], ". is not a file"),
    ],
)
def test_a_report_never_replaces_another_file(
    idse: Idse, around: Path, command: Tuple[str, ...], words: List[str], problem: str
) -> None:
    before = tree(around)

    outcome = idse(*command, *words)

    assert outcome.code == 2
    assert problem in outcome.out + outcome.err
    assert tree(around) == before


@commands
def test_json_on_stdout_beside_another_report(idse: Idse, tmp_path: Path, command: Tuple[str, ...]) -> None:
    beside = idse(*command, "--json", "--format", "text:report.txt")

    assert beside.document == idse(*command, "--json").document
    assert (tmp_path / "report.txt").read_text("utf-8")


@commands
def test_json_in_a_file_and_on_stdout(idse: Idse, tmp_path: Path, command: Tuple[str, ...]) -> None:
    outcome = idse(*command, "--json", "--format", "json:report.json")

    assert outcome == idse(*command, "--json") == idse(*command, "--json", "--format", "json")
    assert (tmp_path / "report.json").read_text("utf-8") == outcome.out


@pytest.mark.parametrize("through", ["", "linked"])
def test_no_output_is_written_into_a_workspace(sample: ProjectWorkspace, tmp_path: Path, through: str) -> None:
    spec = session_folder(sample, "export-csv") / "spec.md"
    before = spec.read_bytes()
    target = spec
    if through:
        target = tmp_path / through
        target.symlink_to(spec)

    with pytest.raises(RefusedError, match="place of an artifact in a workspace"):
        files.write_output(target, b"report")
    assert spec.read_bytes() == before
    files.write_output(tmp_path / "report", b"report")
    assert (tmp_path / "report").read_bytes() == b"report"


def test_a_stream_may_be_redirected_to_anything(tmp_path: Path) -> None:
    redirected = tmp_path / ".idse" / "redirected"
    with redirected.open("wb") as file:
        files.write_output(Path(f"/dev/fd/{file.fileno()}"), b"report")
    assert redirected.read_bytes() == b"report"
