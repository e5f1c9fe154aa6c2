"""What several documents share: states, verdicts, counts, agents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional

__all__ = ["AgentItem", "CountsItem", "State", "Verdict"]

State = Literal["pending", "in_progress", "completed"]
Verdict = Literal["unknown", "passing", "failing"]


@dataclass(frozen=True)
class CountsItem:
    """How many findings of each severity."""

    errors: int
    warnings: int
    infos: int


@dataclass(frozen=True)
class AgentItem:
    """An agent of the registry."""

    id: str
    name: str
    mode: Optional[str]
