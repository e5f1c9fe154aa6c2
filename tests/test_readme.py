"""The README: its tour is taken, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.docs.pages import Reader, blocks, commands

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="the tour is written for bash")
def test_the_tour_does_what_it_says(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.begin("nothing")
    tour = [
        command
        for block in blocks(README)
        if block.language == "console" and block.directive != "not run"
        for command in commands(block)
    ]

    assert len(tour) >= 6
    for command in tour:
        reader.run(command)


def test_links_and_pictures_are_there() -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", README.read_text(encoding="utf-8"))

    assert len(targets) > 10
    assert [target for target in targets if not (README.parent / target).exists()] == []
