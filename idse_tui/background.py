"""Work that may wait for a network: in a thread that nobody has to wait for when the app ends."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Callable, Optional

__all__ = ["in_background"]


async def in_background(job: Callable[[], None]) -> None:
    """Run a job in a thread of its own, which does not keep the program from ending.

    Textual's thread workers do: when the app ends they are waited for, which for an address that does not answer is a
    minute. Whatever the job raises is raised here.
    """
    loop = asyncio.get_running_loop()
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
            job()
        except BaseException as error:  # noqa: BLE001  # handed over to whoever waits
            failure = error
        with suppress(RuntimeError):  # the loop is closed: the app has ended meanwhile
            loop.call_soon_threadsafe(tell, failure)

    threading.Thread(target=run, name="idse-background", daemon=True).start()
    await ended
