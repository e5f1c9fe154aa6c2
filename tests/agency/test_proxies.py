"""Which proxy is used for which requests."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Optional

import pytest

from idse_core.errors import ConfigError, RefusedError
from tests.agency.configured import AGENCY, CANARY, configured


@pytest.mark.parametrize(
    ("said", "url", "environment", "expected"),
    [
        (None, AGENCY, {"HTTPS_PROXY": "http://p:1"}, None),
        ("none", AGENCY, {"HTTPS_PROXY": "http://p:1"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("env", AGENCY, {"https_proxy": "http://small:1", "HTTPS_PROXY": "http://p:1"}, "http://small:1"),
        ("env", AGENCY, {"ALL_PROXY": "http://all:1"}, "http://all:1"),
        ("env", AGENCY, {"HTTP_PROXY": "http://p:1"}, None),
        ("env", AGENCY, {}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a, .example.org"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "no_proxy": "example.org:443"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.org:8443"}, "http://p:1"),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "ample.org"}, "http://p:1"),
        ("env", "http://localhost", {"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
        ("http://q:2", AGENCY, {"HTTPS_PROXY": "http://p:1"}, "http://q:2"),
        ("http://q:2", "https://127.0.0.1", {}, None),
    ],
)
def test_proxies(
    tmp_path: Path, said: Optional[str], url: str, environment: Dict[str, str], expected: Optional[str]
) -> None:
    document = {} if said is None else {"proxy": said}
    config, _ = configured(tmp_path, document, url, **environment)
    assert (None if config.proxy.value is None else str(config.proxy.value)) == expected


def test_no_proxy_sees_plain_http(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="a proxy would see"):
        configured(tmp_path, {"allow_insecure_http": True, "proxy": "http://p:1"}, "http://agency.example.org")


def test_an_invalid_proxy_in_the_environment_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the environment's proxy") as caught:
        configured(tmp_path, {"proxy": "env"}, AGENCY, HTTPS_PROXY=f"socks5://me:{CANARY}@p")
    assert CANARY not in str(caught.value)
