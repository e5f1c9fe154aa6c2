"""What click says about a call that it can't read, in the words that our other errors are in."""

from __future__ import annotations

from typing import Sequence

import click

from idse_core.errors import UsageError

__all__ = ["joined_by_or", "usage_error"]


def usage_error(error: click.ClickException) -> UsageError:
    """The same mistake as an error of ours: what is wrong, and as the hint what can be written instead."""
    ctx = getattr(error, "ctx", None)
    hint = "" if ctx is None else f"{ctx.command_path} --help"
    if isinstance(error, click.NoSuchOption):
        close = list(error.possibilities or ())[:3]
        return UsageError(
            f"there is no option '{error.option_name}'", hint=f"did you mean {joined_by_or(close)}?" if close else hint
        )
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return UsageError(f"{_name(error.param)} is missing", hint=_choices(error.param) or hint)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return UsageError(f"{_name(error.param)}: {_in_our_voice(error.message)}", hint=hint)
    if ctx is not None and isinstance(ctx.command, click.Group) and not ctx.args and _is_alone(error):
        return UsageError(
            f"`{ctx.command_path}` needs a command: {', '.join(ctx.command.list_commands(ctx))}", hint=hint
        )
    return UsageError(_in_our_voice(error.format_message()), hint=hint)


def joined_by_or(words: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _is_alone(error: click.ClickException) -> bool:
    return error.format_message().startswith("Missing command")


def _name(param: click.Parameter) -> str:
    """``--session``, or what the help calls an argument."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name.strip("[].")


def _choices(param: click.Parameter) -> str:
    """What may be written there, where that is a list."""
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    return f"one of {', '.join(map(str, choices))}" if choices else ""


def _in_our_voice(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}".rstrip(".")
