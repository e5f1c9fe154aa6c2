"""The program of ``helper_process``: receives a rule and facts, returns what the rule finds, until its owner ends."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from functools import partial
from typing import BinaryIO, Optional, cast

from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.facts import QUESTIONS, SessionFacts
from idse_core.validation.helper_process import Answer, FactsRequest, Request, TextRequest
from idse_core.validation.rule_runner import RuleRunner, RunnableRule

__all__ = ["main", "serve"]


def main() -> None:
    """Serve on stdin and stdout. What a plug-in prints is kept out of stdout, and Ctrl-C is left to the owner."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    known: Optional[ArtifactFacts] = None
    while True:
        try:
            request: Request = pickle.load(requests)  # noqa: S301  # from our owner
        except EOFError:
            return
        if len(request) == _TEXT:
            known = _artifact(cast("TextRequest", request), known)
        with RuleRunner() as runner:
            facts: object = known
            if len(request) != _TEXT:
                facts = _with_questions(cast("FactsRequest", request)[1], runner, requests, answers)
            _say(_answer(runner, RunnableRule(request[0]), facts), answers)


_TEXT = 4
"""The number of parts of a request about an artifact."""


def _artifact(request: TextRequest, known: Optional[ArtifactFacts]) -> ArtifactFacts:
    """The artifact's facts; those of the previous request when that was about the same artifact."""
    _, stage, text, templates = request
    is_known = known is not None and (known.stage, known.text) == (stage, text)
    return known if known is not None and is_known else ArtifactFacts(stage, text, templates)


def _with_questions(facts: object, runner: RuleRunner, requests: BinaryIO, answers: BinaryIO) -> object:
    """The facts with their functions: these ask the owner, and the rule's time does not count meanwhile."""

    def ask(name: str, about: object) -> object:
        with runner.waiting():
            _say((name, about), answers)
            return pickle.load(requests)  # noqa: S301  # from our owner

    if not isinstance(facts, SessionFacts):
        return facts
    return facts._replace(**{name: partial(ask, name) for name in QUESTIONS})  # type: ignore[arg-type]  # by name


def _answer(runner: RuleRunner, item: RunnableRule, facts: object) -> Answer:
    hits = runner.hits(item, facts)
    return hits, "".join(broken.reason for broken in runner.broken)


def _say(message: object, answers: BinaryIO) -> None:
    answers.write(pickle.dumps(message))  # pickled first: half a message would be taken for the beginning of the next
    answers.flush()
