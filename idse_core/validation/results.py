"""What is said of one artifact's text: hits of the rules that look at one file, and notes for those that look further.

It depends on nothing but the constitution, the templates, the stage and the bytes, so it can be kept under a digest of
those.
"""

from __future__ import annotations

from typing import Mapping, NamedTuple, Tuple

from idse_core.validation.findings import Hit

__all__ = [
    "ALL_RULES",
    "DIRECTIVES",
    "ArtifactResult",
    "IdNote",
    "LinkNote",
    "Notes",
    "SpineNote",
    "SuppressionNote",
    "TaskNote",
]

ALL_RULES = "all"
"""What a suppression says when it means every rule."""

DIRECTIVES = ("disable-next-line", "disable-line", "disable-file", "disable", "enable")
"""What a comment can begin with, behind ``idse-``."""


class IdNote(NamedTuple):
    """An id such as ``FR-1`` in an artifact's prose.

    Attributes:
        line, column: 1-based.
        leads: it is the first thing in its list item, table row, heading or line, so it can be a definition there.
        text: the item, row or line it stands in, white space folded.
        heading: the headings above, outermost first.
        waiver: the reason after ``Waived:`` or ``Deferred:`` in that text, else empty; see ``waivers``.
        through: the last id of a range that begins with this one, as in ``FR-1 to FR-9``; else empty.
        digest: of one that leads, what is said below it included: a fingerprint of its words; else empty.
    """

    id: str
    line: int
    column: int
    leads: bool
    text: str
    heading: Tuple[str, ...]
    waiver: str
    excerpt: str
    through: str
    digest: str


class TaskNote(NamedTuple):
    """A task: a list item with a checkbox.

    Attributes:
        key: its number, such as ``1.2``; empty when it has none.
        end_line: the last line of the item, 1-based; what is nested in it belongs to it.
        needs: what stands in ``(Deps: …)``; in the place of a phase, the tasks below its heading.
        files: what stands in ``(Files: …)``, else inline code that is clearly the path of a file.
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
    """A comment that suppresses findings, ends that, or was meant to.

    Attributes:
        directive: one of ``DIRECTIVES``, else the whole word that was meant to be one.
        rules: ids or names, or ``all``.
        first_line, end_line: the lines it covers as long as nothing ends it, 1-based and inclusive; of a comment that
            suppresses nothing the end comes before the first.
        line, column: where the comment stands.
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
        states: what its columns Milestone and Status say, as far as they say anything.
        sessions: what its column Session says.
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
        anchors: what a link can name after ``#``: the headings, as forges write them, and ids that are given.
    """

    ids: Tuple[IdNote, ...] = ()
    tasks: Tuple[TaskNote, ...] = ()
    links: Tuple[LinkNote, ...] = ()
    anchors: Tuple[str, ...] = ()
    spine: Tuple[SpineNote, ...] = ()


class ArtifactResult(NamedTuple):
    """What one artifact's text says.

    Attributes:
        written: it has content that is not just a template's.
        hits: rule id → hits, for the rules that look at one file.
    """

    written: bool
    hits: Mapping[str, Tuple[Hit, ...]]
    notes: Notes = Notes()
    suppressions: Tuple[SuppressionNote, ...] = ()
