"""Which Agency Core to talk to, with which token, and where each of these values came from.

The command line takes precedence over the environment, the environment over the user's file, and that over the default.
Rules of trust:

* No file of a project is read: neither beside ``.idse``, nor in a folder ``.idse`` even when ``IDSE_CONFIG`` names it.
* A token belongs to one origin (scheme, host, port). In the user's file each token names its origin. The token in
  ``IDSE_AGENCY_TOKEN`` belongs to the origin of ``IDSE_AGENCY_URL``; without that variable, to the origin of the
  endpoint, which comes from ``--agency-url`` or the user's file. There is no option for a token: command-line arguments
  are visible to everybody.
* Only the user's file can turn on a proxy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, List, Mapping, NamedTuple, Optional, Tuple, TypeVar

from idse_core.agency.config_file import TOKEN, ConfigFile, read_file
from idse_core.agency.origin import Endpoint, Origin
from idse_core.agency.project_files import belongs_to_a_project, warn_ignored, warn_of_project_files
from idse_core.agency.proxy import Proxy, proxy_for
from idse_core.agency.secret import Secret
from idse_core.config import user_file
from idse_core.errors import ConfigError, RefusedError
from idse_core.events import Listener, Warned, ignore

__all__ = ["AgencyConfig", "Setting", "Shown"]

URL, TOKEN_VARIABLE, CA_FILE, TIMEOUT = (
    "IDSE_AGENCY_URL",
    "IDSE_AGENCY_TOKEN",
    "IDSE_AGENCY_CA_FILE",
    "IDSE_AGENCY_TIMEOUT",
)

FLAG, ENVIRONMENT, DEFAULT = "flag", "environment", "default"
_OPTION = "--agency-url"
_TIMEOUT = 120.0
_LONGEST = 3600.0

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A value and where it came from: ``flag``, ``environment``, ``default``, or the path of the user's file."""

    value: T
    source: str = DEFAULT


class Shown(NamedTuple):
    """A setting as shown to a person, without secrets."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class AgencyConfig:
    """The settings of the connection to an Agency Core, each with its source.

    Attributes:
        endpoint: where requests go; None when it is not configured.
        token: None when there is none for the endpoint's origin.
        client_id: empty for none.
        ca_file: certificates to trust instead of the bundled ones.
        proxy: for this endpoint; None for a direct connection.
        timeout: of a whole request, in seconds.
        insecure: whether requests go over plain http to another machine, as the user's file allows.
    """

    endpoint: Setting[Optional[Endpoint]] = Setting(None)
    token: Setting[Optional[Secret]] = Setting(None)
    client_id: Setting[str] = Setting("")
    ca_file: Setting[Optional[Path]] = Setting(None)
    proxy: Setting[Optional[Proxy]] = Setting(None)
    timeout: Setting[float] = Setting(_TIMEOUT)
    insecure: bool = False

    @classmethod
    def read(
        cls,
        environment: Mapping[str, str],
        *,
        home: Path,
        start: Path,
        url: Optional[str] = None,
        project: Optional[Path] = None,
        on_event: Listener = ignore,
    ) -> AgencyConfig:
        """Determine the settings from the command line, the environment and the user's file.

        Args:
            environment: the environment variables; empty values count as absent.
            home: the user's home folder.
            start: the folder that relative paths in the environment refer to.
            url: the value of the option ``--agency-url``.
            project: the folder that contains ``.idse``, to warn of configuration files there, which are not read.
            on_event: called for every file or token that is ignored.

        Raises:
            ConfigError: a value is not valid; the message names it and its position.
            RefusedError: other users may read a file with a token, or the endpoint is plain http on another machine.
            StorageError: the user's file can't be read.
        """
        path = user_file(environment, home=home, start=start)
        if project is not None:
            warn_of_project_files(project, path, on_event)
        if belongs_to_a_project(path):
            warn_ignored(path, on_event)
            file = ConfigFile(path)
        else:
            file = read_file(path, home=home, on_event=on_event)
        return cls.resolve(environment, file, start=start, url=url, on_event=on_event)

    @classmethod
    def resolve(
        cls,
        environment: Mapping[str, str],
        file: ConfigFile,
        *,
        start: Path,
        url: Optional[str] = None,
        on_event: Listener = ignore,
    ) -> AgencyConfig:
        """Determine the settings as `read` does, but from the parsed content of the user's file; reads no file itself.

        Raises:
            ConfigError: a value is not valid.
            RefusedError: the endpoint is plain http on another machine.
        """
        values = _Values(environment, file, start)
        endpoint = values.endpoint(url)
        if endpoint.value is None:
            return cls(client_id=values.client_id(), ca_file=values.ca_file(), timeout=values.timeout())
        origin = endpoint.value.origin
        insecure = origin.scheme == "http" and not origin.is_loopback
        if insecure and not file.allow_insecure_http:
            hint = f'use https, or set "allow_insecure_http": true in {file.path}'
            raise RefusedError(f"{origin} is another machine and not https: the token could be read", hint=hint)
        return cls(
            endpoint,
            values.token(origin, on_event),
            values.client_id(),
            values.ca_file(),
            values.proxy(origin),
            values.timeout(),
            insecure,
        )

    def required(self, *, options: bool = True) -> Endpoint:
        """The endpoint, which must be configured.

        Args:
            options: whether the error should also suggest the option ``--agency-url``.

        Raises:
            ConfigError: no endpoint is configured.
        """
        if self.endpoint.value is None:
            more = f", or give `idse sync` {_OPTION}" if options else ""
            hint = f'set "agency_url" in ~/.idseconfig.json or {URL}{more}; `idse agency serve` runs one for your team'
            raise ConfigError("no Agency Core is configured", hint=hint)
        return self.endpoint.value

    def shown(self) -> Tuple[Shown, ...]:
        """All settings, as shown to a person."""
        rows: List[Tuple[str, Setting[object], str]] = [
            ("agency_url", Setting(self.endpoint.value, self.endpoint.source), "none"),
            ("token", Setting(self.token.value, self.token.source), "none for this address"),
            ("client_id", Setting(self.client_id.value or None, self.client_id.source), "none"),
            ("ca_file", Setting(self.ca_file.value, self.ca_file.source), "the bundled certificates"),
            ("proxy", Setting(self.proxy.value, self.proxy.source), "none"),
            ("timeout", Setting(f"{self.timeout.value:g} s", self.timeout.source), ""),
        ]
        return tuple(
            Shown(name, absent if setting.value is None else str(setting.value), setting.source)
            for name, setting, absent in rows
        )


class _Values:
    """Determines each setting: takes the value with the highest precedence and validates it."""

    def __init__(self, environment: Mapping[str, str], file: ConfigFile, start: Path) -> None:
        self._environment = environment
        self._file = file
        self._start = start
        self._source = str(file.path)

    def endpoint(self, url: Optional[str]) -> Setting[Optional[Endpoint]]:
        if url:
            return Setting(_endpoint(url, _OPTION), FLAG)
        named = self._environment.get(URL)
        if named:
            return Setting(_endpoint(named, URL), ENVIRONMENT)
        return self._from_file(self._file.endpoint)

    def token(self, origin: Origin, on_event: Listener) -> Setting[Optional[Secret]]:
        text = self._environment.get(TOKEN_VARIABLE)
        if text:
            if not TOKEN.fullmatch(text):
                hint = "set it anew, without a space or a line break around it"
                raise ConfigError(f"{TOKEN_VARIABLE}: a token is printable ASCII without spaces", hint=hint)
            owner = self._owner(origin)
            if owner == origin:
                return Setting(Secret(text), ENVIRONMENT)
            on_event(Warned(f"{TOKEN_VARIABLE} is not used: it is for {owner}, the address of {URL}"))
        return self._from_file(self._file.tokens.get(origin))

    def _owner(self, origin: Origin) -> Origin:
        """The origin that the environment's token belongs to: that of the environment's address, or else the endpoint's.

        The endpoint then comes from an option or from the user's own file; no file of a project can name one.
        """
        named = self._environment.get(URL)
        return _endpoint(named, URL).origin if named else origin

    def client_id(self) -> Setting[str]:
        return Setting(self._file.client_id, self._source) if self._file.client_id else Setting("")

    def ca_file(self) -> Setting[Optional[Path]]:
        named = self._environment.get(CA_FILE)
        return Setting(self._start / named, ENVIRONMENT) if named else self._from_file(self._file.ca_file)

    def proxy(self, origin: Origin) -> Setting[Optional[Proxy]]:
        said = self._file.proxy or "none"
        if said == "none" or origin.is_loopback:
            return Setting(None, self._source if self._file.proxy else DEFAULT)
        text = proxy_for(origin, self._environment) if said == "env" else said
        if text is None:
            return Setting(None, self._source)
        if origin.scheme != "https":
            raise RefusedError(
                f"a proxy would see what is sent to {origin}: only https goes through one",
                hint=f'use an https address, or set "proxy": "none" in {self._source}',
            )
        try:
            return Setting(Proxy.parse(text), ENVIRONMENT if said == "env" else self._source)
        except ValueError as error:
            hint = f'correct HTTPS_PROXY or ALL_PROXY, or set "proxy": "none" in {self._source}'
            raise ConfigError(f"the environment's proxy: {error}", hint=hint) from None

    def timeout(self) -> Setting[float]:
        text = self._environment.get(TIMEOUT)
        if not text:
            return Setting(_TIMEOUT)
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= _LONGEST:  # also false for "nan"
            hint = f"without it {_TIMEOUT:.0f} s are allowed"
            raise ConfigError(f"{TIMEOUT} must be a number of seconds, at most {_LONGEST:.0f}", hint=hint)
        return Setting(seconds, ENVIRONMENT)

    def _from_file(self, value: Optional[T]) -> Setting[Optional[T]]:
        return Setting(None) if value is None else Setting(value, self._source)


def _endpoint(text: str, name: str) -> Endpoint:
    try:
        return Endpoint.parse(text)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from None
