"""``require-pattern``: a part of an artifact contains text of a given form, often enough."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import Dict, Iterator, List, NamedTuple, Optional, Pattern, Tuple

from idse_core.constitution_rules import Reach
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import Parameters, compiled
from idse_core.validation.kinds.scopes import Scope, spans, visible_text
from idse_core.validation.kinds.values import Count, Switch

Span = Tuple[int, int]


class _Region(NamedTuple):
    """Where to look: the characters ``[low, high)``, called ``place``; ``start`` is the start of its heading."""

    start: Optional[int]
    low: int
    high: int
    place: str


class Params(Parameters):
    """What must be found.

    Attributes:
        pattern: a regular expression; ``^`` and ``$`` match at lines.
        label: what the pattern stands for, for the message.
        under: headings to look below; an absent section is not checked. The whole artifact by default.
        scope: which part of the text. A list item or task begins with its marker.
        min: the least number of matches, in each section.
        ignore_case: whether case is ignored.
        each: whether each span of the scope (each task, say) must match; a hit is reported at those that don't.
    """

    pattern: str
    label: str = "match"
    under: Tuple[str, ...] = ()
    scope: Scope = "text"
    min: Count = 1
    ignore_case: Switch = False
    each: Switch = False

    def __post_init__(self) -> None:
        _ = self.expression  # raises when it is not valid

    @cached_property
    def expression(self) -> Pattern[str]:
        """The regular expression to look for."""
        flags = re.MULTILINE | (re.IGNORECASE if self.ignore_case else 0)
        return compiled(self.pattern, flags, "the pattern", "pattern")


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """One hit per section with too few matches, or per span without one."""
    text = visible_text(artifact, params.scope)
    for region in _regions(params, artifact):
        inside = _within(spans(artifact, params.scope), region)
        if params.each:
            without = [span for span in inside if not params.expression.search(text, *span)]
            yield from _each(params, artifact, region, without, len(inside))
            continue
        matches = (match for span in inside for match in params.expression.finditer(text, *span))
        count = sum(1 for _ in islice(matches, params.min))
        if count < params.min:
            yield _too_few(params, artifact, region, count)


def _each(params: Params, artifact: ArtifactFacts, region: _Region, without: List[Span], total: int) -> Iterator[Hit]:
    """A hit for each span without a match; when none of several spans has one, a single hit that stands for all."""
    values = _values(params, region, "here", 0)
    hits = [artifact.hit(start, _line_end(artifact, start, end), **values) for start, end in without]
    if len(hits) == total > 1:
        start, end = without[0]
        values = _values(params, region, f"in any of the {total}", 0)
        yield artifact.hit(start, _line_end(artifact, start, end), "all", **values)._replace(parts=tuple(hits))
        return
    yield from hits


def _line_end(artifact: ArtifactFacts, start: int, end: int) -> int:
    first = artifact.text.find("\n", start, end)
    return end if first < 0 else first


def _too_few(params: Params, artifact: ArtifactFacts, region: _Region, count: int) -> Hit:
    values = _values(params, region, f"in {region.place}", count)
    if region.start is None:
        return artifact.hit_on_document(params.label, **values)
    return artifact.hit(region.start, region.low, params.label, **values)


def _values(params: Params, region: _Region, which: str, count: int) -> Dict[str, str]:
    """The values for the message, whichever way matches are counted; with ``each``, one match per span is required."""
    least = 1 if params.each else params.min
    return {"place": region.place, "label": params.label, "count": str(count), "min": str(least), "which": which}


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
    "require-pattern",
    Reach.FILE,
    Params,
    check,
    ("count", "label", "min", "place", "which"),
    patterns=("pattern",),
    minima=("min",),
)
