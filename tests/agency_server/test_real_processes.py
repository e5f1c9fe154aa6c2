"""Three clones, real `idse sync` processes, the real server in a separate process, and a bad network between them.

People append unique lines, push and pull. Now and then a client or the server is killed, and the proxy injects network
faults. The oracle: every saved line can be found at the end, and once the network works again, all three clones become
equal.
"""

from __future__ import annotations

import os
import random
from contextlib import closing
from pathlib import Path

import pytest

from idse_core.agency.server.database import Database
from idse_core.agency.server.tokens import create_token
from tests.agency_server.serving import Process
from tests.agency_server.team import Team
from tests.faults.fault_proxy import proxying

RUNS = int(os.environ.get("IDSE_PROCESS_RUNS", "2"))
STEPS = 14


@pytest.mark.parametrize("seed", range(RUNS))
def test_every_line_that_was_saved_can_be_found(tmp_path: Path, seed: int) -> None:
    database, folder = tmp_path / "agency.sqlite", tmp_path / "server"
    folder.mkdir()
    with closing(Database.open(str(database))) as opened:
        token = create_token(opened, "team").secret
    chance = random.Random(-seed - 1)
    server = Process(str(database), folder)
    try:
        with proxying(port(server)) as proxy:
            team = Team(seed, tmp_path, proxy, token)
            for _ in range(STEPS):
                team.step()
                if chance.random() < 0.15:
                    server.process.kill()
                    server.__exit__()
                    server = Process(str(database), folder)
                    proxy.lead_to(port(server))
            proxy.clear()
            team.settle()
            lost = team.lost(database)
    finally:
        server.__exit__()
    assert lost == set(), f"seed {seed}"
    assert len(team.owed) >= 2


def port(server: Process) -> int:
    return int(server.url.rsplit(":", 1)[1])
