"""Inputs: real documents of each kind, cut, spliced, repeated and salted. The same seed gives the same input."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Callable, List, Sequence, Tuple

from benchmarks.artifacts import artifacts_of
from idse_core import __file__ as _core

__all__ = ["json_bytes", "markdown", "metadata_bytes", "pack_bytes", "suppressions", "yaml"]

_CORE = Path(_core).parent
_LONGEST = 12_000  # characters

_SALT = (
    "<!--", "-->", "<!-- idse-disable-next-line ART003 -- why -->", "<!-- idse-disable all -->", "<!-- idse-enable -->",
    "```", "~~~~", "```yaml\n", "`", "``", "|", "|---|", "\n| a | b |\n|---|---|\n", "[REQUIRES INPUT]", "FR-1", "AC-2.1a",
    "FR-", "FR-1 to FR-9", "- [x] Task 1.1 (Deps: 1.1)", "(Files: a/b.py)", "Waived:", "Deferred: x", "{{", "}}", "{% x %}",
    "...", "…", "TODO", "# ", "## Scope\n", "\n===\n", "\n---\n", "---\na: b\n---\n", "> ", "> > ", "- ", "1. ", "    ", "\t",
    "\r", "\r\n", "\n\n", "\0", "\ud800", "\ufeff", "\u2028", "\x0b", "\x1b[2J", "é", "e\u0301", "\U0001f680", "\u202e",
    "[a](b)", "[a]: b", "![", "](", "[[", "<a@b.c>", "&amp;", "&#0;", "<script>", "<![CDATA[", "\\", "*", "**", "_", "~~",
)  # fmt: skip
_RUNS = (
    "(",
    "[",
    "{",
    "<",
    "> ",
    "- ",
    "*",
    "`",
    "#",
    " ",
    "\t",
    "|",
    "&",
    "a",
    "-",
    "=",
    "\n",
    '"',
    "[a](",
    "<!--",
    "0",
)
_DATA_SALT = (
    "{", "}", "[", "]", ":", ",", '"', "null", "true", "-1", "1e999", "0" * 60, '"a": ', "\\u0000", "\\ud800", "NaN", "<<<<<<< ",
    "&a", "*a", "<<: *a", "!!python/object:os.system", "!x", "? ", "- ", "|\n", ">-\n", "%YAML 9", "---\n", "\t", "\0", "é",
    "severity: off", "locked: false", "extend: ART003", "kind: all", "pattern: '(a+)+$'", "pattern: '('", "with: {}", "stages: all",
)  # fmt: skip


@lru_cache(maxsize=1)
def _documents() -> Tuple[str, ...]:
    sample = [path.read_text(encoding="utf-8") for path in sorted((_CORE / "sample").rglob("*.md"))]
    made = [text for number in (1, 3, 5, 7, 9) for text in artifacts_of(number, 1).values()]
    return (*sample, *made, "")


@lru_cache(maxsize=1)
def _packs() -> Tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted((_CORE / "constitution").glob("*.yaml")))


@lru_cache(maxsize=1)
def _json_documents() -> Tuple[str, ...]:
    found = [path.read_text(encoding="utf-8") for path in sorted((_CORE / "sample").rglob("*.json"))]
    trace = {"schema_version": 1, "sessions": {"a": {"FR-1": {"text": "sha256:0", "cover": ["AC-1"]}}}}
    baseline = {
        "schema_version": 1,
        "findings": [{"project": "p", "session": "s", "rule": "ART003", "fingerprint": "0"}],
    }
    return (*found, json.dumps(trace), json.dumps(baseline), "{}")


def markdown(random: Random) -> str:
    """A text like an artifact's, of up to 12,000 characters."""
    return _spoiled(random, _documents(), _SALT)[:_LONGEST]


def suppressions(random: Random) -> str:
    """A text with many comments that may suppress something."""
    words = (
        "idse-",
        "disable",
        "enable",
        "-next-line",
        "-line",
        "-file",
        " ",
        "ART003",
        "all",
        ",",
        "--",
        "why",
        "-->",
        "\n",
        "<!--",
    )
    comments = "".join(
        f"<!-- {''.join(random.choices(words, k=random.randint(1, 9)))} -->\n- TODO: x\n" for _ in range(9)
    )
    return _spoiled(random, (comments, *_documents()[:3]), _SALT)[:_LONGEST]


def yaml(random: Random) -> str:
    """A text like a YAML document."""
    return _spoiled(random, [_part(random, pack) for pack in _packs()], _DATA_SALT)[:_LONGEST]


def pack_bytes(random: Random) -> bytes:
    """The bytes of something like a rule pack of one or a few rules."""
    pack = random.choice(_packs())
    head, *rules = pack.split("\n  - id: ")
    few = [f"\n  - id: OWN{rule[3:]}" for rule in random.sample(rules, min(len(rules), random.randint(1, 2)))]
    text = head.replace("pack: core", "pack: own") + "".join(few) + "\n"
    return _bytes(random, _spoiled(random, [text], _DATA_SALT, most=3)[:_LONGEST])


def json_bytes(random: Random) -> bytes:
    """The bytes of something like one of the record files."""
    return _bytes(random, _spoiled(random, _json_documents(), _DATA_SALT)[:_LONGEST])


def metadata_bytes(random: Random) -> bytes:
    """The bytes of something like a session's metadata: JSON with the right keys and any values."""
    keys = (
        "session_id",
        "title",
        "session_type",
        "parent_session",
        "depends_on",
        "owner",
        "tags",
        "status",
        "created_at",
        "x",
    )
    values: List[object] = [None, "", "a", "draft", 1, -1.5, True, [], ["a"], [1], {}, {"a": []}, "\ud800", "x" * 500]
    document = {random.choice(keys): random.choice(values) for _ in range(random.randint(0, 9))}
    text = json.dumps(document)
    return _bytes(random, text if random.random() < 0.5 else _spoiled(random, [text], _DATA_SALT, most=3))


def _part(random: Random, text: str) -> str:
    start = random.randrange(len(text) + 1)
    return text[start : start + random.randint(0, 900)]


def _spoiled(random: Random, bases: Sequence[str], salt: Tuple[str, ...], most: int = 12) -> str:
    text = random.choice(bases)
    if random.random() < 0.7:
        text = _part(random, text) if random.random() < 0.5 else text[: random.randint(0, 3000)]
    for _ in range(random.randint(0, most)):
        at = random.randrange(len(text) + 1)
        text = random.choice(_CHANGES)(random, text, at, bases, salt)
        text = text[: 2 * _LONGEST]
    return text


_Change = Callable[[Random, str, int, Sequence[str], Tuple[str, ...]], str]

_CHANGES: Tuple[_Change, ...] = (
    lambda random, text, at, _bases, _salt: text[:at] + text[at + random.randint(1, 80) :],
    lambda random, text, at, _bases, salt: text[:at] + random.choice(salt) + text[at:],
    lambda random, text, at, _bases, salt: text[:at] + "".join(random.choices(salt, k=5)) + text[at:],
    lambda random, text, at, _bases, _salt: text[:at] + random.choice(_RUNS) * random.choice((2, 9, 60, 700)) + text[at:],
    lambda random, text, at, bases, _salt: text[:at] + _part(random, random.choice(bases)) + text[at:],
    lambda random, text, at, _bases, _salt: text[:at] + text[at : at + random.randint(1, 40)] * random.choice((2, 30)) + text[at:],
    lambda random, text, at, _bases, _salt: text[:at] + chr(random.choice((random.randrange(256), random.randrange(0xFFFF)))) + text[at:],
    lambda _random, text, at, _bases, _salt: text[:at],
    lambda _random, text, at, _bases, _salt: text[at:],
    lambda _random, text, _at, _bases, _salt: text.replace("\n", "\r\n"),
)  # fmt: skip


def _bytes(random: Random, text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(random.choice((0, 0, 0, 1, 3))):
        at = random.randrange(len(data) + 1)
        data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
    return data
