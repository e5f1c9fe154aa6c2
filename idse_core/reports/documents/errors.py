"""The document of a call that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional

__all__ = ["ErrorDocument", "ErrorItem"]


@dataclass(frozen=True)
class ErrorItem:
    """What went wrong and what to do about it."""

    code: str
    message: str
    hint: str
    path: Optional[str] = None
    line: Optional[int] = None
    column: Optional[int] = None


@dataclass(frozen=True)
class ErrorDocument:
    """Printed instead of the document when a command with ``--json`` fails; the exit code is the same as without."""

    error: ErrorItem
    schema: Literal["idse.error/1"] = "idse.error/1"
