"""https: a certificate that is not valid ends the connection."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest

from idse_core.agency.transport import Transport
from idse_core.errors import IdseError, RefusedError, RemoteError
from tests.agency.loopback import TOKEN, serving
from tests.agency.memory_core import MemoryCore
from tests.faults.canary import Authority, calls, everything_about, secure

pytestmark = pytest.mark.usefixtures("quiet_environment")


@calls
def test_a_certificate_of_the_users_ca(tmp_path: Path, call: Callable[[Transport], object]) -> None:
    ours = Authority(tmp_path, "ours")
    with serving(MemoryCore(), certificate=ours.issue("127.0.0.1", "localhost")) as server:
        for host in ("127.0.0.1", "localhost"):
            transport = secure(tmp_path, server.port, ours.file, host)
            call(transport)
            transport.close()
    assert len(server.received) == 2


PAST = datetime.now(timezone.utc) - timedelta(days=400)

BAD = {
    "of an unknown CA": ("theirs", ["127.0.0.1"], {}, "certificate"),
    "of no CA that we were told": (None, ["127.0.0.1"], {}, "certificate"),
    "for another host": ("ours", ["agency.example.org"], {}, "127.0.0.1"),
    "for another address": ("ours", ["127.0.0.2"], {}, "127.0.0.1"),
    "of another time": ("ours", ["127.0.0.1"], {"not_after": PAST}, "expired"),
}


@pytest.mark.parametrize(("trusted", "names", "more", "message"), BAD.values(), ids=BAD.keys())
@calls
def test_a_certificate_that_is_not_valid(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[Transport], object],
    *,
    trusted: Optional[str],
    names: List[str],
    more: Dict[str, Any],
    message: str,
) -> None:
    authorities = {name: Authority(tmp_path, name) for name in ("ours", "theirs")}
    # An attacker who can set these variables could otherwise make us trust a CA, or log the secrets of the connection.
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities["ours"].file))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    ca = None if trusted is None else authorities[trusted].file
    with serving(MemoryCore(), certificate=authorities["ours"].issue(*names, **more)) as server:
        transport = secure(tmp_path, server.port, ca)
        with pytest.raises(RefusedError, match=message) as caught:
            call(transport)
        transport.close()
    assert caught.value.exit_code == 9
    assert "IDSE_AGENCY_CA_FILE" in caught.value.hint
    assert TOKEN not in everything_about(caught.value)
    assert server.received == []
    assert not (tmp_path / "keys.log").exists()


def test_a_server_without_tls(tmp_path: Path) -> None:
    with serving(MemoryCore()) as server:
        transport = secure(tmp_path, server.port, None)
        with pytest.raises(RemoteError) as caught:
            transport.info()
        transport.close()
    assert caught.value.exit_code == 4
    assert server.received == []


@pytest.mark.parametrize("content", [None, b"", b"no certificate\n"], ids=["missing", "empty", "text"])
def test_an_invalid_ca_file(tmp_path: Path, content: Optional[bytes]) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IdseError, match="the CA file can't be used") as caught:
        secure(tmp_path, 1, file)
    assert (caught.value.exit_code, caught.value.path) == (2, str(file))
