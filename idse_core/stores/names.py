"""Which names a store accepts: checks made before anything is looked up, the same for every store."""

from __future__ import annotations

import re
import unicodedata
from typing import Iterable

from idse_core import files
from idse_core.design_store import PROJECT_DOCUMENTS, SESSION_DOCUMENTS, Place
from idse_core.errors import ConflictError, RefusedError
from idse_core.identifiers import taken_by

__all__ = ["check_own", "check_place", "check_project", "check_session", "is_name", "problem_of", "refuse_taken"]


_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")


def is_name(name: str) -> bool:
    """Whether a project or session can have this name: a single safe path component, without lone surrogates."""
    if _PLAIN.fullmatch(name):  # true for most names, and a project may have thousands
        return True
    return files.safe_component(name) and not any("\ud800" <= character <= "\udfff" for character in name)


def problem_of(name: str) -> str:
    """Explains why a folder with this name can't be a project or session."""
    if any("\ud800" <= character <= "\udfff" for character in name):
        return "its name is not UTF-8"
    if not name.isprintable() and any(unicodedata.category(character) == "Cc" for character in name):
        return "its name holds a control character"
    if ":" in name:
        return "its name could be taken for a drive's, with its ':'"
    return "its name would lead elsewhere: it holds a '\\', or nothing but dots and spaces"


def check_project(project: str) -> None:
    """Refuse what can't be the name of a project.

    Raises:
        RefusedError: the name would lead to another folder, or is not valid text.
    """
    if not is_name(project):
        raise RefusedError(f"{project!a} is not the name of a project")


def check_session(session: str) -> None:
    """Refuse what can't be the name of a session.

    Raises:
        RefusedError: the name would lead to another folder, or is not valid text.
    """
    if not is_name(session):
        raise RefusedError(f"{session!a} is not the name of a session")


def check_place(place: Place) -> None:
    """Refuse a place that no document can have.

    Raises:
        RefusedError: a name would lead to another folder, or there is no such document.
    """
    check_project(place.project)
    if place.session is not None:
        check_session(place.session)
    if place.name not in (PROJECT_DOCUMENTS if place.session is None else SESSION_DOCUMENTS):
        owner = "project" if place.session is None else "session"
        raise RefusedError(f"{place.name!a} is not a document of a {owner}")


def check_own(project: str, places: Iterable[Place]) -> None:
    """Refuse places that do not belong to the project that is to be created.

    Raises:
        RefusedError: one of them belongs to another project, or is not valid.
    """
    check_project(project)
    for place in places:
        check_place(place)
        if place.project != project:
            raise RefusedError(f"a document of project '{place.project}' does not belong to '{project}'")


def refuse_taken(new: str, existing: Iterable[str], what: str) -> None:
    """Refuse an id that exists, or that some file systems can't tell from one that exists.

    Raises:
        ConflictError: the id is taken.
    """
    other = taken_by(new, existing)
    if other == new:
        raise ConflictError(f"{what} '{new}' exists already", hint="choose another id")
    if other is not None:
        raise ConflictError(
            f"{what} '{new}' conflicts with '{other}': only their case or form differs", hint="choose another id"
        )
