"""The rules that a call of `idse rules` is about, and how their examples are run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple

from idse_core import files
from idse_core.commands.face import Face
from idse_core.commands.progress import Progress
from idse_core.constitution_rules import Article, ConstitutionRules, Rule
from idse_core.errors import NotFoundError, StorageError, UsageError
from idse_core.events import Event, SessionExamined, Warned
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.baseline import Baseline
from idse_core.validation.constitution import (
    Constitution,
    constitution_with,
    installed_constitution,
    load_constitution,
)
from idse_core.validation.examples import EXAMPLE, ExampleError, ExampleResult, run_examples
from idse_core.validation.findings import Finding
from idse_core.validation_engine import ValidationEngine

__all__ = ["InForce", "chosen", "filtered", "in_force", "run_tests"]

_CORE = "core"
_SUFFIXES = (".yaml", ".yml")
_NOWHERE = Path("no workspace", ".idse")
"""The folder of a workspace that does not exist: examples then know the packaged templates only."""


class InForce(NamedTuple):
    """The rules in force; ``workspace`` is None outside one, where the installed rules are in force."""

    rules: ConstitutionRules
    workspace: Optional[ProjectWorkspace]

    @property
    def project(self) -> Optional[str]:
        """The project's id."""
        return None if self.workspace is None else self.workspace.project

    def article(self, rule: Rule) -> Optional[Article]:
        """The article that a rule names, if the Constitution has it."""
        return next((article for article in self.rules.articles if article.number == rule.article), None)


def in_force(face: Face) -> InForce:
    """The rules of the project that the call is about, or the installed ones when it is about none."""
    workspace = _workspace(face)
    if workspace is None:
        return InForce(installed_constitution().rules, None)
    return InForce(load_constitution(workspace.folder, workspace.project, face.announce).rules, workspace)


def filtered(
    rules: ConstitutionRules, *, stage: Optional[Stage], pack: Optional[str], select: Iterable[str]
) -> List[Rule]:
    """The rules that pass all of these filters, in the order of their definition.

    Raises:
        UsageError: a selector names no rule, or no pack has that name.
    """
    words = [word.strip() for value in select for word in value.split(",") if word.strip()]
    selected = {rule.id for word in words for rule in rules.matching(word)} or {rule.id for rule in rules}
    if pack is not None and not any(_is_of(rule, pack) for rule in rules):
        packs = sorted({name for rule in rules for name in (rule.pack, *rule.changed_in)})
        raise UsageError(f"there is no pack '{pack}' with rules", hint=f"the packs are {', '.join(packs)}")
    return [
        rule
        for rule in rules
        if rule.id in selected and (stage is None or stage in rule.stages) and (pack is None or _is_of(rule, pack))
    ]


def chosen(face: Face, words: Sequence[str]) -> Tuple[InForce, List[Rule]]:
    """The rules that words name, by id, name, prefix of ids, or pack file; all rules without words.

    Raises:
        UsageError: a word names none of these.
        PackError: a pack is broken.
    """
    paths = [(word, Path.cwd() / word) for word in words if _is_file(word)]
    force = _with_packs(face, [path for _, path in paths])
    named = {word: _display(face, path) for word, path in paths}
    if not words:
        return force, list(force.rules)
    picked = {rule.id for word in words for rule in _meant(force.rules, word, named.get(word))}
    return force, [rule for rule in force.rules if rule.id in picked]


def run_tests(face: Face, force: InForce, rules: Sequence[Rule]) -> List[ExampleResult]:
    """Run the examples of rules, with progress on a terminal."""
    folder = _NOWHERE if force.workspace is None else force.workspace.folder
    results: List[ExampleResult] = []
    with Progress(face, "testing", "rules") as progress:
        for done, rule in enumerate(rules, start=1):
            results += run_examples(force.rules, partial(_judge, rule), folder=folder, only=[rule])
            progress(SessionExamined(rule.id, done, len(rules)))
    return results


def _judge(rule: Rule, workspace: ProjectWorkspace, rules: ConstitutionRules) -> Iterable[Finding]:
    said: List[Event] = []
    engine = ValidationEngine(
        workspace,
        constitution=Constitution(rules, "examples"),
        baseline=Baseline(),
        use_cache=False,
        on_event=said.append,
    )
    report = engine.validate([EXAMPLE])
    if rule.id in report.broken:
        raise ExampleError("; ".join(event.message for event in said if isinstance(event, Warned)))
    return report.findings


def _workspace(face: Face) -> Optional[ProjectWorkspace]:
    """The workspace; None when there is none and the call did not name one."""
    try:
        return face.open()
    except NotFoundError:
        if face.config.workspace is not None or face.in_workspace():
            raise
        return None


def _with_packs(face: Face, paths: Sequence[Path]) -> InForce:
    """The rules in force, with those packs on top that are not in force yet."""
    force = in_force(face)
    sources = {source for rule in force.rules for source in (rule.source, *rule.changed_by)}
    new = [(_display(face, path), path) for path in paths if _display(face, path) not in sources]
    if not new:
        return force
    data = [(shown, _read(path, shown)) for shown, path in new]
    if force.workspace is None:
        made = constitution_with(data, Path.cwd() / _NOWHERE, "")
    else:
        made = constitution_with(data, force.workspace.folder, force.workspace.project)
    return force._replace(rules=made.rules)


def _meant(rules: ConstitutionRules, word: str, source: Optional[str]) -> Iterable[Rule]:
    if source is None:
        return rules.matching(word)
    return [rule for rule in rules if source in {rule.source, *rule.changed_by}]


def _is_file(word: str) -> bool:
    return word.endswith(_SUFFIXES) or (Path.cwd() / word).is_file()


def _read(path: Path, shown: str) -> bytes:
    data = files.read_bytes(path, root=path.parent)
    if data is None:
        raise StorageError("there is no such pack", hint="idse rules test --help", path=shown)
    return data


def _display(face: Face, path: Path) -> str:
    """A pack's path as in a rule's source: relative to the folder that holds ``.idse``, if it is below that."""
    workspace = _workspace(face)
    resolved = path.resolve()
    if workspace is not None:
        parent = workspace.folder.parent.resolve()
        if parent in resolved.parents:
            return resolved.relative_to(parent).as_posix()
    return face.shown(path)


def _is_of(rule: Rule, pack: str) -> bool:
    own = () if rule.pack == _CORE else (rule.source,)  # nobody means one of our own files
    return pack in {rule.pack, *rule.changed_in} or any(Path(path).stem == pack for path in (*own, *rule.changed_by))
