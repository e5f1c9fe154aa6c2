"""``forbid-pattern``: a literal text or a pattern must not occur in a given part of an artifact."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Dict, Iterator, List, Match, Optional, Pattern, Tuple

from idse_core.constitution_rules import Reach
from idse_core.late_patterns import late
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import Kind
from idse_core.validation.kinds.literals import Glance, Sought, sought_by
from idse_core.validation.kinds.parameters import ParameterError, Parameters, compiled
from idse_core.validation.kinds.scopes import Scope, spans, visible_text
from idse_core.validation.kinds.values import Switch

if TYPE_CHECKING:
    from idse_core.markdown import Section
    from idse_core.validation.kinds.passages import Passages

_MATCH_LENGTH = 60
_LONG_LINE = 2_000  # characters; in a longer line the text near a match identifies it
_NEAR = 200
_YAML_COMMENT = late(r"^[ \t]*#[^\r\n]*", re.MULTILINE)
_SELDOM = ("code", "comment")  # parts that no other rule has needed so far


class Params(Parameters):
    r"""What must not occur, and where.

    Attributes:
        literals: exact texts.
        pattern: a regular expression; ``^`` and ``$`` match at lines.
        ignore_case: whether case is ignored.
        scope: which part of the artifact; by default all text that is not code or comment. A list item or task begins
            with its marker.
        under: only below headings with one of these names.
        under_prefix: whether a heading that continues after one of these names counts.
        exceptions: matches that are allowed in exactly this form.
        unless_pattern: a regular expression; a match is allowed when this is found in the same list item (with what is
            nested in it), table row or paragraph, or below the heading that the match is in. Numbers of items and headings
            don't count.
        replace: the replacement, with ``\g<name>`` for groups; makes the rule fixable. It must keep the meaning.
        skip_untouched: skip sections that are still a template's text, where a rule about those says enough.
        front_matter: whether to look into the values of the front matter as well; for the scope `text`.
        skip_addresses: skip addresses: destinations and definitions of links, tags, URLs and paths.

    A group called ``match`` in the pattern narrows the finding to that group.
    """

    literals: Tuple[str, ...] = ()
    pattern: str = ""
    ignore_case: Switch = False
    scope: Scope = "text"
    under: Tuple[str, ...] = ()
    under_prefix: Switch = False
    exceptions: Tuple[str, ...] = ()
    unless_pattern: str = ""
    replace: str = ""
    skip_untouched: Switch = False
    skip_addresses: Switch = False
    front_matter: Switch = False

    def __post_init__(self) -> None:
        if not self.literals and not self.pattern:
            raise ParameterError("give 'literals' or a 'pattern'", hint="literals: [the text], or pattern: 'the form'")
        if not all(self.literals):
            hint = "take the '' out of the list"
            raise ParameterError("an empty text matches everywhere: it can't be forbidden", "literals", hint=hint)
        _ = self.expression, self.allowing  # raises when one of them is not valid
        self._check_replacement()

    def _check_replacement(self) -> None:
        try:
            self.expression.sub(self.replace, "")  # parsed as a template, whether or not anything matches
        except (re.error, LookupError) as error:
            said = error.args[0]  # the bare message: str() of a KeyError would quote it
            groups = ", ".join(["0", *map(str, range(1, self.expression.groups + 1)), *self.expression.groupindex])
            hint = f"the groups of the pattern are {groups}; a backslash of its own is written twice"
            raise ParameterError(f"'replace' is not valid: {said}", "replace", hint=hint) from error

    @cached_property
    def expression(self) -> Pattern[str]:
        """The regular expression to look for.

        Raises:
            ValueError: the pattern is not valid.
        """
        alternatives = [re.escape(literal) for literal in self.literals]
        if self.pattern:
            alternatives.append(f"(?:{self.pattern})")
        return compiled("|".join(alternatives), self._flags, "the pattern", "pattern")

    @cached_property
    def allowing(self) -> Optional[Pattern[str]]:
        """The expression that allows a match when it is found beside it; None when there is none.

        Raises:
            ValueError: the pattern is not valid.
        """
        if not self.unless_pattern:
            return None
        return compiled(self.unless_pattern, self._flags, "'unless_pattern'", "unless_pattern")

    @property
    def _flags(self) -> int:
        return re.MULTILINE | (re.IGNORECASE if self.ignore_case else 0)

    @cached_property
    def sought(self) -> Sought:
        """The literals to look for first: where they are absent, the pattern need not even be compiled."""
        return sought_by(self.expression)

    @cached_property
    def glance(self) -> Glance:
        """Tells whether it is worth searching for the pattern."""
        return Glance(*self.sought)


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for every match."""
    glance = params.glance
    if params.scope in _SELDOM and glance.is_solid and not glance.may_match(artifact.text):
        return  # without computing which text is visible
    text = _visible(params, artifact)
    if not glance.may_match(text):
        return
    for match in _matches(params, artifact, text):
        yield _hit(artifact, *_narrowed(match))


def _visible(params: Params, artifact: ArtifactFacts) -> str:
    """The text in which to look, as long as the artifact's."""
    text = visible_text(artifact, params.scope)
    front = artifact.document.front_matter if params.front_matter and params.scope == "text" else None
    if front is None:
        return text
    values = _YAML_COMMENT.sub(lambda found: " " * len(found.group()), artifact.text[: front.end])
    return values + text[front.end :]


def _matches(params: Params, artifact: ArtifactFacts, text: str) -> Iterator[Match[str]]:
    """The matches in the visible text that count, in order."""
    pattern = params.expression
    allowed = _Allowed(params.allowing, artifact, text)
    where = _Where(params, artifact)
    for low, high in spans(artifact, params.scope):
        for match in pattern.finditer(text, low, high):
            start, end = _narrowed(match)
            if start == end or text[start:end] in params.exceptions:
                continue
            if where.counts(start) and not allowed.at(start):
                yield match


def _narrowed(match: Match[str]) -> Tuple[int, int]:
    return match.span("match" if "match" in match.re.groupindex else 0)


class _Where:
    """Where the rule looks."""

    def __init__(self, params: Params, artifact: ArtifactFacts) -> None:
        self._params = params
        self._artifact = artifact

    @cached_property
    def _sections(self) -> Tuple[Section, ...]:
        return self._artifact.sections_called(self._params.under, prefix=self._params.under_prefix)

    def counts(self, offset: int) -> bool:
        """Whether a match at this offset is there."""
        params = self._params
        if params.under and not any(section.body_start <= offset < section.full_end for section in self._sections):
            return False
        if params.skip_addresses and self._artifact.is_address_at(offset):
            return False
        return not (params.skip_untouched and self._artifact.is_untouched_at(offset))


class _Allowed:
    """Tells where a match is harmless, because of what is beside it."""

    def __init__(self, expression: Optional[Pattern[str]], artifact: ArtifactFacts, text: str) -> None:
        self._expression = expression
        self._artifact = artifact
        self._text = text
        self._known: Dict[Tuple[int, int], bool] = {}

    @cached_property
    def _passages(self) -> Passages:
        from idse_core.validation.kinds.passages import Passages  # noqa: PLC0415  # few artifacts need it

        return Passages(self._artifact.document)

    def at(self, offset: int) -> bool:
        """Whether a match at this offset is harmless."""
        if self._expression is None:
            return False
        passage = self._passages.around(offset)
        if passage not in self._known:  # which may hold thousands of matches
            search = self._expression.search
            self._known[passage] = any(search(self._text, *part) for part in self._passages.parts(*passage))
        return self._known[passage]


def _hit(artifact: ArtifactFacts, start: int, end: int) -> Hit:
    found = " ".join(artifact.text[start:end].split())
    shown = found if len(found) <= _MATCH_LENGTH else found[: _MATCH_LENGTH - 1] + "…"
    return artifact.hit(
        start, end, subject=f"{found} in {' '.join(_beside(artifact, start, end).split())}", match=shown
    )


def _beside(artifact: ArtifactFacts, start: int, end: int) -> str:
    """The line that a match begins in; of a long one only what is near, so that the cost of many matches is linear."""
    document = artifact.document
    low, high = document.line_span(document.position(start).line)
    if high - low > _LONG_LINE:
        low, high = max(low, start - _NEAR), min(high, end + _NEAR)
    return document.text[low:high]


def fix(params: Params, artifact: ArtifactFacts, template: ArtifactFacts) -> str:
    """The text with every match replaced as the rule says; unchanged when the rule has no replacement."""
    del template
    if not params.replace:
        return artifact.text
    parts: List[str] = []
    done = 0
    for match in _matches(params, artifact, _visible(params, artifact)):
        start, end = _narrowed(match)
        if not artifact.is_spared(_hit(artifact, start, end)):
            parts += (artifact.text[done:start], match.expand(params.replace))
            done = end
    return "".join([*parts, artifact.text[done:]])


KIND = Kind(
    "forbid-pattern",
    Reach.FILE,
    Params,
    check,
    ("match",),
    fix=fix,
    patterns=("pattern", "unless_pattern"),
    derives=("sought",),
    fixes=lambda params: bool(params["replace"]),
)
