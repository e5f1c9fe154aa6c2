"""Which proxy requests go through: none, unless the user's file says so. Only https uses one, by CONNECT."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional
from urllib.parse import unquote

from idse_core.agency.origin import Endpoint, Origin
from idse_core.agency.secret import Secret

__all__ = ["Proxy", "proxy_for"]

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


class Proxy(NamedTuple):
    """A proxy; ``str()`` does not contain the password.

    Attributes:
        user: empty for none; like the password, it is sent to the proxy only.
    """

    origin: Origin
    user: str = ""
    password: Secret = Secret("")

    def __str__(self) -> str:
        return f"{self.origin} (with a password)" if self.user else str(self.origin)

    @classmethod
    def parse(cls, text: str) -> Proxy:
        """Parse ``http://[user:password@]host[:port]``.

        Raises:
            ValueError: the text is not a proxy's address; the message does not repeat it.
        """
        scheme, _, rest = text.partition("://")
        login, at, host = rest.rpartition("@")
        try:
            endpoint = Endpoint.parse(f"{scheme}://{host}")
        except ValueError:
            raise ValueError("this is not the address of a proxy, such as http://proxy.example.org:3128") from None
        if endpoint.path:
            raise ValueError("a proxy's address has no path")
        user, _, password = login.partition(":")
        if at and not user:
            raise ValueError("the proxy's password has no user name")
        return cls(endpoint.origin, unquote(user), Secret(unquote(password)))


def proxy_for(origin: Origin, environment: Mapping[str, str]) -> Optional[str]:
    """The proxy that the usual environment variables name for an origin.

    Returns:
        The value of the variable, not parsed; None if there is none, or ``NO_PROXY`` exempts the origin.
    """
    exceptions = next((environment[name] for name in _EXCEPTIONS if environment.get(name)), "")
    if origin.scheme != "https" or any(_matches(origin, word) for word in exceptions.replace(",", " ").split()):
        return None
    return next((environment[name] for name in _VARIABLES if environment.get(name)), None)


def _matches(origin: Origin, exception: str) -> bool:
    """Whether an entry of ``NO_PROXY`` matches the origin: ``*``, its host or domain, possibly with its port."""
    if exception == "*":
        return True
    name, colon, port = exception.lower().rpartition(":")
    if not colon or not port.isdigit():
        name, port = exception.lower(), ""
    name = name.strip("[]").lstrip(".")
    if port and int(port) != origin.port:
        return False
    return origin.host == name or origin.host.endswith(f".{name}")
