"""Stores of other packages: found by the scheme of an address that the user gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Callable, List

import pytest

from benchmarks.workspaces import generate
from idse_core.commands import remembered_guard, remembered_output
from idse_core.config import IdseConfig
from idse_core.errors import ConfigError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_core.stores.opening import open_store
from idse_core.validation_engine import _WORTHWHILE, ValidationEngine
from tests.cli.running import Outcome, run
from tests.plugins.installing import install, package

STORE = '''
from pathlib import Path
from idse_core import DesignStoreFilesystem

def elsewhere(address, folder):
    """Plain files again, but in another folder."""
    kept = Path(address.partition("://")[2])
    kept.mkdir(exist_ok=True)
    return DesignStoreFilesystem(kept)
'''
POINTS = '[project.entry-points."idse.design_stores"]\nelsewhere = "made_store:elsewhere"\nbroken = "not_there:store"\n'


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    install(folder, package(tmp_path / "project", {"made_store.py": STORE}, POINTS, "made-store"), unpacked=True)
    return folder


@pytest.fixture
def idse(tmp_path: Path, target: Path) -> Callable[..., Outcome]:
    here = tmp_path / "here"
    here.mkdir()
    kept = tmp_path / "kept"

    def call(*words: str, store: str = f"elsewhere://{kept}") -> Outcome:
        return run(*words, cwd=here, env={**os.environ, "PYTHONPATH": str(target), "IDSE_STORE": store})

    return call


def test_every_command_uses_the_store_that_the_address_means(idse: Callable[..., Outcome], tmp_path: Path) -> None:
    assert idse("init", "customer-portal").code == 0
    assert idse("spawn", "auth-login").code == 0

    assert (tmp_path / "kept/projects/customer-portal/sessions/auth-login/spec.md").is_file()
    assert not (tmp_path / "here/.idse/projects").exists()
    assert "auth-login" in idse("session", "list").out
    assert "customer-portal" in idse("project", "list").out
    assert idse("validate").code == 1
    assert "customer-portal" not in idse("project", "list", store="").out


def test_a_change_in_the_store_shows_in_the_next_status(idse: Callable[..., Outcome], tmp_path: Path) -> None:
    idse("init", "customer-portal")
    before = idse("status").out
    intent = tmp_path / "kept/projects/customer-portal/sessions/__blueprint__/intent.md"
    intent.write_text("# Intent\n\nWritten in between.\n", encoding="utf-8")

    assert idse("status").out != before


def test_the_guard_judges_another_project_in_the_same_store(idse: Callable[..., Outcome]) -> None:
    idse("init", "customer-portal")
    idse("init", "warehouse")
    intent = ".idse/projects/warehouse/sessions/__blueprint__/intent.md"

    answer = idse("guard", "--agent", "claude-code", "--path", intent, "--json").document

    assert (answer["allowed"], answer["stage"]) == (True, "intent")


def test_an_answer_of_the_guard_about_another_store_is_not_remembered(
    idse: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    idse("init", "customer-portal")
    monkeypatch.syspath_prepend(str(target))
    monkeypatch.setattr(remembered_output, "SETTLED_SECONDS", -3600.0)
    config = IdseConfig(tmp_path / "here", store=f"elsewhere://{tmp_path / 'kept'}")

    for _ in range(2):  # the first one makes the caches' folder
        assert remembered_guard.answer(config, "claude-code", tmp_path / "here" / "x.py", None)

    assert list((tmp_path / "here" / ".idse").rglob("output-*.json")) == []


def test_several_processes_read_the_store_that_the_address_means(
    idse: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Path
) -> None:
    made = generate(tmp_path, sessions=_WORTHWHILE).folder / ".idse"
    shutil.move(str(made / "projects"), str(tmp_path / "kept" / "projects"))
    (tmp_path / "here" / ".idse").mkdir()
    monkeypatch.syspath_prepend(str(target))
    workspace = ProjectWorkspace.open(IdseConfig(tmp_path / "here", store=f"elsewhere://{tmp_path / 'kept'}"))
    read: List[int] = []
    monkeypatch.setattr(workspace.store, "load_session", lambda *place: read.append(1))

    report = ValidationEngine(workspace, use_cache=False, jobs=2).validate(workspace.sessions())

    assert len(report.sessions) >= _WORTHWHILE
    assert read == [], "the other processes judged them all"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere://x", "no installed package offers a store for 'nowhere'"),
        ("no address", "no installed package offers a store for 'no address'"),
        ("broken://x", "the store for 'broken' can't be loaded"),
    ],
)
def test_an_address_that_no_store_answers_to_is_one_line(
    idse: Callable[..., Outcome], address: str, message: str
) -> None:
    outcome = idse("init", "customer-portal", store=address)

    assert outcome.code == 2
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_without_an_address_documents_are_plain_files(tmp_path: Path) -> None:
    assert isinstance(open_store(tmp_path), DesignStoreFilesystem)
    with pytest.raises(ConfigError):
        open_store(tmp_path, "nowhere://")
