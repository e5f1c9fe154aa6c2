"""What sync needs, opened for one run and closed behind it. The agency's modules are imported when they are first used."""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Mapping, Protocol

from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from idse_core.agency.engine import AgencySyncEngine

__all__ = ["Agency", "ConfiguredAgency"]


class Agency(Protocol):
    """Where an engine comes from."""

    def engine(self, workspace: ProjectWorkspace, on_event: Listener) -> AbstractContextManager[AgencySyncEngine]:
        """An engine for a project, usable until the context ends.

        Raises:
            ConfigError: no Agency Core is configured, or the configuration is wrong.
            IdseError: the configuration is refused or can't be read.
        """
        ...


class ConfiguredAgency:
    """The Agency Core of the environment and the user's configuration file.

    Args:
        environment: of the process.
        home: the user's folder.
        start: where relative paths of the environment begin.
    """

    def __init__(self, environment: Mapping[str, str], home: Path, start: Path) -> None:
        self._environment = environment
        self._home = home
        self._start = start

    @contextmanager
    def engine(self, workspace: ProjectWorkspace, on_event: Listener) -> Iterator[AgencySyncEngine]:
        """See ``Agency``. The configuration is read anew every time."""
        # Imported here: the wire needs httpcore and ssl, which no other part of the app does.
        from idse_core.agency.config import AgencyConfig  # noqa: PLC0415
        from idse_core.agency.engine import AgencySyncEngine  # noqa: PLC0415
        from idse_core.agency.http_transport import connect  # noqa: PLC0415

        config = AgencyConfig.read(
            self._environment,
            home=self._home,
            start=self._start,
            project=workspace.folder.parent,
            on_event=on_event,
        )
        endpoint = config.required(options=False)
        with closing(connect(config, on_event=on_event)) as transport:
            yield AgencySyncEngine(workspace, transport, endpoint=str(endpoint), on_event=on_event)
