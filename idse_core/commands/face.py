"""What all commands share: where a call looks, how its output looks, and how it is written.

Library imports are inside the methods that need them: a call whose output is cached needs none of them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Optional, TextIO

import click

from idse_core.config import IdseConfig
from idse_core.errors import NotFoundError
from idse_core.workspace_folder import find_folder

if TYPE_CHECKING:
    from idse_core.events import Event
    from idse_core.project_workspace import ProjectWorkspace
    from idse_core.reports.styling import Style

__all__ = ["Face", "shows_unicode", "wants_color", "wants_plain"]


class Face:
    """One call of the command line: its global options, and the only way to print.

    Args:
        workspace, project: the options, None when not given.
        json_output: whether one JSON document goes to stdout instead of text.
        color: ``auto``, ``always`` or ``never``.

    Attributes:
        warned: whether a warning was printed.
    """

    def __init__(
        self,
        workspace: Optional[str] = None,
        project: Optional[str] = None,
        *,
        json_output: bool = False,
        color: str = "auto",
    ) -> None:
        self.config = IdseConfig.from_environment(os.environ, Path.cwd(), workspace=workspace, project=project)
        self.json_output = json_output
        self._color = color
        self.warned = False

    def open(self) -> ProjectWorkspace:
        """Open the workspace and project that this call is about."""
        from idse_core.project_workspace import ProjectWorkspace  # noqa: PLC0415  # see the module's docstring

        return ProjectWorkspace.open(self.config, on_event=self.announce)

    def in_workspace(self) -> bool:
        """Whether there is a workspace here."""
        try:
            find_folder(self.config)
        except NotFoundError:
            return False
        return True

    def announce(self, event: Event) -> None:
        """The listener for core operations: prints warnings to stderr."""
        from idse_core.events import Warned  # noqa: PLC0415  # see the module's docstring

        if isinstance(event, Warned):
            self.warn(event.message, event.hint)

    def print(self, text: str) -> None:
        """Print text to stdout."""
        click.echo(text, nl=False, color=True)

    def data(self, data: bytes) -> None:
        """Write bytes to stdout, unchanged."""
        click.echo(data, nl=False)

    @property
    def on_terminal(self) -> bool:
        """Whether stdout is read by a person, and not by a program or a file."""
        return sys.stdout.isatty()

    def document(self, document: object) -> None:
        """Print a JSON document to stdout."""
        # Imported here: only `--json` needs it, and it costs start-up time.
        from idse_core.reports.documents import to_json  # noqa: PLC0415

        click.echo(to_json(document), nl=False)

    def note(self, message: str) -> None:
        """Print a remark about what was done to stderr, which leaves stdout to the report."""
        from idse_core.reports.quoting import quoted  # noqa: PLC0415  # see the module's docstring

        click.echo(quoted(message), err=True)

    def warn(self, message: str, hint: str = "") -> None:
        """Print a warning to stderr."""
        from idse_core.reports.quoting import quoted  # noqa: PLC0415  # see the module's docstring

        self.warned = True
        style = self.error_style
        lines = [f"{style.paint('warning:', 'yellow')} {quoted(message)}"]
        lines += [f"  {style.paint('hint:', 'cyan')} {quoted(hint)}"] if hint else []
        click.echo("\n".join(lines), err=True, color=True)

    @property
    def style(self) -> Style:
        """The style of text on stdout."""
        return self._style(sys.stdout)

    @property
    def error_style(self) -> Style:
        """The style of text on stderr."""
        return self._style(sys.stderr)

    def _style(self, stream: TextIO) -> Style:
        from idse_core.reports.styling import Style  # noqa: PLC0415  # see the module's docstring

        return Style(color=wants_color(self._color, stream), unicode=shows_unicode(stream), plain=wants_plain())

    @property
    def appearance(self) -> str:
        """Everything but the values themselves that determines the bytes on stdout."""
        color = wants_color(self._color, sys.stdout)
        return f"json={self.json_output} color={color} unicode={shows_unicode(sys.stdout)} plain={wants_plain()}"

    def locate(self, path: str, workspace: ProjectWorkspace) -> str:
        """Convert a path relative to the folder that holds ``.idse`` to one that opens from the current folder."""
        absolute = workspace.folder.parent / path
        try:
            return os.path.relpath(absolute, self.config.start)
        except ValueError:  # another drive
            return str(absolute)

    def shown(self, path: Path) -> str:
        """A path as a person here would write it, safe to print."""
        from idse_core.reports.quoting import quoted_path  # noqa: PLC0415  # see the module's docstring

        try:
            return quoted_path(os.path.relpath(path, self.config.start))
        except ValueError:
            return quoted_path(str(path))


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether a stream gets colours: by the option, then NO_COLOR or IDSE_PLAIN, FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or wants_plain():
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def wants_plain() -> bool:
    """Whether output is read aloud, not looked at: IDSE_PLAIN."""
    return bool(os.environ.get("IDSE_PLAIN"))


def shows_unicode(stream: TextIO) -> bool:
    """Whether a stream can show more than ASCII."""
    return "utf" in (getattr(stream, "encoding", None) or "").lower()
