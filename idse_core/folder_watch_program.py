"""The other process of ``folder_watch``: watches a folder and prints what changed, until its owner ends.

It is run by its path and imports next to nothing, not even the package that it is part of: it runs for as long as the
app does, so its memory counts.
"""

from __future__ import annotations

import _thread
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Protocol, Sequence, Set, Tuple, Union

    class Notify(Protocol):
        """The part of ``watchfiles``' ``RustNotify`` that is used here."""

        def watch(
            self, debounce_ms: int, step_ms: int, timeout_ms: int, stop_event: None
        ) -> Union[Set[Tuple[int, str]], str]:
            """Wait for changes."""


__all__ = ["main"]

_QUIET = 20
"""Milliseconds without a further change before a change counts as complete; as in ``folder_watch``."""

_LONGEST = 200
"""Milliseconds after which changes are reported even while more arrive; as in ``folder_watch``."""


def main(arguments: Sequence[str]) -> None:
    """Print a line for each set of paths, and one that begins with ``!`` when something went wrong.

    Args:
        arguments: the folder, then the search path of the package ``watchfiles``.
    """
    _thread.start_new_thread(_end_with_owner, ())
    folder, *places = arguments
    try:
        notify = _watching(folder, places)
        _say(b"", [])
        for paths in _notified(notify, folder):
            _say(b"", sorted(paths))
    except (OSError, RuntimeError) as error:  # also when the owner is gone
        _say(b"!", [str(error)])
    os._exit(0)  # the thread may be blocked for ever, and there is nothing to clean up


def _watching(folder: str, places: Sequence[str]) -> Notify:
    package = type(sys)("watchfiles")  # replaces the real one, which imports an event loop that nobody needs here
    package.__path__ = list(places)
    sys.modules["watchfiles"] = package
    from watchfiles._rust_notify import RustNotify  # noqa: PLC0415  # importable from here on

    return RustNotify([folder], False, False, 0, True, True)  # noqa: FBT003  # it takes no keyword arguments


def _notified(notify: Notify, folder: str) -> Iterator[Set[str]]:
    """Yield sets of changed paths relative to the folder, with ``/``, until it is gone; ``.`` is the folder itself."""
    inside = os.path.join(folder, "")  # noqa: PTH118  # pathlib is not worth a megabyte here
    while True:
        found = notify.watch(_LONGEST, _QUIET, 0, None)
        if isinstance(found, str):  # a signal
            return
        paths = {path for _, path in found}
        changed = {path[len(inside) :].replace(os.sep, "/") for path in paths if path.startswith(inside)}
        is_gone = folder in paths or not os.path.isdir(folder)  # noqa: PTH112  # as above
        yield {*changed, "."} if folder in paths else changed
        if is_gone:
            return


def _say(kind: bytes, words: Sequence[str]) -> None:
    sys.stdout.buffer.write(kind + b"\0".join(word.encode("unicode_escape") for word in words) + b"\n")
    sys.stdout.buffer.flush()


def _end_with_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
