"""The real command leaks nothing: it contacts no other address, writes to no other folder, and stores no token."""

from __future__ import annotations

import gzip
import json
import logging
import os
import sys
from pathlib import Path
from typing import Callable, Dict, NamedTuple

import pytest

from idse_core import cli
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.agency.loopback import TOKEN, Loopback, serving
from tests.agency.memory_core import MemoryCore
from tests.builders import PROJECT, add_session, make_workspace, session_folder, tree, write_artifact
from tests.faults.fault_proxy import answer, proxying
from tests.faults.sink import Sink

pytestmark = pytest.mark.usefixtures("quiet_environment")


class Said(NamedTuple):
    code: int
    text: str


Idse = Callable[..., Said]


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    made = make_workspace(tmp_path / "clone")
    add_session(made, "auth")
    write_artifact(made, "auth", Stage.SPEC, "# Spec\n\nOurs.\n")
    return made


@pytest.fixture
def idse(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], workspace: ProjectWorkspace) -> Idse:
    """Calls `idse` in this process, in the folder of the workspace; checks that no output contains the token."""

    def call(*words: str, **environment: str) -> Said:
        monkeypatch.chdir(workspace.folder.parent)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(list(words))
        captured = capsys.readouterr()
        text = captured.out + captured.err
        assert TOKEN not in text
        assert "Traceback" not in text
        assert isinstance(left.value.code, int)
        return Said(left.value.code, text)

    return call


def configured(server: Loopback) -> Dict[str, str]:
    return {"IDSE_AGENCY_URL": f"http://127.0.0.1:{server.port}", "IDSE_AGENCY_TOKEN": TOKEN}


def no_canary_below(folder: Path) -> bool:
    """Whether no file contains the token, not even in compressed form."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data += gzip.decompress(data)
        if TOKEN.encode() in data or TOKEN in str(path):
            return False
    return True


def test_a_whole_sync_leaves_no_trace_of_the_token(
    tmp_path: Path, idse: Idse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    core = MemoryCore()
    with serving(core) as server:
        settings = configured(server)
        assert idse("sync", "push", "--all", **settings).code == 0
        core.put(PROJECT, "auth", "plan_md", b"# Plan\n\nTheirs.\n")
        assert idse("sync", "status", "--all").code == 0
        assert idse("sync", "pull", "--all", "--json").code in {0, 3}
        shown = idse("sync", "remote")
        assert shown.code == 0
        assert "token       ****  (environment)" in shown.text
        assert idse("-v", "sync", "status").code in {0, 2}
        server.token = "another"
        assert idse("sync", "push", "--all").code == 5
    assert no_canary_below(tmp_path)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("name", [".idse/.idseconfig.json", ".idse/idseconfig.json", ".idseconfig.json"])
def test_a_projects_file_can_not_redirect_requests(
    idse: Idse, workspace: ProjectWorkspace, dry: Sink, name: str
) -> None:
    hostile = {
        "agency_url": f"http://127.0.0.1:{dry.port}",
        "tokens": {f"http://127.0.0.1:{dry.port}": "x"},
        "proxy": f"http://127.0.0.1:{dry.port}",
        "allow_insecure_http": True,
    }
    (workspace.folder.parent / name).write_text(json.dumps(hostile), encoding="utf-8")
    said = idse("sync", "push", "--all", IDSE_AGENCY_TOKEN=TOKEN)
    assert said.code == 2
    assert "no Agency Core is configured" in said.text
    assert "is ignored" in said.text
    with serving(MemoryCore()) as server:
        said = idse("sync", "push", "--all", **configured(server))
        assert said.code == 0
        assert "is ignored" in said.text


def test_a_token_for_another_origin_is_not_sent(tmp_path: Path, idse: Idse) -> None:
    with serving(MemoryCore()) as server:
        file = Path(os.environ["HOME"]) / ".idseconfig.json"
        url = f"http://127.0.0.1:{server.port}"
        others = {
            "https://agency.example.org": TOKEN,
            f"http://localhost:{server.port}": TOKEN,
            "http://127.0.0.1": TOKEN,
        }
        file.write_text(json.dumps({"agency_url": url, "tokens": others}), encoding="utf-8")
        file.chmod(0o600)
        assert idse("sync", "push", "--all").code == 5
        elsewhere = {"IDSE_AGENCY_URL": "https://agency.example.org", "IDSE_AGENCY_TOKEN": TOKEN}
        assert idse("sync", "push", "--all", "--agency-url", url, **elsewhere).code == 5
    assert server.received
    assert all("authorization" not in request.headers for request in server.received)
    assert all(TOKEN.encode() not in request.body for request in server.received)


def test_a_project_is_bound_to_its_address(idse: Idse, dry: Sink) -> None:
    with serving(MemoryCore()) as server:
        assert idse("sync", "push", "--all", **configured(server)).code == 0
        said = idse("sync", "push", "--all", "--agency-url", f"http://127.0.0.1:{dry.port}")
    assert said.code == 9
    assert "is bound to" in said.text


def test_a_redirect_ends_the_command(idse: Idse, dry: Sink) -> None:
    with serving(MemoryCore()) as server, proxying(server.port) as proxy:
        moved = answer("307 Moved", b"", f"Location: http://127.0.0.1:{dry.port}/sync/push")
        proxy.then(*[lambda exchange: exchange.client.sendall(moved)] * 3)
        said = idse("sync", "push", "--all", IDSE_AGENCY_URL=proxy.url, IDSE_AGENCY_TOKEN=TOKEN)
    assert said.code == 9
    assert f"http://127.0.0.1:{dry.port}" in said.text
    assert server.received == []


HOSTILE_IDS = [
    "../evil",
    "..",
    ".",
    "/abs",
    "C:evil",
    "C:\\evil",
    "a/../../evil",
    "a\\..\\evil",
    "a\0b",
    "a\nb",
    "\x1b[2J",
    "CON",
    "nul.txt",
    ".git",
    ".local",
    "~",
    "",
    "   ",
    "trailing.",
    "trailing ",
    "e\u0301",
    "\u202eevil",
    "x" * 300,
]


@pytest.mark.parametrize("name", HOSTILE_IDS, ids=ascii)
def test_ids_from_the_server_do_not_become_paths(
    tmp_path: Path, idse: Idse, workspace: ProjectWorkspace, name: str
) -> None:
    core = MemoryCore()
    with serving(core) as server:
        assert idse("sync", "push", "--all", **configured(server)).code == 0
        core.put(PROJECT, name, "spec_md", b"evil")
        core.put(PROJECT, "auth", "plan_md", b"good")
        before = tree(tmp_path / "clone" / ".idse" / "projects")
        said = idse("sync", "pull", "--all")
    evil = [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"]
    if name == "~":  # an odd but harmless name: it is just the name of a folder
        assert [path.parent.name for path in evil] == ["~"]
        return
    assert said.code == 9
    assert "\x1b" not in said.text
    assert evil == []
    assert tree(tmp_path / "clone" / ".idse" / "projects") == before


@pytest.mark.parametrize("key", ["../spec_md", "CURRENT_SESSION", "spec.md", "spec_md/../../x", "agent_registry", ""])
def test_keys_from_the_server_do_not_become_paths(
    tmp_path: Path, idse: Idse, workspace: ProjectWorkspace, key: str
) -> None:
    core = MemoryCore()
    with serving(core) as server:
        assert idse("sync", "push", "--all", **configured(server)).code == 0
        core.put(PROJECT, "auth", key, b"evil")
        idse("sync", "pull", "--all")
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"evil"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_do_not_lead_out_of_the_workspace(tmp_path: Path, idse: Idse, workspace: ProjectWorkspace) -> None:
    private = tmp_path / "private.md"
    private.write_text("private key", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    spec = session_folder(workspace, "auth") / "spec.md"
    spec.unlink()
    spec.symlink_to(private)
    linked = session_folder(workspace, "linked")
    linked.symlink_to(elsewhere, target_is_directory=True)
    core = MemoryCore()
    with serving(core) as server:
        pushed = idse("sync", "push", "--all", **configured(server))
        assert server.received
        assert all(b"private key" not in request.body for request in server.received)
        core.put(PROJECT, "auth", "spec_md", b"theirs")
        core.put(PROJECT, "linked", "spec_md", b"theirs")
        idse("sync", "pull", "--all")
        assert pushed.code != 0
    assert private.read_text(encoding="utf-8") == "private key"
    assert list(elsewhere.iterdir()) == []


def test_the_exit_codes_of_a_failing_connection(idse: Idse) -> None:
    """Five attempts take some seconds of waiting, so there is only one such test."""
    with serving(MemoryCore()) as server, proxying(server.port) as proxy:
        busy = answer("503 Busy", b"", "Retry-After: 0")
        proxy.then(*[lambda exchange: exchange.client.sendall(busy)] * 5)
        said = idse("sync", "push", "--all", IDSE_AGENCY_URL=proxy.url, IDSE_AGENCY_TOKEN=TOKEN)
        assert said.code == 4
        assert "answers 503" in said.text
        assert proxy.connections == 5
        proxy.then(*[lambda exchange: exchange.client.sendall(busy)] * 4)
        assert idse("sync", "push", "--all").code == 0
