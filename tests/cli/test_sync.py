"""``idse sync`` against a real server on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Iterator, List

import pytest

from idse_core.agency.protocol import PushRequest, PushResult
from idse_core.errors import RemoteError
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.loopback import TOKEN, Loopback, closed_port, serving
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, config_for, session_folder, tree, write_artifact
from tests.cli.running import Idse, command, environment, run

SPEC = "spec_md"


@pytest.fixture
def core() -> MemoryCore:
    return MemoryCore()


@pytest.fixture
def server(core: MemoryCore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Loopback]:
    with serving(core) as running:
        monkeypatch.setenv("IDSE_CONFIG", str(tmp_path / "none.json"))
        monkeypatch.setenv("IDSE_AGENCY_URL", f"http://127.0.0.1:{running.port}")
        monkeypatch.setenv("IDSE_AGENCY_TOKEN", TOKEN)
        yield running


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("other machine")


def opened(folder: Path) -> ProjectWorkspace:
    return ProjectWorkspace.open(config_for(folder))


def edit(folder: Path, text: str, session: str = "billing", stage: Stage = Stage.SPEC) -> Path:
    return write_artifact(opened(folder), session, stage, text)


def test_without_an_address(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IDSE_CONFIG", str(tmp_path / "none.json"))
    monkeypatch.delenv("IDSE_AGENCY_URL", raising=False)
    for word in ("push", "pull", "status"):
        outcome = idse("sync", word)
        assert outcome.code == 2
        assert "no Agency Core is configured" in outcome.err
        assert "IDSE_AGENCY_URL" in outcome.err


def test_a_project_goes_there_and_back(idse: Idse, sample: ProjectWorkspace, server: Loopback, other: Path) -> None:
    planned = idse("sync", "status", "--all")
    pushed = idse("sync", "push", "--all")
    pulled = idse("sync", "pull", "--all", "--project", PROJECT, cwd=other)

    assert (planned.code, pushed.code, pulled.code) == (0, 0, 0)
    assert planned.out.count("to push") == pushed.out.count("  pushed  ") == pulled.out.count("  pulled  ") == 6
    assert "54 documents pulled" in pulled.out
    assert "the project is new here" in pulled.out
    assert opened(other).current_session().problem == ""
    ours, theirs = tree(sample.folder), tree(other / ".idse")
    assert {name: data for name, data in ours.items() if "/sessions/" in name} == {
        name: data for name, data in theirs.items() if "/sessions/" in name
    }
    again = idse("sync", "pull", cwd=other)
    assert again.out == f"{PROJECT} at http://127.0.0.1:{server.port}: nothing to pull\n"
    assert idse("status", cwd=other).code == 0
    assert "last sync" in idse("status").out


def test_only_the_current_session_unless_told_otherwise(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, core: MemoryCore
) -> None:
    assert idse("sync", "push").code == 0
    assert core.sessions(PROJECT) == (sample.current_session().id,)
    assert idse("sync", "push", "--session", "billing").code == 0
    assert len(core.sessions(PROJECT)) == 2
    assert idse("sync", "push", "--session", "billing", "--all").code == 2
    assert idse("sync", "push", "--session", "nobody").code == 10


def test_a_fresh_folder_needs_the_name_of_a_project(idse: Idse, server: Loopback, other: Path) -> None:
    nameless = idse("sync", "pull", "--all", cwd=other)
    unknown = idse("sync", "pull", "--all", "--project", "nobody", cwd=other)
    wrong = idse("sync", "pull", "--all", "--project", "../x", cwd=other)
    pushing = idse("sync", "push", "--all", "--project", PROJECT, cwd=other)

    assert (nameless.code, unknown.code, wrong.code, pushing.code) == (10, 10, 2, 10)
    assert "idse sync pull --all --project NAME" in nameless.err
    assert "neither here nor at the Agency Core" in unknown.err
    assert list(other.iterdir()) == []


def test_a_dry_run_does_nothing_and_says_what_a_run_does(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, core: MemoryCore
) -> None:
    before = tree(sample.folder)

    dry = idse("sync", "push", "--all", "--dry-run", "--json").document

    assert dry["dry_run"] is True
    assert core.documents(PROJECT) == {}
    assert tree(sample.folder) == before
    real = idse("sync", "push", "--all", "--json").document
    keys = ("session_id", "document", "action")
    assert [[item[key] for key in keys] for item in dry["items"]] == [
        [item[key] for key in keys] for item in real["items"]
    ]
    assert {item["result"] for item in dry["items"]} == {"planned"}
    assert {item["result"] for item in real["items"]} == {"done"}
    assert real["sent"] == sum(item["bytes"] for item in real["items"])


def test_a_conflict_from_beginning_to_end(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, other: Path, tmp_path: Path
) -> None:
    idse("sync", "push", "--all")
    idse("sync", "pull", "--all", "--project", PROJECT, cwd=other)
    edit(tmp_path, "theirs\n")
    ours = edit(other, "ours\n")
    assert idse("sync", "push", "--all").code == 0

    refused = idse("sync", "push", "--all", cwd=other)
    assert refused.code == 6
    assert "billing/spec" in refused.err
    assert "idse sync pull" in refused.err
    pulled = idse("sync", "pull", "--all", cwd=other)
    assert pulled.code == 3
    assert "idse sync resolve spec --session billing" in pulled.err
    assert ours.read_text("utf-8") == "ours\n"
    assert idse("sync", "push", "--all", cwd=other).code == 3
    assert idse("sync", "status", "--all", cwd=other).code == 3

    listed = idse("sync", "resolve", "--json", cwd=other)
    assert listed.code == 3
    (conflict,) = listed.document["conflicts"]
    folder = other / conflict["folder"]
    assert (folder / "theirs.md").read_text("utf-8") == "theirs\n"
    assert idse("sync", "resolve", "spec", "--session", "billing", cwd=other).code == 2
    assert idse("sync", "resolve", "spec", "--session", "billing", "--ours", "--theirs", cwd=other).code == 2


def conflicting(idse: Idse, other: Path, tmp_path: Path) -> Path:
    """A workspace with a conflict about the spec of ``billing``, its current session."""
    idse("sync", "push", "--all")
    idse("sync", "pull", "--all", "--project", PROJECT, cwd=other)
    edit(tmp_path, "theirs\n")
    ours = edit(other, "ours\n")
    idse("sync", "push", "--all")
    assert idse("sync", "pull", "--all", cwd=other).code == 3
    idse("switch", "billing", cwd=other)
    return ours


@pytest.mark.parametrize(
    ("words", "expected"), [(["--ours"], "ours\n"), (["--theirs"], "theirs\n"), (["--file", "new.md"], "new\n")]
)
def test_resolving(  # noqa: PLR0917  # fixtures
    idse: Idse,
    sample: ProjectWorkspace,
    server: Loopback,
    core: MemoryCore,
    other: Path,
    tmp_path: Path,
    words: List[str],
    expected: str,
) -> None:
    live = conflicting(idse, other, tmp_path)
    (other / "new.md").write_text("new\n", encoding="utf-8")

    outcome = idse("sync", "resolve", "spec.md", *words, cwd=other)

    assert outcome.code == 0
    assert live.read_text("utf-8") == expected
    assert idse("sync", "resolve", cwd=other).out == "No conflict waits for a decision\n"
    assert idse("sync", "resolve", "spec", *words, cwd=other).code == 10
    assert idse("sync", "push", "--all", cwd=other).code == 0
    assert core.get(PROJECT, "billing", SPEC) == expected.encode()


def test_a_merged_version_with_markers_is_refused(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, other: Path, tmp_path: Path
) -> None:
    live = conflicting(idse, other, tmp_path)

    outcome = idse("sync", "resolve", "spec", "--merged", cwd=other)

    assert outcome.code == 2
    assert "conflict markers, first in line 1" in outcome.err
    (merged,) = (other / ".idse" / ".local" / "conflicts").rglob("merged.md")
    merged.write_text("both\n", encoding="utf-8")
    document = idse("sync", "resolve", "spec", "--merged", "--json", cwd=other).document
    assert (document["choice"], document["path"]) == ("merged", live.relative_to(other).as_posix())
    assert live.read_text("utf-8") == "both\n"


def test_deletions_are_refused_with_the_words_that_allow_them(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, core: MemoryCore
) -> None:
    idse("sync", "push", "--all")
    for stage in Stage:
        for path in session_folder(sample, "billing").rglob(
            f"{'README' if stage is Stage.IMPLEMENTATION else stage}.md"
        ):
            path.unlink()

    refused = idse("sync", "push", "--session", "billing")

    assert refused.code == 9
    assert "--allow-deletes 7" in refused.err
    assert core.get(PROJECT, "billing", SPEC) is not None
    assert idse("sync", "push", "--session", "billing", "--allow-deletes", "7").code == 0
    assert core.get(PROJECT, "billing", SPEC) is None


def test_paused(idse: Idse, sample: ProjectWorkspace, server: Loopback) -> None:
    (sample.folder / "SYNC_PAUSED").touch()
    outcome = idse("sync", "push")
    assert outcome.code == 9
    assert "remove .idse/SYNC_PAUSED" in outcome.err
    assert server.received == []


def test_another_address_is_refused_until_a_person_says_so(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert idse("sync", "remote").out.splitlines()[1] == "bound to    nothing yet; the first sync binds it"
    idse("sync", "push", "--all")
    elsewhere = MemoryCore("elsewhere")
    with serving(elsewhere) as second:
        monkeypatch.setenv("IDSE_AGENCY_URL", f"http://127.0.0.1:{second.port}")
        refused = idse("sync", "push", "--all")
        assert refused.code == 9
        assert "idse sync remote set" in refused.err
        assert second.received == []
        shown = idse("sync", "remote", "--json").document
        assert (shown["endpoint"] == shown["configured"], shown["server_id"]) == (False, "memory")

        assert idse("sync", "remote", "set").code == 0
        assert idse("sync", "push", "--all").code == 0
        assert len(elsewhere.sessions(PROJECT)) == 6


def test_a_project_can_have_another_name_there(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, core: MemoryCore
) -> None:
    assert idse("sync", "remote", "set", "--project-id", "../x").code == 2
    document = idse("sync", "remote", "set", "--project-id", "portal", "--json").document
    assert document["project_id"] == "portal"

    assert idse("sync", "push", "--all").code == 0

    assert len(core.sessions("portal")) == 6
    assert core.sessions(PROJECT) == ()


def test_nobody_answers(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IDSE_CONFIG", str(tmp_path / "none.json"))
    monkeypatch.setenv("IDSE_AGENCY_TIMEOUT", "1")
    before = tree(sample.folder)
    for word in ("push", "pull", "status"):
        outcome = idse("sync", word, "--agency-url", f"http://127.0.0.1:{closed_port()}", "--json")
        assert outcome.code == 4
        assert json.loads(outcome.out)["error"]["code"] == "remote"
    assert tree(sample.folder) == before


def test_a_wrong_token(idse: Idse, sample: ProjectWorkspace, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDSE_AGENCY_TOKEN", "wrong")
    assert idse("sync", "push").code == 5


class Failing(MemoryCore):
    """Answers some pushes, then no more."""

    def __init__(self, pushes: int) -> None:
        super().__init__()
        self.left = pushes
        self.turn = threading.Lock()

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        with self.turn:
            if self.left <= 0:
                raise RemoteError("400: no more")
            self.left -= 1
            return super().push(request, key=key)


def test_partly_done_says_what_remains(
    idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    core = Failing(2)
    with serving(core) as server:
        monkeypatch.setenv("IDSE_CONFIG", str(tmp_path / "none.json"))
        monkeypatch.setenv("IDSE_AGENCY_URL", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("IDSE_AGENCY_TOKEN", TOKEN)

        outcome = idse("sync", "push", "--all", "--parallel", "1", "--json")

        assert outcome.code == 7
        document = outcome.document
        assert document["failure"]
        done = {item["session_id"] for item in document["items"] if item["result"] == "done"}
        assert done == set(core.sessions(PROJECT))
        assert len(done) == 2
        assert {item["result"] for item in document["items"] if item["session_id"] not in done} == {"failed"}
        states = json.loads((sample.folder / "projects" / PROJECT / "session_state.json").read_text("utf-8"))[
            "sessions"
        ]
        assert {name for name, entry in states.items() if entry["last_sync"]} >= done
        core.left = 100
        rest = idse("sync", "push", "--all", "--json").document
        assert {item["session_id"] for item in rest["items"]} == set(sample.sessions()) - done


class Slow(MemoryCore):
    """Accepts the first push, and holds the second until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.held = threading.Event()
        self.go_on = threading.Event()

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        if self.calls.count("push"):
            self.held.set()
            assert self.go_on.wait(30)
        return super().push(request, key=key)


def hearing() -> None:
    """In the new process: stop ignoring Ctrl-C, which our parent may have made us do."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_ctrl_c_between_transactions(sample: ProjectWorkspace, tmp_path: Path) -> None:
    core = Slow()
    with serving(core) as server:
        given = {
            "IDSE_CONFIG": str(tmp_path / "none.json"),
            "IDSE_AGENCY_URL": f"http://127.0.0.1:{server.port}",
            "IDSE_AGENCY_TOKEN": TOKEN,
        }
        words = command("sync", "push", "--all", "--parallel", "1", "--json")
        with subprocess.Popen(
            words,
            cwd=tmp_path,
            env=environment(given),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=hearing,  # noqa: PLW1509  # one call, before anything else runs there
        ) as process:
            assert core.held.wait(30)
            os.kill(process.pid, signal.SIGINT)
            core.go_on.set()
            out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        document = json.loads(out)
        assert document["interrupted"] is True
        done = {item["session_id"] for item in document["items"] if item["result"] == "done"}
        assert done == set(core.sessions(PROJECT))
        assert 1 <= len(done) < 6
        rest = run("sync", "push", "--all", "--json", cwd=tmp_path, env=given).document
        assert {item["session_id"] for item in rest["items"]} == set(sample.sessions()) - done


def test_nothing_secret_is_printed_or_kept(
    idse: Idse, sample: ProjectWorkspace, server: Loopback, tmp_path: Path
) -> None:
    outcomes = [idse("sync", *words) for words in (["push", "--all"], ["status", "--json"], ["remote"], ["pull"])]

    assert not any(TOKEN in outcome.out + outcome.err for outcome in outcomes)
    assert not any(TOKEN.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_status_says_where_each_setting_comes_from(idse: Idse, sample: ProjectWorkspace, server: Loopback) -> None:
    idse("sync", "push", "--all")
    text = idse("sync", "status", "--all").out
    settings = {item["name"]: item for item in idse("sync", "status", "--all", "--json").document["settings"]}

    assert settings["agency_url"]["source"] == settings["token"]["source"] == "environment"
    assert TOKEN not in str(settings)
    for name, item in settings.items():
        assert f"  {name:<10}  {item['value']}  ({item['source']})\n" in text
    assert idse("sync", "push", "--json").document["settings"] == []


def test_help_and_other_commands_import_nothing_of_the_network(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from idse_core import cli\n"
        "try:\n    cli.main(['sync', 'push', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(sorted(name for name in ('httpcore', 'httpx', 'pydantic', 'sqlite3') if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=tmp_path, env=environment()
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_with_nothing_to_do_what_would_do_it_is_not_imported(
    idse: Idse, sample: ProjectWorkspace, server: Loopback
) -> None:
    idse("sync", "push", "--all")
    idse("sync", "push", "--all")  # now last_sync there is what it is here
    program = (
        "import sys\n"
        "from idse_core import cli\n"
        "try:\n    cli.main(['sync', sys.argv[1], '--all'])\n"
        "except SystemExit:\n    pass\n"
        "late = ('idse_core.agency.pushing', 'idse_core.agency.pulling', 'tenacity', 'email.utils')\n"
        "print(sorted(name for name in late if name in sys.modules))\n"
    )
    for verb in ("push", "pull"):
        done = subprocess.run(
            [sys.executable, "-c", program, verb], capture_output=True, check=True, cwd=sample.folder.parent
        )
        assert done.stdout.decode().splitlines()[-1] == "[]", done.stderr


def test_a_session_that_goes_as_a_whole_takes_one_line(idse: Idse, sample: ProjectWorkspace, server: Loopback) -> None:
    assert "  to push  billing         9 documents\n" in idse("sync", "status", "--all").out
    pushed = idse("sync", "push", "--all")

    assert pushed.out.count("\n") == len(sample.sessions()) + 1
    assert len(idse("sync", "push", "--all", "--json").document["items"]) == 0
