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
"""The name of a format, and the file; None is stdout."""


def outputs(given: Sequence[str], known: Collection[str], *, json_output: bool) -> Tuple[Output, ...]:
    """What a call asked for.

    Args:
        given: the values of ``--format``; without any it is text.
        known: names of formats.
        json_output: whether ``--json`` was given, which asks for JSON on stdout, beside files.

    Raises:
        UsageError: there is no such format, a file can't be written to or is inside of a workspace, or two go to one place.
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
    """Where a target is, whatever its path looks like; an open stream is where its number says."""
    if target is None:
        return ""
    return str(target) if files.stream_number(target) is not None else os.path.realpath(target)
