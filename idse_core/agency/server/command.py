"""``idse agency``: run a reference Agency Core, and give out its tokens."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Optional, TypeVar

import click

from idse_core import files
from idse_core.errors import UsageError
from idse_core.printable import one_line

__all__ = ["agency"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_NEEDED = ("starlette", "uvicorn", "sqlalchemy")
_PACKAGE = "idse_core.agency.server"


def _database_option(command: _Command) -> _Command:
    return click.option(
        "--database",
        metavar="FILE|URL",
        default="idse-agency.db",
        envvar="IDSE_AGENCY_DATABASE",
        show_default=True,
        help="A file for SQLite, or postgresql+psycopg://user@host/database; with a password better in "
        "IDSE_AGENCY_DATABASE, which nobody else sees.",
    )(command)


@click.group(no_args_is_help=False)
def agency() -> None:
    """A reference Agency Core for a team that has none. The server, and its tokens."""


@agency.command()
@_database_option
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", metavar="NUMBER", type=click.IntRange(0, 65535), default=8321, show_default=True, help="0: a free one."
)
@click.option("--tls-cert", metavar="FILE", help="The certificate chain (PEM): the server speaks https.")
@click.option("--tls-key", metavar="FILE", help="The key of the certificate (PEM).")
@click.option("--behind-proxy", is_flag=True, help="A proxy in front of the server speaks https for it.")
@click.option(
    "--ready-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the server's address there once it answers.",
)
def serve(  # one parameter for each option
    *,
    database: str,
    host: str,
    port: int,
    tls_cert: Optional[str],
    tls_key: Optional[str],
    behind_proxy: bool,
    ready_file: Optional[Path],
) -> None:
    """Serve the sync protocol until it is stopped (Ctrl-C, SIGTERM).

    Prints the server's address to stdout; the log, one JSON object a line, goes to stderr.

    \b
    Example:
      idse agency serve
      idse agency serve --database /srv/idse/agency.db --port 8321
    """
    running = _server_module("running")

    def announce(address: str) -> None:
        click.echo(address)
        sys.stdout.flush()
        if ready_file is not None:
            files.replace_file(ready_file, f"{address}\n".encode("ascii"))

    serving = running.Serving(database, host, port, tls_cert, tls_key, behind_proxy)
    running.serve(serving, on_ready=announce)


@agency.command()
@_database_option
def restored(*, database: str) -> None:
    """Say that the database came back from a backup.

    No server may run meanwhile. The data lacks what was pushed later. It gets a new identity, so that every client
    notices, and takes nothing for deleted or undone.

    \b
    Example:
      idse agency restored --database /srv/idse/agency.db
    """
    opened = _server_module("database").Database.open(database)
    try:
        opened.renew()
        click.echo(f"the data is server {opened.server_id} from now on", err=True)
    finally:
        opened.close()


@agency.group(no_args_is_help=False)
def token() -> None:
    """Tokens: who may sync. A tenant sees nothing of another's projects."""


@token.command()
@click.argument("tenant", metavar="TENANT")
@click.option("--note", metavar="TEXT", default="", help="Whose it is, or what for.")
@_database_option
def create(*, tenant: str, note: str, database: str) -> None:
    """Make a token for a tenant and print it, this once. The tenant is made when it is new.

    \b
    Example:
      idse agency token create acme --note "laptop of the lead"
    """
    made = _with_tokens(database, lambda tokens, opened: tokens.create_token(opened, tenant, note=note))
    click.echo(made.secret)
    click.echo(f"token {made.id} of {tenant}; it is shown this once and can't be shown again", err=True)


@token.command("list")
@click.argument("tenant", metavar="TENANT")
@_database_option
def list_command(*, tenant: str, database: str) -> None:
    """List a tenant's tokens, by their ids. Id, when made, when revoked or '-', note; between tabs.

    \b
    Example:
      idse agency token list acme
    """
    for entry in _with_tokens(database, lambda tokens, opened: tokens.list_tokens(opened, tenant)):
        click.echo("\t".join((entry.id, entry.created_at, entry.revoked_at or "-", one_line(entry.note))))


@token.command()
@click.argument("tenant", metavar="TENANT")
@click.argument("token_id", metavar="ID")
@_database_option
def revoke(*, tenant: str, token_id: str, database: str) -> None:
    """End a token, at once and for good.

    \b
    Example:
      idse agency token revoke acme 1f0c9a3e
    """
    _with_tokens(database, lambda tokens, opened: tokens.revoke_token(opened, tenant, token_id))
    click.echo(f"token {token_id} of {tenant} is revoked", err=True)


def _with_tokens(database: str, act: Callable[[ModuleType, Any], Any]) -> Any:  # noqa: ANN401  # what `act` gives
    tokens = _server_module("tokens")
    opened = _server_module("database").Database.open(database)
    try:
        return act(tokens, opened)
    finally:
        opened.close()


def _server_module(name: str) -> ModuleType:
    """Import a module of the server only now, because its libraries are not installed for everybody.

    Raises:
        UsageError: the libraries are not installed, or Python is too old for them.
    """
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:2]))
        raise UsageError(
            f"the reference Agency Core needs Python 3.11 or newer, this is {found}",
            hint="on a newer one: pip install 'idse-orchestrator[server]'",
        )
    missing = [library for library in _NEEDED if find_spec(library) is None]
    if missing:
        raise UsageError(
            f"the reference Agency Core needs {', '.join(missing)}", hint="pip install 'idse-orchestrator[server]'"
        )
    return import_module(f"{_PACKAGE}.{name}")
