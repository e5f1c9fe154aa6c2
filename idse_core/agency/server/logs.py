"""The server's log: one JSON object per line, on standard error."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any, Dict

__all__ = ["JsonLines", "configuration"]


class JsonLines(logging.Formatter):
    """Formats a log record as one line of JSON; characters outside ASCII are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line: Dict[str, Any] = {"time": at, "level": record.levelname.lower(), "event": record.getMessage().strip()}
        line.update(getattr(record, "noted", {}))
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configuration() -> Dict[str, Any]:
    """The logging configuration of a server process, for ``logging.config.dictConfig``."""
    handler = {"class": "logging.StreamHandler", "formatter": "json"}
    logger = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": handler},
        "loggers": {"idse.agency": logger, "uvicorn": logger},
    }
