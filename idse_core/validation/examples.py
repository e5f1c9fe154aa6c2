"""Runs the examples that rules carry: each is validated in a workspace that exists in memory only."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator, Mapping, NamedTuple, Optional, Sequence

from idse_core.constitution_rules import ConstitutionRules, Example, Rule, Severity
from idse_core.design_store import (
    AGENT_REGISTRY,
    CURRENT_SESSION,
    METADATA,
    PROJECT_DOCUMENTS,
    SESSION_DOCUMENTS,
    SESSION_STATE,
    Document,
    Place,
)
from idse_core.files import digest
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.memory import DesignStoreMemory
from idse_core.validation.findings import Finding

__all__ = ["EXAMPLE", "ExampleError", "ExampleResult", "example_bytes", "example_workspace", "run_examples"]

EXAMPLE = "example"
"""The id of an example's project, and of the only session in it."""

_DEFAULTS: Mapping[str, str] = {
    CURRENT_SESSION: f"{EXAMPLE}\n",
    SESSION_STATE: "{}",
    AGENT_REGISTRY: '{"agents": []}',
    METADATA: f'{{"session_id": "{EXAMPLE}"}}',
}
"""The content of documents that an example does not name. An artifact that it does not name is absent."""

Judge = Callable[[ProjectWorkspace, ConstitutionRules], Iterable[Finding]]
"""Returns all findings of the session ``EXAMPLE`` and of its project: the engine, which is in a higher layer."""


class ExampleError(ValueError):
    """An example is written so that it can't be run; the message says why."""


class _EmptyDisk(DesignStoreMemory):
    """Stands for a repository with nothing in it but the workspace, so that a file that is named can be missing."""

    capabilities = DesignStoreMemory.capabilities._replace(local_files=True)

    def __init__(self, beside: Mapping[str, bytes]) -> None:
        super().__init__()
        self._beside = beside

    def read_beside(self, project: str, session: str, path: str) -> Optional[Document]:
        """A file that the example names besides the documents."""
        data = self._beside.get(path)
        return None if data is None else Document(data, digest(data), f"{project}/{session}/{path}")


class ExampleResult(NamedTuple):
    """The outcome of one example.

    Attributes:
        rule: the rule's id.
        expected: ``valid`` or ``invalid``.
        number: which one of those, 1-based.
        problem: why the outcome is wrong; empty when it is as expected.
    """

    rule: str
    expected: str
    number: int
    problem: str


def run_examples(
    rules: ConstitutionRules, judge: Judge, *, folder: Path, only: Optional[Iterable[Rule]] = None
) -> Iterator[ExampleResult]:
    """Run the examples of rules: a valid one must give no finding of its rule, an invalid one at least one.

    Args:
        rules: the rules in force; an example is validated by all of them, since some look at what others found.
        judge: the validation engine.
        folder: the ``.idse`` folder whose templates are used; it need not exist.
        only: the rules whose examples are run; by default all. A rule that is turned off is turned on for its own
            examples. The examples of a
            rule that asks for something else than when they were written are not run.
    """
    for rule in rules if only is None else only:
        if not rule.examples_fit:
            continue
        in_force = _turned_on(rules, rule)
        for expected, examples in (("valid", rule.examples.valid), ("invalid", rule.examples.invalid)):
            for number, example in enumerate(examples, start=1):
                try:
                    found = judge(example_workspace(rule, example, folder=folder), in_force)
                    problem = _problem(expected, [item for item in found if item.rule == rule.id])
                except ExampleError as error:
                    problem = str(error)
                yield ExampleResult(rule.id, expected, number, problem)


def example_workspace(rule: Rule, example: Example, *, folder: Path) -> ProjectWorkspace:
    """A project with one session, ``EXAMPLE``, as an example describes it.

    Args:
        rule: the rule that has the example.
        example: the text of the artifact that the rule looks at, or document name → its content: a text, None for an
            absent document, or ``{base64: …}`` for bytes. Other documents are as in a sound project without artifacts. A file that the
            rule looks at is named by its path.
        folder: the ``.idse`` folder whose templates are used; it need not exist.

    Raises:
        ExampleError: it names an unknown document, or gives a single text though its rule looks at no artifact of its
            own.
    """
    named = _named(rule, example)
    documents: Dict[Place, bytes] = {}
    for name in (*PROJECT_DOCUMENTS, *SESSION_DOCUMENTS):
        content = named.get(name, _DEFAULTS.get(name))
        if content is not None:
            session = None if name in PROJECT_DOCUMENTS else EXAMPLE
            documents[Place(EXAMPLE, session, name)] = example_bytes(name, content)
    beside = {name: named[name] for name in _files_of(rule) if named.get(name) is not None}
    store = _EmptyDisk({name: example_bytes(name, content) for name, content in beside.items()})
    store.create_project(EXAMPLE, {place: data for place, data in documents.items() if place.session is None})
    own = {place.name: data for place, data in documents.items() if place.session is not None}
    store.save_session(EXAMPLE, EXAMPLE, own)
    return ProjectWorkspace(folder, EXAMPLE, store=store)


def example_bytes(name: str, content: object) -> bytes:
    """The bytes of a document in an example, given as a text or as ``{base64: …}``.

    Raises:
        ExampleError: it is neither; the message names the document.
    """
    if isinstance(content, str):
        return content.encode("utf-8", "surrogatepass")
    encoded = content.get("base64") if isinstance(content, dict) and len(content) == 1 else None
    if not isinstance(encoded, str):
        raise ExampleError(f"'{name}' must be a text, null, or {{base64: …}}")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ExampleError(f"'{name}' is not valid base64: {error}") from error


def _problem(expected: str, found: Sequence[Finding]) -> str:
    if expected == "valid" and found:
        return f"expected no finding, but line {found[0].line} has: {found[0].message}"
    return "expected a finding, but there is none" if expected == "invalid" and not found else ""


def _turned_on(rules: ConstitutionRules, rule: Rule) -> ConstitutionRules:
    if rule.severity is not Severity.OFF:
        return rules
    return ConstitutionRules(
        [item._replace(severity=Severity.INFO) if item.id == rule.id else item for item in rules], rules.articles
    )


def _files_of(rule: Rule) -> Sequence[str]:
    """The files that the rule looks at beside the documents of a session."""
    path = rule.params.get("file")
    return [path] if rule.kind == "data-schema" and isinstance(path, str) and path else []


def _named(rule: Rule, example: Example) -> Mapping[str, object]:
    if isinstance(example, str):
        if not rule.stages:
            raise ExampleError("the rule looks at no artifact of its own: name the documents of the example")
        return {rule.stages[0].value: example}
    unknown = sorted(set(example) - {*PROJECT_DOCUMENTS, *SESSION_DOCUMENTS, *_files_of(rule)})
    if unknown:
        raise ExampleError(f"there is no document '{unknown[0]}'")
    return example
