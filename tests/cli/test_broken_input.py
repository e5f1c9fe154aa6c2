"""Broken input: a precise message, the right exit code, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, tree, write_artifact
from tests.cli.running import Idse, command, environment
from tests.privileges import unprivileged_preexec

PROJECT = ".idse/projects/customer-portal"
SPEC = f"{PROJECT}/sessions/export-csv/spec.md"


def concise(idse: Idse) -> List[str]:
    return idse("validate", "--session", "export-csv", "--format", "concise").out.splitlines()


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (b"# Spec\n\nGr\xf6\xdfe\n", "3:3", "byte 0xF6 at offset 10 is not UTF-8"),
        ("# Spec".encode("utf-16"), "1:1", "byte 0xFF at offset 0 is not UTF-8"),
        (b"x" * (20 << 20), "1:1", "the file has 20.0 MiB, the limit is 8 MiB"),
    ],
    ids=["latin-1", "utf-16", "20 MiB"],
)
def test_an_artifact_that_is_not_text(
    idse: Idse, sample: ProjectWorkspace, data: bytes, place: str, reason: str
) -> None:
    path = session_folder(sample, "export-csv") / "spec.md"
    path.write_bytes(data)

    lines = concise(idse)

    assert f"{SPEC}:{place}: error ART002 the artifact can't be read: {reason}" in lines
    assert path.read_bytes() == data
    assert "in progress  1 error" in idse("status", "--session", "export-csv").out
    assert idse("init", "customer-portal").code in {0, 2}
    assert path.read_bytes() == data


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_an_artifact_that_is_a_link_a_folder_or_a_pipe(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    path = session_folder(sample, "export-csv") / "spec.md"
    (tmp_path / "secret").write_text("# TOP SECRET\n", encoding="utf-8")
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    lines = concise(idse)
    assert (
        f"{SPEC}:1:1: error ART002 the artifact can't be read: a link leads outside the workspace; it is not read"
        in lines
    )
    assert "SECRET" not in "".join(lines)

    path.unlink()
    path.mkdir()
    assert any("ART002" in line and "it is a folder, not a file" in line for line in concise(idse))
    path.rmdir()
    os.mkfifo(str(path))
    assert any("ART002" in line and "it is a pipe, not a file" in line for line in concise(idse))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_session_that_is_a_link_out_of_the_workspace(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for stage in Stage:
        (outside / f"{stage}.md").write_text("# TOP SECRET [REQUIRES INPUT]\n", encoding="utf-8")
    (project_folder(sample) / "sessions" / "linked").symlink_to(outside, target_is_directory=True)
    before = tree(outside)

    for words in (["status", "--all"], ["validate", "--all"], ["session", "list"], ["state", "rebuild"]):
        outcome = idse(*words)
        assert outcome.code in {0, 1}
        assert "SECRET" not in outcome.out + outcome.err
    assert tree(outside) == before


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ('{"agents": [{"id": "a", "stages": ["specification"]}]}', "1:36", "agent 'a' names an unknown stage"),
        ('{\n  "agents": {}\n}', "2:13", "'agents' must be a list"),
        ('{"agents": [', "1:13", "not valid JSON"),
        ("{\n<<<<<<< ours\n", "2:1", "git conflict markers are left in the file"),
        ("", "1:1", "the file is empty"),
    ],
)
def test_a_broken_registry_suggests_nobody_and_says_where(
    idse: Idse, sample: ProjectWorkspace, content: str, place: str, message: str
) -> None:
    path = project_folder(sample) / "agent_registry.json"
    path.write_text(content, encoding="utf-8")

    status, validate = idse("status"), idse("validate", "--format", "concise")

    assert status.code == 0
    assert f"{PROJECT}/agent_registry.json:{place}: {message}" in status.err
    assert "no agent is suggested" in status.err
    assert (
        f"{PROJECT}/agent_registry.json:{place}: error WS004 agent_registry.json can't be used: {message}"
        in validate.out
    )
    assert path.read_text("utf-8") == content


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ('{"status": "halfway"}', "1:12", "'status' is 'halfway'; it must be one of draft"),
        ('{"tags": "one"}', "1:10", "'tags' must be a list of texts"),
        ("[]", "1:1", "expected a JSON object"),
        ('{"title": "cut', "1:11", "not valid JSON"),
    ],
)
def test_broken_metadata_gives_defaults_and_a_finding(
    idse: Idse, sample: ProjectWorkspace, content: str, place: str, message: str
) -> None:
    path = session_folder(sample, "billing") / "metadata" / "session.json"
    path.write_text(content, encoding="utf-8")
    shown = f"{PROJECT}/sessions/billing/metadata/session.json:{place}: "

    for words in (["session", "list"], ["status", "--all"]):
        outcome = idse(*words)
        assert outcome.code == 0
        assert shown + message in outcome.err
        assert "billing" in outcome.out
    validate = idse("validate", "--session", "billing", "--format", "concise")
    assert f"{shown}error WS006 session.json can't be understood: {message}" in validate.out
    change = idse("session", "set", "billing", "--title", "x")
    assert change.code == 2
    assert shown + message in change.err
    assert path.read_text("utf-8") == content


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
@pytest.mark.parametrize("name", ["agent_registry.json", "CURRENT_SESSION", "session_state.json"])
@pytest.mark.parametrize("kind", ["folder", "link"])
def test_a_record_that_is_not_a_file_does_not_prevent_reading(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path, name: str, kind: str
) -> None:
    path = project_folder(sample) / name
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        (tmp_path / "outside").write_text("TOP SECRET", encoding="utf-8")
        path.symlink_to(tmp_path / "outside")

    for words in (["status"], ["status", "--all"], ["session", "list"], ["validate", "--all", "--no-state"]):
        outcome = idse(*words)
        assert outcome.code in {0, 1}
        assert "SECRET" not in outcome.out + outcome.err
    assert f"{PROJECT}/{name}:1:1: error WS00" in idse("validate", "--all", "--no-state", "--format", "concise").out
    assert kind == "folder" or (tmp_path / "outside").read_text("utf-8") == "TOP SECRET"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
@pytest.mark.parametrize("kind", ["folder", "link"])
def test_metadata_that_is_not_a_file_does_not_prevent_reading(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path, kind: str
) -> None:
    path = session_folder(sample, "billing") / "metadata" / "session.json"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "outside")
        (tmp_path / "outside").write_text('{"title": "TOP SECRET"}', encoding="utf-8")

    for words in (["status", "--all"], ["session", "list"], ["validate", "--all"]):
        outcome = idse(*words)
        assert outcome.code in {0, 1}
        assert "SECRET" not in outcome.out + outcome.err


@pytest.mark.parametrize("content", ["gone\n", "", "\n\n", "../../etc\n", "a\0b", "auth-login\x1b[31m"])
def test_writing_repairs_a_broken_pointer_and_reading_warns_of_it(
    idse: Idse, sample: ProjectWorkspace, content: str
) -> None:
    path = project_folder(sample) / "CURRENT_SESSION"
    path.write_bytes(content.encode())

    looking = idse("session", "list")
    assert looking.code == 0
    assert "going on with '__blueprint__'" in looking.err
    assert path.read_bytes() == content.encode()
    validate = idse("validate", "--session", "export-csv")
    assert validate.code == 1
    assert "WS001" in validate.out
    assert "it names '__blueprint__' now" in validate.err
    assert path.read_text("utf-8") == "__blueprint__\n"
    assert idse("validate", "--session", "export-csv").code == 0


def test_a_template_that_cannot_be_read_has_its_place(idse: Idse, sample: ProjectWorkspace) -> None:
    (sample.folder / "templates").mkdir()
    (sample.folder / "templates" / "plan.md").write_bytes(b"# Pl\xe4n\n")

    outcome = idse("status")

    assert outcome.code == 2
    assert ".idse/templates/plan.md:1:5: byte 0xE4 at offset 4 is not UTF-8" in outcome.err


def test_an_empty_session_folder_is_a_session_without_artifacts(idse: Idse, sample: ProjectWorkspace) -> None:
    (project_folder(sample) / "sessions" / "empty").mkdir()

    outcome = idse("validate", "--session", "empty", "--format", "concise")

    assert outcome.code == 1
    assert outcome.out.count("ART001") == 7
    assert idse("status", "--session", "empty").code == 0


def unprivileged(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(*words),
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
        preexec_fn=unprivileged_preexec(),
    )


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are a matter of POSIX")
def test_a_read_only_workspace_can_be_looked_at_and_says_what_it_cannot_write(
    sample: ProjectWorkspace, tmp_path: Path
) -> None:
    write_artifact(sample, "export-csv", Stage.SPEC, "")
    before = tree(sample.folder)
    folders = [path for path in [sample.folder, *sample.folder.rglob("*")] if path.is_dir()]
    for path in folders:
        path.chmod(0o555)
    try:
        status = unprivileged(tmp_path, "status")
        quiet = unprivileged(tmp_path, "validate", "--session", "export-csv", "--no-state", "--format", "concise")
        validate = unprivileged(tmp_path, "validate", "--session", "export-csv")
        spawn = unprivileged(tmp_path, "spawn", "x")
    finally:
        for path in folders:
            path.chmod(0o755)

    assert (status.returncode, status.stderr) == (0, b"")
    assert (quiet.returncode, quiet.stderr) == (1, b"")
    assert b"ART001 spec.md is empty" in quiet.stdout
    for failed in (validate, spawn):
        assert failed.returncode == 2
        assert failed.stderr.startswith(b"error: ")
        assert b"Traceback" not in failed.stderr
    assert b"--no-state" in validate.stderr
    assert tree(sample.folder) == before


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are a matter of POSIX")
@pytest.mark.parametrize("closed", [".local", "rules", "sessions/export-csv", "sessions/export-csv/spec.md"])
def test_folders_that_may_not_be_entered_are_reported_or_skipped(
    sample: ProjectWorkspace, tmp_path: Path, closed: str
) -> None:
    """Caches are skipped; a folder of rules that can't be read might hold rules, so it stops the run."""
    path = (project_folder(sample) if closed.startswith("sessions") else sample.folder) / closed
    if not path.exists():
        path.mkdir()
    mode = path.stat().st_mode
    path.chmod(0o000)
    try:
        outcome = unprivileged(tmp_path, "validate", "--session", "export-csv", "--no-state", "--format", "concise")
    finally:
        path.chmod(mode)

    assert b"Traceback" not in outcome.stderr
    expected = {".local": 0, "rules": 2, "sessions/export-csv": 2, "sessions/export-csv/spec.md": 1}[closed]
    assert outcome.returncode == expected
    if expected == 2:
        assert closed.encode() in outcome.stderr
        assert b"ermission denied" in outcome.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are a matter of POSIX")
@pytest.mark.parametrize("words", [("validate",), ("status",), ("trace",)])
def test_a_project_that_may_not_be_entered_is_named_with_what_to_do(
    sample: ProjectWorkspace, tmp_path: Path, words: Tuple[str, ...]
) -> None:
    folder = project_folder(sample)
    folder.chmod(0)
    try:
        outcome = unprivileged(tmp_path, *words)
    finally:
        folder.chmod(0o755)

    place = f".idse/projects/{sample.project}/sessions"
    assert outcome.returncode == 2
    assert outcome.stderr.decode().splitlines() == [
        f"error: {place}: can't read sessions: permission denied",
        "  hint: check who owns the file and its folder",
    ]


def test_a_folder_in_the_place_of_the_trace_is_a_finding_from_the_first_run_on(
    idse: Idse, sample: ProjectWorkspace
) -> None:
    trace = project_folder(sample) / "trace.json"
    trace.unlink(missing_ok=True)
    trace.mkdir()
    (project_folder(sample) / "session_state.json").unlink()  # so that there is something to record

    first, second = (idse("validate", "--all", "--format", "concise") for _ in range(2))

    assert first.code == second.code == 1
    assert "WS011" in first.out
    assert first.out == second.out
    assert trace.is_dir()


@pytest.mark.parametrize(
    ("path", "kind"), [("baseline.json", "folder"), (".local", "file"), (".local/locks/PROJECT.lock", "folder")]
)
def test_errors_name_files_from_the_folder_that_holds_the_workspace(
    idse: Idse, sample: ProjectWorkspace, path: str, kind: str
) -> None:
    path = path.replace("PROJECT", sample.project)
    place = sample.folder / path
    shutil.rmtree(sample.folder / ".local", ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if kind == "file":
        place.write_text("", "utf-8")
    else:
        place.mkdir()
    write_artifact(sample, "export-csv", Stage.SPEC, "# Changed\n")

    outcome = idse("validate", "--json")

    assert outcome.code == 2
    error = json.loads(outcome.out)["error"]
    assert error["path"] == f".idse/{path}"
    assert error["hint"]
