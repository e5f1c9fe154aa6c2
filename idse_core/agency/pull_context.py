"""The objects that all parts of one pull share."""

from __future__ import annotations

from typing import NamedTuple

from idse_core.agency.base_store import BaseStore
from idse_core.agency.pulled_states import PulledStates
from idse_core.agency.recording import Recorder
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["PullContext"]


class PullContext(NamedTuple):
    """The objects that all parts of one pull share.

    Attributes:
        workspace: the project, which need not exist.
        base: the sync state, with the contents.
        recorder: records what both sides agree on.
        states: collects the sessions' states, which are not separate files.
        announce: called for every write.
    """

    workspace: ProjectWorkspace
    base: BaseStore
    recorder: Recorder
    states: PulledStates
    announce: Listener
