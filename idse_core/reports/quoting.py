"""What documents say, inside a report: harmless to a terminal, to a CI runner that reads the log, to XML and to JSON.

A runner takes commands from the log: GitHub's at the beginning of a line (``::error``) and, in the older form that Azure
Pipelines shares, anywhere in it (``##[group]``, ``##vso[…]``). A quoted document must not give any.
"""

from __future__ import annotations

import json
import re

from idse_core.printable import one_line, printable

__all__ = ["disarmed", "json_text", "quoted", "quoted_path", "sentences", "xml_quoted"]

_AT_THE_BEGINNING = re.compile(r"^\s*:(?=:)")
_ANYWHERE = re.compile(r"#(?=#\w*\[)")
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def quoted(text: str) -> str:
    """Prose from a document on one line, in which nothing is a control character or a runner's command."""
    return _commanding_nothing(one_line(text))


def quoted_path(path: str) -> str:
    """A path from a document, as ``quoted``; its spaces are its own."""
    return _commanding_nothing(printable(path).replace("\n", "\\x0a").replace("\t", "\\x09"))


def disarmed(line: str) -> str:
    """A line that is meant for a program, as it is; only a runner's command in it is spelled otherwise."""
    return _commanding_nothing(line)


def sentences(*texts: str) -> str:
    """Texts from documents as sentences in a row, each ``quoted``; empty ones are left out."""
    said = [quoted(text) for text in texts if text.strip()]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in said)


def json_text(value: object) -> str:
    """A JSON document in ASCII; what would be a runner's command is spelled in a way that means the same."""
    return _ANYWHERE.sub("\\\\u0023", json.dumps(value, indent=2, ensure_ascii=True)) + "\n"


def xml_quoted(text: str) -> str:
    """Text as the content of an element or an attribute, in ASCII; of control characters only line feeds and tabs stay."""
    escaped = _ANYWHERE.sub("&#35;", printable(text).translate(_XML))
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _commanding_nothing(text: str) -> str:
    return _ANYWHERE.sub(r"\\x23", _AT_THE_BEGINNING.sub(r"\\x3a", text))
