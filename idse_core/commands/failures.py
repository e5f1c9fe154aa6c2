"""How errors look: one block of text on stderr, or one JSON document on stdout."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Sequence

import click

from idse_core import files
from idse_core._version import __version__
from idse_core.commands.face import shows_unicode, wants_color, wants_plain
from idse_core.errors import IdseError
from idse_core.printable import printable
from idse_core.reports.quoting import quoted
from idse_core.reports.styling import Style

__all__ = ["report_bug", "report_error"]

_BUG = 70


def report_error(error: IdseError, words: Sequence[str]) -> int:
    """Report what happened, where, and what to do next; returns the exit code."""
    if _wants_json(words):
        _print_document(error.code, error)
    else:
        style = _style(words)
        lines = [f"{style.paint('error:', 'red', 'bold')} {quoted(str(error))}"]
        lines += [f"  {style.paint('hint:', 'cyan')} {quoted(error.hint)}"] if error.hint else []
        click.echo("\n".join(lines), err=True, color=True)
    return error.exit_code


def report_bug(error: Exception, words: Sequence[str]) -> int:
    """Report a bug of ours: write the details to a file, and say where; returns the exit code."""
    details = _details(error, words)
    if "--debug" in words:
        click.echo(details, err=True)
    where = _write_log(details)
    known = IdseError(
        f"this is a bug in idse: {type(error).__name__}: {error}",
        hint=f"details are in {where}; please report it with that file" if where else "run it again with --debug",
    )
    known.code = "bug"
    report_error(known, words)
    return _BUG


def _details(error: Exception, words: Sequence[str]) -> str:
    import platform  # noqa: PLC0415  # both only for this rare case
    import traceback  # noqa: PLC0415

    lines = [
        f"idse {__version__} on Python {platform.python_version()}, {platform.platform()}",
        f"idse {' '.join(words)}",
    ]
    lines += traceback.format_exception(type(error), error, error.__traceback__)
    return printable("\n".join(lines))


def _write_log(details: str) -> str:
    path = Path(tempfile.gettempdir()) / f"idse-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    try:
        files.replace_file(path, details.encode("utf-8"))
    except IdseError:
        return ""
    return str(path)


def _print_document(code: str, error: IdseError) -> None:
    from idse_core.reports.documents import ErrorDocument, ErrorItem, to_json  # noqa: PLC0415  # only for --json

    item = ErrorItem(code, error.message, error.hint, error.path or None, error.line, error.column)
    click.echo(to_json(ErrorDocument(item)), nl=False)


def _wants_json(words: Sequence[str]) -> bool:
    before_separator = list(words)[: list(words).index("--")] if "--" in words else list(words)
    formats = [word.split("=", 1)[-1] for word in before_separator if word.startswith("--format=")]
    formats += [after for word, after in zip(before_separator, before_separator[1:]) if word == "--format"]
    return "--json" in before_separator or "json" in formats


def _style(words: Sequence[str]) -> Style:
    chosen = [word.split("=", 1)[-1] for word in words if word.startswith("--color=")]
    chosen += [after for word, after in zip(words, words[1:]) if word == "--color"]
    choice = chosen[-1] if chosen and chosen[-1] in {"always", "never"} else "auto"
    return Style(color=wants_color(choice, sys.stderr), unicode=shows_unicode(sys.stderr), plain=wants_plain())
