"""``idse sync``: light to import; network code is imported when it is used."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from idse_core.commands.face import Face
from idse_core.commands.options import common_options, complete_sessions

__all__ = ["sync"]

_URL = click.option("--agency-url", metavar="URL", help="The Agency Core to talk to, instead of the configured one.")
_SESSION = click.option(
    "--session", metavar="ID", shell_complete=complete_sessions, help="Another session than the current one."
)
_ALL = click.option("--all", "all_sessions", is_flag=True, help="Every session, on either side.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be done; do nothing.")
_DELETES = click.option(
    "--allow-deletes",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many artifacts may be deleted (default: 20, and at most half of them).",
)


@click.group()
def sync() -> None:
    """Bring a project and its Agency Core to the same content.

    No edit is lost on the way: what both sides changed is merged by lines, or laid aside for you to decide.
    """


@sync.command()
@_SESSION
@_ALL
@_DRY_RUN
@_DELETES
@click.option(
    "--parallel", type=click.IntRange(1, 64), default=8, metavar="N", help="Sessions sent at once (default: 8)."
)
@_URL
@common_options
def push(
    face: Face,
    session: Optional[str],
    all_sessions: bool,
    dry_run: bool,
    allow_deletes: Optional[int],
    parallel: int,
    agency_url: Optional[str],
) -> int:
    """Send what changed here. What changed on both sides is not sent: pull first.

    \b
    Exits 3 when conflicts remain, 4 when the Agency Core can't be reached, 5 when it does not accept the token, 6 when
    it has something newer, 7 when only a part was done, 9 when it refused for safety.

    \b
    Example:
      idse sync push
      idse sync push --all --dry-run
    """
    from idse_core.commands.sync_run import Syncing  # noqa: PLC0415  # see the module's docstring

    with Syncing(face, agency_url, parallel=parallel) as syncing:
        sessions = syncing.chosen(session, all_sessions=all_sessions)
        return syncing.show(syncing.engine.push(sessions, dry_run=dry_run, allow_deletes=allow_deletes))


@sync.command()
@_SESSION
@_ALL
@_DRY_RUN
@_DELETES
@_URL
@common_options
def pull(
    face: Face,
    session: Optional[str],
    all_sessions: bool,
    dry_run: bool,
    allow_deletes: Optional[int],
    agency_url: Optional[str],
) -> int:
    """Fetch what changed at the Agency Core. What changed on both sides is merged.

    A conflict is laid aside below .idse/.local/conflicts, your file stays as it is, and `idse sync resolve` settles it.

    On a machine that has no copy yet, --project gets the whole project into the current folder: no `idse init` before.

    \b
    Example:
      idse sync pull
      idse sync pull --all
      idse sync pull --all --project customer-portal
    """
    from idse_core.commands.sync_run import Syncing  # noqa: PLC0415  # see the module's docstring

    with Syncing(face, agency_url, may_create=True) as syncing:
        sessions = syncing.chosen(session, all_sessions=all_sessions)
        return syncing.show(syncing.engine.pull(sessions, dry_run=dry_run, allow_deletes=allow_deletes))


@sync.command()
@_SESSION
@_ALL
@_URL
@common_options
def status(face: Face, session: Optional[str], all_sessions: bool, agency_url: Optional[str]) -> int:
    """Show what a push and a pull would do. Changes nothing.

    \b
    Example:
      idse sync status
      idse sync status --all --json
    """
    from idse_core.commands.sync_run import Syncing  # noqa: PLC0415  # see the module's docstring

    with Syncing(face, agency_url) as syncing:
        return syncing.show(syncing.engine.status(syncing.chosen(session, all_sessions=all_sessions)))


@sync.command()
@click.argument("artifact", required=False)
@_SESSION
@click.option("--ours", is_flag=True, help="Keep the file as it is here.")
@click.option("--theirs", is_flag=True, help="Take the Agency Core's version.")
@click.option("--merged", is_flag=True, help="Take the merged version, once you have edited it.")
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the content of another file.",
)
@common_options
def resolve(
    face: Face,
    artifact: Optional[str],
    session: Optional[str],
    ours: bool,
    theirs: bool,
    merged: bool,
    file: Optional[Path],
) -> int:
    """Settle a conflict. Without an artifact: list those that wait for you.

    Needs no Agency Core: the next push sends what you decided. Whatever is replaced is kept in .idse/.local/displaced.

    \b
    Example:
      idse sync resolve
      idse sync resolve spec --ours
      idse sync resolve spec --session auth-login --merged
    """
    from idse_core.commands.sync_resolving import list_conflicts, settle  # noqa: PLC0415  # see the module's docstring

    if artifact is None:
        return list_conflicts(face, session)
    chosen = [name for name, is_chosen in (("ours", ours), ("theirs", theirs), ("merged", merged)) if is_chosen]
    return settle(face, artifact, session, chosen, file)


@sync.group(invoke_without_command=True)
@_URL
@common_options
@click.pass_context
def remote(ctx: click.Context, face: Face, agency_url: Optional[str]) -> None:
    """Show which Agency Core the project is bound to.

    A project is bound to the address of its first sync, so that no other setting can lead its documents elsewhere.

    \b
    Example:
      idse sync remote
      idse sync remote set
    """
    from idse_core.commands.sync_remote import show_remote  # noqa: PLC0415  # see the module's docstring

    if ctx.invoked_subcommand is None:
        show_remote(face, agency_url)


@remote.command("set")
@click.option("--project-id", metavar="ID", help="What the project is called there (default: as it is here).")
@_URL
@common_options
def set_remote(face: Face, project_id: Optional[str], agency_url: Optional[str]) -> None:
    """Bind the project to the Agency Core that is configured now.

    Nothing is deleted by this: what differs at the new one is merged, or becomes a conflict.

    \b
    Example:
      idse sync remote set
      idse sync remote set --agency-url https://agency.example.org --project-id portal
    """
    from idse_core.commands.sync_remote import bind  # noqa: PLC0415  # see the module's docstring

    bind(face, agency_url, project_id)
