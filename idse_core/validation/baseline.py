"""Findings that a team accepts for now: recorded once, so that later runs report only new ones.

Entries are kept by fingerprint (rule, session, artifact, offending text, headings above), so a finding that moves still
matches, and when one is fixed while another appears, the new one is reported. Of a finding that stands for several, each
is an entry: when some are fixed the others stay accepted, and one more is new.

The digests of the artifacts at that time are recorded beside them, because some findings only follow from the state of
another artifact: for example, that a plan has content while the specification before it is not finished. When the
specification is reopened, that is one new finding; the plan has not changed, so what was accepted about it stays
accepted.
"""

from __future__ import annotations

from collections import Counter
from typing import Container, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import json_text
from idse_core.errors import ConfigError
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.findings import Finding, apart, sort_key

__all__ = ["BASELINE", "Artifacts", "Baseline", "BaselineEntry"]

BASELINE = "baseline.json"
"""The file's name below ``.idse``."""

_SCHEMA_VERSION = 1

Artifacts = Mapping[Stage, Optional[str]]
"""Stage → the digest of a session's artifact; None when it is absent or can't be read."""

_Known = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Project → session → stage → digest."""


_ANEW = "mend it, or move it away and accept what is found now: idse validate --all --write-baseline"
_UPDATE = "update idse: pip install --upgrade idse-orchestrator"


class BaselineEntry(NamedTuple):
    """Findings with the same fingerprint.

    Attributes:
        times: how many such findings are accepted.
        session: empty for findings about the project as a whole.
    """

    fingerprint: str
    rule: str
    project: str
    session: str
    path: str
    message: str
    times: int = 1


class Baseline:
    """The accepted findings of a workspace. Immutable.

    Args:
        entries: the entries, in any order.
        artifacts: the artifacts when the findings were accepted: project → session → stage → digest.
    """

    def __init__(self, entries: Iterable[BaselineEntry] = (), artifacts: Optional[_Known] = None) -> None:
        self._entries = {_key(entry.project, entry.fingerprint): entry for entry in entries}
        self._artifacts: _Known = artifacts or {}

    def __len__(self) -> int:
        return sum(entry.times for entry in self._entries.values())

    def __bool__(self) -> bool:
        """Whether it accepts anything."""
        return bool(self._entries or self._artifacts)

    @property
    def entries(self) -> Tuple[BaselineEntry, ...]:
        """All entries, sorted."""
        return tuple(sorted(self._entries.values(), key=_order))

    @property
    def projects(self) -> FrozenSet[str]:
        """The projects that it says anything about."""
        return frozenset(self._artifacts).union(entry.project for entry in self._entries.values())

    @classmethod
    def parse(cls, data: bytes, *, path: str) -> Baseline:
        """Parse the content of the file.

        Raises:
            ConfigError: it is broken, or from a newer version.
        """
        document = json_text.parse_object(data, path=path, hint=_ANEW)
        version = document.get("schema_version")
        if version != _SCHEMA_VERSION:
            message = f"the baseline has schema_version {json_text.quote(version)}, not {_SCHEMA_VERSION}"
            newer = isinstance(version, int) and version > _SCHEMA_VERSION
            raise ConfigError(message, path=path, hint=_UPDATE if newer else _ANEW)
        items = document.get("findings")
        if not isinstance(items, list):
            raise ConfigError("'findings' must be a list", path=path, hint=_ANEW)
        entries = [_entry(item, index, data, path) for index, item in enumerate(items)]
        return cls(entries, _known(document.get("artifacts", {}), data, path))

    def serialize(self) -> bytes:
        """The content of the file: sorted, without any time, so that the same workspace gives the same bytes."""
        items = [entry._asdict() for entry in self.entries]
        known = {
            project: {session: dict(digests) for session, digests in sorted(sessions.items())}
            for project, sessions in sorted(self._artifacts.items())
        }
        return json_text.dump({"schema_version": _SCHEMA_VERSION, "findings": items, "artifacts": known})

    def part(
        self, findings: Sequence[Finding], artifacts: Optional[Artifacts] = None
    ) -> Tuple[Tuple[Finding, ...], Tuple[Finding, ...]]:
        """Split findings into new and accepted ones; among equal fingerprints the first ones are accepted.

        One that stands for several, of which some are accepted, becomes findings of their own.

        Args:
            findings: of one session, or about the project as a whole.
            artifacts: the session's artifacts now. A consequence at an artifact that has not changed since the baseline
                was written is accepted too: its cause is reported where it is.
        """
        if not self:
            return tuple(findings), ()
        left = Counter({key: entry.times for key, entry in self._entries.items()})
        new: List[Finding] = []
        accepted: List[Finding] = []
        is_split = False
        for item in findings:
            pieces = self._pieces(item)
            taken = [self._takes(left, piece, artifacts or {}) for piece in pieces]
            if not any(taken):
                new.append(item)
                continue
            is_split = is_split or len(pieces) > 1
            for piece, is_old in zip(pieces, taken):
                (accepted if is_old else new).append(piece)
        if is_split:
            new.sort(key=sort_key)
            accepted.sort(key=sort_key)
        return tuple(new), tuple(accepted)

    def _pieces(self, item: Finding) -> Tuple[Finding, ...]:
        """What entries are about; those that an older version wrote may be about several together."""
        return (item,) if _key(item.project, item.fingerprint) in self._entries else apart(item)

    def _takes(self, left: Counter[str], item: Finding, artifacts: Artifacts) -> bool:
        """Whether a finding is accepted; it uses up one of what is ``left``."""
        key = _key(item.project, item.fingerprint)
        left[key] -= 1
        return left[key] >= 0 or (item.consequence and self._is_unchanged(item, artifacts))

    def _is_unchanged(self, item: Finding, artifacts: Artifacts) -> bool:
        """Whether the artifact of a finding is the same as when the baseline was written."""
        if item.stage is None:
            return False
        digest = self._artifacts.get(item.project, {}).get(item.session, {}).get(item.stage.value)
        return digest is not None and digest == artifacts.get(item.stage)

    def stale(
        self, project: str, sessions: Optional[Iterable[str]], found: Iterable[Finding]
    ) -> Tuple[BaselineEntry, ...]:
        """Entries about these sessions that match nothing any more, with the count that is left over.

        Args:
            project: the project of the sessions.
            sessions: the validated sessions; None when these are all that exist, so that entries about any other
                session are about one that is gone.
            found: the findings that the baseline accepted.
        """
        seen = Counter(_key(piece.project, piece.fingerprint) for item in found for piece in self._pieces(item))
        judged = None if sessions is None else {*sessions, ""}
        left = (
            entry._replace(times=entry.times - seen[key])
            for key, entry in self._entries.items()
            if entry.project == project and (judged is None or entry.session in judged)
        )
        return tuple(sorted((entry for entry in left if entry.times > 0), key=_order))

    def of_projects(self, projects: Container[str]) -> Tuple[BaselineEntry, ...]:
        """All entries about these projects, sorted."""
        return tuple(entry for entry in self.entries if entry.project in projects)

    def without(self, entries: Iterable[BaselineEntry]) -> Baseline:
        """The baseline with these counts subtracted."""
        kept: Dict[str, BaselineEntry] = dict(self._entries)
        for entry in entries:
            key = _key(entry.project, entry.fingerprint)
            remaining = kept[key].times - entry.times
            kept[key] = kept[key]._replace(times=remaining)
        return Baseline((entry for entry in kept.values() if entry.times > 0), self._artifacts)

    def with_sessions(self, project: str, sessions: Iterable[str]) -> Baseline:
        """The baseline without entries about other sessions of the project, which are gone."""
        there = {*sessions, ""}
        entries = [entry for entry in self._entries.values() if entry.project != project or entry.session in there]
        known = {
            name: {session: digests for session, digests in of.items() if name != project or session in there}
            for name, of in self._artifacts.items()
        }
        return Baseline(entries, known)

    def without_projects(self, projects: Container[str]) -> Baseline:
        """The baseline without anything about these projects."""
        entries = [entry for entry in self._entries.values() if entry.project not in projects]
        return Baseline(entries, {name: of for name, of in self._artifacts.items() if name not in projects})

    def accepting(self, found: Iterable[Finding]) -> Baseline:
        """The baseline with these findings added; other entries and the recorded artifacts stay."""
        found = tuple(found)
        whole = {_key(item.project, item.fingerprint) for item in found if item.parts}
        kept = [entry for key, entry in self._entries.items() if key not in whole]
        return Baseline([*kept, *_counted(found)], self._artifacts)

    def rewritten(self, project: str, sessions: Mapping[str, Artifacts], found: Iterable[Finding]) -> Baseline:
        """The baseline with the present findings of these sessions, instead of those it had for them.

        Args:
            project: the project of the sessions.
            sessions: session id → the session's artifacts now.
            found: all findings in them, and those about the project as a whole.
        """
        judged = {*sessions, ""}
        kept = [entry for entry in self._entries.values() if entry.project != project or entry.session not in judged]
        now = {
            session: {stage.value: digest for stage, digest in artifacts.items() if digest is not None}
            for session, artifacts in sessions.items()
        }
        known = {**self._artifacts, project: {**self._artifacts.get(project, {}), **now}}
        return Baseline([*kept, *_counted(found)], known)


def _counted(found: Iterable[Finding]) -> Iterable[BaselineEntry]:
    """One entry per fingerprint, with the number of its findings."""
    entries: Dict[str, BaselineEntry] = {}
    for item in (piece for whole in found for piece in apart(whole)):
        key = _key(item.project, item.fingerprint)
        before = entries.get(key)
        entries[key] = _of(item) if before is None else before._replace(times=before.times + 1)
    return entries.values()


def _of(item: Finding) -> BaselineEntry:
    return BaselineEntry(item.fingerprint, item.rule, item.project, item.session, item.path, item.message)


def _key(project: str, fingerprint: str) -> str:
    return f"{project}\0{fingerprint}"


def _order(entry: BaselineEntry) -> Tuple[str, str, str, str, str]:
    return entry.project, entry.session, entry.path, entry.rule, entry.fingerprint


def _known(value: object, data: bytes, path: str) -> _Known:
    """The digests of artifacts in the file."""
    if isinstance(value, dict) and all(_is_of_project(sessions) for sessions in value.values()):
        return value
    line, column = json_text.locate(data, ["artifacts"])
    problem = "'artifacts' must hold digests by project, session and stage"
    raise ConfigError(problem, path=path, line=line, column=column, hint=_ANEW)


def _is_of_project(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(digests, dict) and all(isinstance(digest, str) for digest in digests.values())
        for digests in value.values()
    )


def _entry(item: object, index: int, data: bytes, path: str) -> BaselineEntry:
    texts = _texts(item)
    times = item.get("times", 1) if isinstance(item, dict) else None
    if texts is None or not isinstance(times, int) or isinstance(times, bool) or times < 1:
        line, column = json_text.locate(data, ["findings", index])
        raise ConfigError("this is not an entry of a baseline", path=path, line=line, column=column, hint=_ANEW)
    return BaselineEntry(**texts, times=times)


def _texts(item: object) -> Optional[Mapping[str, str]]:
    if not isinstance(item, dict):
        return None
    names = [name for name in BaselineEntry._fields if name != "times"]
    values = {name: item.get(name) for name in names}
    return (
        {name: str(value) for name, value in values.items()}
        if all(isinstance(v, str) for v in values.values())
        else None
    )
