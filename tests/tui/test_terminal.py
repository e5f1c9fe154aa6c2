"""The installed command in a real terminal: what it draws, how it ends, and that the terminal is given back."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")
pyte = pytest.importorskip("pyte")
fcntl = pytest.importorskip("fcntl")

COMMAND = [sys.executable, "-m", "idse_core"]
SIZE = (120, 40)


class Terminal:
    """A program on a pseudo terminal, and the screen that a person would see.

    Args:
        words: the program with its arguments.
        folder: where it runs.
        environment: what is added to ours.
    """

    def __init__(self, words: List[str], folder: Path, environment: Dict[str, str]) -> None:
        self.screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._leader, follower = pty.openpty()
        termios.tcsetwinsize(follower, SIZE[::-1]) if hasattr(termios, "tcsetwinsize") else _set_size(follower)
        self.before = termios.tcgetattr(follower)
        self._follower = follower
        os.set_blocking(self._leader, False)
        self.process = subprocess.Popen(
            words,
            cwd=str(folder),
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "TERM": "xterm-256color", **environment},
            start_new_session=True,
        )

    def read(self) -> None:
        """Take in what was written."""
        try:
            while True:
                data = os.read(self._leader, 65536)
                self.raw += data
                self._stream.feed(data)
        except (BlockingIOError, OSError):
            pass

    def send(self, text: str) -> None:
        self.send_bytes(text.encode())

    def send_bytes(self, data: bytes) -> None:
        os.write(self._leader, data)

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while True:
            self.read()
            if condition():
                return
            assert time.monotonic() < end, self.text
            time.sleep(0.02)

    def shows(self, words: str) -> None:
        self.until(lambda: words in self.text)

    def ends(self) -> int:
        """Wait for the end; gives the exit code."""
        self.until(lambda: self.process.poll() is not None)
        self.read()
        code: Optional[int] = self.process.poll()
        assert code is not None
        return code

    def is_restored(self) -> bool:
        """The terminal's modes are what they were, and what was switched on is off."""
        modes = termios.tcgetattr(self._follower)[:4] == self.before[:4]
        alternate = self.raw.rfind(b"\x1b[?1049l") > self.raw.rfind(b"\x1b[?1049h")
        mouse = self.raw.rfind(b"\x1b[?1000l") > self.raw.rfind(b"\x1b[?1000h")
        cursor = self.raw.rfind(b"\x1b[?25h") > self.raw.rfind(b"\x1b[?25l")
        return modes and alternate and mouse and cursor

    def hang_up(self) -> None:
        """Close the terminal's window: no signal tells the program, since the terminal does not control it."""
        os.close(self._leader)
        os.close(self._follower)
        self._leader = self._follower = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        for descriptor in (self._leader, self._follower):
            if descriptor >= 0:
                os.close(descriptor)


def _set_size(descriptor: int) -> None:
    import struct

    columns, rows = SIZE
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


Start = Callable[..., Terminal]


@pytest.fixture
def start(sample: Path) -> Iterator[Start]:
    """Start the command in the sample workspace."""
    opened: List[Terminal] = []

    def starting(*words: str, command: Optional[List[str]] = None, **environment: str) -> Terminal:
        opened.append(Terminal([*(command or COMMAND), *words], sample, environment))
        return opened[-1]

    yield starting
    for terminal in opened:
        terminal.close()


def test_bytes_that_are_no_text_end_nothing(start: Start) -> None:
    terminal = start("tui")
    terminal.shows("● live")
    for data in (b"\xff\xfe\x80", b"\xc3", b"a\xed\xa0\x80"):
        terminal.send_bytes(data)
        terminal.read()

    def opened() -> bool:
        terminal.send("s")  # again: what is read together with bad bytes does not count
        return "Switch session" in terminal.text

    terminal.until(opened)
    terminal.send("\x1b")
    terminal.until(lambda: "Switch session" not in terminal.text)
    terminal.send("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()


def test_somebody_switches_finds_fixes_and_leaves(sample: Path, start: Start) -> None:
    editor = sample.parent / "editor.sh"
    editor.write_text(
        '#!/bin/sh\nfor last; do :; done\nsed -i.bak "s/\\[REQUIRES INPUT\\]/thirty/" "$last"\nrm "$last.bak"\n'
    )
    editor.chmod(0o755)
    terminal = start("tui", EDITOR=str(editor))
    terminal.shows("auth-login")
    terminal.shows("● live")
    terminal.send("s")
    terminal.shows("Switch session")
    terminal.send("bil\r")
    terminal.shows("billing is the current session")
    assert (sample / ".idse/projects/customer-portal/CURRENT_SESSION").read_text() == "billing\n"
    terminal.send("s")
    terminal.shows("Switch session")
    terminal.send("auth\r")
    terminal.shows("◐ 2 open")
    terminal.shows("3 spec.md")
    terminal.send("e")
    terminal.until(
        lambda: "◐ 2 open" not in terminal.text and "34 ✗" not in terminal.text and "● live" in terminal.text
    )
    assert "thirty" in (sample / ".idse/projects/customer-portal/sessions/auth-login/spec.md").read_text()
    terminal.send("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()


def test_the_first_frame_waits_for_no_tick_of_textuals_clock(start: Start) -> None:
    stopped = "import sys, textual.screen; textual.screen.UPDATE_PERIOD = 3600; from idse_core.cli import main; main()"
    terminal = start("tui", command=[sys.executable, "-c", stopped])
    terminal.shows("1 Sessions")
    terminal.send("\x03")
    terminal.ends()


def test_a_termination_gives_the_terminal_back(start: Start) -> None:
    terminal = start("tui")
    terminal.shows("● live")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ends() == 143
    assert terminal.is_restored()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system may not tell")
def test_without_its_terminal_it_ends(start: Start) -> None:
    terminal = start("tui")
    terminal.shows("● live")
    terminal.hang_up()
    assert terminal.process.wait(30) == 143


def test_a_crash_in_a_worker_gives_the_terminal_back_and_is_told(start: Start) -> None:
    crash = (
        "import sys; from idse_tui.reading import ProjectReader; from idse_core.cli import main\n"
        "ProjectReader.whole = lambda self: 1 / 0\n"
        "main(sys.argv[1:])\n"
    )
    terminal = start("tui", command=[sys.executable, "-c", crash])
    assert terminal.ends() not in {0, None}
    assert terminal.is_restored()
    assert b"ZeroDivisionError" in terminal.raw


def test_the_demo_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    terminal = start("tui", "--demo", TMPDIR=str(tmp_path / "tmp"))
    terminal.shows("● live")
    assert list((tmp_path / "tmp").iterdir())
    terminal.send("q")
    assert terminal.ends() == 0
    assert not list((tmp_path / "tmp").iterdir())


_ENDLESS = """
import sys, threading
from idse_tui.reading import ProjectReader
from idse_core.cli import main
ProjectReader.{what} = lambda *words: threading.Event().wait()
main(sys.argv[1:])
"""


@pytest.mark.parametrize(("what", "end"), [("examine", "q"), ("examine", "\x03"), ("whole", "q")])
def test_who_leaves_waits_for_no_examination(start: Start, what: str, end: str) -> None:
    terminal = start("tui", command=[sys.executable, "-c", _ENDLESS.format(what=what)])
    terminal.shows("auth-login")
    terminal.shows("◌")
    terminal.send(end)
    assert terminal.ends() == 0
    assert terminal.is_restored()


_LONG_VALIDATION = """
import os, sys, threading
from pathlib import Path
from idse_core.validation_engine import ValidationEngine
from idse_core.cli import main
def validate(*words):
    Path(os.environ["BEGUN"]).touch()
    threading.Event().wait()
ValidationEngine.validate = validate
main(sys.argv[1:])
"""


def test_who_leaves_waits_for_no_validation(start: Start, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    terminal = start("tui", command=[sys.executable, "-c", _LONG_VALIDATION], BEGUN=str(begun))
    terminal.shows("● live")
    terminal.send("v")
    terminal.until(begun.exists)
    terminal.send("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()


def test_a_demo_that_is_still_examined_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-c", _ENDLESS.format(what="examine")]
    terminal = start("tui", "--demo", command=command, TMPDIR=str(tmp_path / "tmp"))
    terminal.shows("auth-login")
    terminal.send("q")
    assert terminal.ends() == 0
    assert not list((tmp_path / "tmp").iterdir())


def test_at_rest_nothing_is_written_to_the_terminal(start: Start) -> None:
    terminal = start("tui")
    terminal.shows("● live")

    def written(seconds: float) -> int:
        before = len(terminal.raw)
        time.sleep(seconds)
        terminal.read()
        return len(terminal.raw) - before

    terminal.until(lambda: written(0.5) == 0)  # all that begins with the app has ended
    assert written(1.5) == 0


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_it_refuses_and_names_the_twin(sample: Path, stream: str) -> None:
    leader, follower = pty.openpty()
    try:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), follower)
        streams[stream] = subprocess.DEVNULL if stream == "stdin" else subprocess.PIPE
        done = subprocess.run([*COMMAND, "tui"], cwd=str(sample), timeout=30, check=False, **streams)
        os.set_blocking(leader, False)
        said = (done.stderr or b"") if stream == "stderr" else os.read(leader, 65536)
    finally:
        os.close(follower)
        os.close(leader)
    assert done.returncode == 2
    assert stream.encode() in said
    assert b"idse status" in said


def test_a_terminal_without_a_cursor_is_refused_and_the_twin_named(start: Start) -> None:
    terminal = start("tui", TERM="dumb")
    assert terminal.ends() == 2
    assert "TERM is 'dumb'" in terminal.text
    assert "idse status" in terminal.text
    assert b"\x1b[?1049h" not in terminal.raw


COLORS = {
    "no colour": {"NO_COLOR": "1", "COLORTERM": "truecolor"},
    "16 colours": {"TERM": "xterm"},
    "256 colours": {"TERM": "xterm-256color"},
    "every colour": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
}


@pytest.mark.parametrize("name", COLORS)
def test_with_few_colours_or_none_every_word_can_be_read(
    start: Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("COLORTERM", raising=False)
    terminal = start("tui", **COLORS[name])
    terminal.shows("● live")
    for key, words in (("4", "SPEC003"), ("s", "Switch session")):
        terminal.send(key)
        terminal.shows(words)
        assert not invisible(terminal.screen)
    codes = b" ".join(re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw))
    shades = {tuple(found) for found in re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", codes)}
    if name == "no colour":
        assert all(len(set(shade)) == 1 for shade in shades)
    else:
        assert bool(shades) is (name == "every colour")
        assert bool(re.search(rb"[34]8;5;", codes)) is (name == "256 colours")


def invisible(screen: Any) -> List[str]:
    """The pieces of text that have the colour of what they stand on."""
    found: List[str] = []
    for number in range(screen.lines):
        cells = screen.buffer[number]
        row = (cells[column] for column in range(screen.columns))
        text = "".join(cell.data if cell.fg == cell.bg != "default" else " " for cell in row if cell.data)
        found += [piece for piece in text.split() if any(letter.isalnum() for letter in piece)]
    return found


SHELL = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", "idse_core", "tui"])
while True:
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(os.WEXITSTATUS(status))
    os.tcsetpgrp(0, os.getpgrp())
    print("stopped", flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, child)
    os.kill(-child, signal.SIGCONT)
"""


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(start: Start) -> None:
    terminal = start(command=[sys.executable, "-c", SHELL])
    terminal.shows("● live")
    terminal.send("\x1a")
    terminal.shows("stopped")
    assert terminal.is_restored()
    terminal.send("\n")
    terminal.until(lambda: "● live" in terminal.text and "auth-login" in terminal.text)
    terminal.send("4")
    terminal.shows("SPEC003")
    terminal.send("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()
