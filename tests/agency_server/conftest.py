from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator

import pytest

from idse_core import cli
from tests.agency_server.calling import Called, IdseAgency

if TYPE_CHECKING:
    from idse_core.agency.server.database import Database
    from idse_core.agency.server.service import AgencyCore
    from idse_core.agency.server.tokens import Caller

OLD = sys.version_info < (3, 11)


class _Skipped(pytest.File):
    """A module that this interpreter can't import, because the libraries of the server are not installed."""

    def collect(self) -> Iterable[Any]:
        pytest.skip("the reference Agency Core needs Python 3.11 or newer", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> Any:
    if OLD and module_path.name != "test_command.py":
        return _Skipped.from_parent(parent, path=module_path)
    return None


@pytest.fixture
def idse_agency(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> IdseAgency:
    """Calls the command line in this process, in ``tmp_path``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("IDSE_AGENCY_DATABASE", raising=False)

    def call(*words: str) -> Called:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["agency", *words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        code = left.value.code
        assert isinstance(code, int)
        return Called(code, captured.out, captured.err)

    return call


@pytest.fixture
def postgres() -> Iterator[str]:
    """The address of an empty schema of a real PostgreSQL."""
    base = os.environ.get("IDSE_TEST_POSTGRES")
    if not base:
        reason = "IDSE_TEST_POSTGRES names no PostgreSQL; .ci/postgres starts one"
        if os.environ.get("IDSE_REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    from sqlalchemy import create_engine, make_url, text

    schema = f"idse_{secrets.token_hex(6)}"
    url = make_url(base).update_query_dict({"options": f"-csearch_path={schema}"})
    engine = create_engine(make_url(base).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "agency.db")
    found: str = request.getfixturevalue("postgres")
    return found


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    from idse_core.agency.server.database import Database

    opened = Database.open(address)
    yield opened
    opened.close()


@pytest.fixture
def core(database: Database) -> AgencyCore:
    from idse_core.agency.server.service import AgencyCore

    return AgencyCore(database)


@pytest.fixture
def caller(core: AgencyCore) -> Caller:
    """A caller of the tenant ``acme``."""
    from idse_core.agency.server.tokens import create_token

    found = core.caller(create_token(core.database, "acme").secret)
    assert found is not None
    return found
