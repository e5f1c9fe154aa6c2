"""``idse tui``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional

import click

from idse_core.config import IdseConfig
from idse_core.errors import UsageError
from idse_tui.interpreter import pause_collecting

__all__ = ["tui"]

_GREETING = "A copy that is thrown away. billing is one answer away from green: s goes there, e opens your editor."

_PATIENCE = 0.5
"""Seconds that threads which only look get to end by themselves; what they read may be thrown away next."""


@click.command()
@click.option("--session", metavar="ID", help="The session to look at first; enough of its id to mean only one.")
@click.option("--demo", is_flag=True, help="Look at a bundled sample workspace, in a copy that is thrown away.")
@click.option("--workspace", metavar="DIR", help="The folder that holds .idse (default: the nearest one above).")
@click.option("--project", metavar="NAME", help="Which project of the workspace.")
@click.pass_context
def tui(
    ctx: click.Context, *, session: Optional[str], demo: bool, workspace: Optional[str], project: Optional[str]
) -> None:
    """Open the full-screen app. Sessions, pipeline, artifacts and findings, live.

    \b
    Example:
      idse tui
      idse tui --session billing
      idse tui --demo
    """
    _refuse_without_terminal()
    given = ctx.find_root().meta.get("idse.options", {})
    workspace, project = workspace or given.get("workspace"), project or given.get("project")
    if demo:
        with _sample() as folder:
            code = _run(IdseConfig(folder), session, _GREETING)
    else:
        code = _run(IdseConfig.from_environment(os.environ, Path.cwd(), workspace=workspace, project=project), session)
    ctx.exit(code)


def _refuse_without_terminal() -> None:
    twin = "`idse status --all` and `idse validate` say the same without one"
    streams = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    missing = [name for name, stream in streams.items() if stream is None or not stream.isatty()]
    if missing:
        raise UsageError(
            f"the app needs a terminal, but {' and '.join(missing)} lead{'s' * (len(missing) == 1)} elsewhere",
            hint=twin,
        )
    if os.environ.get("TERM") == "dumb":
        raise UsageError("the app needs a terminal that can move its cursor, but TERM is 'dumb'", hint=twin)


@contextmanager
def _sample() -> Iterator[Path]:
    """A copy of the sample workspace, for as long as somebody looks at it."""
    source = Path(__file__).parent.parent / "idse_core" / "sample" / "workspace"
    with tempfile.TemporaryDirectory(prefix="idse-demo-") as name:
        folder = Path(name).resolve() / "customer-portal"
        shutil.copytree(source, folder / ".idse")
        yield folder


def _run(config: IdseConfig, session: Optional[str], greeting: str = "") -> int:
    pause_collecting()
    # Imported here: Textual is needed when the app runs, and costs too much for `idse --help`.
    from idse_tui.app import IdseApp  # noqa: PLC0415
    from idse_tui.background import let_end  # noqa: PLC0415
    from idse_tui.precedence import run  # noqa: PLC0415
    from idse_tui.settings import read_settings  # noqa: PLC0415

    chosen = _found(config, session) if session else ""
    app = IdseApp(config, read_settings(os.environ, Path.home()), session=chosen, greeting=greeting)
    code = run(app)
    let_end(_PATIENCE)
    return int(code or app.return_code or 0)


def _found(config: IdseConfig, session: str) -> str:
    # Imported here: only who names a session needs it before the first paint.
    from idse_core.project_workspace import ProjectWorkspace  # noqa: PLC0415
    from idse_core.session_graph import SessionGraph  # noqa: PLC0415

    return SessionGraph(ProjectWorkspace.open(config)).find(session)
