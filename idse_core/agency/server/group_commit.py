"""Group commit: writes that are waiting share one transaction, so that the disk is flushed once for all of them."""

from __future__ import annotations

import threading
from enum import Enum
from typing import Any, Callable, ContextManager, List, Optional, Sequence, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from idse_core.agency.server.problems import ProblemError

__all__ = ["Together"]

_MOST = 32  # writes per transaction, because the first of them has to wait for the last

Result = TypeVar("Result")


class Together:
    """Runs writes in the order in which they arrive: one thread leads; those that arrive meanwhile form the next batch.

    Each write is all or nothing by itself, and returns once the transaction is committed. If a transaction with several
    writes fails as a whole, each of them is repeated alone. Safe to use from many threads.

    Args:
        writing: begins a transaction and commits it, or rolls it back when an exception leaves the block.
    """

    def __init__(self, writing: Callable[[], ContextManager[Connection]]) -> None:
        self._writing = writing
        self._guard = threading.Lock()
        self._waiting: List[_Write] = []
        self._is_led = False

    def run(self, act: Callable[[Connection], Result]) -> Result:
        """Call a function in a transaction, possibly together with others.

        Args:
            act: the function; it must not undo other writes, and may be called again after a failure of another one.

        Raises:
            Exception: whatever ``act`` or the transaction raises.
        """
        write = _Write(act)
        with self._guard:
            self._waiting.append(write)
            leads, self._is_led = not self._is_led, True
        if not leads:
            write.turn.acquire()
        if write.state is _State.WAITING:
            self._lead()
        if write.state is _State.ALONE:
            return self._alone(act)
        if write.error is not None:
            raise write.error
        result: Result = write.result
        return result

    def _alone(self, act: Callable[[Connection], Result]) -> Result:
        with self._writing() as connection:
            return act(connection)

    def _lead(self) -> None:
        """Run the waiting writes, and hand over to the first one that arrived meanwhile."""
        with self._guard:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        for write in batch:
            write.state = _State.ALONE
        try:
            self._write(batch)
        except (ProblemError, SQLAlchemyError):
            if len(batch) == 1:
                raise
        finally:
            with self._guard:
                following = self._waiting[:1]
                self._is_led = bool(following)
            for write in (*batch, *following):
                write.turn.release()

    def _write(self, batch: Sequence[_Write]) -> None:
        with self._writing() as connection:
            if len(batch) == 1:
                batch[0].result = batch[0].act(connection)
            else:
                for write in batch:
                    write.attempt(connection)
        for write in batch:
            write.state = _State.DONE


class _State(Enum):
    """The state of a write: waiting, done (written or refused), or to be repeated alone by its own thread."""

    WAITING = "waiting"
    DONE = "done"
    ALONE = "alone"


class _Write:
    """One write and its result or error."""

    def __init__(self, act: Callable[[Connection], Any]) -> None:
        self.act = act
        self.turn = threading.Semaphore(0)
        self.result: Any = None
        self.error: Optional[Exception] = None
        self.state = _State.WAITING

    def attempt(self, connection: Connection) -> None:
        """Run the write in a savepoint, so that a refusal undoes this write only."""
        try:
            with connection.begin_nested():
                self.result = self.act(connection)
        except (ProblemError, IntegrityError) as error:
            self.error = error
