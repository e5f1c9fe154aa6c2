"""The kinds: what a rule can say. Rules are data; this is the only code they reach.

Each module holds one kind (``combine`` the four compositions): a dataclass of parameters and a pure ``check``. This
package exports what kinds of other packages are made of; ``validation/kind_registry`` knows which kinds there are.
"""

from __future__ import annotations

from idse_core.constitution_rules import Reach
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind, Phase, strict

__all__ = ["Hit", "Kind", "Phase", "Reach", "strict"]
