"""A transport that retries after failures that may be temporary.

Every call may be repeated: pulls change nothing, and a push is repeated with the same idempotency key, so that a server
that has accepted it returns the same response again.
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Callable, Optional, TypeVar

from idse_core.agency.protocol import PullPage, PullRequest, PushRequest, PushResult, ServerInfo
from idse_core.agency.transport import Transport
from idse_core.errors import RemoteError
from idse_core.events import Listener, Warned, ignore

if TYPE_CHECKING:
    import tenacity

__all__ = ["RetryingTransport", "TransientError"]

_ATTEMPTS = 5
_WINDOW = 60.0
"""Seconds after the first attempt in which another may begin; also the longest wait that a server may ask for."""
_FIRST_WAIT, _LONGEST_WAIT, _JITTER = 0.1, 5.0, 1.0

T = TypeVar("T")


class TransientError(RemoteError):
    """The endpoint can't be reached now, or asks to retry later.

    Args:
        message: what happened.
        retry_after: seconds to wait, as the endpoint asks; None when it does not.
        hint: what a person can do.
    """

    def __init__(self, message: str, *, retry_after: Optional[float] = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class RetryingTransport(Transport):
    """Calls another transport up to five times within a minute.

    Waits grow from 0.1 to 5 s, with up to 1 s of jitter so that many clients don't return at the same time. A wait that
    the server asks for is respected, but if it would exceed the minute the call fails at once. ``close`` ends a wait.

    Args:
        inner: makes one attempt per call, and raises `TransientError` for a temporary failure.
        on_event: called before every retry, in the thread of the call.
        clock: a monotonic clock, in seconds.
        sleep: waits for a number of seconds, or until the transport is closed.
        chance: gives a random number from 0 to 1.
    """

    def __init__(
        self,
        inner: Transport,
        *,
        on_event: Listener = ignore,
        clock: Callable[[], float] = time.monotonic,
        sleep: Optional[Callable[[float], None]] = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._inner = inner
        self._on_event = on_event
        self._clock = clock
        self._closed = threading.Event()
        self._sleep = sleep or self._rest
        self._chance = chance

    def info(self) -> ServerInfo:
        return self._again(self._inner.info)

    def push(self, request: PushRequest, *, key: str) -> PushResult:
        return self._again(lambda: self._inner.push(request, key=key))

    def pull(self, request: PullRequest) -> PullPage:
        return self._again(lambda: self._inner.pull(request))

    def close(self) -> None:
        self._closed.set()
        self._inner.close()

    def _again(self, call: Callable[[], T]) -> T:
        started = self._clock()
        try:
            return call()
        except TransientError as error:
            failed = [error]

        # tenacity is imported only after a failure, which is then replayed to it as the first attempt.
        def attempt() -> T:
            if failed:
                raise failed.pop()
            return call()

        return self._tried(attempt, started)

    def _tried(self, call: Callable[[], T], started: float) -> T:
        import tenacity  # noqa: PLC0415  # only after a failure

        def is_enough(state: tenacity.RetryCallState) -> bool:
            elapsed = self._clock() - started
            over = state.attempt_number >= _ATTEMPTS or elapsed + state.upcoming_sleep > _WINDOW
            return over or self._closed.is_set()

        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=self._wait,
            stop=is_enough,
            sleep=self._sleep,
            before_sleep=self._tell,
            reraise=True,
        )
        return attempts(call)

    def _rest(self, seconds: float) -> None:
        self._closed.wait(seconds)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = _failure(state)
        if error is not None and error.retry_after is not None:
            return error.retry_after
        growing: float = _FIRST_WAIT * 2.0 ** (state.attempt_number - 1)
        return min(_LONGEST_WAIT, growing + _JITTER * self._chance())

    def _tell(self, state: tenacity.RetryCallState) -> None:
        error = _failure(state)
        self._on_event(Warned(f"{error}; trying again in {state.upcoming_sleep:.1f} s"))


def _failure(state: tenacity.RetryCallState) -> Optional[TransientError]:
    error = None if state.outcome is None else state.outcome.exception()
    return error if isinstance(error, TransientError) else None
