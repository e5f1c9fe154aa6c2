"""The commands of docs/how-to/sync.md, run against an Agency Core."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.agency.loopback import TOKEN, serving
from tests.agency.memory_core import MemoryCore
from tests.docs.pages import DOCS, Reader, blocks, commands

PAGE = DOCS / "how-to" / "sync.md"


@pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="the page is written for bash")
def test_the_commands_that_need_an_agency_core(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.begin("the sample")
    ran = 0
    with serving(MemoryCore()) as server:
        given = f"export IDSE_AGENCY_URL=http://127.0.0.1:{server.port} IDSE_AGENCY_TOKEN={TOKEN}\n"
        for block in blocks(PAGE):
            if "test_how_to" in block.value:
                for command in commands(block):
                    line = "true" if command.line.startswith("export") else command.line
                    reader.run(command._replace(line=given + line))
                    ran += 1
    assert ran == 7
