"""The token does not appear in anything that is shown or logged, or in the ``repr`` of an object."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from idse_core.agency.http_transport import HttpTransport, connect
from idse_core.errors import IdseError
from tests.agency.loopback import TOKEN, config_for_url
from tests.faults.canary import CALLS, everything_about
from tests.faults.fault_proxy import answer, proxying

pytestmark = pytest.mark.usefixtures("quiet_environment")


ECHOES = [200, 400, 401, 403, 404, 412, 429, 500, 503]


@pytest.mark.parametrize("status", ECHOES)
@pytest.mark.parametrize("kind", ["text/html", "application/json", "application/problem+json"])
def test_a_server_that_echoes_the_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    page = json.dumps({"detail": f"you sent Bearer {TOKEN}", "items": TOKEN, TOKEN: TOKEN}).encode()
    echo = answer(f"{status} {TOKEN}", page, f"Content-Type: {kind}", f"X-Echo: {TOKEN}", f"Location: /{TOKEN}")
    with proxying(1) as proxy:
        proxy.then(*[lambda exchange: exchange.client.sendall(echo)] * 20)
        transport = HttpTransport(config_for_url(proxy.url, tmp_path))
        for call in CALLS.values():
            with pytest.raises(IdseError) as caught:
                call(transport)
            assert TOKEN not in everything_about(caught.value)
        transport.close()
    assert "send_request_headers" in caplog.text
    assert TOKEN not in caplog.text
    assert "X-Echo" in caplog.text


def test_the_log_is_left_as_it_was(tmp_path: Path) -> None:
    loggers = [
        logging.getLogger(name) for name in ("httpx", "httpcore.http11", "httpcore.connection", "httpcore.proxy")
    ]
    before = [list(logger.filters) for logger in loggers]
    transport = connect(config_for_url("http://127.0.0.1:9", tmp_path))
    assert [list(logger.filters) for logger in loggers] != before
    transport.close()
    transport.close()
    assert [list(logger.filters) for logger in loggers] == before


def test_nothing_shows_the_token_by_itself(tmp_path: Path) -> None:
    config = config_for_url("http://127.0.0.1:9", tmp_path)
    transport = connect(config)
    for value in (config, transport, vars(transport), config.shown(), config.token):
        assert TOKEN not in repr(value)
        assert TOKEN not in str(value)
    transport.close()
