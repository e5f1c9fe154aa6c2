"""What an artifact was when it was last synced, for whoever wants to see what changed since. Needs no Agency Core."""

from __future__ import annotations

from typing import Optional

from idse_core.agency.base_store import agreed_content
from idse_core.agency.protocol import ARTIFACT_KEYS
from idse_core.agency.remote import pinned_remote
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["agreed_artifact"]


def agreed_artifact(workspace: ProjectWorkspace, session: str, stage: Stage) -> Optional[bytes]:
    """An artifact's bytes when both sides last agreed on it; None when they never did. Writes nothing.

    Args:
        workspace: the project.
        session: its id.
        stage: which artifact.

    Raises:
        ConfigError: what the project is bound to can't be understood.
        StorageError: what sync remembers can't be read.
    """
    remote = pinned_remote(workspace)
    if remote is None or not remote.server_id:
        return None
    return agreed_content(workspace.folder, remote.server_id, remote.project_id, session, ARTIFACT_KEYS[stage])
