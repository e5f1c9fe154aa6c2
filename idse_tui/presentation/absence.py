"""What to say, and to advise, when the project that is looked at is not there any more."""

from __future__ import annotations

import shlex
from typing import Sequence

from idse_core.printable import one_line

__all__ = ["project_gone"]

_NAMED = 3
"""Projects that are named; of more it is said how many there are."""


def project_gone(project: str, others: Sequence[str], key: str) -> str:
    """That a project is gone, and which others can be opened instead.

    Args:
        project: its id.
        others: the ids of those that are there.
        key: the one that opens another project.
    """
    gone = f"project {one_line(project)} is not there any more"
    if not others:
        return f"{gone}, nor is any other; `idse init {shlex.quote(project)}` creates it anew"
    named = ", ".join(map(one_line, others[:_NAMED]))
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return f"{gone}; {key} opens another: {named}{more}"
