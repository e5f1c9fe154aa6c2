"""The error tree: what can go wrong, by what the caller can do about it.

Every error carries a stable ``code`` for scripts, the process exit code of the command line, a message that says
what happened, and a ``hint`` that says what to do next. A bad user *document* is never an error: it yields findings.
Neither is a sync that did only part of its work, which exits with 7: ``agency.outcome.SyncReport`` says what remains.

```
IdseError
├── UsageError              2   the call or its arguments are wrong
├── ConfigError             2   configuration, registry or state file can't be understood
│   ├── PackError           2   a rule pack is broken
│   └── ProfileError        2   a spec holds no agent profile, or one that can't be compiled
├── StorageError            2   the file system said no (read-only, full, permission)
│   └── UnreadableError     2   one file can't be taken as text; it is left alone
├── ConflictError           3   somebody saved the same file in between
├── RemoteError             4   the configured endpoint can't be reached
├── AuthorizationError      5   the endpoint does not accept the token
├── RemoteMovedError        6   the endpoint has newer revisions: pull first
├── LockedError             8   another process holds the project's lock
├── RefusedError            9   refused for safety
└── NotFoundError          10   no such workspace, project, session or agent
```
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Tuple, Type

__all__ = [
    "AuthorizationError",
    "ConfigError",
    "ConflictError",
    "IdseError",
    "LockedError",
    "NotFoundError",
    "PackError",
    "ProfileError",
    "RefusedError",
    "RemoteError",
    "RemoteMovedError",
    "StorageError",
    "UnreadableError",
    "UsageError",
]


class IdseError(Exception):
    """The root of all expected errors.

    Args:
        message: what happened, one sentence, without a trailing full stop.
        hint: what to do next, preferably a command that can be pasted.
        path: the file the error is about, as shown to people.
        line: 1-based line in ``path``.
        column: 1-based column in ``path``, in characters.
    """

    code = "error"
    exit_code = 70

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: str = "",
        line: Optional[int] = None,
        column: Optional[int] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line
        self.column = column

    def __reduce__(self) -> Tuple[Callable[..., IdseError], Tuple[Type[IdseError], Dict[str, Any]]]:
        """Pickle by attributes: a subclass may require more arguments than a message."""
        return _remade, (type(self), dict(self.__dict__))

    @property
    def location(self) -> str:
        """``path:line:column`` as far as it is known, else an empty string."""
        parts = [self.path] if self.path else []
        if parts and self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.path else self.message


def _remade(kind: Type[IdseError], fields: Dict[str, Any]) -> IdseError:
    error = kind.__new__(kind, fields.get("message", ""))
    error.__dict__.update(fields)
    return error


class UsageError(IdseError):
    """The call or one of its arguments is wrong."""

    code = "usage"
    exit_code = 2


class ConfigError(IdseError):
    """A configuration, registry or state file can't be understood; it is left as it is."""

    code = "config"
    exit_code = 2


class PackError(ConfigError):
    """A rule pack is broken; names file, line, column, the bad key and the nearest good one."""

    code = "rule-pack"


class ProfileError(ConfigError):
    """A spec holds no agent profile, or one that can't be compiled; names artifact, line, column and field."""

    code = "profile"


class StorageError(IdseError):
    """The file system refused: read-only, full, no permission."""

    code = "storage"
    exit_code = 2


class UnreadableError(StorageError):
    """One file can't be read as an artifact: not UTF-8, too large, a device, a link that leads outside.

    Args:
        reason: a stable word: ``encoding``, ``too-large``, ``link-outside``, ``not-a-file``, ``permission``.
    """

    code = "unreadable"

    def __init__(
        self,
        message: str,
        *,
        reason: str,
        hint: str = "",
        path: str = "",
        line: Optional[int] = None,
        column: Optional[int] = None,
    ) -> None:
        super().__init__(message, hint=hint, path=path, line=line, column=column)
        self.reason = reason


class ConflictError(IdseError):
    """The file is not what was read before: somebody saved in between. Nothing of theirs was overwritten."""

    code = "conflict"
    exit_code = 3


class RemoteError(IdseError):
    """The configured endpoint can't be reached or does not answer sensibly."""

    code = "remote"
    exit_code = 4


class AuthorizationError(IdseError):
    """The endpoint does not accept the token."""

    code = "unauthorized"
    exit_code = 5


class RemoteMovedError(IdseError):
    """The endpoint holds newer revisions than the ones this push was based on."""

    code = "remote-moved"
    exit_code = 6


class LockedError(IdseError):
    """Another process of ours holds the project's lock."""

    code = "locked"
    exit_code = 8


class RefusedError(IdseError):
    """Refused for safety: a path outside the workspace, too many deletions, a redirect."""

    code = "refused"
    exit_code = 9


class NotFoundError(IdseError):
    """No such workspace, project, session, stage or agent."""

    code = "not-found"
    exit_code = 10
