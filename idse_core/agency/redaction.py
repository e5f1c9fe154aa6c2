"""Making a server's text and the HTTP library's logs safe to show: without secrets or control characters, and short."""

from __future__ import annotations

import logging
from typing import Iterable, List

from idse_core.agency.secret import Secret
from idse_core.printable import one_line

__all__ = ["Redactor"]

_MASK = "****"
_LENGTH = 200
_LOGGERS = ("httpcore.connection", "httpcore.http11", "httpcore.proxy")


class Redactor:
    """Replaces secrets in text and, while it is installed, in the log records of the HTTP library.

    Args:
        secrets: the secrets to replace; empty ones are skipped.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets: List[str] = sorted({s.reveal() for s in secrets if s.reveal()}, key=len, reverse=True)

    def foreign(self, text: str) -> str:
        """A server's text without secrets, on one line of at most 200 characters."""
        line = one_line(self.without_secrets(text))
        return line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"

    def without_secrets(self, text: str) -> str:
        """The text with a mask in place of every secret, since a server may echo what it was sent."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

    def install(self) -> None:
        """Begin to filter the HTTP library's log records."""
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._filter)

    def remove(self) -> None:
        """Stop filtering. Safe to call twice."""
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._filter)

    def _filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = self.without_secrets(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True
