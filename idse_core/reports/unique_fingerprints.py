"""Fingerprints for programs that take findings with equal fingerprints for one."""

from __future__ import annotations

import hashlib
from typing import Dict, Iterable, Iterator

from idse_core.validation.findings import Finding

__all__ = ["unique_fingerprints"]


def unique_fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """One fingerprint per finding; when it repeats an earlier one, another is made."""
    seen: Dict[str, int] = {}
    for item in findings:
        number = seen[item.fingerprint] = seen.get(item.fingerprint, 0) + 1
        yield item.fingerprint if number == 1 else _numbered(item.fingerprint, number)


def _numbered(fingerprint: str, number: int) -> str:
    return hashlib.sha256(f"{fingerprint} {number}".encode("utf-8", "replace")).hexdigest()
