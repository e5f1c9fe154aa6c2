"""The examples that rules carry, run: each is judged in a workspace that exists in memory only."""

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
    Place,
)
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.memory import DesignStoreMemory
from idse_core.validation.findings import Finding

__all__ = ["EXAMPLE", "ExampleError", "ExampleResult", "example_bytes", "example_workspace", "run_examples"]

EXAMPLE = "example"
"""The id of the one session that an example's project has, and of the project."""

_DEFAULTS: Mapping[str, str] = {
    CURRENT_SESSION: f"{EXAMPLE}\n",
    SESSION_STATE: "{}",
    AGENT_REGISTRY: '{"agents": []}',
    METADATA: f'{{"session_id": "{EXAMPLE}"}}',
}
"""What a document says that an example does not name. An artifact that it does not name is absent."""

Judge = Callable[[ProjectWorkspace, ConstitutionRules], Iterable[Finding]]
"""All findings of the session ``EXAMPLE`` and of its project: the validation engine, which stands above this module."""


class ExampleError(ValueError):
    """An example is written in a way that can't be run; the message says why."""


class _EmptyDisk(DesignStoreMemory):
    """Stands for a repository with nothing in it beside the workspace, so that a named file can be missing."""

    capabilities = DesignStoreMemory.capabilities._replace(local_files=True)


class ExampleResult(NamedTuple):
    """How one example came out.

    Attributes:
        rule: the rule's id.
        expected: ``valid`` or ``invalid``.
        number: which one of those, from 1.
        problem: why it came out wrong; empty when it did as it should.
    """

    rule: str
    expected: str
    number: int
    problem: str


def run_examples(
    rules: ConstitutionRules, judge: Judge, *, folder: Path, only: Optional[Iterable[Rule]] = None
) -> Iterator[ExampleResult]:
    """Run the examples of rules: a valid one gives no finding of its rule, an invalid one at least one.

    Args:
        rules: those in force; an example is judged by all of them, since some look at what others found.
        judge: the engine.
        folder: the ``.idse`` folder whose templates count; it need not exist.
        only: whose examples are run; by default those of all rules. One that is turned off is turned on for its own. Of
            a rule that asks for something else than when its examples were written, they are not.
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
    """A project with the one session ``EXAMPLE``, as an example describes it.

    Args:
        rule: whose example it is.
        example: the text of the artifact that the rule looks at, or document name → what it says: a text, None for an
            absent document, or ``{base64: …}`` for bytes. What is not named is as in a sound project without artifacts.
        folder: the ``.idse`` folder whose templates count; it need not exist.

    Raises:
        ExampleError: the example names something that is no document, or a text is given for no one artifact.
    """
    named = _named(rule, example)
    documents: Dict[Place, bytes] = {}
    for name in (*PROJECT_DOCUMENTS, *SESSION_DOCUMENTS):
        content = named.get(name, _DEFAULTS.get(name))
        if content is not None:
            session = None if name in PROJECT_DOCUMENTS else EXAMPLE
            documents[Place(EXAMPLE, session, name)] = example_bytes(name, content)
    store = _EmptyDisk()
    store.create_project(EXAMPLE, {place: data for place, data in documents.items() if place.session is None})
    own = {place.name: data for place, data in documents.items() if place.session is not None}
    store.save_session(EXAMPLE, EXAMPLE, own)
    return ProjectWorkspace(folder, EXAMPLE, store=store)


def example_bytes(name: str, content: object) -> bytes:
    """The bytes of a document as an example gives it: a text, or ``{base64: …}``.

    Raises:
        ExampleError: it is neither; says which document it is.
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


def _named(rule: Rule, example: Example) -> Mapping[str, object]:
    if isinstance(example, str):
        if not rule.stages:
            raise ExampleError("the rule looks at no artifact of its own: name the documents of the example")
        return {rule.stages[0].value: example}
    unknown = sorted(set(example) - {*PROJECT_DOCUMENTS, *SESSION_DOCUMENTS})
    if unknown:
        raise ExampleError(f"there is no document '{unknown[0]}'")
    return example
