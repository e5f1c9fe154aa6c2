"""A conflict resolved in a real terminal, with a real editor process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agency.memory_core import MemoryCore
from tests.tui.syncing import MemoryAgency, make_conflict

pytest.importorskip("pty")
pytest.importorskip("pyte")

from tests.tui.test_terminal import Start, start

__all__ = ["start"]


def test_a_hunk_is_edited_and_the_result_written(sample: Path, start: Start) -> None:
    plan = make_conflict(MemoryAgency(MemoryCore()), sample)
    editor = sample.parent / "editor.sh"
    editor.write_text('#!/bin/sh\nfor last; do :; done\nprintf "Whenever it suits.\\n" >"$last"\n')
    editor.chmod(0o755)
    terminal = start("tui", EDITOR=str(editor))
    terminal.shows("1 conflict")
    terminal.send("C")
    terminal.shows("2 of 2 hunks open")
    terminal.send("e")
    terminal.shows("hunk 1 of 2: edited")
    terminal.shows("1 of 2 hunks open")
    terminal.send("t")
    terminal.shows("decided; w writes it")
    terminal.send("w")
    terminal.shows("is resolved")
    assert "Whenever it suits.\n" in plan.read_text(encoding="utf-8")
    assert "The mailer is rate-limited.\n" in plan.read_text(encoding="utf-8")
    terminal.send("q")
    assert terminal.ends() == 0
    assert terminal.is_restored()
