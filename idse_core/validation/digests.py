"""Digests of lists of texts."""

from __future__ import annotations

import hashlib
import json
from typing import Iterable

__all__ = ["digest_of"]


def digest_of(parts: Iterable[str]) -> str:
    """One digest for many texts; it differs when any of them, or their number, does."""
    return hashlib.sha256(json.dumps(list(parts)).encode("ascii")).hexdigest()
