"""Text of documents in a report: made harmless to terminals, to CI runners that read the log, to XML and to JSON.

A runner takes commands from the log: GitHub's at the beginning of a line (``::error``) and, in the older form that
Azure Pipelines shares, anywhere in it (``##[group]``, ``##vso[…]``). A quoted document must not issue any.
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
    """Prose from a document on one line, without control characters and without a runner's commands."""
    return _commanding_nothing(one_line(text))


def quoted_path(path: str) -> str:
    """A path from a document, as ``quoted``, but with its spaces kept."""
    return _commanding_nothing(printable(path).replace("\n", "\\x0a").replace("\t", "\\x09"))


def disarmed(line: str) -> str:
    """A line that is meant for a program, unchanged except for a runner's commands in it, which are broken up."""
    return _commanding_nothing(line)


def sentences(*texts: str) -> str:
    """Texts from documents as consecutive sentences, each ``quoted``; empty ones are left out."""
    said = [quoted(text) for text in texts if text.strip()]
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in said)


def json_text(value: object) -> str:
    """A JSON document in ASCII; a runner's command in it is escaped, which leaves its meaning the same."""
    return _ANYWHERE.sub("\\\\u0023", json.dumps(value, indent=2, ensure_ascii=True)) + "\n"


def xml_quoted(text: str) -> str:
    """Text as content of an element or attribute, in ASCII; the only control characters kept are newlines and tabs."""
    escaped = _ANYWHERE.sub("&#35;", printable(text).translate(_XML))
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _commanding_nothing(text: str) -> str:
    return _ANYWHERE.sub(r"\\x23", _AT_THE_BEGINNING.sub(r"\\x3a", text))
