"""The options that every command has, light enough to be imported for `idse --version`."""

from __future__ import annotations

import functools
from typing import Any, Callable, List, TypeVar

import click

__all__ = ["common_options", "complete_agents", "complete_sessions", "remember", "remembered_options", "where_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = ("workspace", "project", "json_output", "color")


def common_options(command: _Command) -> _Command:
    """Give a command the shared options, and pass their values to it as one ``face``.

    The options may come before or after the command's name; the later one wins.
    """

    @functools.wraps(command)
    def with_face(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401  # whatever the command takes
        # Imported here: `idse --version` and `idse --help` must not pay for the library.
        from idse_core.commands.face import Face  # noqa: PLC0415

        remember(click.get_current_context(), kwargs)
        return command(*args, face=Face(**remembered_options(click.get_current_context())), **kwargs)

    return where_options(with_face)  # type: ignore[return-value]  # functools.wraps keeps the signature for readers


def where_options(command: _Command) -> _Command:
    """Give a command the shared options as parameters of their own."""
    options: List[Callable[[Any], Any]] = [
        click.option(
            "--workspace", metavar="DIR", help="The folder that holds .idse (default: the nearest one above)."
        ),
        click.option(
            "--project", metavar="NAME", shell_complete=_complete_projects, help="Which project of the workspace."
        ),
        click.option("--json", "json_output", is_flag=True, help="Print one JSON document."),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), help="When to use colours."),
        click.option("--debug", is_flag=True, hidden=True, help="Show a traceback for a bug."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def remember(ctx: click.Context, given: dict[str, Any]) -> None:
    """Take the shared options out of a call's parameters, and store those that were given."""
    options = ctx.find_root().meta.setdefault("idse.options", {})
    given.pop("debug", None)
    values = {name: given.pop(name, None) for name in _OPTIONS}
    options.update({name: value for name, value in values.items() if value})


def remembered_options(ctx: click.Context) -> dict[str, Any]:
    """The shared options of this call, wherever they were given."""
    found: dict[str, Any] = ctx.find_root().meta.get("idse.options", {})
    return found


def complete_agents(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    """Agents of the project's registry; what finds them is imported only now."""
    from idse_core.commands.completion_values import agents  # noqa: PLC0415  # only while completing

    return agents(ctx, param, incomplete)


def complete_sessions(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    """Sessions of the project, for shell completion."""
    from idse_core.commands.completion_values import sessions  # noqa: PLC0415  # only while completing

    return sessions(ctx, param, incomplete)


def _complete_projects(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[str]:
    from idse_core.commands.completion_values import projects  # noqa: PLC0415  # only while completing

    return projects(ctx, param, incomplete)
