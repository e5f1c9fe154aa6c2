"""A document of a rule's example, in readable form."""

from __future__ import annotations

import json

from idse_core.validation.examples import ExampleError, example_bytes

__all__ = ["example_text"]


def example_text(content: object) -> str:
    r"""The text of the document, or in parentheses why there is none.

    Args:
        content: a text, None for an absent document, or ``{"base64": …}`` for bytes. Bytes that are not UTF-8 are
            written as
            ``\xNN``.
    """
    if content is None:
        return "(there is no such document)"
    try:
        data = example_bytes("example", content)
    except ExampleError:  # in somebody else's pack: `idse rules test` says what is wrong with it
        return json.dumps(content, ensure_ascii=False)
    try:
        return data.decode("utf-8", "surrogatepass") or "(empty)"
    except UnicodeDecodeError:
        return "(not UTF-8: a byte that can't be read is shown as \\xNN)\n" + data.decode("utf-8", "backslashreplace")
