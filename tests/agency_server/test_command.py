"""``idse agency`` on the command line; before Python 3.11, or without the extra, it reports what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from tests.agency_server.calling import IdseAgency

OLD = sys.version_info < (3, 11)
CALLS = [
    ["serve"],
    ["restored"],
    ["token", "create", "acme"],
    ["token", "list", "acme"],
    ["token", "revoke", "acme", "x"],
]


@pytest.mark.skipif(not OLD, reason="this Python is new enough for the reference Agency Core")
@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_on_an_older_python(idse_agency: IdseAgency, words: List[str]) -> None:
    done = idse_agency(*words)
    assert (done.code, done.out) == (2, "")
    assert "needs Python 3.11 or newer" in done.err
    assert "pip install 'idse-orchestrator[server]'" in done.err


@pytest.mark.skipif(OLD, reason="the reference Agency Core needs Python 3.11 or newer")
@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_without_the_extra(
    idse_agency: IdseAgency, tmp_path: Path, words: List[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idse_core.agency.server.command._NEEDED", ("sqlalchemy_that_is_not_there", "starlette"))
    done = idse_agency(*words)
    assert done.code == 2
    assert "needs sqlalchemy_that_is_not_there\n" in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [[], ["token"], *([*call, "--help"] for call in CALLS)], ids=" ".join)
def test_help_needs_nothing(idse_agency: IdseAgency, words: List[str]) -> None:
    done = idse_agency(*words)
    assert done.code == (0 if "--help" in words else 2)


@pytest.mark.skipif(OLD, reason="the reference Agency Core needs Python 3.11 or newer")
def test_the_life_of_a_token(idse_agency: IdseAgency, tmp_path: Path) -> None:
    made = idse_agency("token", "create", "acme", "--note", "laptop\x1b[31m of the lead")
    assert made.code == 0
    assert made.out.startswith("idse_")
    assert made.out.count("\n") == 1
    assert made.out.strip() not in made.err

    listed = idse_agency("token", "list", "acme").out
    identifier, _, revoked, note = listed.rstrip("\n").split("\t")
    assert (revoked, note) == ("-", "laptop[31m of the lead")
    assert identifier in made.err

    assert idse_agency("token", "revoke", "acme", identifier).code == 0
    assert idse_agency("token", "list", "acme").out.split("\t")[2] != "-"
    assert [path.name for path in tmp_path.iterdir()] == ["idse-agency.db"]


@pytest.mark.skipif(OLD, reason="the reference Agency Core needs Python 3.11 or newer")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["token", "list", "nobody"], 10),
        (["token", "revoke", "nobody", "x"], 10),
        (["token", "create", "../acme"], 2),
        (["token", "create", "acme", "--database", "mysql://x"], 2),
        (["serve", "--port", "70000"], 2),
    ],
)
def test_errors_are_reported(idse_agency: IdseAgency, words: List[str], code: int) -> None:
    done = idse_agency(*words)
    assert done.code == code
    assert done.out == ""
    assert done.err.startswith("error: ")


def test_nothing_else_of_idse_imports_the_server(tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = ['idse', '--help']\n"
        "from idse_core.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'starlette', 'uvicorn', 'sqlalchemy', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert "  agency" in done.stdout
    assert done.stdout.endswith("[]\n")
