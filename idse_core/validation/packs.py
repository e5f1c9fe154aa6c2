"""Rule packs: YAML in, ``ConstitutionRules`` out, every mistake reported with its place.

Importing this module imports pydantic and PyYAML; it is imported only when the compiled constitution is out of date.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import lru_cache
from typing import (
    Any,
    Dict,
    Iterable,
    Mapping,
    NamedTuple,
    Optional,
    Tuple,
    Type,
    TypeVar,
)

from pydantic import TypeAdapter, ValidationError

from idse_core._version import __version__
from idse_core.constitution_rules import SESSION, Article, ConstitutionRules, Examples, Reach, Rule, RuleChange
from idse_core.errors import PackError
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kind_registry import kind, kind_names
from idse_core.validation.kinds import Kind
from idse_core.validation.pack_models import ChangeModel, ClauseModel, ExamplesModel, PackModel, RuleModel
from idse_core.validation.pack_problems import Pointer, did_you_mean, problem_of
from idse_core.validation.plugin_calls import ForeignKind, attempt
from idse_core.validation.results import ALL_RULES
from idse_core.yaml_text import YamlError, YamlText, load

__all__ = ["PackSource", "compile_packs"]

_CORE = "core"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_OF_A_PACKAGE = "tell those who maintain the package that brings the kind"
_REQUIREMENT = re.compile(r">=\s*(\d+(?:\.\d+)*)")

_Value = TypeVar("_Value")


class PackSource(NamedTuple):
    """The file of a pack.

    Attributes:
        path: the path as shown to people.
        data: its bytes.
        core: whether it belongs to the core pack.
    """

    path: str
    data: bytes
    core: bool = False


def compile_packs(sources: Iterable[PackSource]) -> ConstitutionRules:
    """Compile packs into rules, each pack on top of the ones before it.

    Raises:
        PackError: a pack is broken; names file, line, column, the bad key and the nearest good one.
    """
    rules = ConstitutionRules()
    for source in sources:
        rules = _Pack(source).on_top_of(rules)
    return rules


class _Pack:
    """One pack while it is compiled; knows the place of everything in it."""

    def __init__(self, source: PackSource) -> None:
        self._source = source
        self._yaml = self._load(source)
        self._model: PackModel = self._validated(PackModel, self._yaml.value, ())
        if self._model.pack == _CORE and not source.core:
            raise self._error(
                f"no other pack can be called '{_CORE}'", ("pack",), hint="name it after who wrote it: pack: team"
            )
        self._check_requirement()

    def on_top_of(self, rules: ConstitutionRules) -> ConstitutionRules:
        for index, entry in enumerate(self._model.rules):
            pointer: Pointer = ("rules", index)
            if "extend" in entry:
                rules = rules.extended((), [self._change(entry, pointer, rules)])
            else:
                rules = rules.extended([self._new(entry, pointer, rules)], ())
        articles = [Article(item.number, item.title, item.text) for item in self._model.articles]
        return ConstitutionRules(rules, [*rules.articles, *articles])

    def _new(self, entry: Mapping[str, object], pointer: Pointer, rules: ConstitutionRules) -> Rule:
        rule = self._rule(entry, pointer)
        for key, value in (("id", rule.id), ("name", rule.name)):
            if value in rules:
                other = rules.get(value)
                raise self._error(
                    f"there is a rule with the {key} '{value}' already: {other.id} ({other.name}) in {other.source}",
                    (*pointer, key),
                    hint=f"to change it, write 'extend: {other.id}'; to add another one, give it another {key}",
                )
        if rule.name == ALL_RULES:
            hint = "name it after what it finds, such as no-vague-words"
            raise self._error(
                f"no rule can be called '{ALL_RULES}': it stands for all of them", (*pointer, "name"), hint=hint
            )
        self._check_article(rule, rules, pointer)
        return rule

    def _check_article(self, rule: Rule, rules: ConstitutionRules, pointer: Pointer) -> None:
        known = [*(article.number for article in rules.articles), *(article.number for article in self._model.articles)]
        if rule.article and known and rule.article not in known:
            hint = f"the articles are {', '.join(known)}; a pack can add some under 'articles'"
            raise self._error(f"there is no article '{rule.article}'", (*pointer, "article"), hint=hint)

    def _check_texts(
        self, found: Kind, params: Mapping[str, Any], message: Optional[str], fix: Optional[str], pointer: Pointer
    ) -> None:
        """Check that every ``{placeholder}`` is known; kinds of other packages may have any."""
        offered = _offered(found, params)
        if offered is None:
            return
        for key, text, names in (("message", message, offered), ("fix", fix, (*offered, SESSION))):
            unknown = [name for name in _PLACEHOLDER.findall(text or "") if name not in names]
            if unknown:
                known = ", ".join(f"{{{name}}}" for name in names)
                hint = did_you_mean(unknown[0], names) or f"'{found.name}' knows {known or 'none'}"
                raise self._error(f"there is no placeholder '{{{unknown[0]}}}'", (*pointer, key), hint=hint)

    def _rule(self, entry: Mapping[str, object], pointer: Pointer) -> Rule:
        model: RuleModel = self._validated(RuleModel, entry, pointer)
        found = self._kind(model.kind, pointer)
        params = self._params(found, model.params, pointer)
        reach = found.reach_with(params)
        stages = self._stages(model, found, reach, pointer)
        self._check_texts(found, params, model.message, model.fix, pointer)
        if model.scope is not None and model.scope != reach.value:
            raise self._error(
                f"{_rule_of(found, reach)} looks at one {reach.value}, not at one {model.scope}",
                (*pointer, "scope"),
                hint="leave 'scope' out: the kind says it",
            )
        return Rule(
            id=model.id,
            name=model.name,
            article=model.article,
            kind=model.kind,
            severity=model.severity,
            message=model.message,
            fix=model.fix,
            reach=reach,
            stages=stages,
            params=params,
            derived=_derived(found, params),
            fixable=self._can_fix(found, params, pointer),
            locked=model.locked,
            tags=tuple(model.tags),
            docs=model.docs.strip(),
            examples=_examples(model.examples),
            pack=self._model.pack,
            source=self._source.path,
        )

    def _change(self, entry: Mapping[str, object], pointer: Pointer, rules: ConstitutionRules) -> RuleChange:
        model: ChangeModel = self._validated(ChangeModel, entry, pointer)
        fields = model.model_dump(exclude_none=True, exclude={"extend", "examples"})
        rule = rules.find(model.extend)
        if rule is not None:
            found = kind(rule.kind)
            if model.params is not None:
                params = self._params(found, {**rule.params, **model.params}, pointer)
                self._check_reach(rule, found.reach_with(params), pointer)
                can_fix = self._can_fix(found, params, pointer)
                fields.update(params=params, derived=_derived(found, params), fixable=can_fix)
            told = fields.get("params", rule.params)
            self._check_texts(found, told, model.message, model.fix, pointer)
        if model.tags is not None:
            fields["tags"] = tuple(model.tags)
        if model.examples is not None:
            fields["examples"] = _examples(model.examples)
        line, column = self._yaml.place((*pointer, "extend"))
        minima = kind(rule.kind).minima if rule is not None else ()
        return RuleChange(model.extend, fields, self._source.path, line, column, self._model.pack, minima)

    def _check_reach(self, rule: Rule, reach: Reach, pointer: Pointer) -> None:
        if reach is not rule.reach:
            hint = f"turn {rule.id} off, and add a rule of your own"
            message = f"with this, {rule.id} would look at one {reach.value}, and no longer at one {rule.reach.value}"
            raise self._error(message, (*pointer, "with"), hint=hint)

    def _kind(self, name: str, pointer: Pointer) -> Kind:
        if name not in KIND_NAMES and name not in kind_names():
            hint = did_you_mean(name, kind_names()) or "the kinds are " + ", ".join(kind_names())
            raise self._error(f"there is no kind '{name}'", (*pointer, "kind"), hint=hint)
        return kind(name)

    def _params(self, found: Kind, given: Mapping[str, object], pointer: Pointer) -> Mapping[str, object]:
        where = (*pointer, "with")
        params = self._asked_for(found, given, where)
        for name in found.clauses:
            value = params[name]
            if isinstance(value, (list, tuple)):
                params[name] = [self._clause(item, (*where, name, index)) for index, item in enumerate(value)]
            else:
                params[name] = self._clause(value, (*where, name))
        return params

    def _asked_for(self, found: Kind, given: Mapping[str, object], where: Pointer) -> Dict[str, Any]:
        """The kind's parameters as plain values."""
        if not isinstance(found, ForeignKind):
            return asdict(self._validated(found.params, given, where))

        def broken(problem: str) -> PackError:
            return self._error(f"the kind '{found.name}' rejects its parameters: {problem}", where, hint=_OF_A_PACKAGE)

        return attempt(lambda: asdict(self._validated(found.params, given, where)), broken)

    def _can_fix(self, found: Kind, params: Mapping[str, object], pointer: Pointer) -> bool:
        def broken(problem: str) -> PackError:
            return self._error(
                f"the kind '{found.name}' can't tell whether it mends: {problem}", pointer, hint=_OF_A_PACKAGE
            )

        return (
            attempt(lambda: bool(found.can_fix(params)), broken)
            if isinstance(found, ForeignKind)
            else found.can_fix(params)
        )

    def _clause(self, given: Mapping[str, object], pointer: Pointer) -> Mapping[str, object]:
        """A clause of a composition: the kind and parameters of a rule, without the rest."""
        model: ClauseModel = self._validated(ClauseModel, given, pointer)
        found = self._kind(model.kind, pointer)
        hint = "make it a rule of its own"
        if found.reach is not Reach.FILE:
            raise self._error(
                f"a clause can't be of kind '{model.kind}': it looks at more than one file", pointer, hint=hint
            )
        params = self._params(found, model.params, pointer)
        if found.reaches is not None and found.reach_with(params) is not Reach.FILE:
            raise self._error(
                f"a clause can't have '{found.reaches[0]}': it would not look at the artifact", pointer, hint=hint
            )
        return {"kind": model.kind, "with": params}

    def _stages(self, model: RuleModel, found: Kind, reach: Reach, pointer: Pointer) -> Tuple[Stage, ...]:
        if model.stage is not None and model.stages is not None:
            hint = "keep one of them; `stages` takes a list"
            raise self._error("'stage' and 'stages' exclude each other", (*pointer, "stages"), hint=hint, at_key=True)
        if reach is not Reach.FILE:
            key = "stages" if model.stage is None else "stage"
            if model.stage is not None or model.stages is not None:
                raise self._error(
                    f"{_rule_of(found, reach)} looks at a whole {reach.value}, so it takes no '{key}'",
                    (*pointer, key),
                    hint=f"leave '{key}' out",
                    at_key=True,
                )
            return ()
        named = tuple(Stage) if model.stages == "all" else tuple(model.stages or ())
        stages = (model.stage,) if model.stage is not None else named
        if not stages:
            raise self._error(f"a rule of kind '{found.name}' needs 'stage' or 'stages'", pointer, hint="stages: all")
        return stages

    def _check_requirement(self) -> None:
        wanted = self._model.requires_idse
        if not wanted:
            return
        match = _REQUIREMENT.fullmatch(wanted.strip())
        if match is None:
            hint = f"this is idse {__version__}: requires_idse: '>={'.'.join(map(str, _numbers(__version__)[:2]))}'"
            raise self._error("'requires_idse' must look like '>=0.1'", ("requires_idse",), hint=hint)
        if _numbers(match.group(1)) > _numbers(__version__):
            hint = "update idse: pip install --upgrade idse-orchestrator"
            raise self._error(f"the pack needs idse {wanted}, this is {__version__}", ("requires_idse",), hint=hint)

    def _load(self, source: PackSource) -> YamlText:
        try:
            return load(source.data.decode("utf-8-sig"), ours=source.core)
        except UnicodeDecodeError as error:
            line = source.data.count(b"\n", 0, error.start) + 1
            raise PackError(
                "the pack is not UTF-8", hint="save the file as UTF-8", path=source.path, line=line
            ) from error
        except YamlError as error:
            hint = "correct it; `idse rules test` then tries its examples"
            raise PackError(error.message, hint=hint, path=source.path, line=error.line, column=error.column) from error

    def _validated(self, model: Type[_Value], value: object, pointer: Pointer) -> _Value:
        try:
            valid: _Value = _adapter(model).validate_python(value)  # type: ignore[arg-type]  # a class is hashable
            return valid
        except ValidationError as error:
            raise self._explained(error, model, value, pointer) from error

    def _explained(self, error: ValidationError, model: Type[Any], value: object, pointer: Pointer) -> PackError:
        problem = problem_of(error, model, value)
        return self._error(problem.message, (*pointer, *problem.where), hint=problem.hint, at_key=problem.at_key)

    def _error(self, message: str, pointer: Pointer, *, hint: str, at_key: bool = False) -> PackError:
        line, column = self._yaml.key_place(pointer) if at_key else self._yaml.place(pointer)
        return PackError(message, hint=hint, path=self._source.path, line=line, column=column)


def _offered(found: Kind, params: Mapping[str, Any]) -> Optional[Tuple[str, ...]]:
    """The placeholders that every hit of a rule fills; None where a kind of another package may fill any.

    Args:
        found: the rule's kind.
        params: what it was told.
    """
    if isinstance(found, ForeignKind):
        return None
    if found.speaks is None:
        return found.placeholders
    parts = [_offered(kind(clause["kind"]), clause["with"]) for clause in found.speaks(params)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return tuple(name for name in (known[0] if known else ()) if all(name in part for part in known))


def _rule_of(found: Kind, reach: Reach) -> str:
    """What a rule is called in a message about what it looks at."""
    more = f" with '{found.reaches[0]}'" if found.reaches is not None and reach is not found.reach else ""
    return f"a rule of kind '{found.name}'{more}"


def _examples(given: ExamplesModel) -> Examples:
    return Examples(tuple(given.valid), tuple(given.invalid))


def _derived(found: Kind, params: Mapping[str, object]) -> Mapping[str, object]:
    """What is computed once, for all the processes that are going to validate; for our own kinds only."""
    made = found.build(params) if found.derives and not isinstance(found, ForeignKind) else None
    return {name: getattr(made, name) for name in found.derives} if made is not None else {}


@lru_cache(maxsize=None)
def _adapter(model: Type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _numbers(version: str) -> Tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
