"""How long ago something was, in a few letters."""

from __future__ import annotations

from datetime import datetime, timezone

__all__ = ["age"]

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (86_400 * 60, 86_400, "d"))


def age(moment: str, now: datetime) -> str:
    """``2 h ago``; the text itself when it is no ISO 8601 time.

    Args:
        moment: ISO 8601, as written in a file; without a zone it counts as UTC.
        now: with a zone.
    """
    try:
        then = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    except ValueError:
        return moment
    if then.tzinfo is None:
        then = then.replace(tzinfo=timezone.utc)
    seconds = int((now - then).total_seconds())
    if seconds < 5:
        return "just now"
    for limit, unit, name in _STEPS:
        if seconds < limit:
            return f"{seconds // unit} {name} ago"
    return then.strftime("%Y-%m-%d")
