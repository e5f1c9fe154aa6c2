"""A server is restored from an older backup: every client notices, and nobody's edit is lost. Real processes."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Iterator

import pytest

from idse_core.agency.server.database import Database
from idse_core.agency.server.tokens import create_token
from tests.agency_server.serving import Process
from tests.agency_server.team import Team
from tests.cli.running import run
from tests.faults.fault_proxy import FaultProxy, proxying


class Site:
    """A server that can be stopped, with its database; clients know it by the proxy's address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "server"
        self._folder.mkdir()
        self.database = folder / "agency.sqlite"
        with closing(Database.open(str(self.database))) as opened:
            self.token = create_token(opened, "team").secret
        self.process = self._started()

    def _started(self) -> Process:
        return Process(str(self.database), self._folder)

    @property
    def port(self) -> int:
        return int(self.process.url.rsplit(":", 1)[1])

    def stop(self) -> None:
        self.process.stop()
        self.process.__exit__()

    def start(self, proxy: FaultProxy) -> None:
        self.process = self._started()
        proxy.lead_to(self.port)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.process.__exit__()


@pytest.mark.parametrize("is_told", [True, False], ids=["idse agency restored", "nobody says so"])
def test_a_server_from_an_older_backup(tmp_path: Path, site: Site, is_told: bool) -> None:
    with proxying(site.port) as proxy:
        team = Team(1, tmp_path, proxy, site.token)
        first, second, third = team.clones
        site.stop()
        backup = tmp_path / "backup.sqlite"
        shutil.copyfile(str(site.database), str(backup))
        site.start(proxy)
        team.append(first)
        assert team.idse(first, "push", "--all").code == 0
        assert team.idse(second, "pull", "--all").code == 0
        team.append(second)
        assert team.idse(second, "push", "--all").code == 0
        team.append(third)
        site.stop()
        for path in tmp_path.glob(f"{site.database.name}*"):
            path.unlink()
        shutil.copyfile(str(backup), str(site.database))
        if is_told:
            told = run("agency", "restored", "--database", str(site.database), cwd=tmp_path)
            assert told.code == 0
        site.start(proxy)

        noticed = team.idse(second, "pull", "--all")

        assert (
            "holds other data than before" if is_told else "has lost revisions that it had confirmed"
        ) in noticed.err
        assert "nothing will be deleted" in noticed.err
        assert '"deleted here"' not in noticed.out
        assert all(word in b"".join(team.trees()[1].values()) for word in sorted(team.owed)[:2])
        team.settle()

    assert team.lost(site.database) == set()
    assert len(team.owed) == 3
