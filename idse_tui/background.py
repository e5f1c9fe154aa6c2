"""Work in threads: what only looks or may wait for a network, for which nobody waits when the app ends, and what changes something."""

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

from idse_core.errors import IdseError
from idse_tui.messages import Failed

__all__ = ["in_background", "let_end", "start_changing", "start_looking", "telling"]

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


def start_changing(node: DOMNode, job: Callable[[], None]) -> None:
    """Start a worker whose job writes: the app does not end before it has."""
    node.run_worker(job, thread=True, name="do", group="do", description="do")


def telling(node: DOMNode, job: Callable[[], None], what: str) -> Callable[[], None]:
    """The job, which posts what goes wrong as is to be expected.

    Args:
        node: who hears of it.
        job: runs in a thread.
        what: it was about, in words or as a command.
    """

    def told() -> None:
        try:
            job()
        except IdseError as error:
            node.post_message(Failed(error, what))

    return told


def let_end(seconds: float) -> None:
    """Give the threads that are still at work so long, all together, to end by themselves."""
    end = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name == _NAME:
            thread.join(max(end - time.monotonic(), 0.0))
