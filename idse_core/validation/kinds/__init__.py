"""The kinds: what a rule can say. Rules are data; this is the only code they reach.

Each module holds one kind (``combine`` the four compositions): a dataclass of parameters and a pure ``check``. Here stands
what a kind of another package is made of; which kinds there are is known to ``validation/kind_registry``.
"""

from __future__ import annotations

from idse_core.constitution_rules import Reach
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase, strict

__all__ = ["Hit", "Kind", "Phase", "Reach", "strict"]
