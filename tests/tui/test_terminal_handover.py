"""The terminal in other hands: an editor that is not there, Ctrl+C in an editor, Ctrl+Z and back."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from tests.agency.memory_core import MemoryCore
from tests.tui.syncing import MemoryAgency, make_conflict

pytest.importorskip("pty")
pytest.importorskip("pyte")

import os
import signal
import sys

from tests.tui.test_terminal import SHELL, Start, Terminal, start

__all__ = ["start"]

_INTERRUPTED = """#!/bin/sh
trap 'echo; echo interrupted; exit 0' INT
echo "the editor has the terminal"
while :; do sleep 0.05; done
"""


def editor(folder: Path, text: str) -> str:
    """A program to edit with."""
    path = folder / "editor.sh"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def leaves(terminal: Terminal) -> None:
    """The app still hears keys, and gives the terminal back."""
    terminal.send("4")
    terminal.shows("SPEC003")
    terminal.send("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()


def test_an_editor_that_is_not_there_is_told_and_the_app_goes_on(start: Start) -> None:
    terminal = start("tui", EDITOR="nosuch-editor")
    terminal.shows("● live")
    terminal.send("e")
    terminal.shows("the editor can't be started")
    terminal.shows("Set VISUAL")
    terminal.shows("auth-login")
    leaves(terminal)


def test_nor_does_it_end_the_screen_for_conflicts(sample: Path, start: Start) -> None:
    make_conflict(MemoryAgency(MemoryCore()), sample)
    terminal = start("tui", EDITOR="nosuch-editor")
    terminal.shows("1 conflict")
    terminal.send("C")
    terminal.shows("2 of 2 hunks open")
    terminal.send("e")
    terminal.shows("the editor can't be started")
    terminal.send("o")
    terminal.shows("1 of 2 hunks open")
    terminal.send("q")
    terminal.shows("● live")


def test_ctrl_c_in_an_editor_is_the_editors(start: Start, tmp_path: Path) -> None:
    terminal = start(command=[sys.executable, "-c", SHELL], EDITOR=editor(tmp_path, _INTERRUPTED))
    terminal.shows("● live")
    terminal.send("e")
    terminal.shows("the editor has the terminal")
    terminal.send("\x03")
    terminal.until(lambda: b"interrupted" in terminal.raw)
    terminal.shows("● live")
    leaves(terminal)


def test_after_ctrl_z_and_fg_the_screen_is_what_it_was(start: Start) -> None:
    terminal = start(command=[sys.executable, "-c", SHELL])
    terminal.shows("● live")
    terminal.shows("3 spec.md")
    before = _without_header(terminal)
    terminal.send("\x1a")
    terminal.shows("stopped")
    terminal.screen.reset()  # a terminal that keeps nothing of the other screen
    terminal.send("\n")
    terminal.until(lambda: _without_header(terminal) == before)
    leaves(terminal)


def _without_header(terminal: Terminal) -> List[str]:
    """The lines below the first, which holds an age."""
    terminal.read()
    return list(terminal.screen.display[1:])


_PATIENT = """#!/bin/sh
trap '' TERM
echo "the editor has the terminal"
sleep 30
"""


@pytest.mark.parametrize("text", [_INTERRUPTED, _PATIENT], ids=["willing", "not willing"])
def test_who_is_ended_while_an_editor_runs_ends_and_restores_the_terminal(
    start: Start, tmp_path: Path, text: str
) -> None:
    terminal = start("tui", EDITOR=editor(tmp_path, text))
    terminal.shows("● live")
    terminal.send("e")
    terminal.shows("the editor has the terminal")
    os.kill(terminal.process.pid, signal.SIGTERM)
    assert terminal.ends() == 143
    assert terminal.is_restored()
