"""Read-only queries to git. The only place where it is run.

A repository may come from anybody, with a configuration that names programs to run. File system monitors, external diff
programs and text converters are switched off here; a ``clean`` filter is not, since without it git could not tell what
changed.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from idse_core.errors import UsageError

__all__ = ["ask"]

_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_PLAIN = ("--no-ext-diff", "--no-textconv")
_COMPARING = frozenset({"diff", "show"})


def ask(folder: Path, command: str, *arguments: str, seconds: float = 60.0) -> subprocess.CompletedProcess[bytes]:
    """Run a git command that only reads; ``returncode`` says whether it succeeded.

    Args:
        folder: where git is run.
        command: a git subcommand that only reads.
        arguments: the arguments of that subcommand.
        seconds: the time limit.

    Raises:
        UsageError: git is not installed, can't be started, or takes too long.
    """
    plain = _PLAIN if command in _COMPARING else ()
    line = ["git", *_SAFE, "-C", str(folder), command, *plain, *arguments]
    try:
        return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=seconds)
    except FileNotFoundError:
        raise UsageError("git is not installed", hint="install it, or do without what compares with git") from None
    except subprocess.TimeoutExpired:
        raise UsageError("git took too long to answer", hint="try again when the machine is less busy") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"git can't be started: {error}", hint="see whether `git --version` runs") from error
