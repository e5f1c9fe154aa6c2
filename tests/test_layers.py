"""The architecture as failing checks: layers, one module that writes, imports at the top, no blanket `except`."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator, List, Sequence, Set, Tuple

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
CORE = REPOSITORY / "idse_core"


NAMES = sorted(path.relative_to(CORE).as_posix() for path in CORE.rglob("*.py") if "sample" not in path.parts)


@lru_cache(maxsize=None)
def parsed(name: str) -> ast.Module:
    """A module of the library, by its path below idse_core."""
    return ast.parse((CORE / name).read_bytes(), name)


def offences(find: Callable[[ast.Module], Iterable[object]], *, but: Sequence[str] = ()) -> Dict[str, List[object]]:
    """What is found in which module, in all but these modules and packages."""
    found = {name: sorted(find(parsed(name)), key=str) for name in NAMES if not is_below(name, *but)}
    return {name: places for name, places in found.items() if places}


def is_below(name: str, *places: str) -> bool:
    """Whether a module is one of these, or in one of these packages."""
    return any(name in {place, f"{place}.py"} or name.startswith(f"{place}/") for place in places)


def called(node: ast.Call) -> Tuple[str, str]:
    """What a call names: the object before the last dot as far as it is a name, and the last part."""
    function = node.func
    if isinstance(function, ast.Name):
        return "", function.id
    if isinstance(function, ast.Attribute):
        return function.value.id if isinstance(function.value, ast.Name) else "?", function.attr
    return "?", "?"


# -------------------------------------------------------------------------------------------------------------- layers


def test_imports_point_down_the_layers() -> None:
    pytest.importorskip("importlinter", reason="import-linter is not installed for this interpreter")
    beside = Path(sys.executable).with_name("lint-imports")
    program = str(beside) if beside.exists() else shutil.which("lint-imports")
    assert program is not None
    run = subprocess.run(
        [program, "--no-cache"], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert run.returncode == 0, run.stdout.decode()


# ------------------------------------------------------------------------------------------------------------- writing

WRITERS: Dict[str, Set[str]] = {
    "os": {
        "chmod", "chown", "fchmod", "fchown", "ftruncate", "link", "makedirs", "mkdir", "mkfifo", "mknod", "open",
        "pwrite", "remove", "removedirs", "rename", "renames", "replace", "rmdir", "symlink", "truncate", "unlink",
        "utime", "write",
    },
    "?": {
        "hardlink_to", "link_to", "mkdir", "rename", "rmdir", "symlink_to", "touch", "unlink", "write_bytes",
        "write_text",
    },
}  # fmt: skip
MODULES_THAT_WRITE = {"shutil", "tempfile", "sqlite3", "dbm", "shelve", "fileinput"}

MAY_WRITE = {
    "agency/base_store.py": {"sqlite3"},  # what both sides agreed on, the same way; lost, it only unites
    "validation/result_cache.py": {"sqlite3"},  # a cache that SQLite keeps consistent by itself, below `.local/`
    "commands/failures.py": {"tempfile"},  # asks where crash reports go; `files` writes them
    "small_json.py": {"os.open"},  # only to read, and without following a link
    "cli.py": {"os.open"},  # of the null device, in the place of a pipe that nobody reads
}


def writing(tree: ast.Module) -> Iterator[str]:
    """What in a module could write to the disk."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            owner, name = called(node)
            is_path = owner not in {"", "os"}
            if name in WRITERS.get(owner, set()) or (is_path and name in WRITERS["?"] and not _is_ours(owner)):
                yield f"{owner}.{name}"
            if (owner, name) in {("", "open"), ("io", "open")} or (is_path and name == "open" and _mode(node, 0)):
                mode = _mode(node, 0 if is_path and owner != "io" else 1)
                if set(mode) & set("wax+"):
                    yield f"open(…, {mode!r})"
        for module in imported(node):
            if module.split(".")[0] in MODULES_THAT_WRITE:
                yield module.split(".")[0]


def _is_ours(owner: str) -> bool:
    return owner == "files"  # idse_core.files, whose functions are the one way to write


def _mode(node: ast.Call, position: int) -> str:
    given = [keyword.value for keyword in node.keywords if keyword.arg == "mode"] + node.args[position : position + 1]
    return "".join(str(value.value) for value in given if isinstance(value, ast.Constant))


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_files_package_writes_to_disk() -> None:
    found = offences(writing, but=["files"])
    assert {name: set(ways) - MAY_WRITE.get(name, set()) for name, ways in found.items() if name not in MAY_WRITE} == {}
    assert {name: set(found.get(name, ())) for name in MAY_WRITE} == MAY_WRITE


@pytest.mark.parametrize(
    "text",
    [
        "open('x', 'w')",
        "open('x', mode='a')",
        "open('x', 'rb+')",
        "path.open('w')",
        "Path('x').open(mode='xb')",
        "Path('x').write_text('')",
        "path.write_bytes(b'')",
        "path.parent.mkdir()",
        "path.unlink()",
        "path.rename(other)",
        "os.replace(a, b)",
        "os.mkdir(a)",
        "os.open(a, flags)",
        "import shutil",
        "from tempfile import mkdtemp",
        "import sqlite3",
    ],
)
def test_the_check_for_writing_finds(text: str) -> None:
    assert list(writing(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "open('x')",
        "open('x', 'rb')",
        "path.read_text()",
        "files.rename(a, b)",
        "'a'.replace('b', 'c')",
        "os.listdir(a)",
    ],
)
def test_the_check_for_writing_lets_through(text: str) -> None:
    assert list(writing(ast.parse(text))) == []


# ---------------------------------------------------------------------------------------------- imports that come late

LATE_IMPORTS = {
    ("agency/engine.py", "idse_core.agency.pulling"): "most often there is nothing to do",
    ("agency/engine.py", "idse_core.agency.pushing"): "most often there is nothing to do",
    ("agency/http_errors.py", "email.utils"): "only for answers that ask to come back later",
    ("agency/config_file.py", "difflib"): "only for the hint of a warning",
    ("agency/retry.py", "tenacity"): "only what failed is tried again",
    ("agent_files/installation.py", "difflib"): "only for a dry run",
    ("agent_files/tools.py", "shlex"): "only to install",
    ("constitution_rules.py", "difflib"): "only for the hint of an error",
    ("files/locking.py", "filelock"): "reading needs no lock",
    ("files/moves.py", "ctypes"): "commands that only read start without it",
    ("reports/formats.py", "idse_core.reports"): "one of many formats is written",
    ("stores/opening.py", "importlib.metadata"): "only for stores that are not plain files",
    ("folder_watch.py", "watchfiles"): "only who watches",
    ("folder_watch_program.py", "watchfiles._rust_notify"): "can be found only when it has been said where",
    ("markdown/reader.py", "idse_core.markdown.line_reader"): "only what is not remembered is read",
    ("templates/rendering.py", "idse_core.templates.bounds"): "only new sessions are rendered",
    ("templates/rendering.py", "jinja2"): "only new sessions are rendered",
    ("validation/artifact_facts.py", "idse_core.markdown.addresses"): "few artifacts have what is looked for there",
    ("validation/artifact_examination.py", "idse_core.validation.artifact_facts"): "only artifacts not seen before",
    ("validation/artifact_examination.py", "idse_core.validation.notes"): "only artifacts not seen before",
    ("validation/artifact_examination.py", "idse_core.validation.suppressions"): "only artifacts not seen before",
    ("validation/confirmable.py", "difflib"): "only for the hint of an error",
    ("validation/constitution.py", "idse_core.validation.packs"): "only when the compiled constitution is out of date",
    ("validation/constitution.py", "idse_core.validation.plugins"): "only outside of a workspace",
    (
        "validation/installed_plugins.py",
        "idse_core",
    ): "what `idse status` needs of this module may not cost it anything",
    ("validation/findings.py", "shlex"): "few rules name a command about a session",
    ("validation/kind_registry.py", "idse_core.validation.plugins"): "only for kinds that are not ours",
    ("validation/kinds/data_schema.py", "difflib"): "only for the hint of an error",
    ("validation/kinds/data_schema.py", "idse_core.yaml_text"): "only artifacts that hold YAML",
    ("validation/kinds/forbid_pattern.py", "idse_core.validation.kinds.passages"): "few artifacts need it",
    ("validation/kinds/ids_resolve.py", "difflib"): "only for the hint of an error",
    ("validation/kinds/suppression_sound.py", "difflib"): "only for the hint of an error",
    ("validation/suppressions.py", "difflib"): "only for a comment that is hardly ever there",
    ("validation_engine.py", "idse_core.validation.fixes"): "only who asks for fixes",
    ("validation_engine.py", "idse_core.validation.helper_process"): "only outside of the main thread",
    ("validation_engine.py", "idse_core.validation.workers"): "only with several processes",
}
"""Module, and what it imports inside a function, or the package of what → why that is not at the top: it costs start-up
time, and only some calls need it. The faces do so as a matter of course; the library needs a reason each time."""


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def late_imports(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield str(node.module)


def test_the_library_imports_at_the_top_but_for_what_has_a_reason() -> None:
    late = offences(late_imports, but=["__main__", "cli", "commands", "agency/server/command"])
    found = {(name, str(what)) for name, modules in late.items() for what in modules}
    known = {
        entry: {each for each in found if each[0] == entry[0] and is_in(each[1], entry[1])} for entry in LATE_IMPORTS
    }
    assert found - set().union(*known.values()) == set(), (
        "a new import inside a function needs a reason, in LATE_IMPORTS"
    )
    assert {entry for entry, uses in known.items() if not uses} == set(), (
        "at the top now, or gone: remove it from the list"
    )


# ------------------------------------------------------------------------------------------------ errors and printing


def blanket_handlers(tree: ast.Module) -> Iterator[int]:
    """Lines of handlers that catch everything, and do not raise it again as it is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        elif isinstance(node, ast.Call) and called(node)[1] == "suppress":
            caught, passes_on = node.args, False
        else:
            continue
        names = {getattr(kind, "id", getattr(kind, "attr", None)) for kind in caught}
        if names & {"Exception", "BaseException", None} and not passes_on:
            yield node.lineno


def test_nothing_catches_everything_but_the_command_line_and_who_calls_foreign_code() -> None:
    assert offences(blanket_handlers, but=["cli", "validation/plugin_calls"]) == {}


@pytest.mark.parametrize(
    "text",
    [
        "try: f()\nexcept: pass",
        "try: f()\nexcept Exception: pass",
        "try: f()\nexcept (OSError, Exception) as e: raise X from e",
        "try: f()\nexcept builtins.BaseException: return",
        "with suppress(Exception): f()",
    ],
)
def test_the_check_for_catching_everything_finds(text: str) -> None:
    assert list(blanket_handlers(ast.parse(text)))


def test_the_check_for_catching_everything_lets_tidying_up_through() -> None:
    text = "try: f()\nexcept BaseException:\n    g()\n    raise"
    assert list(blanket_handlers(ast.parse(text))) == []


def talking(tree: ast.Module) -> Iterator[str]:
    """What speaks to the terminal, or asks the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in {("", "print"), ("", "input"), ("", "exit"), ("sys", "exit")}:
            yield called(node)[1]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            if name in {"sys.stdout", "sys.stderr", "sys.stdin", "sys.argv", "os.environ", "os.getenv"}:
                yield name


def test_only_programs_know_the_terminal_and_the_environment() -> None:
    programs = ["agency/server/command", "folder_watch_program", "validation/helper_program"]
    keeps_others_from_it = "validation/plugin_calls"

    assert offences(talking, but=["__main__", "cli", "commands", *programs, keeps_others_from_it]) == {}


def test_every_module_says_what_it_is_and_defers_its_annotations() -> None:
    def missing(tree: ast.Module) -> Iterator[str]:
        if tree.body and not ast.get_docstring(tree):
            yield "docstring"
        if any(isinstance(node, (ast.FunctionDef, ast.ClassDef)) for node in tree.body):
            futures = {name for node in tree.body for name in imported(node) if name.startswith("__future__.")}
            if futures != {"__future__.annotations"}:
                yield "from __future__ import annotations"

    assert offences(missing) == {}
