"""docs/how-to/writing-rules.md: every file that it shows is used, and every command says what it shows."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import List, NamedTuple

import pytest

from idse_core.project_workspace import ProjectWorkspace
from tests.builders import make_workspace
from tests.cli.running import run
from tests.plugins.installing import EXAMPLE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "writing-rules.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    text: str

    @property
    def path(self) -> str:
        """The file that a block shows: its first line, a comment."""
        return self.text.partition("\n")[0].replace("# ", "", 1)

    @property
    def content(self) -> str:
        return self.text.partition("\n")[2]


BLOCKS = [Block(*match.groups()) for match in _BLOCK.finditer(PAGE.read_text("utf-8"))]
OF_PACKAGE = [block for block in BLOCKS if block.language != "console" and not block.path.startswith(".idse/")]


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="one example needs an alarm")
def test_commands_say_what_the_page_shows(workspace: ProjectWorkspace, tmp_path: Path) -> None:
    (workspace.folder / "rules").mkdir()
    ran: List[str] = []
    for block in BLOCKS:
        if block.language == "console":
            command, _, expected = block.text.partition("\n")
            words = shlex.split(command.replace("$ ", "", 1))
            assert words[0] == "idse"
            outcome = run(*words[1:], cwd=tmp_path)
            assert outcome.out + outcome.err == expected
            if "mistake" in expected:
                (workspace.folder / "rules" / "mistake.yaml").unlink()
            ran.append(words[1])
        elif block.path.startswith(".idse/"):
            (tmp_path / block.path).write_text(block.text, encoding="utf-8")
    assert len(ran) == 6


def test_the_package_on_the_page_is_the_one_that_the_tests_install() -> None:
    shown = {block.path: block.content for block in OF_PACKAGE}

    assert set(shown) == {"pyproject.toml", "idse_example_pack/house.yaml", "idse_example_pack/sentence_length.py"}
    for path, content in shown.items():
        assert (EXAMPLE / path).read_text("utf-8") == content


def test_what_the_page_links_to_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)", PAGE.read_text("utf-8"))
    assert targets
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []
