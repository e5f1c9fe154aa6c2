"""``data-schema``: a fenced YAML block, front matter or a YAML file has the fields it should have, of the right types."""

from __future__ import annotations

from dataclasses import field
from typing import Dict, Iterator, Literal, Mapping, Sequence, Tuple, Union

from idse_core.constitution_rules import Reach
from idse_core.markdown import Fence, Section
from idse_core.open_markers import awaits_input, is_open
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.facts import SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import ParameterError, Parameters
from idse_core.validation.kinds.values import Switch

FieldType = Literal["text", "texts", "mapping"]

_EXPECTED = {"text": "a text", "texts": "a list of texts", "mapping": "a mapping"}
_LANGUAGES = ("yaml", "yml")
_EXCERPT_LENGTH = 200


class Params(Parameters):
    """Where the fields are, and which. One of ``under``, ``front_matter`` and ``file`` says where.

    Attributes:
        under: headings of the section that holds the block; a document without such a section is not checked.
        front_matter: look at the YAML at the top of the artifact, as in `{front_matter: true, required: {owner: text}}`.
            Without any, its required fields are missing.
        file: look at a YAML file, by its path from the session's folder, as in
            `{file: deploy.yaml, required: {regions: texts}}`; such a rule takes no `stage`. Without such a file, its
            required fields are missing.
        required: field → type, of the fields that must be there and not be empty.
        optional: field → type, of the fields that may be there; null counts as absent. Any other field is a finding.
        marker: a value that contains this text is skipped: it waits for input, and has a finding already. By default that is
            `[REQUIRES INPUT]`, in any form that counts as this marker.
    """

    under: Tuple[str, ...] = ()
    front_matter: Switch = False
    file: str = ""
    required: Mapping[str, FieldType] = field(default_factory=dict)
    optional: Mapping[str, FieldType] = field(default_factory=dict)
    marker: str = ""

    def __post_init__(self) -> None:
        given = [name for name in ("under", "front_matter", "file") if getattr(self, name)]
        if len(given) > 1:
            hint = "keep one of them: each says where the fields are"
            raise ParameterError(f"'{given[0]}' and '{given[1]}' exclude each other", given[1], hint=hint)
        if not given:
            hint = "one of under: [a heading], front_matter: true, file: a path"
            raise ParameterError("nothing says where the fields are", hint=hint)
        if self.file and not _is_inside(self.file):
            hint = "write it from the session's folder, with '/', such as file: deploy.yaml"
            raise ParameterError(f"'{self.file}' is no path of a file in the session's folder", "file", hint=hint)
        for name in self.optional:
            if name in self.required:
                hint = "leave it where it belongs"
                raise ParameterError(f"'{name}' is both required and optional", "optional", name, hint=hint)


def _is_inside(path: str) -> bool:
    return not set("\\:\0") & set(path) and not {"", ".", ".."} & set(path.split("/"))


def check(params: Params, facts: Union[ArtifactFacts, SessionFacts]) -> Iterator[Hit]:
    """A hit for what is missing or broken as a whole, and for every wrong, missing or unknown field in it."""
    if isinstance(facts, SessionFacts):
        return _check_file(params, facts)
    return _check_front_matter(params, facts) if params.front_matter else _check_block(params, facts)


def _check_block(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    for section in artifact.sections_called(params.under)[:1]:
        fence = _block(artifact, section)
        if fence is None and section.heading is not None:
            yield artifact.hit(section.start, section.heading.end, "no block", problem="has no ```yaml block")
        if fence is not None:
            yield from _check_fence(params, artifact, fence)


def _check_front_matter(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    fence = artifact.document.front_matter
    if fence is not None:
        yield from _check_fence(params, artifact, fence)
    elif params.required:
        yield artifact.hit_on_document("no front matter", problem=f"has no front matter; {_needs(params)}")


def _check_fence(params: Params, artifact: ArtifactFacts, fence: Fence) -> Iterator[Hit]:
    for line, column, problem in _faults(params, fence.text):
        yield _hit(artifact, fence, line, column, problem)


def _check_file(params: Params, session: SessionFacts) -> Iterator[Hit]:
    found = session.file(params.file)
    if found is None:
        return
    if found.problem:
        yield Hit(values=(("problem", f"can't be read: {found.problem}"),), subject="unreadable", path=found.path)
    elif found.text is not None:
        lines = found.text.splitlines()
        for line, column, problem in _faults(params, found.text):
            excerpt = lines[line - 1][:_EXCERPT_LENGTH] if line <= len(lines) else ""
            yield Hit(line, column, line, (("problem", problem),), problem, excerpt=excerpt, path=found.path)
    elif params.required:
        yield Hit(values=(("problem", f"does not exist; {_needs(params)}"),), subject="no file", path=found.path)


def _needs(params: Params) -> str:
    return "it needs " + ", ".join(f"'{name}'" for name in params.required)


def _block(artifact: ArtifactFacts, section: Section) -> Union[Fence, None]:
    inside = (fence for fence in artifact.document.fences if section.body_start <= fence.start < section.full_end)
    return next((fence for fence in inside if fence.language in _LANGUAGES), None)


def _faults(params: Params, text: str) -> Iterator[Tuple[int, int, str]]:
    """Line and column in the YAML, 1-based, and what is wrong there."""
    # Imported here: PyYAML costs start-up time, and the result of this check is cached.
    from idse_core.yaml_text import YamlError, load  # noqa: PLC0415

    try:
        loaded = load(text)
    except YamlError as error:
        if not is_open(text, params.marker):
            yield error.line, error.column, f"is not valid YAML: {error.message}"
        return
    if not isinstance(loaded.value, dict):
        yield 1, 1, "must be a mapping of fields"
        return
    waiting = _waiting(params, text, loaded.value)
    for pointer, problem in _problems(params, loaded.value, waiting):
        present = pointer[0] in loaded.value
        yield (*(loaded.key_place(pointer) if present else (1, 1)), problem)


Problem = Tuple[Tuple[Union[str, int], ...], str]
"""The pointer to a value in the mapping, and what is wrong with it."""


def _waiting(params: Params, text: str, value: Mapping[str, object]) -> Tuple[str, ...]:
    """The fields that still wait for input."""
    if not is_open(text, params.marker):
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


KIND = Kind("data-schema", Reach.FILE, Params, check, ("problem",), reaches=("file", Reach.SESSION))
