"""One artifact's text, for the kinds that look at one file. Facts only; nothing here reads a disk or knows a rule.

Kept apart from the other facts because only this needs the Markdown reader: cached results never get here.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import AbstractSet, Dict, List, Mapping, Optional, Sequence, Tuple

from idse_core.markdown import MarkdownDocument, Section, plain_title, read, title_forms
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.validation.findings import Hit

__all__ = ["ArtifactFacts"]

_EXCERPT_LENGTH = 200


class ArtifactFacts:
    """One artifact's text, for kinds that look at one file.

    Args:
        stage: the stage that the artifact belongs to.
        text: its text, without a byte order mark.
        templates: to recognise text that is still the template's.
        spared: line and column of hits that a fix must leave alone.
    """

    def __init__(
        self,
        stage: Stage,
        text: str,
        templates: PipelineArtifacts,
        *,
        spared: AbstractSet[Tuple[int, int]] = frozenset(),
    ) -> None:
        self.stage = stage
        self.text = text
        self.templates = templates
        self._spared = spared

    @cached_property
    def document(self) -> MarkdownDocument:
        """The structure of the Markdown; read on first use."""
        return read(self.text)

    @cached_property
    def titled_sections(self) -> Mapping[str, Tuple[Section, ...]]:
        """Title → the sections that can be called that, in order."""
        found: Dict[str, List[Section]] = {}
        for section in self.document.sections:
            if section.heading is not None:
                for title in title_forms(section.heading.text):
                    found.setdefault(title, []).append(section)
        return {title: tuple(sections) for title, sections in found.items()}

    def sections_called(
        self, names: Sequence[str], *, level: Optional[int] = None, prefix: bool = False
    ) -> Tuple[Section, ...]:
        """The sections whose heading is one of ``names``, numbering and case ignored, in the order of the text.

        Args:
            names: the headings to look for.
            level: if given, only headings of this level count.
            prefix: whether a heading that continues after the name counts too.
        """
        wanted = {plain_title(name): True for name in names}
        longer = tuple(f"{title} " for title in wanted) if prefix else ()
        titles = self.titled_sections
        found = {
            section.start: section
            for title in (titles if prefix else wanted)
            if title in wanted or title.startswith(longer)
            for section in titles.get(title, ())
            if level is None or (section.heading is not None and section.heading.level == level)
        }
        return tuple(found[start] for start in sorted(found))

    @cached_property
    def untouched_sections(self) -> Tuple[Section, ...]:
        """The sections of level 2 or deeper that have content, but none beyond a template's."""
        return tuple(section for section in self.document.sections if self._is_untouched(section))

    def _is_untouched(self, section: Section) -> bool:
        heading = section.heading
        if heading is None or heading.level == 1:
            return False
        body = self.text[section.body_start : section.end]
        if not self.templates.section_is_untouched(self.stage, heading.text, body):
            return False
        return bool(self.content(section.body_start, section.end).strip())

    def content(self, start: int, end: int) -> str:
        """The characters ``[start, end)`` without HTML comments."""
        text = self.text[start:end]
        for comment in reversed(self.document.comments if "<!--" in text else ()):
            if start <= comment.start < end:
                text = text[: comment.start - start] + text[comment.end - start :]
        return text

    def is_untouched_at(self, offset: int) -> bool:
        """Whether the offset is in a section that is still as its template has it."""
        return any(section.start <= offset < section.end for section in self.untouched_sections)

    def is_address_at(self, offset: int) -> bool:
        """Whether the offset is in an address, as ``address_spans`` defines it."""
        starts, ends = self._addresses
        index = bisect_right(starts, offset) - 1
        return index >= 0 and offset < ends[index]

    @cached_property
    def _addresses(self) -> Tuple[List[int], List[int]]:
        """The offsets where addresses start, and for each the furthest end of it and those before it."""
        from idse_core.markdown.addresses import address_spans  # noqa: PLC0415  # few artifacts need it

        spans = address_spans(self.document)
        return [span.start for span in spans], list(accumulate((span.end for span in spans), max))

    def is_spared(self, hit: Hit) -> bool:
        """Whether a hit is suppressed or accepted, so that a fix must leave it alone."""
        return (hit.line, hit.column) in self._spared

    def hit(self, start: int, end: int, subject: str = "", **values: str) -> Hit:
        """A hit at the characters ``[start, end)`` of the text."""
        position = self.document.position(start)
        last = self.document.position(max(start, end - 1))
        return Hit(
            line=position.line,
            column=position.column,
            end_line=last.line,
            values=tuple(sorted(values.items())),
            subject=subject or self.text[start:end],
            heading=self.document.section_at(start).path,
            excerpt=self.document.line_text(position.line, _EXCERPT_LENGTH),
        )

    def hit_on_document(self, subject: str, **values: str) -> Hit:
        """A hit about something that is missing: it is reported on the first line."""
        return Hit(values=tuple(sorted(values.items())), subject=subject)
