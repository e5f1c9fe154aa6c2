"""Compiling the agent profile: what it would be first, then, if that is right, writing it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Callable, Dict

from rich.text import Text

from idse_core.printable import one_line, printable
from idse_tui.actions import find
from idse_tui.background import start_changing, start_looking, telling
from idse_tui.controllers.following import Following
from idse_tui.dialogs.notice import Notice
from idse_tui.main_host import MainHost
from idse_tui.messages import Done

if TYPE_CHECKING:
    from idse_core.compiler import CompiledProfile, DocToAgentProfileSpecCompiler

__all__ = ["Compiling"]


class Compiling:
    """Compiles in a worker, shows the profile, and writes it when it is wanted.

    Args:
        screen: the main screen.
        following: what reads the project.
    """

    def __init__(self, screen: MainHost, following: Following) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"compile": self._preview}

    def _preview(self) -> None:
        """Compile the profile of the session that is looked at."""
        screen = self._screen
        session, reader = self._state.spot.session, self._following.reader

        def job() -> None:
            # Imported here: the compiler needs pydantic and PyYAML, which no other part of the app does.
            from idse_core.compiler import DocToAgentProfileSpecCompiler, ProfileFormat  # noqa: PLC0415

            compiler = DocToAgentProfileSpecCompiler(reader.workspace, on_event=reader.recogniser.remember)
            compiled = compiler.compile(session)
            current = compiler.is_current(compiled, ProfileFormat.YAML)
            text = compiled.serialize(ProfileFormat.YAML).decode("utf-8")
            screen.app.call_from_thread(self._show, compiler, compiled, text, current=current)

        start_looking(screen, telling(screen, job, "compiling the agent profile"), group="compile")

    def _show(
        self, compiler: DocToAgentProfileSpecCompiler, compiled: CompiledProfile, text: str, *, current: bool
    ) -> None:
        screen = self._screen
        styles, session = screen.look.styles, compiled.provenance.session
        folder = screen.workspace.folder
        path = f"{folder.name}/projects/{screen.workspace.project}/build/agents/{session}.profile.yaml"
        said = "It is up to date" if current else "Nothing is written yet"
        body = Text(f"{said}: {one_line(path)}\n\n", styles["muted"])
        body.append(printable(text), styles["text"])
        writable = not current and "writable" not in screen.situation.missing
        proceed = "writes it" if writable else ""
        notice = Notice(f"Agent profile of {one_line(session)}", body, proceed=proceed, wide=True)
        screen.app.push_screen(notice, lambda wanted: self._write(compiler, compiled, path) if wanted else None)

    def _write(self, compiler: DocToAgentProfileSpecCompiler, compiled: CompiledProfile, path: str) -> None:
        screen = self._screen
        line = find("compile").cli.format(session=shlex.quote(compiled.provenance.session))

        def job() -> None:
            from idse_core.compiler import ProfileFormat  # noqa: PLC0415  # as above

            compiler.write(compiled, ProfileFormat.YAML)
            screen.post_message(Done(line, f"compiled into {one_line(path)}"))

        start_changing(screen, telling(screen, job, line))
