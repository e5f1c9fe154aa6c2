"""Addresses of an Agency Core: each has one canonical form, and none leads to another host than it seems to."""

from __future__ import annotations

import pytest

from idse_core.agency.origin import Endpoint
from tests.agency.configured import CANARY


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://agency.example.org", "https://agency.example.org"),
        ("HTTPS://Agency.Example.ORG:443/", "https://agency.example.org"),
        ("https://host:8443/idse/v1/", "https://host:8443/idse/v1"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:4040", "http://127.0.0.1:4040"),
        ("http://[::1]:4040/x", "http://[::1]:4040/x"),
        ("https://[2001:DB8:0:0:0:0:0:1]", "https://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://agency_core:8000", "https://agency_core:8000"),
    ],
)
def test_addresses_have_one_form(text: str, shown: str) -> None:
    endpoint = Endpoint.parse(text)
    assert str(endpoint) == shown
    assert Endpoint.parse(shown) == endpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "agency.example.org",
        "ftp://host",
        "file:///etc/passwd",
        "https:host",
        "https:///path",
        "//host",
        f"https://{CANARY}@host",
        f"https://user:{CANARY}@host",
        f"https://host\\@{CANARY}",
        f"https://host/?token={CANARY}",
        f"https://host/#{CANARY}",
        f"https://host/%2e%2e/{CANARY}",
        "https://host/../x",
        "https://host/./x",
        "https://host//x",
        "https://host\\evil.example",
        "https://host\r\nX-Evil: 1",
        "https://host\n",
        " https://host",
        "https://ho st",
        "https://ho\0st",
        "https://b\u00fccher.example",
        "https://host\u2044evil.example",
        "https://host.",
        "https://-host",
        "https://a..b",
        "https://host:0",
        "https://host:65536",
        "https://host:443:80",
        "https://host:+80",
        "https://host:\u0664",
        "https://127.1",
        "https://0x7f000001",
        "https://2130706433",
        "https://127.0.0.01",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://[:::]",
    ],
    ids=ascii,
)
def test_an_invalid_address_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        Endpoint.parse(text)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost", True),
        ("http://127.0.0.1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::ffff:10.0.0.1]", False),
    ],
)
def test_loopback(url: str, expected: bool) -> None:
    assert Endpoint.parse(url).origin.is_loopback is expected
