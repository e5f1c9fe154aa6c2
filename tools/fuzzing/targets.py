"""What is fuzzed: each target makes an input, reads it, and checks the result. Only documented errors may escape."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

from idse_core.agent_registry import AgentRegistry
from idse_core.constitution_rules import Reach
from idse_core.errors import IdseError
from idse_core.markdown import READERS, MarkdownDocument
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.session_metadata import SessionMetadata
from idse_core.stage_state_model import StageStateModel, ValidationStatus
from idse_core.trace_record import TraceRecord
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.baseline import Baseline
from idse_core.validation.constitution import core_constitution
from idse_core.validation.findings import Hit
from idse_core.validation.notes import take_notes
from idse_core.validation.packs import PackSource, compile_packs
from idse_core.validation.report_json import findings_from_json, report_from_json
from idse_core.validation.rule_runner import RunnableRule
from idse_core.validation.suppressions import take_suppressions
from idse_core.yaml_text import YamlError, load
from tools.fuzzing import inputs

__all__ = ["TARGETS", "Target"]

_TEMPLATES = PipelineArtifacts()
_STAGES = tuple(Stage)


class Target(NamedTuple):
    """Something that reads an input.

    Attributes:
        make: makes an input from a random generator.
        check: reads the input; raises when something is wrong.
        share: its share of all inputs, relative to those of the others.
    """

    make: Callable[[Random], Any]
    check: Callable[[Any], None]
    share: int


def _within(start: int, end: int, text: str) -> None:
    assert 0 <= start <= end <= len(text), (start, end, len(text))


def _read_with(name: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        _check_document(READERS[name](text), text)

    return check


def _check_document(document: MarkdownDocument, text: str) -> None:
    things: List[Sequence[Any]] = [document.headings, document.items, document.tables, document.fences]
    things += [document.links, document.code_spans, document.comments]
    for thing in (item for several in things for item in several):
        _within(thing.start, thing.end, text)
        position = document.position(thing.start)
        assert 1 <= position.line <= document.line_count
    for section in document.sections:
        _within(section.start, section.full_end, text)
        _within(section.body_start, section.end, text)
    for masked in (document.prose, document.code, document.comment_text):
        assert len(masked) == len(text)


def _examine(given: Tuple[Stage, str]) -> None:
    """Run all core rules about one file, and take its notes and suppressions."""
    stage, text = given
    artifact = ArtifactFacts(stage, text, _TEMPLATES)
    notes = take_notes(artifact)
    places = [(note.line, note.column) for note in notes.ids]
    places += [(note.line, note.column) for note in notes.tasks]
    places += [(note.line, note.column) for note in notes.links]
    for line, column in places:
        _check_place(artifact, line, column)
    _check_suppressions(artifact)
    for rule in _rules()[stage]:
        for hit in rule.hits(artifact):
            _check_hit(artifact, hit)
    _TEMPLATES.is_untouched(stage, text)


def _suppress(text: str) -> None:
    _check_suppressions(ArtifactFacts(Stage.SPEC, text, _TEMPLATES))


def _check_suppressions(artifact: ArtifactFacts) -> None:
    for found in take_suppressions(artifact):
        _check_place(artifact, found.line, found.column)
        assert found.first_line >= 1
        assert found.rules


def _check_hit(artifact: ArtifactFacts, hit: Hit) -> None:
    _check_place(artifact, hit.line, hit.column)
    assert hit.line <= hit.end_line <= artifact.document.line_count, hit


def _check_place(artifact: ArtifactFacts, line: int, column: int) -> None:
    assert 1 <= line <= artifact.document.line_count, (line, artifact.document.line_count)
    assert 1 <= column <= len(artifact.document.line_text(line)) + 2, (line, column)


@lru_cache(maxsize=1)
def _rules() -> Dict[Stage, List[RunnableRule]]:
    active = [RunnableRule(rule) for rule in core_constitution().rules.active() if rule.reach is Reach.FILE]
    return {stage: [item for item in active if stage in item.rule.stages] for stage in Stage}


def _compile(data: bytes) -> None:
    try:
        rules = compile_packs([PackSource("own.yaml", data, core=False)])
    except IdseError as error:
        _check_error(error)
        return
    assert len(rules) >= 0


def _parse(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        try:
            parse(data)
        except IdseError as error:
            _check_error(error)

    return check


def _check_error(error: IdseError) -> None:
    assert error.message
    _check_numbers(error.line or 1, error.column or 1)
    assert str(error)


def _check_numbers(line: int, column: int) -> None:
    assert line >= 1
    assert column >= 1


def _state(data: bytes) -> None:
    model = StageStateModel.parse(data, path="session_state.json")
    model.session("auth-login")
    changed = model.record("auth-login", {}, ValidationStatus.PASSING).select("other")
    assert StageStateModel.parse(changed.serialize(), path="x").session("auth-login") is not None


def _registry(data: bytes) -> None:
    registry = AgentRegistry.parse(data, path="agent_registry.json")
    AgentRegistry.parse(registry.serialize(), path="x")
    for stage in Stage:
        registry.for_stage(stage)


def _metadata(data: bytes) -> None:
    metadata = SessionMetadata.parse(data, "a", path="session.json")
    again = SessionMetadata.parse(metadata.serialize(), "a", path="x")
    assert again._replace(raw={}) == metadata._replace(raw={}), (again, metadata)


def _trace(data: bytes) -> None:
    record = TraceRecord.parse(data, path="trace.json")
    record.session("a")
    TraceRecord.parse(record.serialize(), path="x")


def _baseline(data: bytes) -> None:
    baseline = Baseline.parse(data, path="baseline.json")
    Baseline.parse(baseline.serialize(), path="x")


def _yaml(text: str) -> None:
    try:
        load(text)
    except YamlError as error:
        _check_numbers(error.line, error.column)


def _cache(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    report_from_json("a", text)
    findings_from_json(text)


def _any_stage(random: Random) -> Tuple[Stage, str]:
    return random.choice(_STAGES), inputs.markdown(random)


TARGETS: Dict[str, Target] = {
    **{
        f"markdown-{name}": Target(inputs.markdown, _read_with(name), 5 if name == "markdown-it" else 30)
        for name in READERS
    },
    "artifact": Target(_any_stage, _examine, 14),
    "suppressions": Target(inputs.suppressions, _suppress, 10),
    "packs": Target(inputs.pack_bytes, _compile, 6),
    "yaml": Target(inputs.yaml, _yaml, 6),
    "state": Target(inputs.json_bytes, _parse(_state), 7),
    "registry": Target(inputs.json_bytes, _parse(_registry), 5),
    "metadata": Target(inputs.metadata_bytes, _parse(_metadata), 7),
    "trace": Target(inputs.json_bytes, _parse(_trace), 4),
    "baseline": Target(inputs.json_bytes, _parse(_baseline), 4),
    "cache": Target(inputs.json_bytes, _cache, 2),
}
