"""A process of the pool: judges some sessions as its owner would, and returns texts.

It writes nothing. It reads the cache, and returns what it computes, which its owner caches.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from idse_core.constitution_rules import Rule
from idse_core.design_store import DesignStore
from idse_core.errors import IdseError
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.examination import Examiner
from idse_core.validation.record_json import record_from_json
from idse_core.validation.result_cache import NoCache, ResultCache, Results, encoded
from idse_core.validation.results import ArtifactResult
from idse_core.validation.rule_runner import RuleRunner, RunnableRule
from idse_core.validation.session_judgement import Judged, judged

__all__ = ["Setup", "Task", "judge", "set_up"]

_GARBAGE = 100_000

Task = Tuple[str, str]
"""A session, and what is recorded about it as JSON."""


class Setup(NamedTuple):
    """What a worker needs to know.

    Attributes:
        folder: the ``.idse`` folder.
        store: a reopenable store.
        key: identifies the rules and the tool, for the cache.
        use_cache: whether it may read the cache.
    """

    folder: str
    project: str
    store: DesignStore
    rules: Tuple[Rule, ...]
    key: str
    use_cache: bool


class _Collected(NoCache):
    """Answers from the cache, and collects new results until they are taken."""

    def __init__(self, known: Results) -> None:
        self._known = known
        self._new: Dict[str, str] = {}

    def get(self, key: str) -> Optional[ArtifactResult]:
        return self._known.get(key)

    def put(self, key: str, result: ArtifactResult) -> None:
        self._new[key] = encoded(result)

    def taken(self) -> Tuple[Tuple[str, str], ...]:
        new, self._new = self._new, {}
        return tuple(new.items())


class _Worker:
    def __init__(self, setup: Setup) -> None:
        folder = Path(setup.folder)
        self._workspace = ProjectWorkspace(folder, setup.project, store=setup.store)
        self._results = _Collected(ResultCache(folder) if setup.use_cache else NoCache())
        self._runner = RuleRunner()
        self._runner.__enter__()  # left only by the end of the process
        rules = tuple(RunnableRule(rule) for rule in setup.rules)
        self._examiner = Examiner(self._workspace, rules, runner=self._runner, key=setup.key, results=self._results)

    def judge(self, session: str, record: str) -> Optional[Judged]:
        given = record_from_json(record)
        if given is None:
            return None
        try:
            loaded = self._workspace.store.load_session(self._workspace.project, session)
            report = self._examiner.examine(session, given[0], given[1], loaded=loaded)
        except IdseError:
            return None  # the owner runs into the same error, and reports it
        if self._runner.broken:
            return None
        made = judged(loaded, report, self._examiner.surroundings.taken())
        return made._replace(results=self._results.taken())


_WORKER: List[_Worker] = []
"""The worker of this process: a global is all that a process of a pool keeps between tasks."""


def set_up(setup: Setup) -> None:
    """Prepare the process; called once in each."""
    gc.set_threshold(_GARBAGE)
    _WORKER[:] = [_Worker(setup)]


def judge(tasks: Sequence[Task]) -> List[Optional[Judged]]:
    """Judge each session; None where the owner has to judge it, since a rule failed or a file is gone."""
    return [_WORKER[0].judge(session, record) for session, record in tasks]
