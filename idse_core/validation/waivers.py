"""Waivers: a requirement's own statement that plan and tasks may leave it out, and why.

``(Waived: reason)`` or ``(Deferred: reason)`` anywhere, else a sentence, line or table cell that begins with
``Waived:`` or ``Deferred:``, or an item, line or paragraph below the requirement that does. In the middle of a sentence
these words have no special meaning, and a reason contains a word.
"""

from __future__ import annotations

import re

from idse_core.late_patterns import late

__all__ = ["hollow_waiver", "may_waive", "waiver_below", "waiver_in"]

_IN_BRACKETS = late(
    r"\([\s*_]{0,9}(?:waived|deferred)[*_]{0,3}\s{0,9}:[\s*_]{0,9}((?:[^()]|\([^()]*\))*)(?:\)|\Z)", re.IGNORECASE
)
_BY_ITSELF = late(
    r"""(?:^[\s>|*_+\[\]xX-]{0,99}             # a line
        |[.!?;:)\]\u2026]["'*_]{0,3}\s{1,9}     # a sentence
        |\s[-\u2013\u2014]\s{1,9}               # what stands behind a dash
        |-[0-9][0-9.]{0,9}[a-z]?[*_]{0,3}\s{1,9}  # what is said of an id
        |\|\s{0,99})                            # a cell
        [*_]{0,3}(?:Waived|WAIVED|Deferred|DEFERRED)[*_]{0,3}\s{0,9}:""",
    re.VERBOSE | re.MULTILINE,
)
_BELOW = late(
    r"^[\s>*_+-]{0,99}(?:[0-9]{1,9}[.)]\s{1,9})?[*_]{0,3}(?:Waived|WAIVED|Deferred|DEFERRED)[*_]{0,3}\s{0,9}:",
    re.MULTILINE,
)
_END = late(r"\r?\n[ \t>]*(?=\r?\n|[-+*][ \t]|[0-9]{1,9}[.)][ \t])|\|")
_HOLLOW = late(r"\([\s*_]{0,9}(?:waived|deferred)\b[^()\r\n]{0,60}\)", re.IGNORECASE)
_WORD = late(r"[^\W\d_]{2}")
_MARKS = " \t\r\n*_"
_HOLLOW_MARKS = " *_|>+-.!?;\u2013\u2014\u2026"


def may_waive(text: str) -> bool:
    """Whether a text may contain a waiver; most contain none, and need no closer look."""
    folded = text.lower()
    return "waived" in folded or "deferred" in folded


def waiver_in(text: str) -> str:
    """The reason in a requirement's text why it is left out, white space folded; empty when there is none."""
    if not may_waive(text):
        return ""
    for found in _IN_BRACKETS.finditer(text):
        reason = _reason(found.group(1))
        if reason:
            return reason
    for found in _BY_ITSELF.finditer(text):
        reason = _reason(_END.split(text[found.end() :], 1)[0])
        if reason:
            return reason
    return ""


def hollow_waiver(text: str) -> str:
    """A waiver without a reason, such as ``(Deferred)`` or ``(Deferred to v2)``, in a text without a waiver; else empty."""
    if not may_waive(text):
        return ""
    found = _HOLLOW.search(text) or _BY_ITSELF.search(text)
    return " ".join(found.group().split()).strip(_HOLLOW_MARKS) if found else ""


def waiver_below(text: str) -> str:
    """The reason in an item, line or paragraph below a requirement why it is left out; empty when there is none.

    Waivers in brackets or within a sentence there are about something else.
    """
    if not may_waive(text):
        return ""
    for found in _BELOW.finditer(text):
        reason = _reason(_END.split(text[found.end() :], 1)[0])
        if reason:
            return reason
    return ""


def _reason(text: str) -> str:
    return " ".join(text.split()).strip(_MARKS) if _WORD.search(text) else ""
