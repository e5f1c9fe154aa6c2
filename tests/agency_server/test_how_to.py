"""The commands of docs/how-to/agency-core.md do what the page says; the tests of pages can't run them everywhere."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from pathlib import Path

import pytest

from idse_core.agency.server.database import Database
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token, list_tokens
from tests.agency_server.pushes import everything, push
from tests.docs.pages import DOCS, Command, Reader, blocks, commands

PAGE = DOCS / "how-to" / "agency-core.md"


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="the page is written for bash")
def test_the_page(tmp_path: Path) -> None:
    assert sys.version_info >= (3, 11)
    reader = Reader(tmp_path)
    runnable = [block for block in blocks(PAGE) if "tests/agency_server runs it" in block.value]
    tokens, revoking, backup, restoring = [[*commands(block)] for block in runnable]
    for command in tokens:
        reader.run(command)
    with closing(Database.open(str(reader.folder / "agency.db"))) as database:
        core = AgencyCore(database)
        known = list_tokens(database, "acme")[0].id
        caller = core.caller(create_token(database, "acme").secret)
        assert caller is not None
        push(core, caller, {"spec_md": "x"})
        for command in backup:  # while the database is open
            reader.run(command)
        push(core, caller, {"plan_md": "x"})
        identity = database.server_id
    (revoke,) = revoking
    reader.run(Command(revoke.line.replace("1f0c9a3e", known), 0, ()))
    for command in restoring:
        reader.run(command)
    with closing(Database.open(str(reader.folder / "backup.db"))) as database:
        assert database.server_id != identity
        assert database.problems() == []
        assert [item.key for item in everything(AgencyCore(database), caller)] == ["spec_md"]


def test_every_block_is_accounted_for() -> None:
    reasons = [block.value for block in blocks(PAGE) if block.language == "console"]
    assert len(reasons) == 7
    assert all(reasons)
