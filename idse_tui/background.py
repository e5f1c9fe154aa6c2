"""Work that only looks, or may wait for a network: in a thread that nobody has to wait for when the app ends."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Callable, Optional

from textual.dom import DOMNode
from textual.worker import Worker

__all__ = ["in_background", "let_end", "start_looking"]

_NAME = "idse-background"


async def in_background(job: Callable[[], None]) -> None:
    """Run a job in a thread of its own, which does not keep the program from ending.

    Textual's thread workers do: when the app ends they are waited for, which for an address that does not answer, or an
    artifact of some megabytes, is a minute. Whatever the job raises is raised here; the job knows its worker.
    """
    loop, context = asyncio.get_running_loop(), copy_context()
    ended: asyncio.Future[None] = loop.create_future()

    def tell(error: Optional[BaseException]) -> None:
        if ended.cancelled():
            return
        if error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)

    def run() -> None:
        failure: Optional[BaseException] = None
        try:
            context.run(job)
        except BaseException as error:  # noqa: BLE001  # handed over to whoever waits
            failure = error
        with suppress(RuntimeError):  # the loop is closed: the app has ended meanwhile
            loop.call_soon_threadsafe(tell, failure)

    threading.Thread(target=run, name=_NAME, daemon=True).start()
    await ended


def start_looking(node: DOMNode, job: Callable[[], None], *, group: str, exclusive: bool = True) -> Worker[None]:
    """Start a worker whose job writes nothing that matters, so that nobody waits for it when the app ends.

    Args:
        node: whose worker it is.
        job: runs in a thread.
        group: of workers.
        exclusive: whether the others of the group are cancelled.
    """
    work = partial(in_background, job)  # no coroutine yet: a worker that never starts would leave it behind
    # Described by us: Textual would write out all that the job is given, which can be a view of thousands of sessions.
    return node.run_worker(work, name=group, group=group, description=group, exclusive=exclusive)


def let_end(seconds: float) -> None:
    """Give the threads that are still at work so long, all together, to end by themselves."""
    end = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name == _NAME:
            thread.join(max(end - time.monotonic(), 0.0))
