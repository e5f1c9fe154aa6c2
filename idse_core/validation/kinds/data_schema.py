"""``data-schema``: a fenced YAML block has the fields it should have, each of the right type."""

from __future__ import annotations

from dataclasses import field
from typing import Dict, Iterator, Literal, Mapping, Sequence, Tuple, Union

from idse_core.constitution_rules import Reach
from idse_core.markdown import Fence, Section
from idse_core.open_markers import awaits_input, is_open
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters

FieldType = Literal["text", "texts", "mapping"]

_EXPECTED = {"text": "a text", "texts": "a list of texts", "mapping": "a mapping"}
_LANGUAGES = ("yaml", "yml")


class Params(Parameters):
    """What the block must hold.

    Attributes:
        under: headings of the section that holds the block; a document without such a section is not checked.
        required: field → type, of the fields that must be there and not be empty.
        optional: field → type, of the fields that may be there; null counts as absent. Any other field is a finding.
        marker: a value that contains this text is skipped: it waits for input, and has a finding already. By default that is
            `[REQUIRES INPUT]`, in any form that counts as this marker.
    """

    under: Tuple[str, ...]
    required: Mapping[str, FieldType] = field(default_factory=dict)
    optional: Mapping[str, FieldType] = field(default_factory=dict)
    marker: str = ""


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for a missing or broken block, and for every wrong, missing or unknown field in it."""
    for section in artifact.sections_called(params.under)[:1]:
        fence = _block(artifact, section)
        if fence is None and section.heading is not None:
            yield artifact.hit(section.start, section.heading.end, "no block", problem="has no ```yaml block")
        if fence is not None:
            yield from _check_block(params, artifact, fence)


def _block(artifact: ArtifactFacts, section: Section) -> Union[Fence, None]:
    inside = (fence for fence in artifact.document.fences if section.body_start <= fence.start < section.full_end)
    return next((fence for fence in inside if fence.language in _LANGUAGES), None)


def _check_block(params: Params, artifact: ArtifactFacts, fence: Fence) -> Iterator[Hit]:
    # Imported here: PyYAML costs start-up time, and the result of this check is cached by the artifact's digest.
    from idse_core.yaml_text import YamlError, load  # noqa: PLC0415

    try:
        loaded = load(fence.text)
    except YamlError as error:
        if not is_open(fence.text, params.marker):
            yield _hit(artifact, fence, error.line, error.column, f"is not valid YAML: {error.message}")
        return
    if not isinstance(loaded.value, dict):
        yield _hit(artifact, fence, 1, 1, "must be a mapping of fields")
        return
    waiting = _waiting(params, fence, loaded.value)
    for pointer, problem in _problems(params, loaded.value, waiting):
        present = pointer[0] in loaded.value
        line, column = loaded.key_place(pointer) if present else (1, 1)
        yield _hit(artifact, fence, line, column, problem)


Problem = Tuple[Tuple[Union[str, int], ...], str]
"""The pointer to a value in the mapping, and what is wrong with it."""


def _waiting(params: Params, fence: Fence, value: Mapping[str, object]) -> Tuple[str, ...]:
    """The fields that still wait for input."""
    if not is_open(fence.text, params.marker):
        return ()
    return tuple(name for name, content in value.items() if awaits_input(content, params.marker))


def _problems(params: Params, value: Mapping[str, object], waiting: Sequence[str]) -> Iterator[Problem]:
    known: Dict[str, FieldType] = {**params.required, **params.optional}
    for name in value:
        if name not in known:
            yield (name,), f"has an unknown field '{name}'{_suggestion(name, list(known))}"
    for name, expected in known.items():
        if name in waiting:
            continue
        content = value.get(name)
        if content in (None, "", [], {}):
            if name in params.required:
                yield (name,), f"needs '{name}', {_EXPECTED[expected]}"
        else:
            yield from _type_problems(name, content, expected)


def _type_problems(name: str, content: object, expected: FieldType) -> Iterator[Problem]:
    if expected == "texts" and isinstance(content, list):
        for index, item in enumerate(content):
            if not isinstance(item, str):
                quoted = ": put it in quotes" if isinstance(item, (dict, int, float)) else ""
                yield (name, index), f"'{name}' must be a list of texts, but item {index + 1} is {_kind(item)}{quoted}"
    elif not isinstance(content, {"text": str, "texts": list, "mapping": dict}[expected]):
        yield (name,), f"'{name}' must be {_EXPECTED[expected]}, not {_kind(content)}"


def _kind(content: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", type(None): "empty"}
    return names.get(type(content), "a number or date")


def _suggestion(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # only for a hint, and it costs start-up time

    close = get_close_matches(name, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _hit(artifact: ArtifactFacts, fence: Fence, line: int, column: int, problem: str) -> Hit:
    """A hit at a position inside the block; line and column are 1-based within the block."""
    lines = artifact.text[fence.content_start : fence.end].splitlines(keepends=True)
    before = sum(len(text) for text in lines[: line - 1])
    skipped = _indentation(fence, lines, line) + column - 1
    start = min(fence.content_start + before + skipped, fence.end)
    end = start + max(1, len(lines[line - 1].rstrip()) - skipped) if line <= len(lines) else start + 1
    return artifact.hit(start, min(end, len(artifact.text)), problem, problem=problem)


def _indentation(fence: Fence, lines: Sequence[str], line: int) -> int:
    """How much of the line's indentation belongs to the fence, in characters."""
    own = fence.text.splitlines()
    if not 1 <= line <= min(len(lines), len(own)):
        return 0
    return max(0, len(lines[line - 1].rstrip("\r\n")) - len(own[line - 1]))


KIND = Kind("data-schema", Reach.FILE, Params, check, ("problem",))
