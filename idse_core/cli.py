"""``idse``: the root command, and the one place where every error ends up."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import List, NoReturn, Optional, Sequence

import click

from idse_core._version import __version__
from idse_core.commands import BUILT_IN, GROUPS
from idse_core.commands.installed_commands import Loader, installed, own
from idse_core.commands.options import remember, remembered_options, where_options
from idse_core.errors import IdseError, StorageError, UsageError

__all__ = ["main", "root"]

_INTERRUPTED = 130
_BROKEN_PIPE = 141
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF, getattr(errno, "EDQUOT", errno.ENOSPC)})


class _Commands(click.Group):
    """Loads a command's module when the command is called; other packages add commands by entry point."""

    def list_commands(self, ctx: click.Context) -> List[str]:
        del ctx
        return [*BUILT_IN, *sorted(name for name in installed() if name not in BUILT_IN)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> Optional[click.Command]:
        del ctx
        target = BUILT_IN.get(cmd_name)
        if target is not None:
            module, _, attribute = target.partition(":")
            command: click.Command = getattr(import_module(module), attribute)
            if isinstance(command, click.Group):
                command.no_args_is_help = False  # alone it is a mistake, reported in one line and by the exit code
            return command
        load = own(cmd_name) or installed().get(cmd_name)
        return None if load is None else _installed_command(cmd_name, load)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under their headings, all aligned in one column."""
        names = self.list_commands(ctx)
        grouped = {name for group in GROUPS.values() for name in group}
        others = [name for name in names if name not in grouped]
        width = max(map(len, names))
        room = formatter.width - width - 6
        for heading, group in [*GROUPS.items(), ("From other packages", others)]:
            found = ((name, self.get_command(ctx, name)) for name in group if name in names)
            rows = [(name.ljust(width), command.get_short_help_str(room)) for name, command in found if command]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: List[str]
    ) -> tuple[str | None, click.Command | None, List[str]]:
        command = self.get_command(ctx, args[0])
        if command is not None:
            return args[0], command, args[1:]
        if not ctx.resilient_parsing and args[0][:1] != "-":
            nearest = import_module("idse_core.commands.usage_errors").nearest
            raise UsageError(f"there is no command '{args[0]}'", hint=nearest(args[0], self.list_commands(ctx), "idse"))
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="idse", message="%(prog)s %(version)s")
@where_options
@click.pass_context
def root(ctx: click.Context, /, **options: object) -> None:
    """Intent, context, spec, plan, tasks, implementation, feedback: kept sound as plain Markdown.

    \b
    Example:
      idse init customer-portal
      idse status
      idse validate
    """
    remember(ctx, options)
    if ctx.invoked_subcommand is None:
        _without_command(ctx)


def _without_command(ctx: click.Context) -> None:
    """On a terminal inside a workspace: the status; elsewhere: help."""
    face = import_module("idse_core.commands.face").Face(**remembered_options(ctx))
    if sys.stdout.isatty() and face.in_workspace():
        ctx.invoke(import_module("idse_core.commands.status").status)
    else:
        click.echo(ctx.get_help())


def main(arguments: Optional[Sequence[str]] = None) -> NoReturn:
    """Run ``idse`` and exit with its exit code; no exception gets past this function."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    code = _run(words)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_left()
    except OSError as error:
        code = _unwritable(error)
    sys.exit(code)


def _open_what_is_closed() -> None:
    """Replace standard streams that were closed before Python started (None) by ones that discard everything."""
    for name in ("stdin", "stdout", "stderr"):  # in the order of their numbers: each takes the lowest one that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # for good


def _reader_left() -> int:
    """Stop writing, without a word: whoever read our output has closed it, as `head` does."""
    _write_no_more()
    return _BROKEN_PIPE


def _is_of_output(error: Exception) -> bool:
    """Whether a standard stream can't be written; errors about files carry a name, and have become our own by now."""
    return isinstance(error, OSError) and error.filename is None and error.errno in _UNWRITABLE


def _unwritable(error: Exception) -> int:
    """Report that the output can't be written, as on a full disk, on whatever stream still works."""
    _write_no_more()
    reason = getattr(error, "strerror", None) or type(error).__name__
    problem = StorageError(f"can't write the output: {reason}", hint="make room, or send the output elsewhere")
    with suppress(OSError):
        _report_error(problem, [])
    return problem.exit_code


def _write_no_more() -> None:
    """Discard what is left, including what the interpreter flushes when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: List[str]) -> int:
    try:
        return _invoke(words)
    except IdseError as error:
        return _report_error(error, words)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:  # noqa: BLE001  # the outermost layer: nothing may get past it as a traceback
        return _unwritable(error) if _is_of_output(error) else _report_bug(error, words)


def _invoke(words: List[str]) -> int:
    stdout = sys.stdout
    try:
        result = root.main(args=words, prog_name="idse", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except SystemExit:
        if sys.stdout is stdout:
            raise
        raise BrokenPipeError from None  # when the reader is gone, click replaces the stream and exits
    except click.ClickException as error:
        usage_error = import_module("idse_core.commands.usage_errors").usage_error
        raise usage_error(error) from error
    return result if isinstance(result, int) else 0


def _report_error(error: IdseError, words: List[str]) -> int:
    """Report an error; the code that formats it is imported only when there is one."""
    code: int = import_module("idse_core.commands.failures").report_error(error, words)
    return code


def _report_bug(error: Exception, words: List[str]) -> int:
    code: int = import_module("idse_core.commands.failures").report_bug(error, words)
    return code


def _installed_command(name: str, load: Loader) -> click.Command:
    """A plug-in's command; one that can't be loaded becomes a command that says why."""
    try:
        command = load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  # foreign code; it must not break `idse --help`
        return _broken_command(name, f"{type(error).__name__}: {error}")
    if isinstance(command, click.Command):
        return command
    return _broken_command(name, "it is not a click command")


def _broken_command(name: str, reason: str) -> click.Command:
    def fail() -> None:
        raise UsageError(
            f"the command '{name}' can't be loaded: {reason}", hint="update or remove the package it is from"
        )

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name, callback=fail, short_help="(can't be loaded)", add_help_option=False, context_settings=anything
    )
