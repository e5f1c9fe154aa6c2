"""What only a process of its own can show: signals, pipes, terminals, plug-ins, and the bytes on the streams."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Tuple

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import config_for, tree
from tests.cli.running import SAMPLE, command, environment, run

posix = pytest.mark.skipif(os.name == "nt", reason="signals, pipes and terminals of POSIX")


@pytest.fixture(scope="module")
def shared(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the sample; its tests change nothing that another test looks at."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copytree(str(warm / ".idse"), str(folder / ".idse"))
    return folder


class LockedOut(NamedTuple):
    """A call that wants to change a project whose lock we hold."""

    process: subprocess.Popen[bytes]
    folder: Path
    before: Dict[str, bytes]


@pytest.fixture(scope="module", autouse=True)
def locked_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LockedOut]:
    """The call waits ten seconds before it gives up: it is started before the other tests, and checked after them."""
    folder = tmp_path_factory.mktemp("locked")
    shutil.copytree(str(SAMPLE), str(folder / ".idse"))
    workspace = ProjectWorkspace.open(config_for(folder))
    before = tree(folder)
    with workspace.lock(), subprocess.Popen(
        command("switch", "billing"), cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield LockedOut(process, folder, before)
        finally:
            process.kill()


def test_the_life_of_a_workspace(tmp_path: Path) -> None:
    assert run("init", "Customer portal", cwd=tmp_path).code == 0
    assert run("spawn", "auth-login", cwd=tmp_path).code == 0
    status = run("status", cwd=tmp_path)
    assert (status.code, status.err) == (0, "")
    assert status.out.startswith("customer-portal ▸ auth-login")
    assert run("validate", "--format", "concise", cwd=tmp_path).code == 1


def test_the_installed_program_is_the_same(shared: Path) -> None:
    program = shutil.which("idse", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("idse is not installed beside this interpreter")
    done = subprocess.run([program, "--version"], env=environment(), capture_output=True, check=True, timeout=60)

    assert done.stdout.decode() == run("--version", cwd=shared).out


def test_an_ascii_terminal_gets_ascii(shared: Path) -> None:
    outcome = run("status", "--all", cwd=shared, env={"PYTHONIOENCODING": "ascii"})

    assert outcome.out.isascii()
    assert re.search(r"export-csv +\*{7} +7/7 +passing", outcome.out)
    assert "completed" in outcome.out


@posix
@pytest.mark.parametrize("words", [["validate", "--all"], ["validate", "--all", "--json"], ["--help"]])
def test_a_reader_that_stops_gets_no_message(shared: Path, words: List[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command(*words),
            cwd=shared,
            env=environment(),
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)

    assert done.stderr == b""
    assert done.returncode == 141


@posix
def test_head_gets_its_line(shared: Path) -> None:
    line = f"'{sys.executable}' -m idse_core validate --all --format concise | head -1"
    done = subprocess.run(line, shell=True, cwd=shared, env=environment(), capture_output=True, check=False, timeout=60)

    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


PLUGINS = """\
import os, time
import click

@click.command()
def boom():
    \"\"\"Breaks.\"\"\"
    raise RuntimeError("unexpected \\x1b[31m \\u202e")

@click.command()
def wait():
    \"\"\"Waits.\"\"\"
    print("waiting", flush=True)
    time.sleep(60)

@click.command()
def fine():
    \"\"\"Works.\"\"\"
    click.echo("fine")

not_a_command = 3
"""


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with a package that offers commands, most of them broken."""
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "idse_test_plugins.py").write_text(PLUGINS, encoding="utf-8")
    (folder / "idse_test_raising.py").write_text("raise ValueError('no \\x1b[31m luck')\n", encoding="utf-8")
    (folder / "idse_test_leaving.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    about = folder / "idse_test_plugins-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: idse-test-plugins\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        "[idse.commands]\n"
        "boom = idse_test_plugins:boom\n"
        "wait = idse_test_plugins:wait\n"
        "fine = idse_test_plugins:fine\n"
        "nothing = idse_test_plugins:not_a_command\n"
        "absent = idse_test_plugins:not_there\n"
        "missing = idse_no_such_module:x\n"
        "raising = idse_test_raising:x\n"
        "leaving = idse_test_leaving:x\n"
        "status = idse_test_plugins:boom\n",
        encoding="utf-8",
    )
    return folder


def paths(plugins: Path) -> str:
    return os.pathsep.join(part for part in (str(plugins), os.environ.get("PYTHONPATH", "")) if part)


def test_a_broken_plugin_does_not_break_help(plugins: Path, tmp_path: Path) -> None:
    outcome = run("--help", cwd=tmp_path, env={"PYTHONPATH": paths(plugins)})

    assert (outcome.code, outcome.err) == (0, "")
    assert re.search(r"^  fine  +Works\.$", outcome.out, re.MULTILINE)
    for name in ("nothing", "absent", "missing", "raising", "leaving"):
        assert re.search(rf"^  {name}  +\(can't be loaded\)$", outcome.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nothing"], "it is not a click command"),
        (["missing", "--json-ish", "x"], "ModuleNotFoundError"),
        (["raising", "--whatever"], "ValueError: no \\x1b[31m luck"),
        (["leaving"], "SystemExit: 3"),
    ],
)
def test_a_broken_plugin_says_why(plugins: Path, tmp_path: Path, words: List[str], reason: str) -> None:
    outcome = run(*words, cwd=tmp_path, env={"PYTHONPATH": paths(plugins)})

    assert (outcome.code, outcome.out) == (2, "")
    assert f"the command '{words[0]}' can't be loaded: {reason}" in outcome.err
    assert "hint: update or remove the package it is from" in outcome.err


def test_a_plugin_works_and_does_not_replace_a_command_of_ours(plugins: Path, shared: Path) -> None:
    env = {"PYTHONPATH": paths(plugins)}

    assert run("fine", cwd=shared, env=env).out == "fine\n"
    assert run("status", cwd=shared, env=env).code == 0


def test_a_bug_leaves_a_log_and_no_traceback(plugins: Path, tmp_path: Path) -> None:
    env = {"PYTHONPATH": paths(plugins), "TMPDIR": str(tmp_path)}

    outcome = run("boom", cwd=tmp_path, env=env)

    assert (outcome.code, outcome.out) == (70, "")
    assert "this is a bug in idse: RuntimeError: unexpected \\x1b[31m \\u202e" in outcome.err
    assert "Traceback" not in outcome.err
    (log,) = tmp_path.glob("idse-*.log")
    assert f"details are in {log}" in outcome.err
    text = log.read_text("utf-8")
    assert "Traceback" in text
    assert "in boom" in text
    assert "\x1b" not in text


def test_debug_shows_the_traceback(plugins: Path, tmp_path: Path) -> None:
    env = {"PYTHONPATH": paths(plugins), "TMPDIR": str(tmp_path)}

    outcome = run("--debug", "boom", cwd=tmp_path, env=env)

    assert outcome.code == 70
    assert "Traceback (most recent call last)" in outcome.err
    assert "in boom" in outcome.err
    assert "\x1b" not in outcome.err


@posix
def _hear_interrupts() -> None:
    """A shell makes its background jobs, and everything they start, ignore Ctrl-C: undo that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_gives_130_and_no_traceback(plugins: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        command("wait"),
        cwd=tmp_path,
        env=environment({"PYTHONPATH": paths(plugins)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_hear_interrupts,  # noqa: PLW1509  # no threads here
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert b"Traceback" not in err


def on_a_terminal(folder: Path, *words: str) -> Tuple[int, str]:
    """Exit code and all output of a call whose streams are a terminal."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(str(folder))
        os.execve(sys.executable, command(*words), environment({"TERM": "xterm"}))
    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.WEXITSTATUS(status), b"".join(parts).decode("utf-8")


@posix
def test_without_a_command_on_a_terminal(shared: Path, tmp_path: Path) -> None:
    code, out = on_a_terminal(shared)
    assert (code, "customer-portal ▸ auth-login" in out) == (0, True)
    assert "\x1b[" in out

    code, out = on_a_terminal(tmp_path)
    assert (code, "Usage: idse" in out) == (0, True)
    assert run(cwd=shared).out.startswith("Usage: idse")


@posix
def test_a_call_without_the_lock_gives_up_and_changes_nothing(locked_out: LockedOut) -> None:
    out, err = locked_out.process.communicate(timeout=60)

    assert (locked_out.process.returncode, out) == (8, b"")
    assert b"another process has held the lock" in err
    assert tree(locked_out.folder) == locked_out.before
