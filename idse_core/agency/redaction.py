"""Foreign text and foreign logs made fit to be seen: no secret in them, nothing that moves a cursor, not too much."""

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
    """Takes secrets out of text, also out of what the HTTP library logs while this is installed.

    Args:
        secrets: whatever must not be seen; empty ones are skipped.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets: List[str] = sorted({s.reveal() for s in secrets if s.reveal()}, key=len, reverse=True)

    def foreign(self, text: str) -> str:
        """What a server said, on one line of at most 200 characters."""
        line = one_line(self.without_secrets(text))
        return line if len(line) <= _LENGTH else line[: _LENGTH - 1] + "…"

    def without_secrets(self, text: str) -> str:
        """The text with a mask in place of every secret: a server may send back what it was sent."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

    def install(self) -> None:
        """Begin to look at the HTTP library's log records."""
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._filter)

    def remove(self) -> None:
        """End it; safe to call twice."""
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._filter)

    def _filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = self.without_secrets(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True
