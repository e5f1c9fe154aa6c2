"""Workers that only look."""

from __future__ import annotations

from functools import partial
from typing import List

from textual.app import App

from idse_tui.background import start_looking


class _Large:
    """What a job may be given."""

    def __repr__(self) -> str:
        raise AssertionError("nobody reads it, and it takes a quarter of a second with thousands of sessions")


async def test_what_a_job_is_given_is_not_written_out() -> None:
    done: List[object] = []
    app: App[None] = App()
    async with app.run_test():
        worker = start_looking(app, partial(done.append, _Large()), group="look")
        await worker.wait()
        assert worker.description == "look"
    assert len(done) == 1
