"""``metadata/session.json``: what a session is, apart from its artifacts."""

from __future__ import annotations

from enum import Enum
from typing import Dict, Mapping, NamedTuple, Optional, Tuple, Type, TypeVar, Union

from idse_core import json_text
from idse_core.errors import ConfigError
from idse_core.pipeline_artifacts import BLUEPRINT

__all__ = ["FIELDS", "SessionMetadata", "SessionStatus", "SessionType"]

_EXPLAINED = "correct it by hand; `idse rules explain WS006` shows a valid one"


class SessionType(str, Enum):
    """What a session is for."""

    BLUEPRINT = "blueprint"
    FEATURE = "feature"
    EXPLORATORY = "exploratory"

    def __str__(self) -> str:
        return str(self.value)


class SessionStatus(str, Enum):
    """How far people say a session is; set by people, independent of the derived stage states."""

    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    REVIEW = "review"
    COMPLETE = "complete"
    ARCHIVED = "archived"

    def __str__(self) -> str:
        return str(self.value)


_Choice = TypeVar("_Choice", SessionType, SessionStatus)


class SessionMetadata(NamedTuple):
    """One session's metadata. Times are ISO 8601 as written; ``raw`` keeps fields that we don't know.

    Attributes:
        present: False when the file is absent (older workspaces) and the values are defaults.
    """

    session_id: str
    title: str
    session_type: SessionType = SessionType.FEATURE
    parent_session: Optional[str] = None
    related_sessions: Tuple[str, ...] = ()
    depends_on: Tuple[str, ...] = ()
    owner: str = ""
    collaborators: Tuple[str, ...] = ()
    tags: Tuple[str, ...] = ()
    status: SessionStatus = SessionStatus.DRAFT
    created_at: str = ""
    updated_at: str = ""
    present: bool = True
    raw: Mapping[str, object] = {}

    @property
    def archived(self) -> bool:
        """Whether the session is archived."""
        return self.status is SessionStatus.ARCHIVED

    @classmethod
    def default(cls, session_id: str) -> SessionMetadata:
        """The metadata of a session that has no metadata file."""
        kind = SessionType.BLUEPRINT if session_id == BLUEPRINT else SessionType.FEATURE
        return cls(session_id=session_id, title=session_id, session_type=kind, present=False)

    @classmethod
    def parse(cls, data: bytes, session_id: str, *, path: str) -> SessionMetadata:
        """Parse the content of the file.

        Args:
            data: the JSON document.
            session_id: the folder's name, which wins over what the file says.
            path: the file's name, for error messages.

        Raises:
            ConfigError: not JSON, or a field of the wrong type or with an unknown value; says which and where.
        """
        raw = json_text.parse_object(data, path=path, hint=_EXPLAINED)
        read = _Reader(raw, data, path)
        default = cls.default(session_id)
        return cls(
            session_id=session_id,
            title=read.text("title") or read.text("name") or session_id,
            session_type=read.choice("session_type", SessionType, default.session_type),
            parent_session=read.text("parent_session") or None,
            related_sessions=read.texts("related_sessions"),
            depends_on=read.texts("depends_on"),
            owner=read.text("owner"),
            collaborators=read.texts("collaborators"),
            tags=read.texts("tags"),
            status=read.choice("status", SessionStatus, default.status),
            created_at=read.text("created_at"),
            updated_at=read.text("updated_at"),
            raw=raw,
        )

    def serialize(self) -> bytes:
        """The content of the file: what was there before, in its order, with our fields up to date."""
        document: Dict[str, object] = dict(self.raw)
        if "name" in document and "title" not in document and document["name"] == self.title:
            fields = self._fields_document(without=("title",))
        else:
            fields = self._fields_document()
        document.update(fields)
        return json_text.dump(document)

    def _fields_document(self, without: Tuple[str, ...] = ()) -> Dict[str, object]:
        values: Dict[str, object] = {
            "session_id": self.session_id,
            "title": self.title,
            "session_type": self.session_type.value,
            "parent_session": self.parent_session,
            "related_sessions": list(self.related_sessions),
            "depends_on": list(self.depends_on),
            "owner": self.owner,
            "collaborators": list(self.collaborators),
            "tags": list(self.tags),
            "status": self.status.value,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
        return {key: value for key, value in values.items() if key not in without}


FIELDS = tuple(name for name in SessionMetadata._fields if name not in {"present", "raw"})
"""The keys that are written, in their order in a new file."""


class _Reader:
    """Takes typed fields out of a JSON object, or says precisely what is wrong with one."""

    def __init__(self, raw: Mapping[str, object], data: bytes, path: str) -> None:
        self._raw = raw
        self._data = data
        self._path = path

    def text(self, key: str) -> str:
        value = self._raw.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._error(f"'{key}' must be a text", key)
        return value

    def texts(self, key: str) -> Tuple[str, ...]:
        value = self._raw.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._error(f"'{key}' must be a list of texts", key)
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise self._error(f"'{key}' must hold texts only", key, index)
        return tuple(value)

    def choice(self, key: str, choices: Type[_Choice], default: _Choice) -> _Choice:
        value = self.text(key)
        if not value:
            return default
        try:
            return choices(value)
        except ValueError:
            known = ", ".join(item.value for item in choices)
            raise self._error(f"'{key}' is '{value}'; it must be one of {known}", key) from None

    def _error(self, message: str, *pointer: Union[str, int]) -> ConfigError:
        line, column = json_text.locate(self._data, pointer)
        return ConfigError(message, path=self._path, line=line, column=column, hint=_EXPLAINED)
