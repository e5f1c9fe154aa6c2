"""The result for one artifact's text: hits of the rules that look at one file, and notes for rules that look further.

It depends on nothing but the constitution, the templates, the stage and the bytes, so it can be cached under a digest
of those.
"""

from __future__ import annotations

from typing import Mapping, NamedTuple, Tuple

from idse_core.validation.findings import Hit

__all__ = [
    "ALL_RULES",
    "DIRECTIVES",
    "HEADING",
    "ITEM",
    "LINE",
    "ROW",
    "ArtifactResult",
    "IdNote",
    "LinkNote",
    "Notes",
    "SpineNote",
    "SuppressionNote",
    "TaskNote",
]

ALL_RULES = "all"
"""The word by which a suppression names every rule."""

DIRECTIVES = ("disable-next-line", "disable-line", "disable-file", "disable", "enable")
"""The directives that a comment can begin with, after ``idse-``."""


HEADING, LINE, ITEM, ROW = "heading", "line", "item", "row"
"""What an id can come first in. An item is followed by its depth, a row by the number of its table."""


class IdNote(NamedTuple):
    """An id such as ``FR-1`` in an artifact's prose.

    Attributes:
        line, column: 1-based.
        form: what it comes first in, so that it can be a definition: ``heading``, ``line``, ``item1``, ``row3``; empty
            when it does not come first.
        text: the item, row or line that contains it, white space folded.
        heading: the headings above, outermost first.
        waiver: the reason after ``Waived:`` or ``Deferred:`` in that text, else empty; see ``waivers``.
        hollow: a waiver without a reason in that text, such as ``(Deferred)``; else empty.
        through: the last id of a range that begins with this one, as in ``FR-1 to FR-9``; else empty.
        digest: for an id that leads, the fingerprint of its words, with what is said below it; else empty.
        end_line: the last line of what belongs to it, for an id that leads an item or a heading: nested items and
            subsections, too; else its own line.
        quoted: whether it is between backticks, where it may be an example: such an id is not missed when nothing
            defines it.
    """

    id: str
    line: int
    column: int
    form: str
    text: str
    heading: Tuple[str, ...]
    waiver: str
    hollow: str
    excerpt: str
    through: str
    digest: str
    end_line: int
    quoted: bool

    @property
    def leads(self) -> bool:
        """Whether it can be a definition where it is."""
        return bool(self.form)


class TaskNote(NamedTuple):
    """A task: a list item with a checkbox.

    Attributes:
        key: its number, such as ``1.2``; empty when it has none.
        end_line: the last line of the item, with what is nested in it, 1-based.
        needs: the words in ``(Deps: …)``; in the place of a phase, the tasks below its heading.
        files: the paths in ``(Files: …)``, else inline code that is clearly the path of a file.
    """

    key: str
    line: int
    column: int
    done: bool
    text: str
    needs: Tuple[str, ...]
    files: Tuple[str, ...]
    acceptance: str
    heading: Tuple[str, ...]
    end_line: int


class LinkNote(NamedTuple):
    """A link or image."""

    target: str
    line: int
    column: int
    heading: Tuple[str, ...]


class SuppressionNote(NamedTuple):
    """A comment that suppresses findings, ends a suppression, or was meant to.

    Attributes:
        directive: one of ``DIRECTIVES``, else the whole word that was meant to be one.
        rules: ids or names, or ``all``.
        first_line, end_line: the lines it covers unless something ends it earlier, 1-based and inclusive; for a comment
            that suppresses nothing, the end comes before the first line.
        line, column: the position of the comment.
    """

    directive: str
    rules: Tuple[str, ...]
    first_line: int
    end_line: int
    reason: str
    line: int
    column: int

    def line_covers(self, line: int) -> bool:
        """Whether a finding on that line is covered."""
        return self.first_line <= line <= self.end_line


class SpineNote(NamedTuple):
    """A row of the Product Spine.

    Attributes:
        states: the contents of its columns Milestone and Status that are not empty.
        sessions: the content of its column Session.
    """

    primitive: str
    states: Tuple[str, ...]
    sessions: str
    line: int
    column: int
    heading: Tuple[str, ...]
    excerpt: str


class Notes(NamedTuple):
    """What one artifact says that matters to rules about the session or the project.

    Attributes:
        anchors: what a link can name after ``#``: the headings in the form that forges use, and explicit ids.
    """

    ids: Tuple[IdNote, ...] = ()
    tasks: Tuple[TaskNote, ...] = ()
    links: Tuple[LinkNote, ...] = ()
    anchors: Tuple[str, ...] = ()
    spine: Tuple[SpineNote, ...] = ()


class ArtifactResult(NamedTuple):
    """The result for one artifact's text.

    Attributes:
        written: whether it has content beyond a template's.
        hits: rule id → hits, for the rules that look at one file.
    """

    written: bool
    hits: Mapping[str, Tuple[Hit, ...]]
    notes: Notes = Notes()
    suppressions: Tuple[SuppressionNote, ...] = ()
