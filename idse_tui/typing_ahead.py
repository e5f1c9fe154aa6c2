"""Keys that come faster than what they do: each waits until the one before it has done all that it does.

Textual hands a key to what has the focus as soon as it arrives; what opens a field comes back later. Of ``s`` ``b`` ``i`` in
one go, the letters would be commands of the screen that is about to be left.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Callable, Deque, Optional, Union

from textual import events
from textual.message import Message

if TYPE_CHECKING:
    from textual.app import App
    from textual.timer import Timer

__all__ = ["Passed", "TypedAhead"]

Typed = Union[events.Key, events.Paste]

_HOPS = 2
"""The first follows the key, the second what the key has set off."""

_LONGEST = 1.0
"""Seconds that a key waits for the one before it; then something is wrong, and it is better to go on."""

_LOOK = 0.005
"""Seconds between two looks whether what was opened can be typed into."""


class Passed(Message, bubble=True):
    """Follows a key from widget to widget; when it has come to the app, the key has, too.

    Args:
        number: of the key.
        left: how often it is to be sent again.
    """

    def __init__(self, number: int, left: int) -> None:
        super().__init__()
        self.number = number
        self.left = left


class TypedAhead:
    """The keys that wait.

    Args:
        app: whose.
        is_ready: whether what has been opened can be typed into.
    """

    def __init__(self, app: App[int], is_ready: Callable[[], bool]) -> None:
        self._app = app
        self._is_ready = is_ready
        self._waiting: Deque[Typed] = deque()
        self._number = 0
        self._under_way = False
        self._until = 0.0
        self._timer: Optional[Timer] = None

    def hold(self, event: Typed) -> bool:
        """Whether a key has to wait; it is kept then, and comes again."""
        if self._under_way:
            self._waiting.append(event)
        return self._under_way

    def sent(self) -> None:
        """A key has been handed to what has the focus."""
        self._number += 1
        self._under_way = True
        self._until = time.monotonic() + _LONGEST
        self._follow(_HOPS)
        self._look_again(_LONGEST)

    def passed(self, message: Passed) -> None:
        """What follows a key has come."""
        if message.number == self._number:
            self._follow(message.left)

    def _follow(self, left: int) -> None:
        target = self._app.focused or self._app.screen
        if not left or not target.post_message(Passed(self._number, left - 1)):
            self._release()

    def _look_again(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._app.set_timer(seconds, self._release)

    def _release(self) -> None:
        if not self._under_way:
            return
        if time.monotonic() < self._until and not self._is_ready():
            self._look_again(_LOOK)
            return
        if self._timer is not None:
            self._timer.stop()
        if self._waiting:  # until it is its turn, a key that comes now must not overtake it
            self._app.call_next(self._go_on)
        else:
            self._under_way = False

    async def _go_on(self) -> None:
        self._under_way = False
        if self._waiting:
            await self._app.on_event(self._waiting.popleft())
