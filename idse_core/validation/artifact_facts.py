"""One artifact's text, for the kinds that look at one file. Facts only; nothing here reads a disk or knows a rule.

Apart from the other facts, because this is what needs the Markdown reader: results that are cached never get here.
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
        stage: whose artifact it is.
        text: its text, without a byte order mark.
        templates: for recognising text that is still a template's.
        spared: line and column of what is let pass, and so is not mended; for fixes.
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
        """The Markdown facts; read when first asked for."""
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
            names: headings.
            level: only headings of this level.
            prefix: whether a heading that goes on after the name counts too.
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
        """The sections of the second level or deeper that say something, but nothing beyond a template."""
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
        """Whether the offset is in a section that is still a template's."""
        return any(section.start <= offset < section.end for section in self.untouched_sections)

    def is_address_at(self, offset: int) -> bool:
        """Whether the offset is in something that leads somewhere, as ``address_spans`` says."""
        starts, ends = self._addresses
        index = bisect_right(starts, offset) - 1
        return index >= 0 and offset < ends[index]

    @cached_property
    def _addresses(self) -> Tuple[List[int], List[int]]:
        """Where addresses start, and for each how far it and those before it reach."""
        from idse_core.markdown.addresses import address_spans  # noqa: PLC0415  # few artifacts need it

        spans = address_spans(self.document)
        return [span.start for span in spans], list(accumulate((span.end for span in spans), max))

    def is_spared(self, hit: Hit) -> bool:
        """Whether what a rule found is let pass, so that a fix leaves it as it is."""
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
            excerpt=self.document.line_text(position.line)[:_EXCERPT_LENGTH],
        )

    def hit_on_document(self, subject: str, **values: str) -> Hit:
        """A hit about something that is not there: it stands on the first line."""
        return Hit(values=tuple(sorted(values.items())), subject=subject)
