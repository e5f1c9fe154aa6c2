"""Fingerprints for programs that take findings with the same one for the same finding."""

from __future__ import annotations

import hashlib
from typing import Dict, Iterable, Iterator

from idse_core.validation.findings import Finding

__all__ = ["unique_fingerprints"]


def unique_fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """The findings' own, one for each; the second with the same one and later ones get others."""
    seen: Dict[str, int] = {}
    for item in findings:
        number = seen[item.fingerprint] = seen.get(item.fingerprint, 0) + 1
        yield item.fingerprint if number == 1 else _numbered(item.fingerprint, number)


def _numbered(fingerprint: str, number: int) -> str:
    return hashlib.sha256(f"{fingerprint} {number}".encode("utf-8", "replace")).hexdigest()
