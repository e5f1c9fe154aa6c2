"""Translates click's usage errors into our own."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Sequence

import click

from idse_core.errors import UsageError

__all__ = ["nearest", "usage_error"]

_UNKNOWN = re.compile(r"No such command (['\"])(.*?)\1")


def usage_error(error: click.ClickException) -> UsageError:
    """The same error as one of ours: what is wrong, and as a hint what can be written instead."""
    ctx = getattr(error, "ctx", None)
    hint = "" if ctx is None else f"{ctx.command_path} --help"
    if isinstance(error, click.NoSuchOption):
        close = list(error.possibilities or ())[:3]
        hint = f"did you mean {_joined_by_or(close)}?" if close else hint
        return UsageError(f"there is no option '{error.option_name}'", hint=hint)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return UsageError(f"{_name(error.param)} is missing", hint=_choices(error.param) or hint)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return UsageError(f"{_name(error.param)}: {_in_our_voice(error.message)}", hint=hint)
    if ctx is not None and isinstance(ctx.command, click.Group):
        return _of_group(error.format_message(), ctx.command_path, ctx.command.list_commands(ctx))
    message = error.format_message()
    if ctx is not None and ctx.command.name == "validate" and message.startswith("Got unexpected extra argument"):
        hint = "name a session with --session ID, or judge one file with --stdin-filename FILE < FILE"
    return UsageError(_in_our_voice(message), hint=hint)


def nearest(word: str, known: Sequence[str], before: str) -> str:
    """A hint for a command that does not exist: what it may be short for, else what is spelt similarly."""
    close = [name for name in known if name.startswith(word)] or get_close_matches(word, known, n=2)
    names = _joined_by_or([f"`{before} {name}`" for name in close[:3]])
    return f"did you mean {names}?" if names else f"`{before} --help` lists them"


def _of_group(message: str, path: str, known: Sequence[str]) -> UsageError:
    """The error for the words after a group's name."""
    unknown = _UNKNOWN.match(message)
    if unknown is not None:
        word = unknown.group(2)
        return UsageError(f"`{path}` has no command '{word}'", hint=nearest(word, known, path))
    if message.startswith("Missing command"):
        return UsageError(f"`{path}` needs a command: {', '.join(known)}", hint=f"{path} --help")
    return UsageError(_in_our_voice(message), hint=f"{path} --help")


def _joined_by_or(words: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _name(param: click.Parameter) -> str:
    """``--session``, or the name of an argument in the help."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name.strip("[].")


def _choices(param: click.Parameter) -> str:
    """The values that are allowed, where they are a list."""
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    return f"one of {', '.join(map(str, choices))}" if choices else ""


def _in_our_voice(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}".rstrip(".")
