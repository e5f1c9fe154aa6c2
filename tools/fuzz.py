"""``python -m tools.fuzz``: random inputs for all code that reads foreign data. Prints failures and how to repeat them.

No crash: only documented errors. No hang: each input has a limit of processor time. No finding outside the file: every
reported position is in the text. A failure is repeated with ``--only TARGET --first N --count 1``.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import time
import traceback
from random import Random
from typing import Any, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from tools.fuzzing.targets import TARGETS

__all__ = ["Failure", "fuzz", "main"]

_SLOW = 1.0  # seconds of processor time for one input
_HANGS = 60  # seconds; then the program ends with a traceback of where it hangs
_MOST_FAILURES = 10
_SHOWN = 400  # characters of an input


class Failure(NamedTuple):
    """An input that failed."""

    target: str
    number: int
    what: str
    given: str


def fuzz(
    count: int, seed: int, *, first: int = 0, only: Optional[str] = None
) -> Iterator[Tuple[int, Optional[Failure]]]:
    """Run inputs, and yield for each whether it failed.

    Args:
        count: the number of inputs.
        seed: the seed of all inputs; each depends on it, on the target and on its own number.
        first: the number of the first one.
        only: the one target to run; by default all, by their shares.
    """
    names = [only] if only else [name for name, target in TARGETS.items() for _ in range(target.share)]
    for number in range(first, first + count):
        name = names[Random(f"{seed}:{number}").randrange(len(names))]  # noqa: S311  # not a secret
        given = TARGETS[name].make(Random(f"{seed}:{name}:{number}"))  # noqa: S311
        yield number, _failure(name, number, given)


def _failure(name: str, number: int, given: Any) -> Optional[Failure]:  # noqa: ANN401  # whatever the target takes
    started = time.process_time()
    try:
        TARGETS[name].check(given)
    except Exception:  # noqa: BLE001  # finding out what escapes is what this is for
        return Failure(name, number, traceback.format_exc(limit=-6), repr(given))
    spent = time.process_time() - started
    return Failure(name, number, f"took {spent:.1f} s of processor time", repr(given)) if spent > _SLOW else None


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run as told; returns 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first input")
    parser.add_argument("--only", choices=sorted(TARGETS), metavar="TARGET", help=", ".join(TARGETS))
    options = parser.parse_args(arguments)
    failures: List[Failure] = []
    done = 0
    for number, failure in fuzz(options.count, options.seed, first=options.first, only=options.only):
        faulthandler.dump_traceback_later(_HANGS, exit=True)
        done += 1
        if failure is not None:
            failures.append(failure)
            print(_told(failure, options.seed), flush=True)
        if number % 10_000 == 0:
            print(f"input {number}, {len(failures)} failures", file=sys.stderr, flush=True)
        if len(failures) >= _MOST_FAILURES:
            break
    faulthandler.cancel_dump_traceback_later()
    print(f"{done} inputs, seed {options.seed}: {len(failures)} failures")
    return 1 if failures else 0


def _told(failure: Failure, seed: int) -> str:
    again = f"python -m tools.fuzz --seed {seed} --only {failure.target} --first {failure.number} --count 1"
    return f"{failure.target}: {failure.what}\n  input: {failure.given[:_SHOWN]}\n  again: {again}\n"


if __name__ == "__main__":
    sys.exit(main())
