"""What changes mean, pure; and the loop over a real folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional

import pytest

from idse_core import folder_watch
from idse_core.events import FileWritten
from idse_core.files import digest
from idse_core.polling import polling_reason
from idse_core.watcher import Affected, Recogniser, affected, watch

SESSION = "projects/shop/sessions/login"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{SESSION}/spec.md", Affected(frozenset(["login"]))),
        (f"{SESSION}/metadata/session.json", Affected(frozenset(["login"]))),
        (SESSION, Affected(frozenset(["login"]))),
        ("projects/shop/sessions", Affected(project=True)),
        ("projects/shop/CURRENT_SESSION", Affected(project=True)),
        ("projects/shop/agent_registry.json", Affected(project=True)),
        ("projects/shop/rules/team.yaml", Affected(rules=True)),
        ("rules/team.yaml", Affected(rules=True)),
        ("templates/spec.md", Affected(rules=True)),
        ("projects/other/sessions/login/spec.md", Affected()),
        ("projects/other", Affected(others=True)),
        ("projects/shop", Affected(project=True)),
        ("CURRENT_PROJECT", Affected()),
        (".", Affected(gone=True)),
    ],
)
def test_what_a_changed_path_has_an_effect_on(path: str, expected: Affected) -> None:
    assert affected([path], "shop") == expected
    assert bool(affected([path], "shop")) is (expected._replace(others=False) != Affected())


def test_effects_of_several_paths_add_up() -> None:
    found = affected([f"{SESSION}/spec.md", "projects/shop/sessions/billing/plan.md", "rules/x.yaml"], "shop")
    assert found == Affected(frozenset(["login", "billing"]), rules=True)


def test_our_own_writes_are_recognised_by_their_content(tmp_path: Path) -> None:
    recogniser = Recogniser(tmp_path)
    path = "projects/shop/CURRENT_SESSION"
    recogniser.remember(FileWritten(f".idse/{path}", digest(b"login\n")))
    content: List[Optional[bytes]] = [b"login\n"]
    assert recogniser.check([path], lambda _: content[0]) == frozenset()
    content[0] = b"billing\n"
    assert recogniser.check([path], lambda _: content[0]) == {path}
    content[0] = b"login\n"
    assert recogniser.check([path], lambda _: content[0]) == {path}  # somebody changed it and changed it back


@pytest.mark.parametrize(
    "path", [".local/cache/x", f"{SESSION}/.spec.md.swp", f"{SESSION}/spec.md~", f"{SESSION}/.idse-1"]
)
def test_what_editors_and_we_leave_about_is_no_change(tmp_path: Path, path: str) -> None:
    assert Recogniser(tmp_path).check([path], lambda _: None) == frozenset()


def test_a_conflict_that_is_laid_aside_is_a_change(tmp_path: Path) -> None:
    path = ".local/conflicts/shop/login/spec.md"
    assert Recogniser(tmp_path).check([path], lambda _: None) == {path}
    assert not affected([path], "shop")


class Watched:
    """A watcher in a thread of its own."""

    def __init__(self, folder: Path, *, apart: bool = False) -> None:
        self.stop = threading.Event()
        self.reasons: List[str] = []
        self.seen: List[FrozenSet[str]] = []
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(folder, apart), daemon=True)

    def _run(self, folder: Path, apart: bool) -> None:
        for paths in watch(folder, self.stop, apart=apart, on_polling=self.reasons.append):
            with self._news:
                self.seen.append(paths)
                self._news.notify_all()

    def __enter__(self) -> Watched:  # noqa: PYI034  # typing has no Self on Python 3.8
        self._thread.start()
        with self._news:
            assert self._news.wait_for(lambda: self.seen, 10)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def until(self, path: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: any(path in paths for paths in self.seen), 10), self.seen


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def apart(request: pytest.FixtureRequest) -> bool:
    """Whether a process of its own watches."""
    return bool(request.param)


def test_changes_of_all_kinds_are_seen(tmp_path: Path, apart: bool) -> None:
    folder = tmp_path / ".idse"
    (folder / SESSION).mkdir(parents=True)
    spec, conflicts = folder / SESSION / "spec.md", folder / ".local/conflicts/shop"
    conflicts.mkdir(parents=True)
    spec.write_text("one")
    with Watched(folder, apart=apart) as watched:
        spec.write_text("two")
        watched.until(f"{SESSION}/spec.md")
        other = folder / SESSION / "plan.md.new"
        other.write_text("three")
        other.replace(folder / SESSION / "plan.md")
        watched.until(f"{SESSION}/plan.md")
        (folder / SESSION / "deep").mkdir()
        watched.until(f"{SESSION}/deep")
        (folder / SESSION / "deep" / "x.md").write_text("four")
        watched.until(f"{SESSION}/deep/x.md")
        (conflicts / "spec.md").write_text("five")
        watched.until(".local/conflicts/shop/spec.md")


def test_a_folder_that_goes_and_comes_back_is_watched_again(tmp_path: Path, apart: bool) -> None:
    folder = tmp_path / ".idse"
    folder.mkdir()
    with Watched(folder, apart=apart) as watched:
        folder.rmdir()
        watched.until(".")
        folder.mkdir()
        watched.seen.clear()
        watched.until(".")
        (folder / "rules").mkdir()
        watched.until("rules")


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")
def test_a_process_that_watches_is_replaced_when_it_is_killed(
    tmp_path: Path, started: List[subprocess.Popen[bytes]]
) -> None:
    folder = tmp_path / ".idse"
    (folder / SESSION).mkdir(parents=True)
    with Watched(folder, apart=True) as watched:
        os.kill(started[0].pid, signal.SIGKILL)
        watched.until(".")
        (folder / SESSION / "spec.md").write_text("one")
        watched.until(f"{SESSION}/spec.md")
        assert watched.reasons == []
    assert [process.returncode for process in started] == [-signal.SIGKILL, 0]


def test_one_that_can_not_start_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: List[subprocess.Popen[bytes]]
) -> None:
    program = tmp_path / "program.py"
    program.write_text("raise SystemExit(3)")
    monkeypatch.setattr(folder_watch, "_PROGRAM", program)
    folder = tmp_path / ".idse"
    (folder / SESSION).mkdir(parents=True)
    with Watched(folder, apart=True) as watched:
        (folder / SESSION / "spec.md").write_text("one")
        watched.until(f"{SESSION}/spec.md")
        assert watched.reasons == ["the process that watches ended at once"]
    assert [process.returncode for process in started] == [3]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by signals")
def test_it_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, threading, pathlib; from idse_core import folder_watch as f; made = f._started;\n"
        "f._started = lambda folder: (lambda p: (print(p.pid, flush=True), p)[1])(made(folder));\n"
        "all(True for _ in f.watched_apart(pathlib.Path(sys.argv[1]), threading.Event()))"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        watching = int(owner.stdout.readline())
        owner.kill()
    deadline = time.monotonic() + 20
    while _is_running(watching):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="names have no such characters there")
def test_it_names_every_path_as_it_is(tmp_path: Path) -> None:
    name = "a line\nand \\n, ünïcode 漢字"
    with Watched(tmp_path, apart=True) as watched:
        (tmp_path / name).write_text("one")
        watched.until(name)


def test_it_ends_as_soon_as_it_is_told(tmp_path: Path) -> None:
    stop = threading.Event()
    seen = []
    for paths in folder_watch.watched_apart(tmp_path, stop):
        seen.append(paths)
        threading.Timer(0.01, stop.set).start()  # it has nothing to say from here on
    assert seen == [frozenset()]


def test_it_imports_next_to_nothing(tmp_path: Path) -> None:
    program = (
        "import runpy, sys; found = runpy.run_path(sys.argv[1]); found['_watching'](sys.argv[2], sys.argv[3:]); "
        "print(*sys.modules)"
    )
    spec = find_spec("watchfiles")
    assert spec is not None
    command = [sys.executable, "-I", "-c", program, str(folder_watch._PROGRAM), str(tmp_path)]
    command += spec.submodule_search_locations or ()
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "watchfiles._rust_notify" in loaded
    assert not loaded & {"asyncio", "anyio", "json", "pathlib", "subprocess", "threading", "idse_core"}


def test_a_refusal_of_the_system_is_told_by_the_other_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_rust_notify.py").write_text("def RustNotify(*_):\n    raise OSError('limit reached')\n")
    spec = ModuleSpec("watchfiles", None)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(folder_watch, "find_spec", lambda _: spec)
    with pytest.raises(RuntimeError, match="limit reached"):
        list(folder_watch.watched_apart(tmp_path, threading.Event()))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> List[subprocess.Popen[bytes]]:
    """The processes that were started to watch."""
    found: List[subprocess.Popen[bytes]] = []
    start = folder_watch._started

    def noted(folder: Path) -> subprocess.Popen[bytes]:
        found.append(start(folder))
        return found[-1]

    monkeypatch.setattr(folder_watch, "_started", noted)
    return found


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_system_that_watches_no_more_folders_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watchfiles = pytest.importorskip("watchfiles")
    real = watchfiles.watch

    def refusing(*paths: object, force_polling: bool = False, **options: object) -> object:
        if not force_polling:
            raise OSError("OS file watch limit reached. about [/x]")
        return real(*paths, force_polling=True, **options)

    monkeypatch.setattr("watchfiles.watch", refusing)
    monkeypatch.delenv("WATCHFILES_FORCE_POLLING", raising=False)
    folder = tmp_path / ".idse"
    (folder / SESSION).mkdir(parents=True)
    with Watched(folder) as watched:
        assert watched.reasons == ["too many folders are watched"]
        watched.until(".")  # what changed before is to be looked for
        (folder / SESSION / "spec.md").write_text("two")
        watched.until(f"{SESSION}/spec.md")


def test_when_polling_fails_too_the_error_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("watchfiles")

    def refusing(*_: object, **__: object) -> object:
        raise OSError("no")

    monkeypatch.setattr("watchfiles.watch", refusing)
    with pytest.raises(OSError, match="no"):
        list(watch(tmp_path, threading.Event()))


MOUNTS = """overlay / overlay rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sda1 /home/ann/fast ext4 rw 0 0
C:\\ /mnt/my\\040disk 9p rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "environment", "expected"),
    [
        ("/work/.idse", {}, ""),
        ("/home/ann/.idse", {}, "nfs4 announces no changes"),
        ("/home/ann/fast/.idse", {}, ""),
        ("/homely/.idse", {}, ""),
        ("/mnt/my disk/.idse", {}, "9p announces no changes"),
        ("/home/ann/.idse", {"WATCHFILES_FORCE_POLLING": "false"}, ""),
        ("/work/.idse", {"WATCHFILES_FORCE_POLLING": "1"}, "WATCHFILES_FORCE_POLLING is set"),
    ],
)
def test_where_changes_are_not_announced(
    tmp_path: Path, folder: str, environment: Dict[str, str], expected: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert polling_reason(Path(folder), environment, mounts) == expected
    assert polling_reason(Path(folder), {}, tmp_path / "none") == ""
