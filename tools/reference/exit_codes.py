"""docs/reference/exit-codes.md: from the error tree."""

from __future__ import annotations

import inspect
from typing import Dict, List, Tuple

from idse_core import errors
from tools.reference.markdown import NOTE, cell, code, table

__all__ = ["exit_codes_page"]

_FIXED: Dict[int, Tuple[str, str]] = {
    0: ("", "Done, nothing wrong."),
    1: (
        "",
        "Findings at or above `--fail-on` (`error` by default); an out-of-date file (`--check`); changes (`validate --diff`).",
    ),
    7: ("", "A push or pull did a part of its work; the output says what remains."),
    70: ("bug", "A bug in idse. A log is written; its path is shown."),
    130: ("", "Interrupted with Ctrl-C. What had been done stays done."),
    141: ("", "Whoever read the output stopped reading, as with `| head`."),
}


_INTRODUCTION = """\
The same for every command. With `--json` an error is one document,
`{"schema": "idse.error/1", "error": {"code", "message", "hint", "path"?, "line"?}}`, with the same exit code; the word is
its `code`."""


def exit_codes_page() -> str:
    """The page's text."""
    rows: List[Tuple[int, str, str]] = [(number, word, text) for number, (word, text) in _FIXED.items()]
    for name in errors.__all__:
        error = getattr(errors, name)
        if error is not errors.IdseError:
            rows.append((error.exit_code, error.code, _first_sentence(error)))
    lines = [
        NOTE,
        "",
        "# Exit codes",
        "",
        _INTRODUCTION,
        "",
        *table(
            ("exit code", "word", "meaning"),
            ([str(n), code(word) if word else "", cell(text)] for n, word, text in sorted(rows)),
        ),
    ]
    return "\n".join(lines) + "\n"


def _first_sentence(error: type) -> str:
    return " ".join((inspect.getdoc(error) or "").split("\n\n", maxsplit=1)[0].split())
