"""``session_state.json`` of a project in its store: read even when broken, changed by compare-and-swap."""

from __future__ import annotations

from typing import Callable, Collection, NamedTuple, Optional

from idse_core.announced_documents import AnnouncedDocuments
from idse_core.design_store import SESSION_STATE, DesignStore, Place
from idse_core.errors import ConfigError, ConflictError, UnreadableError
from idse_core.json_excerpt import Excerpt, excerpt
from idse_core.stage_state_model import StageStateModel

__all__ = ["RecordedState", "StateChange", "StateFile"]

_ATTEMPTS = 5


class RecordedState(NamedTuple):
    """``session_state.json`` as it is.

    Attributes:
        model: its content; an empty record when the file is absent or broken.
        digest: of the bytes that were read; None when there were none.
        problem: what is wrong with the file, or None.
        excerpt: when only some sessions were read: the text that they come from.
    """

    model: StageStateModel
    digest: Optional[str]
    problem: Optional[ConfigError] = None
    excerpt: Optional[Excerpt] = None

    def serialized(self, changed: StageStateModel) -> Optional[bytes]:
        """The bytes of the whole file with a changed model; None when that takes reading all sessions."""
        if self.excerpt is None:
            return changed.serialize()
        text = self.excerpt.around(changed.serialize().decode("utf-8"))
        return None if text is None else text.encode("utf-8")


class StateChange(NamedTuple):
    """The outcome of a change to ``session_state.json``.

    Attributes:
        before, after: the digests of the file; ``before`` is None when there was no file, or a broken one.
        recovered: whether a broken file was replaced by a new one.
    """

    before: Optional[str]
    after: str
    recovered: bool = False


class StateFile:
    """The state file of one project.

    Args:
        project: the project's id.
        store: holds the file.
        documents: writes to the same store.
        current: returns the current session's id, for a new file.
    """

    def __init__(
        self, project: str, store: DesignStore, documents: AnnouncedDocuments, current: Callable[[], str]
    ) -> None:
        self._project = project
        self._store = store
        self._documents = documents
        self._current = current
        self._place = Place(project, None, SESSION_STATE)

    def read(self) -> RecordedState:
        """Read the file; when it is broken, or no file, the result says so.

        Raises:
            UnreadableError: there is no permission to read it.
        """
        empty = StageStateModel({"project_name": self._project})
        try:
            document = self._store.read(self._place)
        except UnreadableError as error:
            if error.reason == "permission":
                raise
            return RecordedState(empty, None, ConfigError(error.message, path=error.path, hint=error.hint))
        if document is None:
            return RecordedState(empty, None)
        try:
            return RecordedState(StageStateModel.parse(document.data, path=document.path), document.digest)
        except ConfigError as error:
            return RecordedState(empty, document.digest, error)

    def change(
        self,
        change: Callable[[StageStateModel], StageStateModel],
        *,
        about: Optional[Collection[str]] = None,
        written: Optional[str] = None,
    ) -> StateChange:
        """Change the file; a broken one is displaced first. Writes only when something changed.

        Args:
            change: makes the new model from the present one; may be called again after a conflict.
            about: the only sessions that ``change`` looks at; the model that it gets may lack others.
            written: the digest of a content that idse wrote: while the file still has it, sessions not in ``about`` are
                left unparsed.

        Raises:
            RefusedError: a newer version of the tool wrote the file.
            ConflictError: somebody else keeps changing the file.
        """
        recovered = False
        for attempt in range(_ATTEMPTS):
            recorded = self._read_some(about, written)
            if recorded.problem is not None:
                self._documents.displace(self._place, recorded.problem)
                recovered, recorded = True, recorded._replace(digest=None)
            if recorded.digest is None:
                recorded = recorded._replace(model=StageStateModel.new(self._project, self._current()))
            changed = change(recorded.model)
            if recorded.digest is not None and changed == recorded.model:
                return StateChange(recorded.digest, recorded.digest, recovered)
            data = recorded.serialized(changed)
            if data is None:
                return self.change(change)
            try:
                document = self._documents.write(self._place, data, expected=recorded.digest)
            except ConflictError:
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            return StateChange(recorded.digest, document.digest, recovered)
        raise AssertionError("the last attempt returns or raises")

    def _read_some(self, about: Optional[Collection[str]], written: Optional[str]) -> RecordedState:
        """Read some sessions and the one at the top level, if that is possible without reading all; else all."""
        if about is None or written is None:
            return self.read()
        document = self._store.read(self._place)
        if document is None or document.digest != written:
            return self.read()
        text, wanted = document.data.decode("utf-8"), list(about)
        for _ in range(2):  # the second time with the session at the top level, whose id is known only from the text
            found = excerpt(text, "sessions", wanted)
            if found is None:
                break
            model = StageStateModel.parse(found.text.encode("utf-8"), path=document.path)
            if model.current in wanted:
                return RecordedState(model, document.digest, excerpt=found)
            wanted.append(model.current)
        return self.read()
