"""Findings: what a rule says about a place in a document, as values."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, Optional, Tuple

from idse_core.constitution_rules import SESSION, Rule, Severity
from idse_core.pipeline_artifacts import Stage, blueprint_first

__all__ = ["Finding", "Hit", "Part", "apart", "finding", "sort_key"]

_FINGERPRINT_LENGTH = 16


class Hit(NamedTuple):
    """What a kind found: a position, and values for the rule's message. The engine makes a ``Finding`` of it.

    Attributes:
        line, column: 1-based, column in characters.
        end_line: 1-based, inclusive.
        values: placeholder → text, for ``message`` and ``fix``.
        subject: the offending text, for the fingerprint; a finding that moves with its text keeps its identity.
        heading: the headings above, outermost first.
        excerpt: the line as it is in the file, for quoting; may be empty.
        fixable: False when the kind has a fix, but not for this hit.
        parts: for a hit that stands for several, those several.
        stage: the stage of the artifact, when the rule looks at more than one.
        path: the file, when it is not an artifact.
    """

    line: int = 1
    column: int = 1
    end_line: int = 1
    values: Tuple[Tuple[str, str], ...] = ()
    subject: str = ""
    heading: Tuple[str, ...] = ()
    excerpt: str = ""
    fixable: bool = True
    parts: Tuple[Hit, ...] = ()
    stage: Optional[Stage] = None
    session: str = ""
    path: str = ""


class Part(NamedTuple):
    """One of the places that a finding stands for; what would be found if it were the only one."""

    line: int
    column: int
    end_line: int
    message: str
    fix: str
    fingerprint: str
    excerpt: str


class Finding(NamedTuple):
    """One finding.

    Attributes:
        session: empty for a finding about the project as a whole.
        stage: the stage whose artifact it is about, or None.
        path: relative to the folder that holds ``.idse``, with ``/``.
        line, column, end_line: 1-based; columns in characters.
        fingerprint: 16 hex digits; the same as long as rule, artifact, offending text and headings are.
        excerpt: the quoted line, for people; not part of machine formats' identity.
        open_marker: whether it is about a place that waits for a person's input.
        consequence: whether it follows from the state of other artifacts, which have findings of their own.
        justification: for a finding that a comment suppresses, the reason in that comment; else empty.
        parts: for a finding that stands for several, those several. Each can be suppressed or accepted by itself; what is
            left are findings of their own.
    """

    rule: str
    name: str
    article: str
    severity: Severity
    project: str
    session: str
    stage: Optional[Stage]
    path: str
    line: int
    column: int
    end_line: int
    message: str
    fix: str
    fixable: bool
    fingerprint: str
    excerpt: str = ""
    open_marker: bool = False
    consequence: bool = False
    justification: str = ""
    parts: Tuple[Part, ...] = ()


def finding(rule: Rule, hit: Hit, *, project: str, session: str, stage: Optional[Stage], path: str) -> Finding:
    """Make a rule's finding from a hit."""
    where = hit.stage or stage
    of_session = hit.session or session
    own = _part(rule, hit, of_session, where)
    return Finding(
        rule=rule.id,
        name=rule.name,
        article=rule.article,
        severity=rule.severity,
        project=project,
        session=of_session,
        stage=where,
        path=hit.path or path,
        line=own.line,
        column=own.column,
        end_line=own.end_line,
        message=own.message,
        fix=own.fix,
        fixable=rule.fixable and hit.fixable,
        fingerprint=own.fingerprint,
        excerpt=own.excerpt,
        open_marker=rule.marks_open_input,
        consequence=rule.tells_consequences,
        parts=tuple([_part(rule, part, of_session, where) for part in hit.parts]) if hit.parts else (),
    )


def apart(item: Finding) -> Tuple[Finding, ...]:
    """A finding for each part of one that stands for several; else that one."""
    return tuple(item._replace(parts=(), **part._asdict()) for part in item.parts) or (item,)


def _part(rule: Rule, hit: Hit, session: str, stage: Optional[Stage]) -> Part:
    return Part(
        line=hit.line,
        column=hit.column,
        end_line=hit.end_line,
        message=_filled(rule.message, hit.values),
        fix=_filled(_with_session(rule.fix, session), hit.values),
        fingerprint=_fingerprint(rule, hit, session, stage),
        excerpt=hit.excerpt,
    )


def sort_key(item: Finding) -> Tuple[bool, bool, str, int, int, int, str, str]:
    """The fixed order of findings: project, blueprint, then by session, pipeline stage, line, column and rule."""
    stage = -1 if item.stage is None else item.stage.position
    return (bool(item.session), *blueprint_first(item.session), stage, item.line, item.column, item.rule, item.message)


def _with_session(fix: str, session: str) -> str:
    """The fix with the session that its commands are for: whichever is the current one, they can be pasted."""
    placeholder = "{" + SESSION + "}"
    if placeholder not in fix:
        return fix
    from shlex import quote  # noqa: PLC0415  # few rules name a command, and it costs start-up time

    return fix.replace(placeholder, quote(session) if session else "<session-id>")


def _filled(template: str, values: Tuple[Tuple[str, str], ...]) -> str:
    """Plain replacement, not ``str.format`` on purpose: packs come from repositories, and formats reach attributes."""
    for key, value in values:
        template = template.replace("{" + key + "}", value)
    return template


def _fingerprint(rule: Rule, hit: Hit, session: str, stage: Optional[Stage]) -> str:
    subject = " ".join((hit.subject or hit.excerpt).split())
    parts = (rule.id, session, stage.value if stage else hit.path, subject, *hit.heading)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:_FINGERPRINT_LENGTH]
