"""Runs rules of packs in another process, where this one could not be interrupted.

A regular expression that backtracks endlessly holds the interpreter: in a thread no signal ends it, and an app would
freeze. So outside the main thread the rules that others wrote run in a helper process, which is started on first use,
lives as long as its owner, and is killed when it does not answer.

Facts about a session or a project are sent as values. What a rule may ask beyond them, such as whether a file exists,
the helper asks its owner, which answers and remembers what was asked.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import weakref
from typing import Callable, List, Mapping, Optional, Tuple, Union

from idse_core.constitution_rules import Rule
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.validation.facts import ProjectFacts, SessionFacts
from idse_core.validation.findings import Hit
from idse_core.validation.kinds.base import RuleBroken
from idse_core.validation.time_budget import SECONDS

__all__ = ["Answer", "FactsRequest", "HelperProcess", "Question", "Questions", "Request", "TextRequest"]

TextRequest = Tuple[Rule, Stage, str, PipelineArtifacts]
"""A rule, and the artifact that it looks at: its stage, its text, the templates."""

FactsRequest = Tuple[Rule, Union[SessionFacts, ProjectFacts]]
"""A rule, and the facts that it looks at, without the functions in them."""

Request = Union[TextRequest, FactsRequest]

Answer = Tuple[Optional[Tuple[Hit, ...]], str]
"""The hits, or None and the reason why there are none."""

Question = Tuple[str, object]
"""From the helper: a key of ``Questions``, and the argument. Unlike an answer it begins with a string."""

Questions = Mapping[str, Callable[..., object]]
"""Question → the function that answers it."""

_PATIENCE = 10.0  # seconds, beyond the helper's own budget: it has to start first

_PROGRAM = (
    "import pickle, sys\n"
    "sys.path[:] = pickle.load(sys.stdin.buffer)\n"
    "from idse_core.validation.helper_program import main\n"
    "main()\n"
)


class HelperProcess:
    """The helper, as its owner sees it. Safe to use from several threads; they take turns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._end: Optional[weakref.finalize[..., HelperProcess]] = None

    def hits(self, request: Request, questions: Optional[Questions] = None) -> Tuple[Hit, ...]:
        """Run a rule in the helper.

        Args:
            request: the rule, and what it looks at.
            questions: what the rule may ask while it runs.

        Raises:
            RuleBroken: the rule failed, or took too long.
        """
        with self._lock:
            hits, problem = self._ask(request, questions or {})
        if hits is None:
            raise RuleBroken(problem)
        return hits

    def close(self) -> None:
        """End the helper, if it is running."""
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _ask(self, request: Request, questions: Questions) -> Answer:
        message = pickle.dumps(request)
        patience = _PATIENCE + SECONDS + len(message) / (1 << 20)
        process = self._started()
        try:
            said = _exchange(process, message, patience)
            while isinstance(said[0], str):  # a question
                name, about = said
                said = _exchange(process, pickle.dumps(questions[name](about)), patience)
        except (EOFError, OSError, pickle.PickleError):
            self.close()
            return None, "it took too long, or ended the process that it ran in"
        return said[0], str(said[1])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._end = weakref.finalize(self, _ended, self._process)
            self._introduce(self._process, sys.path)
        return self._process

    @staticmethod
    def _introduce(process: subprocess.Popen[bytes], path: List[str]) -> None:
        """Make importable in the helper what is importable here."""
        assert process.stdin is not None  # noqa: S101  # it is a pipe
        pickle.dump(path, process.stdin)
        process.stdin.flush()


def _exchange(process: subprocess.Popen[bytes], message: bytes, patience: float) -> Union[Answer, Question]:
    """Send a message to the helper, and wait for its reply.

    Args:
        process: the helper.
        message: the pickled message.
        patience: seconds after which it is killed.
    """
    assert process.stdin is not None  # noqa: S101  # both are pipes
    assert process.stdout is not None  # noqa: S101
    killer = threading.Timer(patience, process.kill)
    killer.start()
    try:
        process.stdin.write(message)
        process.stdin.flush()
        said: Union[Answer, Question] = pickle.load(process.stdout)  # noqa: S301  # from a process of ours
        return said
    finally:
        killer.cancel()


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # nobody reads what was still to be written
                continue
    process.wait()
