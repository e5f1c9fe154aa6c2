"""The contract of `DesignStore`: the stores that ship, and what they are asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Callable, Dict, Mapping, NamedTuple, Optional

import pytest

from idse_core.design_store import (
    PROJECT_DOCUMENTS,
    SESSION_DOCUMENTS,
    DesignStore,
    Place,
)
from idse_core.pipeline_artifacts import Layout
from idse_core.stores.filesystem import DesignStoreFilesystem
from idse_core.stores.memory import DesignStoreMemory

PROJECT, SESSION = "shop", "auth"

SPEC = Place(PROJECT, SESSION, "spec")

ALL = {name: f"# {name}\n".encode() for name in SESSION_DOCUMENTS}

BAD_NAMES = ["../x", "a/b", "a\\b", "", " ", ".", "..", "...", "a\0b", "a\nb", "\x1b[2J", "/etc", "C:x", "\ud800"]

bad_names = pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)

ODD_BYTES = [
    b"",
    b"one\r\ntwo\r\n",
    b"old Mac\rlines\r",
    b"\xef\xbb\xbf# with a byte order mark\n",
    b"not UTF-8: \xff\xfe\x80\n",
    b"no final line end",
    b"\0\x1b[2J\x7f",
    "combining e\u0301, precomposed \u00e9, \U0001f680\n".encode(),
]


class Kit(NamedTuple):
    """A store to test, and the layout that its sessions take."""

    store: DesignStore
    layout: Optional[Layout]


KINDS: Dict[str, Callable[[Path], Kit]] = {
    "flat files": lambda folder: Kit(DesignStoreFilesystem(folder / ".idse"), Layout.FLAT),
    "nested files": lambda folder: Kit(DesignStoreFilesystem(folder / ".idse"), Layout.NESTED),
    "memory": lambda folder: Kit(DesignStoreMemory(), None),
}


def content(store: DesignStore) -> Mapping[str, object]:
    """Everything that a store shows."""
    shown: Dict[str, object] = {}
    for project in store.list_projects():
        for name in PROJECT_DOCUMENTS:
            shown[f"{project}:{name}"] = store.read(Place(project, None, name))
        for session in store.list_sessions(project):
            shown[f"{project}:{session}"] = store.load_session(project, session)
    return shown


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
