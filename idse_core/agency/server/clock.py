"""The time, to be shown: nothing is ever decided by it but how long answers are kept."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

__all__ = ["days_ago", "now"]


def now() -> str:
    """ISO 8601, in UTC, to the second; texts of this form sort by time."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def days_ago(days: int) -> str:
    """The time that many days ago, in the same form."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).isoformat(timespec="seconds")
