"""The Constitution as data: articles, rules, and how a later pack may change an earlier one.

Nothing here looks at a document. A rule names a *kind*; what a kind does is defined in ``validation/kinds``.
"""

from __future__ import annotations

from enum import Enum
from typing import Dict, Iterable, Iterator, Mapping, NamedTuple, Optional, Tuple, Union

from idse_core.errors import PackError, UsageError
from idse_core.late_patterns import late
from idse_core.pipeline_artifacts import Stage

__all__ = ["SESSION", "Article", "ConstitutionRules", "Example", "Examples", "Reach", "Rule", "RuleChange", "Severity"]

SESSION = "session_id"
"""The placeholder that every ``fix`` may name: the finding's session, quoted for a shell. A command without it would act on
the current session, which may be another one by the time somebody pastes it."""

OPEN_MARKER = "open-marker"
"""The tag of rules whose findings are places that still wait for a person's input."""

CONSEQUENCE = "consequence"
"""The tag of rules whose findings follow from the state of other artifacts, not from the text of their own."""


_PLACEHOLDER = late(r"\{([a-z_]+)\}")


class Severity(str, Enum):
    """How bad a finding is; a rule that is ``off`` makes none."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"

    def __str__(self) -> str:
        return str(self.value)

    @property
    def rank(self) -> int:
        """3 for error … 0 for off."""
        return _RANKS[self]

    def at_least(self, other: Severity) -> bool:
        """Whether this is as bad as ``other``, or worse."""
        return self.rank >= other.rank


_RANKS: Dict[Severity, int] = {Severity.ERROR: 3, Severity.WARNING: 2, Severity.INFO: 1, Severity.OFF: 0}


class Reach(str, Enum):
    """What a rule looks at, and so what must be checked again when one file changes."""

    FILE = "file"
    SESSION = "session"
    PROJECT = "project"

    def __str__(self) -> str:
        return str(self.value)


class Article(NamedTuple):
    """An article of the Constitution.

    Attributes:
        number: a Roman numeral, I to XII.
        text: our one-sentence wording.
    """

    number: str
    title: str
    text: str


Example = Union[str, Mapping[str, object]]
"""The Markdown text of the rule's artifact, or document name → its content; see ``validation/examples``."""


class Examples(NamedTuple):
    """Documents that a rule accepts, and documents that it complains about."""

    valid: Tuple[Example, ...] = ()
    invalid: Tuple[Example, ...] = ()


class Rule(NamedTuple):
    """One rule.

    Attributes:
        id: stable and never reused, such as ``SPEC003``.
        name: the readable alias, accepted wherever the id is.
        article: the article's Roman numeral.
        kind: the kind that evaluates it.
        reach: what that kind looks at.
        stages: the artifacts it looks at; empty for rules about a session or a project as a whole.
        params: the arguments for the kind: plain JSON values, validated against its parameters.
        derived: values that follow from ``params`` and take long to work out: plain JSON, see ``Kind.derives``.
        fixable: whether ``--fix`` corrects its findings, except those that say otherwise.
        message: a text with ``{placeholders}`` that the kind fills in.
        fix: what to do about a finding, imperative; placeholders as in ``message``, and ``SESSION``.
        locked: it can't be turned off, lowered, ignored or suppressed.
        pack: the pack that defines it, ``core`` for the built-in one.
        source: the pack's file, as shown to people.
        examples_fit: whether the examples are for what the rule asks for now; a later pack may have changed that.
        changed_by: the files of later packs that changed it, in order.
        changed_in: the names of those packs, each once, in order; one pack may be several files.
    """

    id: str
    name: str
    article: str
    kind: str
    severity: Severity
    message: str
    fix: str
    reach: Reach = Reach.FILE
    stages: Tuple[Stage, ...] = ()
    params: Mapping[str, object] = {}
    derived: Mapping[str, object] = {}
    fixable: bool = False
    locked: bool = False
    tags: Tuple[str, ...] = ()
    docs: str = ""
    examples: Examples = Examples()
    examples_fit: bool = True
    pack: str = "core"
    source: str = ""
    changed_by: Tuple[str, ...] = ()
    changed_in: Tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        """What to do about its findings, before there is one: what only a finding can say is named, as in ``<path>``."""
        known = {name: str(value) for name, value in self.params.items() if type(value) in {str, int}}
        return _PLACEHOLDER.sub(lambda found: known.get(found[1]) or f"<{found[1].replace('_', '-')}>", self.fix)

    @property
    def marks_open_input(self) -> bool:
        """Whether its findings are places that still wait for a person's input."""
        return OPEN_MARKER in self.tags

    @property
    def tells_consequences(self) -> bool:
        """Whether its findings can come and go while the artifact that they are reported at stays the same."""
        return CONSEQUENCE in self.tags


class RuleChange(NamedTuple):
    """A later pack's change to an earlier rule: only the fields that it names.

    Attributes:
        target: id or name of the rule.
        fields: field name, as in ``Rule`` → new value.
        path, line, column: where the change is written, for error messages.
        pack: the name of the pack that contains it.
        minima: parameters of the rule's kind of which a higher value makes it stricter.
    """

    target: str
    fields: Mapping[str, object]
    path: str = ""
    line: Optional[int] = None
    column: Optional[int] = None
    pack: str = ""
    minima: Tuple[str, ...] = ()


class ConstitutionRules:
    """The rules in force, in the order of their definition. Immutable."""

    def __init__(self, rules: Iterable[Rule] = (), articles: Iterable[Article] = ()) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._names = {rule.name: rule.id for rule in self._rules.values()}
        self.articles = tuple(articles)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)

    def __contains__(self, key: object) -> bool:
        return key in self._rules or key in self._names

    def active(self) -> Tuple[Rule, ...]:
        """The rules that are not turned off."""
        return tuple(rule for rule in self if rule.severity is not Severity.OFF)

    def get(self, key: str) -> Rule:
        """The rule with this id or name.

        Raises:
            UsageError: there is none; the hint names the nearest.
        """
        found = self.find(key)
        if found is None:
            raise UsageError(f"there is no rule '{key}'", hint=_nearest(key, [*self._rules, *self._names]))
        return found

    def find(self, key: str) -> Optional[Rule]:
        """The rule with this id, whatever its case, or with this name; None when there is none."""
        return self._rules.get(self._names.get(key, key)) or self._rules.get(key.upper())

    def matching(self, pattern: str) -> Tuple[Rule, ...]:
        """The rules that a selector names: an id, a name, or a prefix of ids (``SPEC``).

        Raises:
            UsageError: it names no rule.
        """
        wanted = pattern.strip()
        if wanted in self:
            return (self.get(wanted),)
        found = tuple(rule for rule in self if wanted and rule.id.startswith(wanted.upper()))
        return found or (self.get(wanted),)

    def extended(self, rules: Iterable[Rule], changes: Iterable[RuleChange]) -> ConstitutionRules:
        """These rules with a later pack applied on top.

        Raises:
            PackError: an id or name is taken, a change names no rule, or weakens a locked one.
        """
        merged, names = dict(self._rules), dict(self._names)
        for rule in rules:
            if rule.id in merged or rule.name in names:
                raise PackError(f"rule '{rule.id}' ({rule.name}) is defined already", hint="extend it, or rename it")
            merged[rule.id] = rule
            names[rule.name] = rule.id
        for change in changes:
            target = names.get(change.target, change.target)
            target = target if target in merged else target.upper()
            if target not in merged:
                hint = _nearest(change.target, [*merged, *names])
                raise _change_error(change, f"there is no rule '{change.target}' to extend", hint)
            merged[target] = _changed(merged[target], change)
        return ConstitutionRules(merged.values(), self.articles)


def _changed(rule: Rule, change: RuleChange) -> Rule:
    if not change.fields:
        return rule
    changed = rule._replace(**_merged_fields(rule, change.fields))  # type: ignore[arg-type]  # keys were checked on loading
    if change.path and change.path not in rule.changed_by:
        changed = changed._replace(changed_by=(*rule.changed_by, change.path))
    if change.pack and change.pack not in rule.changed_in:
        changed = changed._replace(changed_in=(*rule.changed_in, change.pack))
    if not rule.locked:
        return changed
    if not changed.severity.at_least(rule.severity):
        raise _change_error(change, f"rule {rule.id} is locked: its severity can't be lowered", _LOCK_HINT)
    loosened = {"kind", "stages", "tags"} & set(change.fields)
    if not _only_raised(rule.params, changed.params, change.minima):
        loosened.add("params")
    if loosened or not changed.locked:
        what = ", ".join(sorted(_WRITTEN.get(name, name) for name in loosened)) or "locked"
        raised = ", ".join(change.minima) if "params" in loosened else ""
        hint = f"of what a locked rule asks for, a pack can only raise {raised}" if raised else _SAME_EVERYWHERE
        hint = f"{hint}; add a rule of your own beside it"
        raise _change_error(change, f"rule {rule.id} is locked: '{what}' can't be changed", hint)
    return changed


def _only_raised(before: Mapping[str, object], after: Mapping[str, object], minima: Tuple[str, ...]) -> bool:
    """Whether parameters differ only in that minima are higher, so that the rule finds at least what it found."""
    return before.keys() == after.keys() and all(
        after[name] == value or (name in minima and _is_higher(after[name], value)) for name, value in before.items()
    )


def _is_higher(new: object, old: object) -> bool:
    return isinstance(new, int) and isinstance(old, int) and new > old


_SAME_EVERYWHERE = "what a locked rule asks for is the same everywhere"

_WRITTEN = {"params": "with"}
"""How packs spell the name of a field."""

_LOCK_HINT = "a locked rule can only be made stricter; add a rule of your own beside it"


def _merged_fields(rule: Rule, fields: Mapping[str, object]) -> Dict[str, object]:
    merged = dict(fields)
    params = merged.get("params")
    if isinstance(params, dict):
        merged["params"] = {**rule.params, **params}
    same = merged.get("params", rule.params) == rule.params
    merged["examples_fit"] = "examples" in merged or (rule.examples_fit and same)
    return merged


def _change_error(change: RuleChange, message: str, hint: str) -> PackError:
    return PackError(message, hint=hint, path=change.path, line=change.line, column=change.column)


def _nearest(key: str, known: Iterable[str]) -> str:
    # Imported here: it is needed for an error's hint only, and costs start-up time.
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(key.casefold(), sorted({name.casefold() for name in known}), n=1)
    named = {name.casefold(): name for name in known}
    return f"did you mean {named[close[0]]}?" if close else "`idse rules list` lists them"
