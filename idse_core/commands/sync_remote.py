"""``idse sync remote``: which Agency Core a project is bound to."""

from __future__ import annotations

from typing import Optional

from idse_core.agency.names import is_portable
from idse_core.agency.remote import PinnedRemote, pin, pinned_remote
from idse_core.commands.face import Face
from idse_core.commands.sync_run import agency_config, setting_items, settings_text
from idse_core.errors import UsageError
from idse_core.reports.quoting import quoted

__all__ = ["bind", "show_remote"]


def show_remote(face: Face, agency_url: Optional[str]) -> None:
    """Print what the project is bound to, and each setting with its origin."""
    workspace = face.open()
    known = pinned_remote(workspace)
    config = agency_config(face, workspace, agency_url)
    configured = None if config.endpoint.value is None else str(config.endpoint.value)
    if face.json_output:
        from idse_core.reports.documents import RemoteDocument  # noqa: PLC0415  # only for --json

        settings = setting_items(config)
        if known is None:
            face.document(RemoteDocument(workspace.project, None, None, None, configured, settings))
        else:
            bound = (known.endpoint, known.project_id, known.server_id or None)
            face.document(RemoteDocument(workspace.project, *bound, configured, settings))
        return
    lines = [f"project     {quoted(workspace.project)}"]
    if known is None:
        lines.append("bound to    nothing yet; the first sync binds it")
    else:
        lines.append(f"bound to    {quoted(known.endpoint)}")
        lines.append(f"there       {quoted(known.project_id)}")
    lines.append("configured:")
    face.print("".join(f"{line}\n" for line in lines) + settings_text(config))


def bind(face: Face, agency_url: Optional[str], project_id: Optional[str]) -> None:
    """Bind the project to the configured address.

    Raises:
        ConfigError: none is configured.
        UsageError: the name is not a valid project id.
    """
    workspace = face.open()
    config = agency_config(face, workspace, agency_url)
    endpoint = str(config.required())
    known = pinned_remote(workspace)
    name = project_id or (workspace.project if known is None else known.project_id)
    if not is_portable(name):
        raise UsageError(
            f"'{name}' can't be the id of a project",
            hint="ids have letters a-z, digits, '-', '_' and '.'",
        )
    is_same = known is not None and (known.endpoint, known.project_id) == (endpoint, name)
    server = known.server_id if known is not None and is_same else ""
    pin(workspace, PinnedRemote(endpoint, name, server))
    if face.json_output:
        from idse_core.reports.documents import RemoteDocument  # noqa: PLC0415  # only for --json

        settings = setting_items(config)
        face.document(RemoteDocument(workspace.project, endpoint, name, server or None, endpoint, settings))
    else:
        face.print(f"{quoted(workspace.project)} is bound to {quoted(endpoint)}, where it is called {quoted(name)}\n")
