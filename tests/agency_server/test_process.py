"""``idse agency serve`` as a process: start, announcement and stop; and when it refuses to start."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import ssl
from contextlib import closing
from pathlib import Path
from typing import Dict

import pytest
import trustme
from sqlalchemy import select

from idse_core.agency.protocol import written
from idse_core.agency.server.database import Database
from idse_core.agency.server.schema import project
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token
from tests.agency_server.calling import IdseAgency
from tests.agency_server.pushes import new_key, push, request
from tests.agency_server.serving import Process, client, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


def test_started_announced_and_stopped(tmp_path: Path) -> None:
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database:
        token = create_token(database, "acme").secret
    with Process(str(path), tmp_path) as server:
        with client(server.url, token) as http:
            headers = {"Content-Type": "application/json", "Idempotency-Key": new_key()}
            content = written(request({"spec_md": "x"}))
            assert http.post("/sync/push", content=content, headers=headers).status_code == 200
        url = server.url
        assert server.stop() == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read().decode() == f"{url}\n"
    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines()]
    assert [line["status"] for line in lines if line["event"] == "request"] == [200]
    assert token not in server.log.read_text(encoding="utf-8")
    assert not (tmp_path / "agency.db-wal").exists()  # everything is in the main file


def test_a_request_that_has_begun_is_finished(tmp_path: Path) -> None:
    """A push whose body is still being sent when the server is told to stop is accepted and answered."""
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database:
        token = create_token(database, "acme").secret
    body = written(request({"spec_md": "x"}))
    head = (
        f"POST /sync/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: k\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with Process(str(path), tmp_path) as server:
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=60) as connection:
            connection.sendall(head.encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 100 ")  # the server is reading the body now
            server.process.terminate()
            until(lambda: "Shutting down" in server.log.read_text(encoding="utf-8"), "stopping")
            connection.sendall(body)
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        assert server.process.wait(60) == 0
    with closing(Database.open(str(path))) as database, database.reading() as connection:
        assert connection.execute(select(project.c.head_seq)).scalars().all() == [1]


def test_stopped_by_the_keyboard(tmp_path: Path) -> None:
    with Process(str(tmp_path / "agency.db"), tmp_path) as server:
        assert server.url
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "agency.example.org"])
def test_nothing_is_sent_unencrypted_by_accident(idse_agency: IdseAgency, tmp_path: Path, host: str) -> None:
    done = idse_agency("serve", "--port", "0", "--host", host)
    assert done.code == 9
    assert "unencrypted" in done.err
    assert "--behind-proxy" in done.err
    assert not list(tmp_path.iterdir())


def test_behind_a_proxy_it_may_listen_anywhere(tmp_path: Path) -> None:
    with Process(str(tmp_path / "agency.db"), tmp_path, "--host", "0.0.0.0", "--behind-proxy") as server:
        with client(server.url.replace("0.0.0.0", "127.0.0.1")) as http:
            assert http.get("/healthz").status_code == 200
        assert server.stop() == 0


@pytest.fixture
def certificate(tmp_path: Path) -> Dict[str, str]:
    """A certificate for 127.0.0.1, and the CA that issued it."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    files = {name: str(tmp_path / f"{name}.pem") for name in ("cert", "key", "authority")}
    issued.cert_chain_pems[0].write_to_path(files["cert"])
    issued.private_key_pem.write_to_path(files["key"])
    authority.cert_pem.write_to_path(files["authority"])
    return files


def test_https(tmp_path: Path, certificate: Dict[str, str]) -> None:
    words = ("--tls-cert", certificate["cert"], "--tls-key", certificate["key"])
    trusted = ssl.create_default_context(cafile=certificate["authority"])
    with Process(str(tmp_path / "agency.db"), tmp_path, *words) as server:
        assert server.url.startswith("https://127.0.0.1:")
        with client(server.url, verify=trusted) as http:
            assert http.get("/healthz").json() == {"status": "ok"}
        assert server.stop() == 0


def test_an_invalid_certificate(idse_agency: IdseAgency, tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate", encoding="ascii")
    assert idse_agency("serve", "--port", "0", "--tls-cert", "x.pem", "--tls-key", "x.pem").code == 2
    assert idse_agency("serve", "--port", "0", "--tls-cert", "x.pem").code == 2
    assert idse_agency("serve", "--port", "0", "--tls-cert", "nowhere.pem", "--tls-key", "nowhere.pem").code == 2


def test_a_port_that_is_taken(idse_agency: IdseAgency, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = idse_agency("serve", "--port", "0", "--port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "can't listen" in done.err


def damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE project SET head_seq = 12")
        connection.commit()


def test_damaged_data_is_not_served(idse_agency: IdseAgency, tmp_path: Path) -> None:
    path = tmp_path / "agency.db"
    with closing(Database.open(str(path))) as database:
        core = AgencyCore(database)
        caller = core.caller(create_token(database, "acme").secret)
        assert caller is not None
        push(core, caller, {"spec_md": "x"})
    damage(path)
    done = idse_agency("serve", "--port", "0", "--database", str(path))
    assert done.code == 2
    assert "is damaged: project portal of acme" in done.err
