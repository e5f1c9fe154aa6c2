"""``section-content``: a section, or the whole artifact, holds list items, subsections or the like of a given form."""

from __future__ import annotations

import re
from typing import Iterator, List, Literal, Tuple

from idse_core.constitution_rules import Reach
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.contents import said_between, says_nothing
from idse_core.validation.kinds.parameters import Parameters, compiled
from idse_core.validation.kinds.values import Count

_NOUNS = {
    "list": "list item",
    "task": "task",
    "table": "table row",
    "code": "code block",
    "subsection": "subsection",
}


class Params(Parameters):
    """What must be there, and where.

    Attributes:
        need: what is counted; of subsections those with content.
        under: headings to look below; the whole artifact when there are none. An absent section is not checked.
        min_items: the least number of them.
        item_pattern: only things whose text matches this regular expression count; of a subsection its heading.
    """

    need: Literal["list", "task", "table", "code", "subsection"]
    under: Tuple[str, ...] = ()
    min_items: Count = 1
    item_pattern: str = ""

    def __post_init__(self) -> None:
        compiled(self.item_pattern, 0, "'item_pattern'", "item_pattern")


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """One hit per section with too few of them."""
    things = _things(params, artifact)
    if not params.under:
        count = len(things)
        if count < params.min_items:
            yield artifact.hit_on_document(params.need, **_values(params, "the artifact", count))
        return
    for section in artifact.sections_called(params.under):
        count = sum(1 for start in things if section.body_start <= start < section.full_end)
        if count < params.min_items and section.heading is not None:
            title = section.heading.text
            yield artifact.hit(
                section.start, section.heading.end, params.need, **_values(params, f"section '{title}'", count)
            )


def _values(params: Params, place: str, count: int) -> dict[str, str]:
    noun = _NOUNS[params.need] + ("" if params.min_items == 1 else "s")
    return {"place": place, "count": str(count), "min": str(params.min_items), "need": noun}


def _things(params: Params, artifact: ArtifactFacts) -> List[int]:
    """The offsets where the counted things start."""
    pattern = re.compile(params.item_pattern)
    document = artifact.document
    if params.need == "table":
        rows = [
            (row[0].start, " | ".join(cell.text for cell in row)) for table in document.tables for row in table.rows
        ]
    elif params.need == "code":
        rows = [(fence.start, fence.text) for fence in document.fences]
    elif params.need == "subsection":
        rows = [(section.start, section.heading.text) for section in document.sections if section.heading is not None]
    elif not params.item_pattern:
        tasks_only = params.need == "task"
        return [item.start for item in document.item_places if not tasks_only or item.checked is not None]
    else:
        tasks_only = params.need == "task"
        rows = [(item.start, item.text) for item in document.items if not tasks_only or item.checked is not None]
    found = [start for start, text in rows if pattern.search(text)]
    return [start for start in found if _says_something(artifact, start)] if params.need == "subsection" else found


def _says_something(artifact: ArtifactFacts, start: int) -> bool:
    section = artifact.document.section_at(start)
    return not says_nothing(said_between(artifact, section.body_start, section.end))


KIND = Kind(
    "section-content",
    Reach.FILE,
    Params,
    check,
    ("count", "min", "need", "place"),
    patterns=("item_pattern",),
    minima=("min_items",),
)
