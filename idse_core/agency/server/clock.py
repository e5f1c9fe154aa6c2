"""The time, for display; the only thing that depends on it is how long stored responses are kept."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

__all__ = ["days_ago", "now"]


def now() -> str:
    """The present time in ISO 8601, in UTC, to the second; such texts sort by time."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def days_ago(days: int) -> str:
    """The time a number of days ago, in the same form as `now`."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).isoformat(timespec="seconds")
