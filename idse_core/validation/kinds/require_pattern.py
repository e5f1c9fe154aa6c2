"""``require-pattern``: a part of an artifact says something of a given form, often enough."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import Iterator, List, NamedTuple, Optional, Pattern, Tuple

from idse_core.constitution_rules import Reach
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.scopes import Scope, spans, visible_text

Span = Tuple[int, int]


class _Region(NamedTuple):
    """Where to look: the characters ``[low, high)``, and what to call that; ``start`` is where its heading starts."""

    start: Optional[int]
    low: int
    high: int
    place: str


class Params(Parameters):
    """What must be found.

    Attributes:
        pattern: a regular expression; ``^`` and ``$`` match at lines.
        label: what it is, for the message.
        under: headings to look below; a section that is absent is not our matter. The whole artifact by default.
        scope: which part of the text.
        min: how many matches at least, in each section.
        ignore_case: whether case counts.
        each: each span of the scope (each task, say) must match; a hit stands at those that don't.
    """

    pattern: str
    label: str = "match"
    under: Tuple[str, ...] = ()
    scope: Scope = "text"
    min: int = 1
    ignore_case: bool = False
    each: bool = False

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"the pattern is not valid: {error}") from error

    @cached_property
    def expression(self) -> Pattern[str]:
        """The regular expression to look for."""
        return re.compile(self.pattern, re.MULTILINE | (re.IGNORECASE if self.ignore_case else 0))


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """One hit per section with too few matches, or per span without one."""
    text = visible_text(artifact, params.scope)
    for region in _regions(params, artifact):
        inside = _within(spans(artifact, params.scope), region)
        if params.each:
            yield from _each(
                params, artifact, [span for span in inside if not params.expression.search(text, *span)], len(inside)
            )
            continue
        matches = (match for span in inside for match in params.expression.finditer(text, *span))
        count = sum(1 for _ in islice(matches, params.min))
        if count < params.min:
            yield _too_few(params, artifact, region, count)


def _each(params: Params, artifact: ArtifactFacts, without: List[Span], total: int) -> Iterator[Hit]:
    """A hit for each span without a match; where that is all of several, one hit for all: nobody does it here."""
    if len(without) == total > 1:
        start, end = without[0]
        yield artifact.hit(
            start, _line_end(artifact, start, end), "all", which=f"in any of the {total}", label=params.label
        )
        return
    for start, end in without:
        yield artifact.hit(start, _line_end(artifact, start, end), which="here", label=params.label)


def _line_end(artifact: ArtifactFacts, start: int, end: int) -> int:
    first = artifact.text.find("\n", start, end)
    return end if first < 0 else first


def _too_few(params: Params, artifact: ArtifactFacts, region: _Region, count: int) -> Hit:
    values = {"place": region.place, "label": params.label, "count": str(count), "min": str(params.min)}
    if region.start is None:
        return artifact.hit_on_document(params.label, **values)
    return artifact.hit(region.start, region.low, params.label, **values)


def _regions(params: Params, artifact: ArtifactFacts) -> List[_Region]:
    if not params.under:
        return [_Region(None, 0, len(artifact.text), "the artifact")]
    return [
        _Region(section.start, section.body_start, section.full_end, f"section '{section.heading.text}'")
        for section in artifact.sections_called(params.under)
        if section.heading is not None
    ]


def _within(found: List[Span], region: _Region) -> List[Span]:
    low, high = region.low, region.high
    return [(max(start, low), min(end, high)) for start, end in found if start < high and end > low]


KIND = Kind(
    "require-pattern", Reach.FILE, Params, check, ("count", "label", "min", "place", "which"), patterns=("pattern",)
)
