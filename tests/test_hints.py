"""Every error of ours says what to do next: those that are made without a hint are known, each with its reason."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Dict, Iterator, List, Set

import pytest

import idse_core
from idse_core import errors

Trees = Dict[str, ast.Module]

ROOT = Path(idse_core.__file__).parent.parent

_OUR_OWN_NAMES = "the name is ours, or was checked before: only a program can meet it"
_IN_MEMORY = "a store in memory: for tests, previews and programs"

WITHOUT: Dict[str, str] = {
    "idse_core.agency.http_errors._of_protocol": "never shown: the pull begins anew",
    "idse_core.agency.config._endpoint": "the message says what an address is",
    "idse_core.agency.config_file._Reader._error": "every message says what belongs there, and where",
    "idse_core.agency.connection_pool.PinnedPool.stream": "only a thread that outlives its call meets it",
    "idse_core.files.trees._check": _OUR_OWN_NAMES,
    "idse_core.stores.filesystem.DesignStoreFilesystem.read_beside": "a rule's path is checked when its pack is read",
    "idse_core.stores.filesystem._file_name": _OUR_OWN_NAMES,
    "idse_core.stores.memory.DesignStoreMemory._require_project": _IN_MEMORY,
    "idse_core.stores.memory.DesignStoreMemory._require_session": _IN_MEMORY,
    "idse_core.stores.memory.DesignStoreMemory.displace": _IN_MEMORY,
    "idse_core.stores.memory.DesignStoreMemory.write": _IN_MEMORY,
    "idse_core.stores.names.check_own": _OUR_OWN_NAMES,
    "idse_core.stores.names.check_place": _OUR_OWN_NAMES,
    "idse_core.stores.names.check_project": _OUR_OWN_NAMES,
    "idse_core.stores.names.check_session": _OUR_OWN_NAMES,
    "idse_core.stores.overlay._read_only": "a view that nothing writes to: only a program can meet it",
}
"""Module and function → why an error that is made there needs no hint."""


@pytest.fixture(scope="module")
def trees() -> Trees:
    """Our modules by their dotted names, parsed; but for the one that defines the errors."""
    paths: List[Path] = [
        path for package in ("idse_core", "idse_tui") for path in sorted((ROOT / package).rglob("*.py"))
    ]
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    return {name: ast.parse(path.read_text("utf-8")) for path, name in names.items() if name != "idse_core.errors"}


def test_an_error_without_a_hint_has_a_reason(trees: Trees) -> None:
    classes = _error_classes(trees)
    found = {place for name, tree in trees.items() for place in without_hint(name, tree, classes)}

    assert sorted(found - set(WITHOUT)) == [], "give these a hint, or a reason in the table"
    assert sorted(set(WITHOUT) - found) == [], "the table says these have no hint, but they have one or are gone"


def test_what_counts_as_an_error_without_a_hint() -> None:
    program = """\
def bare():
    raise UsageError("no")
class Kept:
    def of_a_module(self):
        return errors.UsageError("no", path="x")
def empty():
    raise UsageError("no", hint="")
def hinted():
    raise UsageError("no", hint=next_step)
def another():
    raise ValueError("no")
"""
    found = list(without_hint("m", ast.parse(program), {"UsageError"}))
    assert found == ["m.bare", "m.Kept.of_a_module", "m.empty"]


def test_errors_of_other_modules_count_too(trees: Trees) -> None:
    assert {"UsageError", "TransientError", "PreconditionError"} <= _error_classes(trees)
    assert "ProblemError" not in _error_classes(trees)


def without_hint(place: str, node: ast.AST, classes: Set[str]) -> Iterator[str]:
    """The functions, as a dotted name each, in which an error is made without a hint; one for each time."""
    for child in ast.iter_child_nodes(node):
        inside = f"{place}.{child.name}" if isinstance(child, (ast.ClassDef, ast.FunctionDef)) else place
        if isinstance(child, ast.Call) and _name(child.func) in classes and not _has_hint(child):
            yield place
        yield from without_hint(inside, child, classes)


def _has_hint(call: ast.Call) -> bool:
    return any(
        word.arg == "hint" and not (isinstance(word.value, ast.Constant) and not word.value.value)
        for word in call.keywords
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _error_classes(trees: Trees) -> Set[str]:
    """The error tree, with the classes that other modules derive from it and that take a hint, too."""
    found = set(errors.__all__)
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and found.intersection(map(_name, node.bases)) and _takes_hint(node):
                found.add(node.name)
    return found


def _takes_hint(node: ast.ClassDef) -> bool:
    makers = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    return all(any(argument.arg == "hint" for argument in maker.args.kwonlyargs) for maker in makers)
