from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Dict, List

import pytest

from idse_core import files
from idse_core.commands.progress import Progress
from idse_core.events import Event, SessionExamined
from idse_core.health import Status, examine, leftover_checks
from idse_core.health.session_checks import colliding
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import config_for, make_workspace, project_folder, session_folder, tree
from tests.cli.running import Idse


def checks(idse: Idse, *words: str) -> Dict[str, List[Dict[str, Any]]]:
    """The checks by name."""
    outcome = idse("doctor", "--json", *words)
    document = outcome.document
    assert outcome.code == int(document["counts"]["fail"] > 0)
    found: Dict[str, List[Dict[str, Any]]] = {}
    for check in document["checks"]:
        found.setdefault(check["check"], []).append(check)
    return found


def statuses(idse: Idse, name: str) -> List[str]:
    return [check["status"] for check in checks(idse)[name]]


def test_a_sound_workspace(idse: Idse, sample: ProjectWorkspace) -> None:
    before = tree(sample.folder)

    outcome = idse("doctor")

    assert outcome.code == 0
    assert outcome.out.splitlines()[-1].endswith(" ok")
    assert "warn" not in outcome.out.splitlines()[-1]
    assert {check["status"] for found in checks(idse).values() for check in found} == {"ok"}
    assert tree(sample.folder) == before


def test_sign_word_and_advice(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (project_folder(sample) / "CURRENT_SESSION").write_text("gone\n", encoding="utf-8")

    outcome = idse("doctor")

    assert outcome.code == 1
    lines = outcome.out.splitlines()
    line = next(number for number, text in enumerate(lines) if "names no session: 'gone'" in text)
    assert lines[line].split()[:3] == ["\N{BALLOT X}", "fail", "current-session"]
    assert lines[line + 1].strip() == "to do: idse switch __blueprint__ (or: idse doctor --fix)"


def test_a_pointer_that_leads_nowhere(idse: Idse, sample: ProjectWorkspace) -> None:
    pointer = project_folder(sample) / "CURRENT_SESSION"
    pointer.write_text("gone\n", encoding="utf-8")

    (check,) = checks(idse)["current-session"]
    assert (check["status"], check["fixable"]) == ("fail", True)
    assert pointer.read_text("utf-8") == "gone\n"

    document = idse("doctor", "--fix", "--json").document
    assert document["fixed"] == [".idse/projects/customer-portal/CURRENT_SESSION names '__blueprint__'"]
    assert document["counts"]["fail"] == 0
    assert pointer.read_text("utf-8") == "__blueprint__\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{\n<<<<<<< HEAD\n "a": 1\n=======\n "a": 2\n>>>>>>> other\n}\n', "has git conflict markers"),
        (b'{"schema_version": 1', "can't be understood"),
    ],
)
def test_a_broken_state_file_is_kept_aside_and_rebuilt(
    idse: Idse, sample: ProjectWorkspace, data: bytes, message: str
) -> None:
    path = project_folder(sample) / "session_state.json"
    states = json.loads(path.read_bytes())["sessions"]
    path.write_bytes(data)

    (check,) = checks(idse)["session-state"]
    assert check["status"] == "fail"
    assert message in check["message"]
    assert idse("doctor", "--fix").code == 0

    rebuilt = json.loads(path.read_bytes())["sessions"]
    assert {name: entry["stages"] for name, entry in rebuilt.items()} == {
        name: entry["stages"] for name, entry in states.items()
    }
    kept = [found.read_bytes() for found in (sample.local / "displaced").rglob("*") if found.is_file()]
    assert kept == [data]
    assert statuses(idse, "displaced-copies") == ["warn"]


def test_a_state_file_that_is_missing_or_newer(idse: Idse, sample: ProjectWorkspace) -> None:
    path = project_folder(sample) / "session_state.json"
    path.write_text('{"schema_version": 99}', encoding="utf-8")
    (check,) = checks(idse)["session-state"]
    assert (check["status"], check["fixable"]) == ("warn", False)

    path.unlink()
    assert statuses(idse, "session-state") == ["warn"]
    idse("doctor", "--fix")
    assert statuses(idse, "session-state") == ["ok"]


def test_metadata(idse: Idse, sample: ProjectWorkspace) -> None:
    (session_folder(sample, "billing") / "metadata" / "session.json").write_text("{", encoding="utf-8")
    (session_folder(sample, "export-csv") / "metadata" / "session.json").unlink()

    assert statuses(idse, "session-metadata") == ["fail", "warn"]

    outcome = idse("doctor", "--fix")
    assert outcome.code == 1  # what somebody wrote is theirs to correct
    assert statuses(idse, "session-metadata") == ["fail"]
    written = json.loads((session_folder(sample, "export-csv") / "metadata" / "session.json").read_bytes())
    assert written["session_id"] == "export-csv"
    assert (session_folder(sample, "billing") / "metadata" / "session.json").read_text("utf-8") == "{"


def test_an_incomplete_session_is_completed_from_templates(idse: Idse, sample: ProjectWorkspace) -> None:
    (session_folder(sample, "billing") / "plan.md").unlink()
    (session_folder(sample, "billing") / "tasks.md").write_bytes(b"\xff")

    found = checks(idse)["session-artifacts"]
    assert [(check["status"], check["fixable"]) for check in found] == [("fail", True)]
    assert found[0]["message"] == "session 'billing' lacks plan"
    (session_folder(sample, "export-csv") / "plan.md").unlink()

    document = idse("doctor", "--fix", "--json").document
    assert document["fixed"] == ["customer-portal: 2 missing files added"]
    assert document["counts"]["fail"] == 0
    assert (session_folder(sample, "billing") / "plan.md").is_file()
    assert (session_folder(sample, "billing") / "tasks.md").read_bytes() == b"\xff"


def test_a_project_without_any_session(idse: Idse, sample: ProjectWorkspace) -> None:
    shutil.rmtree(str(project_folder(sample) / "sessions"))

    assert statuses(idse, "current-session") == ["fail"]
    assert idse("doctor", "--fix").code == 0
    assert statuses(idse, "session-artifacts") == ["ok"]


def test_registry_and_confirmations(idse: Idse, sample: ProjectWorkspace) -> None:
    (project_folder(sample) / "agent_registry.json").write_text("[]", encoding="utf-8")
    (project_folder(sample) / "trace.json").write_text("{", encoding="utf-8")

    found = checks(idse)
    assert [found[name][0]["status"] for name in ("agent-registry", "trace")] == ["fail", "fail"]
    assert not found["agent-registry"][0]["fixable"]

    (project_folder(sample) / "agent_registry.json").unlink()
    (project_folder(sample) / "agent_registry.json").mkdir()
    assert statuses(idse, "agent-registry") == ["fail"]
    (project_folder(sample) / "agent_registry.json").rmdir()
    assert statuses(idse, "agent-registry") == ["warn"]
    idse("doctor", "--fix")
    assert statuses(idse, "agent-registry") == ["ok"]


def age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make everything older than an hour."""
    monkeypatch.setattr(leftover_checks, "ABANDONED_AFTER", -1.0)
    monkeypatch.setattr("idse_core.files.displacing.ABANDONED_AFTER", -1.0)


def test_leftovers_are_put_aside_and_not_destroyed(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_built = sample.local / "staging" / ".idse-0123.tmp"
    half_built.mkdir(parents=True)
    (half_built / "intent.md").write_text("half", encoding="utf-8")
    temporary = session_folder(sample, "billing") / ".idse-4567.tmp"
    temporary.write_text("words", encoding="utf-8")
    assert (statuses(idse, "staging"), statuses(idse, "temporary-files")) == (["ok"], ["ok"])  # they may be in use now

    age(monkeypatch)
    assert (statuses(idse, "staging"), statuses(idse, "temporary-files")) == (["warn"], ["warn"])
    assert idse("doctor", "--fix").code == 0

    assert not half_built.exists()
    assert not temporary.exists()
    kept = {path.read_text("utf-8") for path in (sample.local / "displaced").rglob("*") if path.is_file()}
    assert kept == {"half", "words"}
    (check,) = checks(idse)["displaced-copies"]
    assert check["message"].startswith("2 displaced copies are kept (0.0 MiB), the oldest since 0 days")
    assert (statuses(idse, "staging"), statuses(idse, "temporary-files")) == (["ok"], ["ok"])


def test_what_keeps_git_away_is_written_again(idse: Idse, sample: ProjectWorkspace) -> None:
    (sample.local / ".gitignore").unlink()

    assert statuses(idse, "local-ignored") == ["warn"]
    idse("doctor", "--fix")
    assert (sample.local / ".gitignore").read_text("utf-8").strip() == "*"


def test_a_lock_that_is_held_is_named(idse: Idse, sample: ProjectWorkspace) -> None:
    with files.lock(sample.local / "locks" / "customer-portal.lock"):
        (check,) = checks(idse)["locks"]
    assert (check["status"], check["message"]) == ("warn", "another process is at work on customer-portal")
    assert statuses(idse, "locks") == ["ok"]


def test_links(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("secret", encoding="utf-8")
    folder = session_folder(sample, "billing")
    (folder / "plan.md").unlink()
    (folder / "plan.md").symlink_to(outside)
    (folder / "nowhere").symlink_to(folder / "gone")
    (folder / "fine").symlink_to(folder / "spec.md")

    found = checks(idse)["links"]

    assert [(check["status"], Path(check["path"]).name) for check in found] == [
        ("fail", "plan.md"),
        ("warn", "nowhere"),
    ]


def test_a_session_that_is_a_link_to_the_outside_is_reported_once(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path
) -> None:
    sessions = session_folder(sample, "billing").parent
    (tmp_path / "elsewhere").mkdir()
    (sessions / "linked").symlink_to(tmp_path / "elsewhere")

    found = checks(idse)

    assert [check["message"] for check in found["links"]] == ["no other link leads outside .idse"]
    assert [check["status"] for check in found["session-folders"]] == ["fail"]


def test_settings_that_must_not_come_with_a_repository(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    (sample.folder / "config.yaml").write_text(
        "layout: flat\nsync:\n  agencyUrl: https://example.org\n  retries: 3\ntoken: x\ncacheable: true\n", "utf-8"
    )
    (tmp_path / ".idseconfig.json").write_text("{}", encoding="utf-8")

    found = checks(idse)

    assert [check["message"].partition(" must")[0] for check in found["config"]] == [
        ".idse/config.yaml:3:3: 'sync.agencyUrl'",
        ".idse/config.yaml:5:1: 'token'",
    ]
    assert {check["status"] for check in found["config"]} == {"fail"}
    assert [check["path"] for check in found["connection-settings"]] == [".idseconfig.json"]
    (sample.folder / "config.yaml").write_text("a: [\n", "utf-8")
    assert statuses(idse, "config") == ["fail"]
    (sample.folder / "config.yaml").write_text("layout: flat\n", "utf-8")
    assert statuses(idse, "config") == ["ok"]


def test_ids_that_some_file_systems_take_for_the_same() -> None:
    (found,) = colliding("session-ids", ["Login", "other", "login"], "p")
    (fine,) = colliding("session-ids", ["login", "logout"])

    assert (found.status, fine.status) == (Status.FAIL, Status.OK)
    assert found.message.startswith("Login and login differ only in case")


def test_an_artifact_that_exists_twice(idse: Idse, sample: ProjectWorkspace) -> None:
    folder = session_folder(sample, "billing")
    (folder / "specs").mkdir()
    (folder / "plans").mkdir()
    shutil.copy(str(folder / "spec.md"), str(folder / "specs" / "spec.md"))
    (folder / "plans" / "plan.md").write_text("# Another\n", encoding="utf-8")

    found = checks(idse)["layouts"]
    assert [(check["status"], check["fixable"]) for check in found] == [("warn", True), ("fail", False)]

    assert idse("doctor", "--fix").code == 1
    assert not (folder / "specs").exists()
    assert (folder / "plans" / "plan.md").read_text("utf-8") == "# Another\n"
    assert len([path for path in (sample.local / "displaced").rglob("*") if path.is_file()]) == 1


def test_a_session_in_two_layouts(idse: Idse, sample: ProjectWorkspace) -> None:
    folder = session_folder(sample, "billing")
    (folder / "specs").mkdir()
    (folder / "spec.md").rename(folder / "specs" / "spec.md")

    (check,) = checks(idse)["layouts"]

    assert (check["status"], check["advice"]) == ("warn", "idse migrate layout --to flat --session billing")
    assert idse(*check["advice"].split()[1:]).code == 0
    assert statuses(idse, "layouts") == ["ok"]


def test_packs_baseline_and_templates(idse: Idse, sample: ProjectWorkspace) -> None:
    (sample.folder / "rules").mkdir()
    (sample.folder / "rules" / "team.yaml").write_text("pack: team\nrules: 3\n", encoding="utf-8")
    (sample.folder / "baseline.json").write_text("[]", encoding="utf-8")
    (sample.folder / "templates").mkdir()
    (sample.folder / "templates" / "plan.md").write_text("{{ nothing", encoding="utf-8")

    found = checks(idse)

    for name, path in (
        ("rule-packs", ".idse/rules/team.yaml"),
        ("baseline", ".idse/baseline.json"),
        ("templates", ".idse/templates/plan.md"),
    ):
        assert [check["status"] for check in found[name]] == ["fail"]
        assert path in found[name][0]["message"]


def test_agent_files(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    assert "agent-files" not in checks(idse)
    idse("agents", "install", "claude-code")
    assert statuses(idse, "agent-files") == ["ok"]
    installed = [path for path in tmp_path.rglob("*.md") if ".idse" not in path.parts]
    path = next(path for path in installed if path.name != "CLAUDE.md")
    path.unlink()

    found = checks(idse)["agent-files"]

    assert [(check["status"], check["advice"]) for check in found] == [("warn", "idse agents install claude-code")]
    idse("agents", "install", "claude-code")
    assert statuses(idse, "agent-files") == ["ok"]


def test_the_selected_project(idse: Idse, sample: ProjectWorkspace) -> None:
    pointer = sample.folder / "CURRENT_PROJECT"
    pointer.write_text("gone\n", encoding="utf-8")
    assert statuses(idse, "current-project") == ["fail"]
    idse("doctor", "--fix")
    assert pointer.read_text("utf-8") == "customer-portal\n"

    make_workspace(sample.folder.parent, "second")
    pointer.write_text("gone\n", encoding="utf-8")
    found = checks(idse)
    assert (found["current-project"][0]["status"], found["current-project"][0]["fixable"]) == ("fail", False)
    assert [check["project"] for check in found["session-ids"]] == ["customer-portal", "second"]
    assert [check["project"] for check in checks(idse, "--project", "second")["session-ids"]] == ["second"]
    pointer.unlink()
    assert statuses(idse, "current-project") == ["warn"]


def test_no_workspace_and_no_such_project(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    assert idse("doctor", "--project", "zzz").code == 10
    (tmp_path / "empty").mkdir()
    assert idse("doctor", "--workspace", str(tmp_path / "empty")).code == 10


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read everything")
def test_what_cannot_be_read_is_a_check_that_fails(sample: ProjectWorkspace) -> None:
    path = project_folder(sample) / "session_state.json"
    path.chmod(0)
    try:
        found = examine(config_for(sample.folder.parent))
    finally:
        path.chmod(0o644)

    assert not found.sound
    assert [check.status for check in found.checks if check.name == "readable"] == [Status.FAIL]


def test_doctor_announces_its_progress(sample: ProjectWorkspace) -> None:
    make_workspace(sample.folder.parent, "second")
    heard: List[Event] = []

    examine(config_for(sample.folder.parent), on_event=heard.append)

    looks = [event for event in heard if isinstance(event, SessionExamined)]
    total = 3 * (len(sample.sessions()) + 1)  # records, artifacts, layouts
    assert [(look.done, look.total) for look in looks] == [(number, total) for number in range(1, total + 1)]


def test_doctor_shows_its_progress(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: List[Event] = []
    monkeypatch.setattr(Progress, "__call__", lambda progress, event: heard.append(event))

    idse("doctor")

    assert SessionExamined in map(type, heard)
