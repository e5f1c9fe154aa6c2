"""Findings that a team lives with for now: recorded once, so that later runs report only what is new.

Entries are kept by fingerprint (rule, session, artifact, offending text, headings above), so a finding that moves keeps
matching, and one that is mended while another appears is seen.
"""

from __future__ import annotations

from collections import Counter
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from idse_core import json_text
from idse_core.errors import ConfigError
from idse_core.validation.findings import Finding

__all__ = ["BASELINE", "Baseline", "BaselineEntry"]

BASELINE = "baseline.json"
"""The file's name below ``.idse``."""

_SCHEMA_VERSION = 1


class BaselineEntry(NamedTuple):
    """Findings with the same fingerprint.

    Attributes:
        times: how many of them are accepted.
        session: empty for one about the project as a whole.
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
        entries: in any order.
    """

    def __init__(self, entries: Iterable[BaselineEntry] = ()) -> None:
        self._entries = {_key(entry.project, entry.fingerprint): entry for entry in entries}

    def __len__(self) -> int:
        return sum(entry.times for entry in self._entries.values())

    @property
    def entries(self) -> Tuple[BaselineEntry, ...]:
        """All entries, sorted."""
        return tuple(sorted(self._entries.values(), key=_order))

    @classmethod
    def parse(cls, data: bytes, *, path: str) -> Baseline:
        """Read the file's bytes.

        Raises:
            ConfigError: it is broken, or from a newer version.
        """
        document = json_text.parse_object(data, path=path)
        version = document.get("schema_version")
        if version != _SCHEMA_VERSION:
            raise ConfigError(f"the baseline has schema_version {json_text.quote(version)}, not 1", path=path)
        items = document.get("findings")
        if not isinstance(items, list):
            raise ConfigError("'findings' must be a list", path=path)
        return cls(_entry(item, index, data, path) for index, item in enumerate(items))

    def serialize(self) -> bytes:
        """The bytes of the file: sorted, without any time, so that it changes only when the findings do."""
        items = [entry._asdict() for entry in self.entries]
        return json_text.dump({"schema_version": _SCHEMA_VERSION, "findings": items})

    def part(self, findings: Sequence[Finding]) -> Tuple[Tuple[Finding, ...], Tuple[Finding, ...]]:
        """New findings, and accepted ones; of those with the same fingerprint the first ones are accepted."""
        if not self._entries:
            return tuple(findings), ()
        left = Counter({key: entry.times for key, entry in self._entries.items()})
        new: List[Finding] = []
        accepted: List[Finding] = []
        for item in findings:
            key = _key(item.project, item.fingerprint)
            left[key] -= 1
            (accepted if left[key] >= 0 else new).append(item)
        return tuple(new), tuple(accepted)

    def stale(self, project: str, sessions: Iterable[str], found: Iterable[Finding]) -> Tuple[BaselineEntry, ...]:
        """Entries about these sessions that match nothing any more (with the count that is left over)."""
        seen = Counter(_key(item.project, item.fingerprint) for item in found)
        judged = {*sessions, ""}
        left = (
            entry._replace(times=entry.times - seen[key])
            for key, entry in self._entries.items()
            if entry.project == project and entry.session in judged
        )
        return tuple(sorted((entry for entry in left if entry.times > 0), key=_order))

    def without(self, entries: Iterable[BaselineEntry]) -> Baseline:
        """The baseline with these counts taken off."""
        kept: Dict[str, BaselineEntry] = dict(self._entries)
        for entry in entries:
            key = _key(entry.project, entry.fingerprint)
            remaining = kept[key].times - entry.times
            kept[key] = kept[key]._replace(times=remaining)
        return Baseline(entry for entry in kept.values() if entry.times > 0)

    def rewritten(self, project: str, sessions: Iterable[str], found: Iterable[Finding]) -> Baseline:
        """The baseline with what is found now in these sessions, instead of what it said of them before."""
        judged = {*sessions, ""}
        kept = [entry for entry in self._entries.values() if entry.project != project or entry.session not in judged]
        fresh: Dict[str, BaselineEntry] = {}
        for item in found:
            key = _key(item.project, item.fingerprint)
            before = fresh.get(key)
            fresh[key] = _of(item) if before is None else before._replace(times=before.times + 1)
        return Baseline([*kept, *fresh.values()])


def _of(item: Finding) -> BaselineEntry:
    return BaselineEntry(item.fingerprint, item.rule, item.project, item.session, item.path, item.message)


def _key(project: str, fingerprint: str) -> str:
    return f"{project}\0{fingerprint}"


def _order(entry: BaselineEntry) -> Tuple[str, str, str, str, str]:
    return entry.project, entry.session, entry.path, entry.rule, entry.fingerprint


def _entry(item: object, index: int, data: bytes, path: str) -> BaselineEntry:
    texts = _texts(item)
    times = item.get("times", 1) if isinstance(item, dict) else None
    if texts is None or not isinstance(times, int) or isinstance(times, bool) or times < 1:
        line, column = json_text.locate(data, ["findings", index])
        hint = "idse validate --all --write-baseline writes it anew"
        raise ConfigError("this is not an entry of a baseline", path=path, line=line, column=column, hint=hint)
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
