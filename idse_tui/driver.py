"""The terminal's driver: Textual's own, which goes on reading keys after bytes that are no text."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

__all__ = ["TolerantDriver"]


class TolerantDriver(LinuxDriver):
    """For Linux and macOS. A paste or a slow line may bring half a character, which is no reason to end the app."""

    def run_input_thread(self) -> None:
        """Read keys until the app ends; of what was read at once with bad bytes, nothing is taken."""
        while True:
            try:
                super().run_input_thread()
            except UnicodeDecodeError:
                if not self.exit_event.is_set():
                    continue
            return
