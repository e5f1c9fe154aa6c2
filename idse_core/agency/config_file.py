"""The user's configuration file: its settings for the Agency Core, parsed and validated; other settings are ignored.

``{"agency_url": "https://…", "client_id": "…", "tokens": {"https://host": "…"}, "ca_file": "…", "proxy": "none",
"allow_insecure_http": false}``
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Dict, Mapping, NamedTuple, Optional, Type, TypeVar

from idse_core import files, json_text
from idse_core.agency.origin import Endpoint, Origin
from idse_core.agency.proxy import Proxy
from idse_core.agency.secret import Secret
from idse_core.errors import ConfigError, RefusedError
from idse_core.events import Listener, Warned, ignore

__all__ = ["CLIENT_ID", "TOKEN", "ConfigFile", "read_file"]

CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
TOKEN = re.compile(r"[!-~]{1,4096}", re.ASCII)
"""Tokens consist of characters that need no escaping in an HTTP header."""

_KEYS = ("agency_url", "client_id", "tokens", "ca_file", "proxy", "allow_insecure_http")
_OTHERS = ("tui",)
_MAX_BYTES = 1 << 20
_OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO

T = TypeVar("T")


class ConfigFile(NamedTuple):
    """The settings in the file; a missing setting has its default.

    Attributes:
        path: the file, whether or not it exists.
        client_id: names this installation to the server; empty for none.
        tokens: by the one origin that each may be sent to.
        ca_file: the path of a file with certificates.
        proxy: ``none``, ``env`` or a proxy's address.
        allow_insecure_http: whether the token may be sent to other machines over plain http.
    """

    path: Path
    endpoint: Optional[Endpoint] = None
    client_id: str = ""
    tokens: Mapping[Origin, Secret] = {}
    ca_file: Optional[Path] = None
    proxy: Optional[str] = None
    allow_insecure_http: bool = False

    @classmethod
    def parse(cls, data: bytes, path: Path, *, home: Path, on_event: Listener = ignore) -> ConfigFile:
        """Parse the content of the file.

        Args:
            data: the content, a JSON object.
            path: of the file, for errors and for a relative ``ca_file``.
            home: the folder that ``~`` in ``ca_file`` stands for.
            on_event: called for unknown keys that look like a misspelt setting.

        Raises:
            ConfigError: broken JSON or an invalid value; names its position.
        """
        read = _Reader(json_text.parse_object(data, path=str(path)), data, str(path))
        read.warn_of_near_misses(on_event)
        return cls(
            path,
            read.endpoint(),
            read.client_id(),
            read.tokens(),
            read.ca_file(path.parent, home),
            read.proxy(),
            read.take("allow_insecure_http", bool, "true or false") or False,
        )

    @property
    def holds_secrets(self) -> bool:
        """Whether the file has a token or password, so that other users must not be able to read it."""
        return bool(self.tokens) or "@" in (self.proxy or "")


def read_file(path: Path, *, home: Path, on_event: Listener = ignore) -> ConfigFile:
    """Read the user's file; an absent file gives the defaults.

    Raises:
        ConfigError: its content is not valid.
        RefusedError: it contains a secret, and other users may read it.
        StorageError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return ConfigFile(path)
    except OSError as error:
        raise files.storage_error("read", path, error) from None
    if len(data) > _MAX_BYTES:
        raise ConfigError(
            f"the file is larger than {_MAX_BYTES >> 20} MiB", path=str(path), hint="leave only the settings in it"
        )
    found = ConfigFile.parse(data, path, home=home, on_event=on_event)
    if os.name == "posix" and mode & _OTHERS_MAY_READ and found.holds_secrets:
        raise RefusedError("the file holds a token and others may read it", path=str(path), hint=f"chmod 600 {path}")
    return found


class _Reader:
    """Reads typed values from the JSON object; an error names the invalid value and its position."""

    def __init__(self, document: Dict[str, object], data: bytes, path: str) -> None:
        self._document = document
        self._data = data
        self._path = path

    def warn_of_near_misses(self, on_event: Listener) -> None:
        """Warn of unknown keys that resemble a known one; other unknown keys may belong to a later version."""
        for key in self._document:
            if key in _KEYS or key in _OTHERS:
                continue
            from difflib import get_close_matches  # noqa: PLC0415  # only for the hint of a warning

            close = get_close_matches(key.lower().replace("-", "_"), _KEYS, n=1, cutoff=0.75)
            if close:
                line, _ = json_text.locate(self._data, [key])
                place = self._path if line is None else f"{self._path}:{line}"
                on_event(Warned(f"{place}: '{key}' is not known", hint=f"did you mean '{close[0]}'?"))

    def take(self, key: str, kind: Type[T], what: str) -> Optional[T]:
        """The value of a key, None when it is absent or null."""
        value = self._document.get(key)
        if value is None:
            return None
        if not isinstance(value, kind):
            raise self._error(f"'{key}' must be {what}", key)
        return value

    def endpoint(self) -> Optional[Endpoint]:
        text = self.take("agency_url", str, "a text")
        if not text:
            return None
        try:
            return Endpoint.parse(text)
        except ValueError as error:
            raise self._error(f"'agency_url': {error}", "agency_url") from None

    def client_id(self) -> str:
        text = self.take("client_id", str, "a text") or ""
        if text and not CLIENT_ID.fullmatch(text):
            raise self._error("'client_id' must be 1 to 64 letters, digits, '.', '_' and '-'", "client_id")
        return text

    def tokens(self) -> Dict[Origin, Secret]:
        found: Dict[Origin, Secret] = {}
        for name, value in (self.take("tokens", dict, "an object of origin and token") or {}).items():
            try:
                endpoint = Endpoint.parse(name)
            except ValueError as error:
                raise self._error(f"a key of 'tokens' is not an origin: {error}", "tokens") from None
            if endpoint.path:
                raise self._error("a key of 'tokens' is an origin such as https://host, without a path", "tokens", name)
            if endpoint.origin in found:
                raise self._error(f"'tokens' has two entries for {endpoint.origin}", "tokens", name)
            if not isinstance(value, str) or not TOKEN.fullmatch(value):
                raise self._error("a token is a text of printable ASCII characters without spaces", "tokens", name)
            found[endpoint.origin] = Secret(value)
        return found

    def ca_file(self, folder: Path, home: Path) -> Optional[Path]:
        text = self.take("ca_file", str, "the path of a file")
        if not text:
            return None
        return home / text[2:] if text.startswith("~/") else folder / text

    def proxy(self) -> Optional[str]:
        text = self.take("proxy", str, "'none', 'env' or an address")
        if text and text not in {"none", "env"}:
            try:
                Proxy.parse(text)
            except ValueError as error:
                raise self._error(f"'proxy': {error}", "proxy") from None
        return text or None

    def _error(self, message: str, *pointer: str) -> ConfigError:
        line, column = json_text.locate(self._data, pointer)
        return ConfigError(message, path=self._path, line=line, column=column)
