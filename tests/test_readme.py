from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import List

from tests.cli.running import run

README = Path(__file__).parent.parent / "README.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_EXPECTED = {"validate": 1}  # a new project has open questions everywhere


def tour() -> List[str]:
    _, _, text = README.read_text(encoding="utf-8").partition("## A short tour")
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    return [line[2:] for line in lines if line.startswith("$ ")]


def test_the_tour_does_what_it_says(tmp_path: Path) -> None:
    commands = tour()
    assert len(commands) >= 6

    for line in commands:
        program, *words = shlex.split(line)
        assert program == "idse"
        outcome = run(*words, cwd=tmp_path)
        assert outcome.code == _EXPECTED.get(words[0], 0), f"{line}\n{outcome.out}{outcome.err}"
        assert "Traceback" not in outcome.err
