"""``forbid-pattern``: a literal text or a pattern must not stand in a given part of an artifact."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Dict, Iterator, Match, Optional, Pattern, Tuple

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
    from idse_core.validation.kinds.passages import Passages

_MATCH_LENGTH = 60
_YAML_COMMENT = late(r"^[ \t]*#[^\r\n]*", re.MULTILINE)
_SELDOM = ("code", "comment")  # parts that no other rule has asked for


class Params(Parameters):
    r"""What must not stand where.

    Attributes:
        literals: exact texts.
        pattern: a regular expression; ``^`` and ``$`` match at lines.
        ignore_case: whether case counts.
        scope: which part of the artifact; by default all text that is not code or comment. A list item or task begins with its
            marker.
        under: only below headings called one of these.
        exceptions: matches that are allowed, exactly as they stand.
        unless_pattern: a regular expression; a match is allowed where this is found in the same list item (with what is nested in it),
            table row or paragraph; below a heading for a match in that. Numbers of items and headings don't count.
        replace: what to write instead, with ``\g<name>`` for groups; makes the rule fixable. Must keep what was said.
        skip_untouched: pass over sections that are still a template's text, where a rule about those says enough.
        front_matter: look into the values of the front matter as well, which is no text otherwise; for the scope `text`.
        skip_addresses: pass over what leads somewhere: destinations and definitions of links, tags, URLs and paths.

    A group called ``match`` in the pattern narrows the finding to that group.
    """

    literals: Tuple[str, ...] = ()
    pattern: str = ""
    ignore_case: Switch = False
    scope: Scope = "text"
    under: Tuple[str, ...] = ()
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
            raise ParameterError("an empty text stands everywhere: it can't be forbidden", "literals", hint=hint)
        _ = self.expression, self.allowing  # raises when one is not valid
        self._check_replacement()

    def _check_replacement(self) -> None:
        try:
            self.expression.sub(self.replace, "")  # read as a template, whether anything is found or not
        except (re.error, LookupError) as error:
            said = error.args[0]  # what a KeyError would put in quotes
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
        """What allows a match that it stands beside; None when nothing does.

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
        """What is looked for before the pattern, which need not be compiled where that is absent."""
        return sought_by(self.expression)

    @cached_property
    def glance(self) -> Glance:
        """Tells whether it is worth looking for."""
        return Glance(*self.sought)


def check(params: Params, artifact: ArtifactFacts) -> Iterator[Hit]:
    """A hit for every match."""
    glance = params.glance
    if params.scope in _SELDOM and glance.is_solid and not glance.may_match(artifact.text):
        return  # without working out what is visible
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
    for low, high in spans(artifact, params.scope):
        for match in pattern.finditer(text, low, high):
            start, end = _narrowed(match)
            if start == end or text[start:end] in params.exceptions:
                continue
            if _counts(params, artifact, start) and not allowed.at(start):
                yield match


def _narrowed(match: Match[str]) -> Tuple[int, int]:
    return match.span("match" if "match" in match.re.groupindex else 0)


def _counts(params: Params, artifact: ArtifactFacts, offset: int) -> bool:
    """Whether a match at this offset stands where the rule looks."""
    if params.under:
        sections = artifact.sections_called(params.under)
        if not any(section.body_start <= offset < section.full_end for section in sections):
            return False
    if params.skip_addresses and artifact.is_address_at(offset):
        return False
    return not (params.skip_untouched and artifact.is_untouched_at(offset))


class _Allowed:
    """Tells where something stands beside a match that makes it harmless."""

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
        """Whether it does around this offset."""
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
    line = artifact.document.line_text(artifact.document.position(start).line)
    return artifact.hit(start, end, subject=f"{found} in {' '.join(line.split())}", match=shown)


def fix(params: Params, artifact: ArtifactFacts, template: ArtifactFacts) -> str:
    """The text with every match written as the rule says; unchanged when the rule says nothing of it."""
    del template
    if not params.replace:
        return artifact.text
    text = artifact.text
    for match in reversed(list(_matches(params, artifact, _visible(params, artifact)))):
        start, end = _narrowed(match)
        if not artifact.is_spared(_hit(artifact, start, end)):
            text = text[:start] + match.expand(params.replace) + text[end:]
    return text


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
