"""What all parts of one pull work with."""

from __future__ import annotations

from typing import NamedTuple

from idse_core.agency.base_store import BaseStore
from idse_core.agency.pulled_states import PulledStates
from idse_core.agency.recording import Recorder
from idse_core.events import Listener
from idse_core.project_workspace import ProjectWorkspace

__all__ = ["PullContext"]


class PullContext(NamedTuple):
    """What all parts of one pull work with.

    Attributes:
        workspace: a project, which need not exist.
        base: contents.
        recorder: told of what both sides agree on.
        states: collects the states, which are no files of their own.
        announce: told of writes.
    """

    workspace: ProjectWorkspace
    base: BaseStore
    recorder: Recorder
    states: PulledStates
    announce: Listener
