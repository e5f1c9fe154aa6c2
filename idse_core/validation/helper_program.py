"""The other side of ``helper_process``: takes a rule and an artifact, gives what the rule finds, until its owner ends."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import BinaryIO, Optional

from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.helper_process import Answer, Request
from idse_core.validation.running import RuleRunner, RunnableRule

__all__ = ["main", "serve"]


def main() -> None:
    """Serve on stdin and stdout. What a plug-in prints goes nowhere, and Ctrl-C is the owner's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    facts: Optional[ArtifactFacts] = None
    while True:
        try:
            request: Request = pickle.load(requests)  # noqa: S301  # from our owner
        except EOFError:
            return
        _, stage, text, templates = request
        if facts is None or (facts.stage, facts.text) != (stage, text):
            facts = ArtifactFacts(stage, text, templates)
        pickle.dump(_answer(request, facts), answers)
        answers.flush()


def _answer(request: Request, facts: ArtifactFacts) -> Answer:
    item = RunnableRule(request[0])
    with RuleRunner() as runner:
        hits = runner.hits(item, facts, facts.stage)
    return hits, "".join(broken.reason for broken in runner.broken)
