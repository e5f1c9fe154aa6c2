"""Writes that wait for each other, made in one transaction: the disk is waited for once, not once for each of them."""

from __future__ import annotations

import threading
from enum import Enum
from typing import Any, Callable, ContextManager, List, Optional, Sequence, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from idse_core.agency.server.problems import ProblemError

__all__ = ["Together"]

_MOST = 32  # writes in one transaction: the last of them is waited for by the first

Result = TypeVar("Result")


class Together:
    """Runs writes in the order in which they come: one leads, and what came meanwhile is written with the next leader's own.

    Each write is all or nothing by itself, and gives its result when the transaction is committed. When that fails as a
    whole, everybody tries alone. Safe to use from many threads.

    Args:
        writing: begins a transaction and commits it, or rolls it back when an exception leaves it.
    """

    def __init__(self, writing: Callable[[], ContextManager[Connection]]) -> None:
        self._writing = writing
        self._guard = threading.Lock()
        self._waiting: List[_Write] = []
        self._is_led = False

    def run(self, act: Callable[[Connection], Result]) -> Result:
        """Do something in a transaction, maybe beside others.

        Args:
            act: must leave alone what it did not write, and may be called again after a failure that was not its own.

        Raises:
            What ``act`` or the transaction raises.
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
        """Write all that waits, and hand over to the first of those that came meanwhile."""
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
    """How far a write is: it waits, it is written or refused, or whoever wants it has to do it alone."""

    WAITING = "waiting"
    DONE = "done"
    ALONE = "alone"


class _Write:
    """One write and what came of it."""

    def __init__(self, act: Callable[[Connection], Any]) -> None:
        self.act = act
        self.turn = threading.Semaphore(0)
        self.result: Any = None
        self.error: Optional[Exception] = None
        self.state = _State.WAITING

    def attempt(self, connection: Connection) -> None:
        """Do it beside others: a refusal is its own business, and takes back nothing of theirs."""
        try:
            with connection.begin_nested():
                self.result = self.act(connection)
        except (ProblemError, IntegrityError) as error:
            self.error = error
