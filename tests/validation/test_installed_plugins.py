"""What other packages add is cached, and the cache is used only while nothing has changed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import List

import pytest

from idse_core.validation import installed_plugins as module
from idse_core.validation import plugins
from idse_core.validation.installed_plugins import installed, installed_stamps
from idse_core.validation.plugin_record import Installed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "pack.yaml").write_text("pack: x", encoding="utf-8")
    (tmp_path / ".idse").mkdir()
    library = [path for path in sys.path if path.startswith(sys.base_prefix) and "site-packages" not in path]
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), str(tmp_path / "not there"), *library])
    age(tmp_path)
    return tmp_path / ".idse"


@pytest.fixture
def looks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> List[Installed]:
    """The results of all real look-ups."""
    found: List[Installed] = []

    def look_up() -> Installed:
        found.append(
            Installed((("x:pack.yaml", b"pack: \xff"),), f"k{len(found)}", (str(folder.parent / "pack.yaml"),))
        )
        return found[-1]

    monkeypatch.setattr(plugins, "look_up", look_up)
    return found


def age(folder: Path) -> None:
    """Make everything look older than what could have changed twice without being noticed."""
    for path in (folder / "site", folder / "pack.yaml"):
        os.utime(str(path), (1e9, 1e9))


def record(folder: Path) -> Path:
    (path,) = (folder / ".local" / "cache").glob("installed-*.json")
    return path


def test_looks_once(folder: Path, looks: List[Installed]) -> None:
    assert installed(folder) == installed(folder) == looks[0]
    assert len(looks) == 1


@pytest.mark.parametrize("change", ["install", "edit", "path"])
def test_looks_again_when_something_changed(
    folder: Path, looks: List[Installed], change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(folder)
    if change == "install":
        (folder.parent / "site" / "y.dist-info").mkdir()
    elif change == "edit":
        (folder.parent / "pack.yaml").write_text("pack: y", encoding="utf-8")
    else:
        monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])

    assert installed(folder) == looks[1]


def test_what_changed_a_moment_ago_is_not_remembered(folder: Path, looks: List[Installed]) -> None:
    (folder.parent / "site" / "y.dist-info").mkdir()

    assert [installed(folder), installed(folder)] == looks

    age(folder.parent)
    assert installed(folder) == installed(folder) == looks[2]
    assert len(looks) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "{}",
        "3",
        '{"folders": {}}',
        '{"folders": null, "files": [], "packs": 3, "kinds": 1}',
        "[" * 99999,
    ],
    ids=lambda text: text[:20],
)
def test_an_invalid_record_is_made_anew(folder: Path, looks: List[Installed], text: str) -> None:
    installed(folder)
    record(folder).write_text(text, encoding="utf-8")

    assert installed(folder) == looks[1]
    assert installed(folder) == looks[1]


@pytest.mark.parametrize("packs", [[["x"]], [["x", 3]], [3], [["x", "\u20ac"]]])
def test_a_record_with_wrong_packs_is_made_anew(folder: Path, looks: List[Installed], packs: object) -> None:
    installed(folder)
    path = record(folder)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "packs": packs}), encoding="utf-8")

    assert installed(folder) == looks[1]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_record_that_is_a_link_is_not_read(folder: Path, looks: List[Installed]) -> None:
    installed(folder)
    record(folder).rename(folder / "elsewhere")
    module._path(folder).symlink_to(folder / "elsewhere")

    assert installed(folder) == looks[1]


def test_nothing_is_made_where_there_is_no_workspace(folder: Path, looks: List[Installed]) -> None:
    installed(folder / "gone")

    assert not (folder / "gone").exists()


def test_stamps_tell_of_folders_and_of_files(folder: Path, looks: List[Installed]) -> None:
    installed(folder)
    stamps = installed_stamps(folder)

    assert set(stamps) == {*sys.path, str(folder.parent / "pack.yaml")}
    assert stamps[sys.path[1]] == [0, 0, 0, 0, 0]
    (folder.parent / "pack.yaml").write_text("pack: y", encoding="utf-8")
    assert installed_stamps(folder) != stamps
