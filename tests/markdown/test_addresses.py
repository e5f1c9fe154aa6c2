"""Which parts of a text are addresses."""

from __future__ import annotations

from typing import List

import pytest

from idse_core.markdown import read
from idse_core.markdown.addresses import address_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [a](b 'c') d", ["(b 'c')"]),
        ("see ![a](b.png).", ["(b.png)"]),
        ("[a ![b](c) d](e)", ["(e)", "(c)"]),
        ("[a \\] b](c)", ["(c)"]),
        ("[a][x] [x][] [x]\n\n[x]: y\n", ["[x]", "[x][]", "[x]", "[x]: y"]),
        ("- [x]:\n  y 'z'\n", ["- [x]:\n  y 'z'"]),
        ("[^x]: y\n", []),
        ("[x]: is the one we mean\n", []),
        ("at https://x.org/a?b=c, www.x.org or a@x.org", ["https://x.org/a?b=c,", "www.x.org", "a@x.org"]),
        ("in docs/a.md or ../b", ["docs/a.md", "../b"]),
        ("FR1/FR2 and 1/2", []),
        ("<b\nid='x'>bold</b> a < b and c > d", ["<b\nid='x'>", "</b>"]),
        ("<code>a <b>c</b></code> d </code> <pre>e", ["<code>a <b>c</b></code>"]),
        ("`a/b` and <!-- a/b -->", []),
    ],
)
def test_addresses(text: str, expected: List[str]) -> None:
    found = {text[span.start : span.end] for span in address_spans(read(text))}

    assert found >= set(expected)
    assert bool(found) is bool(expected)
