"""``--format NAME[:FILE]``: which reports a call writes, and where each goes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Collection, List, Optional, Sequence, Tuple

from idse_core import files
from idse_core.commands.report_targets import report_target
from idse_core.errors import UsageError

__all__ = ["Output", "outputs"]

Output = Tuple[str, Optional[Path]]
"""The name of a format, and the file; None for stdout."""


def outputs(given: Sequence[str], known: Collection[str], *, json_output: bool) -> Tuple[Output, ...]:
    """The reports that a call asked for.

    Args:
        given: the values of ``--format``; without any it is text.
        known: the names of formats.
        json_output: whether ``--json`` was given, which asks for JSON on stdout, beside files.

    Raises:
        UsageError: a format is unknown, a file can't be written or is inside a workspace, or two reports go to one
            place.
    """
    words = list(given) or ([] if json_output else ["text"])
    if json_output and "json" not in words:
        words.append("json")
    found: List[Output] = []
    for word in words:
        name, _, target = word.partition(":")
        if name not in known:
            raise UsageError(f"there is no format '{name}'", hint=f"the formats are {', '.join(known)}")
        found.append((name, report_target(target) if target else None))
    _refuse_one_place_for_two([target for _, target in found])
    return tuple(found)


def _refuse_one_place_for_two(targets: Sequence[Optional[Path]]) -> None:
    if targets.count(None) > 1:
        raise UsageError("only one format can go to stdout", hint="give the others a file, as in json:report.json")
    places = set()
    for target in targets:
        place = _place(target)
        if target is not None and place in places:
            raise UsageError(
                f"two formats can't go to the same file, {target.name}", hint="give each a file of its own"
            )
        places.add(place)


def _place(target: Optional[Path]) -> str:
    """The identity of a target, however its path is written; an open stream is identified by its number."""
    if target is None:
        return ""
    return str(target) if files.stream_number(target) is not None else os.path.realpath(target)
