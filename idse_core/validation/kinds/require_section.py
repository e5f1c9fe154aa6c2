"""``require-section``: an artifact has a section with this heading, and content in it."""

from __future__ import annotations

import re
from typing import Iterator, Optional, Tuple

from idse_core.constitution_rules import Reach
from idse_core.late_patterns import late
from idse_core.markdown import Section
from idse_core.open_markers import MARKER
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.contents import said_between, says_nothing
from idse_core.validation.kinds.free_ids import with_free_ids
from idse_core.validation.kinds.inserting import insert_before
from idse_core.validation.kinds.parameters import Parameters
from idse_core.validation.kinds.values import Level, Number, Switch

_WORDS_FIRST = late(r"\s*(?:[-+*] )?(?:\*\*)?[^\W\d_][^\n|]*(?:\n(?![ \t>]*(?:=+|-+)\s*$)|\Z)", re.MULTILINE)
_WORD = late(r"\w+")


class Params(Parameters):
    """Which section.

    Attributes:
        heading: what it is called; numbering, case and a trailing parenthesis are ignored.
        aliases: other headings that are accepted.
        prefix: whether a heading that continues after one of these names is accepted.
        level: only headings of this level, 1 to 6; any by default.
        non_empty: whether it must have content. Code counts, a table with rows, and a subheading that says something, as in
            `### FR-1: The system MUST …`; comments, empty items and subheadings that only name a part don't.
        min_words: the least number of words.
    """

    heading: str
    aliases: Tuple[str, ...] = ()
    prefix: Switch = False
    level: Optional[Level] = None
    non_empty: Switch = False
    min_words: Number = 0


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """One hit when there is no such section, or none with enough content."""
    sections = artifact.sections_called((params.heading, *params.aliases), level=params.level, prefix=params.prefix)
    if not sections:
        yield artifact.hit_on_document(params.heading, heading=params.heading, problem="missing")
        return
    problems = [_problem(params, artifact, section) for section in sections]
    if all(problems) and problems[0]:
        section = sections[0]
        end = section.heading.end if section.heading else section.body_start
        found = artifact.hit(section.start, end, params.heading, heading=params.heading, problem=problems[0])
        yield found._replace(fixable=False)  # only its author knows what is missing in a section


def _problem(params: Params, artifact: ArtifactFacts, section: Section) -> str:
    if not params.non_empty and not params.min_words:
        return ""
    if not params.min_words and _begins_with_words(artifact.text, section.body_start, section.full_end):
        return ""
    body = said_between(artifact, section.body_start, section.full_end)
    if params.non_empty and says_nothing(body):
        return "empty"
    if not params.min_words:
        return ""
    words = len(_WORD.findall(body))
    return f"too short ({words} of {params.min_words} words)" if words < params.min_words else ""


def _begins_with_words(text: str, start: int, end: int) -> bool:
    """Whether a body certainly has content, as most do: no heading line, list marker or border starts like that."""
    return _WORDS_FIRST.match(text, start, end) is not None


def fix(params: Params, artifact: ArtifactFacts, template: ArtifactFacts) -> str:
    """The text with the missing section: from the template if that has one, else with a marker in it."""
    names = (params.heading, *params.aliases)
    if artifact.sections_called(names, level=params.level, prefix=params.prefix):
        return artifact.text
    given = template.sections_called(names, prefix=params.prefix)
    if not given:
        return insert_before(artifact, f"## {params.heading}\n\n{MARKER} {_HINT}\n", len(artifact.text))
    section = given[0]
    body = with_free_ids(template.text[section.start : section.full_end], artifact.text)
    return insert_before(artifact, body, _place_of(section, artifact, template))


_HINT = "Say what belongs here."


def _place_of(section: Section, artifact: ArtifactFacts, template: ArtifactFacts) -> int:
    """The offset before the first section of the artifact that follows this one in the template, else the end."""
    for later in template.document.sections:
        if later.start > section.start and later.heading is not None:
            found = artifact.sections_called((later.heading.text,))
            if found:
                return found[0].start
    return len(artifact.text)


KIND = Kind(
    "require-section", Reach.FILE, Params, check, ("heading", "problem"), fix=fix, minima=("non_empty", "min_words")
)
