from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import List

import pytest

from idse_core.commands import remembered_output
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation import constitution as core_rules
from tests.builders import project_folder, session_folder, tree, write_artifact, write_json
from tests.cli.running import Idse, run

MARKER = "[REQUIRES INPUT]"


def test_every_stage_has_glyph_word_markers_and_agent(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("status")

    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].startswith("customer-portal ▸ auth-login")
    stages = dict(zip(Stage, lines[2:9]))
    assert stages[Stage.INTENT].split() == ["●", "intent", "completed"]
    assert "◐ spec" in stages[Stage.SPEC]
    assert "in progress  2 open markers" in stages[Stage.SPEC]
    assert "▸ Claude Code" in stages[Stage.SPEC]
    assert "○ implementation  pending" in stages[Stage.IMPLEMENTATION]
    assert "  validation   failing (" in outcome.out
    assert "  last sync    2026-11-02T09:00:00Z\n" in outcome.out
    assert lines[-1].startswith("  next         spec: fill in 2 open markers")


def test_looking_changes_nothing(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)

    for words in (["status"], ["status", "--all"], ["session", "list"], ["session", "show"], ["project", "list"]):
        assert idse(*words).code == 0

    assert tree(sample.folder) == before


def test_the_state_is_derived_not_taken_from_the_record(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "export-csv", Stage.INTENT, f"# I\n\n{MARKER}\n")

    item = idse("status", "--session", "export-csv", "--json").document["sessions"][0]

    assert item["stages"][0]["state"] == "in_progress"
    assert (item["validation_status"], item["recorded_status"]) == ("failing", "passing")
    assert item["next"]["stage"] == "intent"


def test_all_sessions_a_line_each(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("status", "--all")

    lines = {line.split()[0]: line for line in outcome.out.splitlines()[1:-2]}
    assert list(lines) == list(sample.sessions())
    assert lines["export-csv"].split()[1:] == ["●●●●●●●", "7/7", "passing"]
    assert lines["auth-login"].endswith("◀")
    assert "● completed" in outcome.out.splitlines()[-1]
    document = idse("status", "--all", "--json").document
    assert [item["session_id"] for item in document["sessions"]] == list(sample.sessions())


def test_another_session_says_so(idse: Idse, sample: ProjectWorkspace) -> None:
    assert "not the current session" in idse("status", "--session", BLUEPRINT).out.splitlines()[0]


def test_a_session_that_is_done(idse: Idse, sample: ProjectWorkspace) -> None:
    outcome = idse("status", "--session", "export-csv")

    assert outcome.out.count("● ") == 7
    assert outcome.out.endswith("  next         nothing is open\n")
    document = idse("status", "--session", "export-csv", "--json").document
    assert document["sessions"][0]["next"] == {"stage": None, "action": "nothing is open", "agent": None}


def test_a_stale_stage_is_shown_with_what_to_do(idse: Idse, sample: ProjectWorkspace) -> None:
    path = session_folder(sample, "export-csv") / "tasks.md"
    path.write_text(path.read_text("utf-8") + "\nOne more remark.\n", encoding="utf-8")

    outcome = idse("status", "--session", "export-csv")

    assert "stale: tasks changed" in outcome.out
    assert "run `idse accept implementation --session export-csv`" in outcome.out
    document = idse("status", "--session", "export-csv", "--json").document
    assert document["sessions"][0]["stages"][5]["stale_from"] == ["tasks"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--session", "nowhere"], 10, "there is no session 'nowhere' in project 'customer-portal'"),
        (["--session", "billing", "--all"], 2, "--session and --all exclude each other"),
        (["--workspace", "elsewhere"], 10, "there is no workspace in"),
        (["extra"], 2, "unexpected extra argument"),
        (["--bogus"], 2, "--bogus"),
    ],
)
def test_mistakes(idse: Idse, sample: ProjectWorkspace, words: List[str], code: int, message: str) -> None:
    outcome = idse("status", *words)

    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err


def test_outside_a_workspace(idse: Idse, tmp_path: Path) -> None:
    outcome = idse("status", cwd=tmp_path)

    assert outcome.code == 10
    assert "no .idse folder" in outcome.err
    assert "`idse init` makes one here" in outcome.err


def test_variables_say_where_and_options_win(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path.parent
    monkeypatch.setenv("IDSE_WORKSPACE", str(tmp_path))
    assert idse("status", "--json", cwd=away).document["project"] == "customer-portal"
    monkeypatch.setenv("IDSE_PROJECT", "nowhere")
    assert idse("status", cwd=away).code == 10
    assert idse("status", "--project", "customer-portal", cwd=away).code == 0
    assert idse("status", "--workspace", "nowhere", "--project", "customer-portal", cwd=away).code == 10
    monkeypatch.setenv("IDSE_WORKSPACE", "")
    assert idse("--project", "customer-portal", "status").code == 0


def test_with_a_broken_pointer_the_blueprint_is_shown(idse: Idse, sample: ProjectWorkspace) -> None:
    (project_folder(sample) / "CURRENT_SESSION").write_text("gone\n", encoding="utf-8")

    outcome = idse("status", "--json")

    assert outcome.document["current_session"] == BLUEPRINT
    assert "names no session: 'gone'; going on with '__blueprint__'" in outcome.err
    assert "hint: idse switch __blueprint__" in outcome.err
    assert (project_folder(sample) / "CURRENT_SESSION").read_text("utf-8") == "gone\n"


# What is remembered


@pytest.fixture
def settled(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> ProjectWorkspace:
    """The sample, as if it had been left alone for a while: only the required age is replaced."""
    idse("status")  # creates the folder of the caches, which is a change
    monkeypatch.setattr(remembered_output, "SETTLED_SECONDS", -3600.0)
    return sample


def kept(workspace: ProjectWorkspace) -> int:
    return len(list((workspace.folder / ".local" / "cache").glob("output-*.json")))


def test_output_is_cached_for_that_call_alone(idse: Idse, settled: ProjectWorkspace) -> None:
    first = idse("status")
    assert kept(settled) == 1
    assert idse("status") == first

    assert idse("status", "--json").document["current_session"] == "auth-login"
    assert "session" in idse("status", "--all").out
    assert "\x1b[" in idse("status", "--color", "always").out
    assert idse("status", "--session", "billing").out.startswith("customer-portal ▸ billing")
    inside = session_folder(settled, "billing")
    assert idse("status", cwd=inside).out == first.out
    assert idse("status") == first


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
@pytest.mark.parametrize("there", ["pipe", "endless", "folder", "no object"])
def test_anything_in_the_place_of_the_cache_is_ignored(idse: Idse, settled: ProjectWorkspace, there: str) -> None:
    expected = idse("status").out
    for path in (settled.folder / ".local" / "cache").glob("*.json"):
        path.unlink()
        if there == "pipe":
            os.mkfifo(str(path))
        elif there == "endless":
            path.symlink_to("/dev/zero")
        elif there == "folder":
            path.mkdir()
        else:
            path.write_text("[]", encoding="utf-8")

    outcome = run("status", cwd=settled.folder.parent)  # in a process, so that one that hangs is ended

    assert (outcome.code, outcome.out, outcome.err) == (0, expected, "")


@pytest.mark.parametrize(
    "change", ["artifact", "same size", "pointer", "registry", "new session", "template", "state", "gone", "rules"]
)
def test_any_change_is_seen_at_once(
    idse: Idse, settled: ProjectWorkspace, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    constitution = tmp_path / "package" / "constitution"
    for name in ("constitution", "templates", "validation"):
        shutil.copytree(str(remembered_output._OWN / name), str(tmp_path / "package" / name))
    monkeypatch.setattr(remembered_output, "_OWN", tmp_path / "package")
    monkeypatch.setattr(core_rules, "_CORE", constitution)
    before = idse("status", "--all", "--json")
    assert idse("status", "--all", "--json") == before
    spec = session_folder(settled, "export-csv") / "spec.md"
    if change == "artifact":
        spec.write_text(spec.read_text("utf-8") + f"\n{MARKER}\n", encoding="utf-8")
    elif change == "same size":
        times = spec.stat()
        text = spec.read_text("utf-8").replace("## Acceptance Criteria", "## Acceptance criticia")
        spec.write_text(text, encoding="utf-8")
        os.utime(str(spec), ns=(times.st_atime_ns, times.st_mtime_ns))
    elif change == "pointer":
        (project_folder(settled) / "CURRENT_SESSION").write_text("export-csv", encoding="utf-8")
    elif change == "registry":
        write_json(project_folder(settled) / "agent_registry.json", {"agents": [{"id": "new", "stages": ["spec"]}]})
    elif change == "new session":
        (project_folder(settled) / "sessions" / "made-by-hand").mkdir()
    elif change == "template":
        (settled.folder / "templates").mkdir()
        (settled.folder / "templates" / "spec.md").write_text(spec.read_text("utf-8"), encoding="utf-8")
    elif change == "state":
        path = project_folder(settled) / "session_state.json"
        path.write_text(path.read_text("utf-8").replace("2026-11-02T09", "2026-11-03T09"), encoding="utf-8")
    elif change == "rules":
        path = constitution / "spec.yaml"
        path.write_text(path.read_text("utf-8").replace("severity: error", "severity: warning"), encoding="utf-8")
    else:
        spec.unlink()

    after = idse("status", "--all", "--json")

    assert after.code == 0
    assert after.out != before.out


def test_a_warning_is_not_lost_by_caching(idse: Idse, settled: ProjectWorkspace) -> None:
    (project_folder(settled) / "CURRENT_SESSION").write_text("gone\n", encoding="utf-8")

    first, second = idse("status"), idse("status")

    assert "names no session" in first.err
    assert second == first


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"call": 1}', "[" * 100000, "\ud800"], ids=lambda text: ascii(text[:10])
)
def test_a_broken_cache_is_ignored(idse: Idse, settled: ProjectWorkspace, content: str) -> None:
    before = idse("status")
    for path in (settled.folder / ".local" / "cache").glob("output-*.json"):
        path.write_bytes(content.encode("utf-8", "surrogatepass"))

    assert idse("status") == before


def test_nothing_is_cached_when_files_have_just_changed(idse: Idse, sample: ProjectWorkspace) -> None:
    write_artifact(sample, "billing", Stage.INTENT, f"# I {time.time()}\n")

    idse("status")

    assert kept(sample) == 0
