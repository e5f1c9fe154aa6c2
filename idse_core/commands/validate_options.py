"""The options of an `idse validate` call, and which of them exclude each other."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Optional, Tuple

from idse_core.constitution_rules import Severity
from idse_core.pipeline_artifacts import Stage

__all__ = ["ValidateOptions"]

_FOR_PEOPLE = frozenset(["text", "concise"])
"""Formats on stdout that a patch may replace."""


class ValidateOptions(NamedTuple):
    """One call's options; see `idse validate --help`.

    Attributes:
        outputs: the name of a format, and the file; None for stdout.
        fail_on: the lowest severity that makes the call fail; None for never.
        jobs: how many processes may validate.
    """

    session: Optional[str]
    all_sessions: bool
    through: Optional[Stage]
    select: Tuple[str, ...]
    ignore: Tuple[str, ...]
    fail_on: Optional[Severity]
    outputs: Tuple[Tuple[str, Optional[Path]], ...]
    statistics: bool
    since: Optional[str]
    write_baseline: bool
    prune_baseline: bool
    no_baseline: bool
    show_suppressed: bool
    fix: bool
    diff: bool
    watch: bool
    stdin_filename: Optional[str]
    no_state: bool
    no_cache: bool
    jobs: int

    @property
    def narrows(self) -> bool:
        """Whether the call selects only some of the findings."""
        return bool(self.select or self.ignore or self.through or self.since is not None)

    def conflicting(self) -> Tuple[str, ...]:
        """The options that exclude each other, in words."""
        writes_baseline = self.write_baseline or self.prune_baseline
        mends = "--fix" if self.fix else "--diff"
        pairs = (
            (self.no_baseline, writes_baseline, "--no-baseline and writing the baseline"),
            (
                self.prune_baseline,
                self.through is not None or self.since is not None,
                "--prune-baseline and --through or --since",  # a finding that is gone has no stage and no file
            ),
            (bool(self.stdin_filename), writes_baseline, "--stdin-filename and writing the baseline"),
            (self.watch, self.fix or self.diff, f"--watch and {mends}"),
            (self.watch, writes_baseline, "--watch and writing the baseline"),
            (self.watch, bool(self.stdin_filename), "--watch and --stdin-filename"),
            (bool(self.stdin_filename), self.fix or self.diff, f"--stdin-filename and {mends}"),
            (
                bool(self.stdin_filename),
                bool(self.session) or self.all_sessions,
                "--stdin-filename and --session or --all",
            ),
            (self.watch, any(target is not None for _, target in self.outputs), "--watch and output to a file"),
            (
                self.diff,
                any(name not in _FOR_PEOPLE or target is not None for name, target in self.outputs),
                "--diff, which prints a patch, and reports in a machine format or to a file",
            ),
            (self.diff, self.write_baseline or self.prune_baseline, "--diff and writing the baseline"),
        )
        return tuple(f"{words} exclude each other" for one, other, words in pairs if one and other)
