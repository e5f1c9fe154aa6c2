"""Who goes first: the app's own thread, and of an artifact what comes into sight."""

from __future__ import annotations

import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Callable, List

import pytest

from idse_core.config import IdseConfig
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_tui.app import IdseApp
from idse_tui.blocks import Canvas
from idse_tui.loading import load_artifact
from idse_tui.look import plain_look
from idse_tui.precedence import Precedence, run
from idse_tui.preparing import prepare
from idse_tui.reading import ProjectReader
from idse_tui.rendering import split
from idse_tui.settings import Settings
from tests.tui.test_speed import long_text


def test_a_worker_waits_while_the_app_has_something_to_do() -> None:
    precedence, went_on = Precedence(), threading.Event()
    precedence.give_way()  # nothing to wait for
    precedence.begin()

    def work() -> None:
        precedence.give_way()
        went_on.set()

    thread = threading.Thread(target=work)
    thread.start()
    precedence.end()
    assert went_on.wait(10)
    thread.join()


def test_it_does_not_wait_for_ever() -> None:
    precedence = Precedence()
    precedence.begin()
    precedence.give_way()
    assert not precedence._at_rest.is_set()


@pytest.mark.skipif(sys.platform == "win32" or sys.version_info < (3, 11), reason="nobody gives way there")
def test_the_event_loop_tells_when_it_has_something_to_do(sample: Path) -> None:
    """A worker that gives way again and again comes to its turn only while the loop waits."""
    app, told, asked = IdseApp(IdseConfig(sample), Settings()), [], []
    end = app.precedence.end

    def ended() -> None:
        told.append(time.monotonic())
        end()

    def leave() -> None:
        asked.append(time.monotonic())
        if told or len(asked) > 100:
            app.exit(0)

    app.precedence.end = ended  # type: ignore[method-assign]  # to count
    app.call_later(lambda: app.set_interval(0.02, leave))
    assert run_headless(app) == 0
    assert told


def run_headless(app: IdseApp) -> object:
    """As ``run`` does it, without a terminal."""
    whole = app.run_async
    app.run_async = partial(whole, headless=True, size=(80, 24))  # type: ignore[method-assign]
    return run(app)


def test_questions_about_many_sessions_give_way_between_them(sample: Path) -> None:
    asked: List[int] = []
    reader = ProjectReader(ProjectWorkspace.open(IdseConfig(sample)), lambda: asked.append(1))
    sessions = reader.workspace.sessions()
    questions: List[Callable[[], object]] = [
        lambda: reader.metadata(sessions),
        lambda: reader.examine(sessions),
        reader.whole,
    ]
    for question in questions:
        asked.clear()
        question()
        assert len(asked) >= len(sessions)


def test_a_long_text_is_split_in_parts_as_in_one() -> None:
    turns: List[int] = []
    text = long_text(6)
    blocks = split(text, lambda: turns.append(1))
    assert len(turns) > 5
    lines = text.split("\n")
    assert all(block.text == "\n".join(lines[block.first - 1 : block.first - 1 + block.size]) for block in blocks)
    covered = {line for block in blocks for line in range(block.first, block.first + block.size)}
    assert {at for at, line in enumerate(lines, 1) if line.strip()} <= covered


@pytest.mark.parametrize("line", [0, 300])
def test_what_comes_into_sight_first_is_prepared_and_no_more(line: int) -> None:
    blocks = split(long_text(6))
    prepared = prepare(blocks, Canvas(70, 20, line, plain_look(), dark=True))
    rows = sum(len(item.strips) for item in prepared.rendered.values())
    assert rows >= 20
    assert len(prepared.rendered) < len(blocks) // 4
    assert any(
        block.first <= max(line, 1) < block.first + block.size + 1
        for block in map(blocks.__getitem__, prepared.rendered)
    )


def test_an_artifact_that_has_not_changed_is_not_split_again(sample: Path) -> None:
    workspace = ProjectWorkspace.open(IdseConfig(sample))
    first = load_artifact(workspace, "billing", Stage.SPEC, lambda _: None)
    assert load_artifact(workspace, "billing", Stage.SPEC, lambda _: None, known=first).blocks is first.blocks
    with first.path.open("a") as file:
        file.write("\nMore.\n")
    again = load_artifact(workspace, "billing", Stage.SPEC, lambda _: None, known=first)
    assert again.blocks[-1].text == "More."
