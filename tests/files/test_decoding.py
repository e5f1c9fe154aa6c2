"""From bytes to text: line ends and the byte order mark, and where text stops being UTF-8."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.errors import UnreadableError
from idse_core.files import decode


def test_decoding_keeps_line_ends_and_hides_the_byte_order_mark() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", path="spec.md") == "a\r\nb\rc\n"
    assert decode("a\ufeffb".encode(), path="spec.md") == "a\ufeffb"
    assert decode(b"", path="spec.md") == ""


@given(
    st.text(alphabet="aé漢😀\r\n\t ", max_size=40), st.booleans(), st.sampled_from([b"\xff", b"\xc3(", b"\xed\xa0\x80"])
)
def test_the_first_bad_byte_is_located_in_characters(text: str, marked: bool, bad: bytes) -> None:
    data = (b"\xef\xbb\xbf" if marked else b"") + text.encode()
    with pytest.raises(UnreadableError, match=f"0x{bad[0]:02X} at offset {len(data)} ") as caught:
        decode(data + bad + b"\nrest", path="spec.md")
    lines = re.split(r"\r\n|\r|\n", text)
    assert caught.value.reason == "encoding"
    assert caught.value.location == f"spec.md:{len(lines)}:{len(lines[-1]) + 1}"
