"""One short text for many."""

from __future__ import annotations

import hashlib
import json
from typing import Iterable

__all__ = ["digest_of"]


def digest_of(parts: Iterable[str]) -> str:
    """One short text for many; another one when any of them, or their number, is another."""
    return hashlib.sha256(json.dumps(list(parts)).encode("ascii")).hexdigest()
