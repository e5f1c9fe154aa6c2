"""``section-order``: named sections are in order."""

from __future__ import annotations

from typing import Iterator, Mapping, Optional, Tuple

from idse_core.constitution_rules import Reach
from idse_core.markdown import Section
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.parameters import ParameterError, Parameters
from idse_core.validation.kinds.values import Switch


class Params(Parameters):
    """Which sections.

    Attributes:
        order: heading → other headings that are accepted when it is absent, first section first. Absent sections are not
            checked.
        prefix: whether a heading that continues after one of these names counts.
    """

    order: Mapping[str, Tuple[str, ...]]
    prefix: Switch = False

    def __post_init__(self) -> None:
        if not self.order:
            hint = "name the headings in order, each with others that serve as well: {Goal: [], Scope: [In Scope]}"
            raise ParameterError("'order' is empty", "order", hint=hint)


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for every section that stands before one that must come earlier."""
    latest: Optional[Tuple[str, Section]] = None
    for name, aliases in params.order.items():
        found = artifact.sections_called((name,), prefix=params.prefix)
        found = found or artifact.sections_called(aliases, prefix=params.prefix)
        if not found:
            continue
        section = found[0]
        if latest is None or section.start > latest[1].start:
            latest = (name, section)
        elif latest[1].heading is not None:
            earlier, misplaced = latest
            end = latest[1].heading.end
            yield artifact.hit(misplaced.start, end, f"{earlier} {name}", first=earlier, second=name)


KIND = Kind("section-order", Reach.FILE, Params, check, ("first", "second"))
