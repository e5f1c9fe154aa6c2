"""A piece of text in the user's editor: in a temporary file of its own, while the app steps aside."""

from __future__ import annotations

import tempfile
from pathlib import Path

from textual.app import App

from idse_tui.editor import editor_arguments
from idse_tui.terminal_handover import NotStartedError, hand_over

__all__ = ["EditingError", "edit_text"]


class EditingError(Exception):
    """The text could not be edited; the message says why."""


def edit_text(app: App[int], command: str, text: str, *, name: str) -> str:
    """The text as it is when the editor has ended.

    Args:
        app: gives the terminal away meanwhile.
        command: an editor with its options, as in ``$EDITOR``.
        text: bytes that are no UTF-8 as lone surrogates.
        name: the file's, by which an editor knows the language.

    Raises:
        EditingError: the editor did not start, or left with an error.
    """
    with tempfile.TemporaryDirectory(prefix="idse-edit-") as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        try:
            code = hand_over(app, editor_arguments(command, path, 1))
        except NotStartedError as error:
            raise EditingError(str(error)) from error
        except ValueError as error:
            raise EditingError(f"the editor's command can't be read: {error}") from error
        if code:
            raise EditingError(f"the editor left with code {code}: nothing was taken")
        try:
            return path.read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            raise EditingError(f"the edited text can't be read: {error.strerror}") from error
