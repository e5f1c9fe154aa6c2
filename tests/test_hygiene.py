"""What is imported when, in processes of their own: start-up is a feature."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, Iterator, List, Set, Tuple

import pytest

import idse_core
from idse_core import errors
from tests.cli.running import once_cached

SAMPLE = Path(idse_core.__file__).parent / "sample" / "workspace"

HEAVY = {"httpcore", "httpx", "jinja2", "markdown_it", "pydantic", "pyromark", "rich", "sqlalchemy", "textual", "yaml"}
HEAVIER_THAN_NOTHING = {"click", "httpcore", "httpx", "jinja2", "pydantic", "rich", "sqlalchemy", "textual", "yaml"}

CALL = """\
import sys
sys.path.remove("")  # as for the installed program: the current folder is no place to look for packages
from idse_core.__main__ import main
try:
    main()
except SystemExit as leaving:
    code = leaving.code
print("\\n" + " ".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample whose caches are filled."""
    folder = tmp_path_factory.mktemp("hygiene")
    shutil.copytree(str(SAMPLE), str(folder / ".idse"))
    assert loaded(folder, "validate", "--all") & HEAVY
    assert not once_cached(lambda: loaded(folder, "validate", "--all") & HEAVY, lambda heavy: not heavy)
    return folder


def loaded(folder: Path, *words: str) -> Set[str]:
    """The top-level modules that a call leaves behind in its process."""
    done = python(folder, CALL, *words)
    assert done.returncode in {0, 1}
    return set(done.stderr.decode().splitlines()[-1].split())


def python(folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    hidden = ("IDSE_WORKSPACE", "IDSE_PROJECT", "FORCE_COLOR", "COVERAGE_PROCESS_START")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    arguments: List[str] = [sys.executable, "-c", program, *words]
    return subprocess.run(arguments, cwd=folder, env=env, capture_output=True, check=False, timeout=60)


def test_telling_the_version_costs_next_to_nothing(workspace: Path) -> None:
    assert not loaded(workspace, "--version") & {*HEAVY, *HEAVIER_THAN_NOTHING}


def test_importing_the_library_costs_nothing(tmp_path: Path) -> None:
    done = python(tmp_path, "import sys, idse_core; print(*sorted({name.partition('.')[0] for name in sys.modules}))")

    assert done.returncode == 0
    assert set(done.stdout.decode().split()) & HEAVIER_THAN_NOTHING == set()


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["--help"],
        ["status"],
        ["validate", "--all"],
        ["session", "list"],
        ["switch", "auth-login"],
    ],
    ids=" ".join,
)
def test_a_warm_call_loads_nothing_heavy(workspace: Path, words: List[str]) -> None:
    assert loaded(workspace, *words) & HEAVY == set()


def test_json_loads_nothing_heavy_either(workspace: Path) -> None:
    assert loaded(workspace, "validate", "--all", "--json") & HEAVY == set()
    assert loaded(workspace, "status", "--json") & HEAVY == set()


def test_one_changed_artifact_loads_a_reader_and_no_packs(workspace: Path) -> None:
    path = next((workspace / ".idse").rglob("billing/intent.md"))
    path.write_text(path.read_text("utf-8") + f"\nChanged at {time.time()}.\n", encoding="utf-8")

    assert (
        loaded(workspace, "status", "--session", "billing") & {"yaml", "pydantic", "jinja2", "textual", "rich"} == set()
    )


def test_the_public_names_are_these() -> None:
    assert idse_core.__all__ == sorted(idse_core.__all__)
    assert idse_core.__all__ == PUBLIC
    assert dir(idse_core) == PUBLIC
    for name in PUBLIC:
        assert getattr(idse_core, name) is not None
    with pytest.raises(AttributeError):
        idse_core.NoSuchName  # noqa: B018  # that is the point


def test_a_type_checker_sees_the_same_names_from_the_same_modules() -> None:
    tree = ast.parse(Path(idse_core.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == {name: f"idse_core.{home}" for name, home in idse_core._HOMES.items()}
    assert sorted([*seen, "__version__"]) == PUBLIC


def test_every_error_is_public() -> None:
    assert set(errors.__all__) <= set(PUBLIC)


def test_modules_take_from_one_another_only_what_is_on_offer() -> None:
    modules = our_modules()
    offered = {name: names_on_offer(tree) for name, tree in modules.items()}
    taken = {
        f"{name} takes {item} of {module}"
        for name, tree in modules.items()
        for module, item in names_taken(tree)
        if module in modules and f"{module}.{item}" not in modules and item not in offered[module]
    }

    assert sorted(taken) == [], "add these to __all__ there, or leave them private"


def our_modules() -> Dict[str, ast.Module]:
    """Our modules and packages by their dotted names, parsed."""
    root = Path(idse_core.__file__).parent.parent
    found: Dict[str, ast.Module] = {}
    for package in ("idse_core", "idse_tui"):
        for path in (root / package).rglob("*.py"):
            words = path.relative_to(root).with_suffix("").parts
            name = ".".join(words[:-1] if words[-1] == "__init__" else words)
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def names_on_offer(tree: ast.Module) -> Set[str]:
    """What stands in ``__all__``; nothing where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "__all__" for to in node.targets):
            return set(ast.literal_eval(node.value))
    return set()


def names_taken(tree: ast.Module) -> Iterator[Tuple[str, str]]:
    """Module and name of every import from a module, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from ((str(node.module), alias.name) for alias in node.names)


PUBLIC = [
    "AgencyConfig",
    "AgencySyncEngine",
    "AgentProfileSpec",
    "AgentRegistry",
    "ArtifactFacts",
    "AuthorizationError",
    "Capabilities",
    "ConfigError",
    "ConflictError",
    "ConstitutionRules",
    "DesignStore",
    "DesignStoreFilesystem",
    "DesignStoreMemory",
    "DocToAgentProfileSpecCompiler",
    "Document",
    "Finding",
    "Hit",
    "IDEAgentRouting",
    "IdseConfig",
    "IdseError",
    "Kind",
    "LockedError",
    "MarkdownDocument",
    "NewSession",
    "NotFoundError",
    "PackError",
    "Phase",
    "PipelineArtifacts",
    "Place",
    "Problem",
    "ProfileError",
    "ProjectFacts",
    "ProjectWorkspace",
    "Reach",
    "RefusedError",
    "RemoteError",
    "RemoteMovedError",
    "Report",
    "Rule",
    "Selection",
    "SessionDocuments",
    "SessionFacts",
    "SessionGraph",
    "SessionMetadata",
    "SessionReport",
    "Severity",
    "Stage",
    "StageState",
    "StageStateModel",
    "StageStatus",
    "StorageError",
    "SyncReport",
    "UnreadableError",
    "UsageError",
    "ValidationEngine",
    "__version__",
    "strict",
]
