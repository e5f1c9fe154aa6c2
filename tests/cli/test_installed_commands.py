"""Commands that are registered by entry point: how ours are found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from idse_core._version import __version__
from idse_core.commands import installed_commands
from idse_core.commands.installed_commands import own
from tests.cli.running import environment

ABOUT = f"idse_orchestrator-{__version__}.dist-info"


def put(folder: Path, points: str, about: str = ABOUT) -> str:
    (folder / about).mkdir(parents=True)
    (folder / about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: idse-orchestrator\nVersion: {__version__}\n", encoding="utf-8"
    )
    (folder / about / "entry_points.txt").write_text(points, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("name", ["tui", "agency"])
def test_our_own_commands_are_found(name: str) -> None:
    load = own(name)
    assert load is not None
    assert isinstance(load(), click.Command)


def test_what_is_not_our_command_is_not_found() -> None:
    assert own("idse") is None  # a script, in another group
    assert own("nonsense") is None


def test_ours_are_found_without_the_library_that_reads_metadata(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom idse_core.cli import root\nroot.get_command(None, 'tui')\n"
        "print('idse_tui.command' in sys.modules, 'importlib.metadata' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True False\n", "")


def test_the_first_installation_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = put(tmp_path / "first", "# a remark\n\n[idse.commands]\none = os.path : join\n[other]\ntwo = os:sep\n")
    second = put(tmp_path / "second", "[idse.commands]\ntui = os:sep\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "nowhere"), first, second])
    load = own("one")
    assert load is not None
    assert load() is os.path.join
    assert own("two") is own("tui") is None


def test_where_installers_put_it_elsewhere_the_library_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(tmp_path, "[idse.commands]\none = os.path:join\n", "idse_orchestrator-0.dist-info")
    monkeypatch.setattr(sys, "path", [folder])
    assert installed_commands._as_installed() is None
    load = own("one")
    assert load is not None
    assert load() is os.path.join


def test_without_any_metadata_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert own("tui") is None
