"""Which proxy requests go through: none, unless the user's file says so. Only https goes through one, by CONNECT."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional
from urllib.parse import unquote

from idse_core.agency.origin import Endpoint, Origin
from idse_core.agency.secret import Secret

__all__ = ["Proxy", "proxy_for"]

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


class Proxy(NamedTuple):
    """A proxy; ``str()`` is fit to be shown.

    Attributes:
        user: empty for none; sent to the proxy alone, as is the password.
    """

    origin: Origin
    user: str = ""
    password: Secret = Secret("")

    def __str__(self) -> str:
        return f"{self.origin} (with a password)" if self.user else str(self.origin)

    @classmethod
    def parse(cls, text: str) -> Proxy:
        """Read ``http://[user:password@]host[:port]``.

        Raises:
            ValueError: it is none; the message does not repeat it.
        """
        scheme, _, rest = text.partition("://")
        login, at, host = rest.rpartition("@")
        try:
            endpoint = Endpoint.parse(f"{scheme}://{host}")
        except ValueError:
            raise ValueError("this is no proxy such as http://proxy.example.org:3128") from None
        if endpoint.path:
            raise ValueError("a proxy's address has no path")
        user, _, password = login.partition(":")
        if at and not user:
            raise ValueError("the proxy's password has no user name")
        return cls(endpoint.origin, unquote(user), Secret(unquote(password)))


def proxy_for(origin: Origin, environment: Mapping[str, str]) -> Optional[str]:
    """The proxy that the usual variables name for an origin; None for an exception, or when they name none.

    Returns:
        The variable's value, unread.
    """
    exceptions = next((environment[name] for name in _EXCEPTIONS if environment.get(name)), "")
    if origin.scheme != "https" or any(_matches(origin, word) for word in exceptions.replace(",", " ").split()):
        return None
    return next((environment[name] for name in _VARIABLES if environment.get(name)), None)


def _matches(origin: Origin, exception: str) -> bool:
    """Whether an entry of ``NO_PROXY`` is about the origin: ``*``, a host, its domain, or one with a port."""
    if exception == "*":
        return True
    name, colon, port = exception.lower().rpartition(":")
    if not colon or not port.isdigit():
        name, port = exception.lower(), ""
    name = name.strip("[]").lstrip(".")
    if port and int(port) != origin.port:
        return False
    return origin.host == name or origin.host.endswith(f".{name}")
