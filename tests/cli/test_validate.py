from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import List

import pytest

from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import project_folder, session_folder, tree, write_artifact
from tests.cli.running import Idse, command, environment, run

STATE = ".idse/projects/customer-portal/session_state.json"


def found(idse: Idse, *words: str) -> List[str]:
    return [item["rule"] for item in idse("validate", "--json", *words).document["findings"]]


def test_findings_with_place_quote_reason_and_fix(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate")

    assert (outcome.code, outcome.err) == (1, "")
    spec = session_folder(sample, "auth-login") / "spec.md"
    lines = spec.read_text("utf-8").splitlines()
    (number, line) = next((number, line) for number, line in enumerate(lines, 1) if "[REQUIRES INPUT]" in line)
    block = outcome.out[outcome.out.index(".idse/projects/customer-portal/sessions/auth-login/spec.md\n") :]
    place = f"{number}:{line.index('[REQUIRES INPUT]') + 1}"
    assert re.search(rf"^  *{place}  error    ART003 \[REQUIRES INPUT\] is still open$", block, re.MULTILINE)
    assert f"│ {line}\n" in block
    assert "fix: Answer it in place and remove the marker.\n" in block
    assert re.search(r"^auth-login: failing — \d+ errors", outcome.out, re.MULTILINE)


def test_a_session_that_passes(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--session", "export-csv")

    assert (outcome.code, outcome.out) == (0, "export-csv: passing — no findings\n")


def test_exit_codes_follow_fail_on(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "export-csv", Stage.FEEDBACK, "# F\n\n## Impacted Artifacts\n\n- None. TODO\n\nx: TODO\n")
    severities = {
        item["severity"] for item in idse("validate", "--session", "export-csv", "--json").document["findings"]
    }
    assert severities == {"warning"}

    expected = {"error": 0, "warning": 1, "info": 1, "never": 0}
    for level, code in expected.items():
        assert idse("validate", "--session", "export-csv", "--fail-on", level).code == code
    assert idse("validate", "--fail-on", "never").code == 0
    assert idse("validate", "--session", "export-csv").code == 0


def test_all_sessions(idse: Idse, sample: ProjectWorkspace) -> None:
    document = idse("validate", "--all", "--json").document

    assert [item["session_id"] for item in document["sessions"]] == list(sample.sessions())
    verdicts = {item["session_id"]: item["validation_status"] for item in document["sessions"]}
    assert verdicts["export-csv"] == verdicts[BLUEPRINT] == "passing"
    assert verdicts["auth-login"] == "failing"
    text = idse("validate", "--all")
    assert text.code == 1
    assert re.search(r"^6 sessions: \d+ errors", text.out, re.MULTILINE)


def test_through_a_stage(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("validate", "--through", "context").code == 0
    assert idse("validate", "--through", "spec").code == 1
    stages = {item["stage"] for item in idse("validate", "--through", "plan", "--json").document["findings"]}
    assert stages == {"spec", "plan"}


def test_select_and_ignore(idse: Idse, sample: ProjectWorkspace) -> None:
    everything = set(found(idse))
    assert {"ART003", "SPEC003", "SEQ001"} <= everything

    assert set(found(idse, "--select", "SPEC003")) == {"SPEC003"}
    assert set(found(idse, "--select", "spec003, requires-input")) == {"SPEC003", "ART003"}
    assert set(found(idse, "--select", "SPEC", "--select", "SEQ")) <= {"SPEC003", "SEQ001"}
    assert set(found(idse, "--ignore", "ART")) >= {"ART003", "SPEC003"}
    assert idse("validate", "--select", "WS001").code == 0
    assert "ART007" not in found(idse, "--ignore", "todo-left,CTX001")


@pytest.mark.parametrize("rule", ["SPEC003", "spec-acceptance-criteria", "ART003,CTX001", "seq001"])
def test_a_locked_rule_cannot_be_ignored(idse: Idse, sample: ProjectWorkspace, rule: str) -> None:
    before = tree(sample.folder)

    outcome = idse("validate", "--ignore", rule)

    assert (outcome.code, outcome.out) == (2, "")
    assert "is locked and can't be ignored" in outcome.err
    assert tree(sample.folder) == before


def test_the_verdict_is_that_on_the_whole_session_whatever_is_shown(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--select", "WS001")

    assert outcome.code == 0
    assert outcome.out.startswith("auth-login: failing — ")
    document = idse("validate", "--select", "WS001", "--json").document
    assert (document["findings"], document["sessions"][0]["validation_status"]) == ([], "failing")
    state = json.loads((project_folder(sample) / "session_state.json").read_text("utf-8"))
    assert state["validation_status"] == "failing"


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["--select", "SPEC01"], "there is no rule 'SPEC01'", "did you mean SPEC001?"),
        (["--ignore", "nonsense-of-mine"], "there is no rule", "idse rules list"),
        (["--through", "specs"], "'specs' is not one of", "idse validate --help"),
        (["--fail-on", "fatal"], "'fatal' is not one of", "idse validate --help"),
        (["--format", "xml"], "there is no format 'xml'", "text, concise, json"),
        (["--format", "text", "--format", "concise"], "only one format can go to stdout", "json:report.json"),
        (["--session", "billing", "--all"], "exclude each other", "leave one of them out"),
    ],
)
def test_mistakes(idse: Idse, sample: ProjectWorkspace, words: List[str], message: str, hint: str) -> None:
    outcome = idse("validate", *words)

    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert "hint: " in outcome.err
    assert hint in outcome.err.partition("hint: ")[2]


# Formats


def test_concise_has_one_line_per_finding(idse: Idse, sample: ProjectWorkspace) -> None:
    document = idse("validate", "--all", "--json").document
    lines = idse("validate", "--all", "--format", "concise").out.splitlines()

    assert lines == [
        f"{item['path']}:{item['line']}:{item['column']}: {item['severity']} {item['rule']} {item['message']}"
        for item in document["findings"]
    ]
    inside = session_folder(sample, "auth-login")
    assert idse("validate", "--format", "concise", cwd=inside).out.splitlines()[0].startswith("spec.md:")


def test_json_carries_no_time_and_is_the_same_cold_and_cached(idse: Idse, sample: ProjectWorkspace) -> None:
    cold = idse("validate", "--all", "--json", "--no-cache")
    first = idse("validate", "--all", "--json")
    second = idse("validate", "--all", "--format", "json")

    assert cold.out == first.out == second.out
    assert cold.document["counts"]["errors"] == sum(item["severity"] == "error" for item in cold.document["findings"])


def test_formats_into_files_and_one_on_stdout(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("old", encoding="utf-8")

    outcome = idse("validate", "--format", "concise", "--format", "json:old.json", "--format", "text:report.txt")

    assert outcome.code == 1
    assert outcome.out == idse("validate", "--format", "concise").out
    assert (tmp_path / "old.json").read_text("utf-8") == idse("validate", "--json").out
    assert (tmp_path / "report.txt").read_text("utf-8") == idse("validate").out
    assert "\x1b" not in (tmp_path / "report.txt").read_text("utf-8")


def test_json_on_stdout_beside_another_format_in_a_file(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outcome = idse("validate", "--json", "--format", "concise:c.txt")

    assert outcome.document["schema"] == "idse.validate/1"
    assert (tmp_path / "c.txt").is_file()
    assert idse("validate", "--json", "--format", "json").document["schema"] == "idse.validate/1"
    assert idse("validate", "--json", "--format", "text").error["code"] == "usage"


@pytest.mark.parametrize("target", ["missing/report.json", "."])
def test_a_report_that_cannot_be_written(idse: Idse, sample: ProjectWorkspace, target: str) -> None:
    outcome = idse("validate", "--format", f"json:{target}")

    assert outcome.code == 2
    assert "error:" in outcome.err
    assert [path.name for path in sample.folder.parent.iterdir()] == [".idse"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
@pytest.mark.parametrize("target", ["pipe", "link"])
def test_a_pipe_is_written_to_and_never_replaced(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path, target: str
) -> None:
    """Replacing a device by a report would take it from everybody, when the caller is root."""
    os.mkfifo(str(tmp_path / "pipe"))
    (tmp_path / "link").symlink_to("pipe")
    reader = os.open(str(tmp_path / "pipe"), os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = idse("validate", "--select", "SPEC003", "--format", f"json:{target}")
        received = os.read(reader, 1 << 16)
    finally:
        os.close(reader)

    assert outcome.out == ""
    assert json.loads(received)["schema"] == "idse.validate/1"
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="streams have no names in the file system")
def test_streams_by_name(sample: ProjectWorkspace, tmp_path: Path) -> None:
    """Even when they lead to a file: output is appended to it, and no other file takes its place."""
    expected = run("validate", "--format", "concise", cwd=tmp_path)
    log = tmp_path / "log"
    with log.open("wb") as stream:
        stream.write(b"before\n")
        stream.flush()
        words = ("validate", "--format", "concise:/dev/stdout", "--format", "concise:/dev/stderr")
        code = subprocess.run(
            command(*words), cwd=tmp_path, env=environment(), stdout=stream, stderr=subprocess.STDOUT, check=False
        ).returncode

    assert code == expected.code
    assert log.read_text("utf-8") == f"before\n{expected.out * 2}"
    assert run("validate", "--format", "concise:/dev/fd/1", cwd=tmp_path) == expected


@pytest.mark.skipif(os.name == "nt", reason="streams have no names in the file system")
@pytest.mark.parametrize("first", ["validate", "trace"])
@pytest.mark.parametrize("second", ["/dev/fd/1", "/dev/../dev/stdout", "/proc/self/fd/1"])
def test_two_reports_never_go_to_one_stream(idse: Idse, sample: ProjectWorkspace, first: str, second: str) -> None:
    outcome = idse(first, "--format", f"json:{second}", "--format", "text")

    assert (outcome.code, outcome.out) == (2, "")
    assert "only one format can go to stdout" in outcome.err


@pytest.mark.skipif(os.name == "nt", reason="streams have no names in the file system")
def test_two_names_of_a_stream_are_one_target(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--format", "json:/dev/stderr", "--format", "text:/dev/fd/2")

    assert (outcome.code, outcome.out) == (2, "")
    assert "two formats can't go to the same file" in outcome.err


@pytest.mark.skipif(os.name == "nt", reason="streams have no names in the file system")
def test_a_stream_that_is_not_open(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "--format", "json:/dev/fd/999999")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: /dev/fd/999999: can't write 999999")


# The record


def test_the_verdict_is_recorded(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "export-csv", Stage.SPEC, "")

    assert idse("validate", "--session", "export-csv").code == 1

    state = json.loads((project_folder(sample) / "session_state.json").read_text("utf-8"))
    assert state["sessions"]["export-csv"]["validation_status"] == "failing"
    assert state["sessions"]["export-csv"]["stages"]["spec"] == "pending"
    assert state["session_id"] == "auth-login"


def test_no_state_records_nothing(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)
    write_artifact(sample, "export-csv", Stage.SPEC, "")

    assert idse("validate", "--all", "--no-state").code == 1

    after = tree(sample.folder)
    assert {name for name in after if after[name] != before[name]} == {
        "projects/customer-portal/sessions/export-csv/spec.md"
    }


def test_a_run_that_finds_what_is_recorded_writes_nothing(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)

    assert idse("validate", "--all").code == 1

    assert tree(sample.folder) == before


def test_a_state_of_a_newer_version_is_not_changed(idse: Idse, sample: ProjectWorkspace) -> None:
    path = project_folder(sample) / "session_state.json"
    path.write_text('{"schema_version": 2, "sessions": []}', encoding="utf-8")

    text = idse("validate", "--session", "export-csv")
    document = idse("validate", "--session", "export-csv", "--json")

    assert text.code == document.code == 9
    assert "newer version" in text.err
    assert document.error["code"] == "refused"
    assert idse("validate", "--session", "export-csv", "--no-state").code == 0
    assert path.read_text("utf-8") == '{"schema_version": 2, "sessions": []}'


# Packs, at the command line


def pack(workspace: ProjectWorkspace, text: str) -> None:
    (workspace.folder / "rules").mkdir(exist_ok=True)
    (workspace.folder / "rules" / "team.yaml").write_text(text, encoding="utf-8")


def test_a_broken_pack_stops_with_place_key_and_nearest_good_one(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample, "pack: team\nrules:\n  - extend: SPEC001\n    severty: error\n")

    for words in (["validate"], ["status"], ["accept", "plan"], ["state", "rebuild"]):
        outcome = idse(*words)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == (
            "error: .idse/rules/team.yaml:4:5: unknown key 'severty'\n  hint: did you mean 'severity'?\n"
        )
    error = idse("validate", "--json").error
    assert (error["code"], error["path"], error["line"], error["column"]) == (
        "rule-pack",
        ".idse/rules/team.yaml",
        4,
        5,
    )


def test_a_pack_of_the_workspace_is_applied(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(
        sample,
        "pack: team\nrules:\n"
        "  - id: TEAM001\n    name: no-csv\n    kind: forbid-pattern\n    stage: intent\n    severity: info\n"
        "    with: {literals: [CSV]}\n    message: 'no {match}, \x41\\e[31m'\n    fix: 'x'\n",
    )

    document = idse("validate", "--session", "export-csv", "--select", "no-csv", "--json").document
    assert {item["rule"] for item in document["findings"]} == {"TEAM001"}
    assert document["counts"]["infos"] == len(document["findings"]) > 0
    assert idse("validate", "--session", "export-csv", "--fail-on", "info").code == 1
    assert idse("validate", "--session", "export-csv").code == 0


def test_a_file_is_no_argument_and_what_is_meant_is_told(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("validate", "spec.md")

    assert outcome.code == 2
    assert "--session ID" in outcome.err
    assert "--stdin-filename FILE" in outcome.err
