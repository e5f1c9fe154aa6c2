"""The Diff tab: what changed in the artifact since the last commit, or since the last sync."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, NamedTuple, Optional

from idse_core.pipeline_artifacts import Stage
from idse_tui.background import start_looking, telling
from idse_tui.controllers.following import Following
from idse_tui.main_host import MainHost
from idse_tui.messages import Compared, Failed
from idse_tui.presentation.tabs import Tab
from idse_tui.widgets.artifact_panel import ArtifactPanel

if TYPE_CHECKING:
    from idse_tui.artifact import Artifact
    from idse_tui.diffs import Base, Comparison

__all__ = ["Comparing"]


class _Question(NamedTuple):
    """What the answer depends on, as far as it is known here; a commit is not.

    Attributes:
        digest: of the artifact's bytes.
        wanted: what somebody asked to compare with.
        synced: when the session was synced last.
        survey: the number of the run that read everything.
    """

    session: str
    stage: Stage
    digest: str
    wanted: Optional[Base]
    synced: object
    survey: int


class Comparing:
    """Compares the artifact that is looked at, in a worker, as long as the tab is shown.

    Args:
        screen: the main screen.
        following: what reads the project.
    """

    def __init__(self, screen: MainHost, following: Following) -> None:
        self._screen = screen
        self._state = screen.state
        self._following = following
        self._wanted: Optional[Base] = None
        self._asked: Optional[_Question] = None
        self._found: Optional[Comparison] = None

    def table(self) -> Dict[str, Callable[[], None]]:
        """Action id → what runs it."""
        return {"compare": self._switch}

    @property
    def obstacle(self) -> str:
        """Why there is nothing else to compare with; empty when there is."""
        if self._panel.tab is not Tab.DIFF:
            return "this is for the tab Diff"
        known = self._known
        return "" if known and known.other else "there is nothing else to compare this artifact with"

    @property
    def words(self) -> str:
        """With what the artifact is compared, and how to compare it with something else; empty for nothing."""
        known = self._known
        if known is None or known.base is None:
            return ""
        look = self._screen.look
        other = f" {look.glyphs.dot} {look.keys['compare']} since {known.other.value}" if known.other else ""
        return f"since {known.base.value}{other}"

    @property
    def _panel(self) -> ArtifactPanel:
        return self._screen.query_one(ArtifactPanel)

    @property
    def _known(self) -> Optional[Comparison]:
        """What is known of the artifact that is looked at, if only of the text that it had before."""
        found = self._found
        return found if found is not None and (found.session, found.stage) == self._state.spot[:2] else None

    def _switch(self) -> None:
        known = self._known
        self._wanted = known.other if known else None
        self._screen.redraw()

    def draw(self) -> None:
        """Show what is known, when the tab is the one that is shown, and find out what is not."""
        state, panel, artifact = self._state, self._panel, self._state.artifact
        if panel.tab is not Tab.DIFF:
            self._asked = None  # when it is shown again, there may be another commit
            return
        if artifact is not None and state.is_looked_at(artifact):
            self._ask(artifact)
        known, look, subject = self._known, self._screen.look, "/".join(state.spot[:2])
        if known is None:
            panel.diff.show_diff((), look, "comparing" if state.spot.session else "", subject=subject)
        else:
            panel.diff.show_diff(known.lines, look, known.nothing, subject=subject, row=state.wanted_row)
            state.wanted_row = ""

    def _ask(self, artifact: Artifact) -> None:
        screen, session, stage, wanted = self._screen, artifact.session, artifact.stage, self._wanted
        synced, survey = self._state.view.syncs.get(session), self._following.survey_number
        question = _Question(session, stage, artifact.digest, wanted, synced, survey)
        if question == self._asked:
            return
        self._asked = question

        def job() -> None:
            from idse_tui.diffs import bases_of  # noqa: PLC0415  # not for the first paint: `deferred_imports`

            bases = bases_of(screen.workspace, session, stage, artifact.path)
            screen.post_message(Compared(question, bases.compared(session, stage, artifact.text, wanted)))
            if bases.failure is not None:
                screen.post_message(Failed(bases.failure, "reading what was synced last"))

        start_looking(screen, telling(screen, job, "comparing the artifact"), group="diff")

    def compared(self, message: Compared) -> None:
        """An answer is there; perhaps one that nobody waits for any more."""
        if message.question == self._asked and message.found != self._found:
            self._found = message.found
            self._screen.redraw()
