"""Addresses: the origin that a token belongs to, and the endpoint that requests go to.

The grammar is stricter than a URL's, so that no two parsers can find different hosts in the same text: no user name,
query, fragment, percent escape, backslash, white space or control character, ASCII only.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple, Optional

__all__ = ["Endpoint", "Origin"]

_PORTS = {"http": 80, "https": 443}
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?:\[(?P<six>[0-9A-Fa-f:.]{{2,45}})\]|(?P<host>{_LABEL}(?:\.{_LABEL})*))"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9._~-]*)*)",
    re.ASCII | re.IGNORECASE,
)
_DIGITS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.ASCII)


class Origin(NamedTuple):
    """Scheme, host and port of a server; ``str()`` gives ``https://host:8443``, without the scheme's default port.

    Attributes:
        scheme: ``http`` or ``https``.
        host: lower case; an IPv6 address without brackets, in its short form.
        port: 1 to 65535.
    """

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def netloc(self) -> str:
        """The host, with the port unless that is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


class Endpoint(NamedTuple):
    """The address of an Agency Core; ``str()`` gives it without a trailing slash.

    Attributes:
        path: empty, or a path that begins with ``/``; ``/sync/info`` is appended to it.
    """

    origin: Origin
    path: str = ""

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """Parse an address.

        Raises:
            ValueError: the address is not accepted; the message does not repeat it, because it may contain a password.
        """
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise ValueError(_complaint(text))
        scheme = match["scheme"].lower()
        port = int(match["port"]) if match["port"] else _PORTS[scheme]
        if not 0 < port < 1 << 16:
            raise ValueError("the port must be 1 to 65535")
        path = match["path"].rstrip("/")
        if any(part in {"", ".", ".."} for part in path.split("/")[1:]):
            raise ValueError("the path has an empty part, '.' or '..'")
        return cls(Origin(scheme, _host(match["host"], match["six"]), port), path)


def _host(name: Optional[str], six: Optional[str]) -> str:
    if name is None:
        return str(ipaddress.IPv6Address(six))
    host = name.lower()
    if _DIGITS.fullmatch(host.rpartition(".")[2]):  # an old resolver reads 127.1 and 0x7f000001 as addresses
        return str(ipaddress.IPv4Address(host))
    return host


def _complaint(text: str) -> str:
    if not text.isascii():
        return "the address must be ASCII; write an international name in its xn-- form"
    if "@" in text:
        return "the address must not hold a user name or a password"
    if "?" in text or "#" in text:
        return "the address must not have a query or a fragment"
    return "this is not an address such as https://agency.example.org"
