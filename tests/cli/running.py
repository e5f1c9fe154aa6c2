"""Calling `idse` and capturing its output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, TypeVar

from jsonschema import Draft202012Validator

from tools.schemas import expected_files

__all__ = ["SAMPLE", "VARIABLES", "Idse", "Outcome", "command", "environment", "once_cached", "own_home", "run"]

SAMPLE = Path(__file__).parents[2] / "idse_core" / "sample" / "workspace"
VARIABLES = ("IDSE_WORKSPACE", "IDSE_PROJECT", "NO_COLOR", "FORCE_COLOR", "IDSE_PLAIN", "_IDSE_COMPLETE")

Answer = TypeVar("Answer")

_VALIDATORS: Dict[str, Draft202012Validator] = {}


class Outcome(NamedTuple):
    """The result of a call of `idse`."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Dict[str, Any]:
        """The one JSON document on stdout, checked against its published schema."""
        document: Dict[str, Any] = json.loads(self.out)
        assert next(iter(document)) == "schema"
        assert self.out.isascii()
        errors = sorted(error.message for error in _validator(document["schema"]).iter_errors(document))
        assert errors == []
        return document

    @property
    def error(self) -> Dict[str, Any]:
        """The error in a JSON document; nothing else was printed."""
        assert self.err == ""
        document = self.document
        assert document["schema"] == "idse.error/1"
        error: Dict[str, Any] = document["error"]
        return error


Idse = Callable[..., Outcome]
"""Calls the command line in this process: words, and ``cwd`` for another folder than ``tmp_path``."""


def command(*words: str) -> List[str]:
    """The program and its arguments, for a process."""
    return [sys.executable, "-m", "idse_core", *words]


def environment(changes: Optional[Mapping[str, str]] = None) -> Dict[str, str]:
    """Our environment, without variables that change how `idse` behaves."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    return {**kept, "PYTHONIOENCODING": "utf-8", **(changes or {})}


def own_home(folder: Path) -> Dict[str, str]:
    """Variables that keep a shell away from the home folder of the person who runs the tests."""
    home = folder / "home"
    home.mkdir()
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "ZDOTDIR": str(home)}


def run(*words: str, cwd: Path, env: Optional[Mapping[str, str]] = None, **options: Any) -> Outcome:
    """Calls `idse` in a process of its own."""
    done = subprocess.run(
        command(*words), cwd=cwd, env=environment(env), capture_output=True, check=False, timeout=60, **options
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def once_cached(call: Callable[[], Answer], accept: Callable[[Answer], bool]) -> Answer:
    """The first answer that is accepted, or the last one when there is none within half a minute.

    The first call fills the caches, but what is installed is not cached while an import path has just changed: an editor,
    a tool or another test run may do that in the folder that the package under test is imported from.

    Args:
        call: a call of `idse` in a process of its own.
        accept: whether an answer is one of filled caches.
    """
    deadline = time.monotonic() + 30
    answer = call()
    while not accept(answer) and time.monotonic() < deadline:
        time.sleep(0.2)
        answer = call()
    return answer


def _validator(name: str) -> Draft202012Validator:
    if not _VALIDATORS:
        for data in expected_files().values():
            schema = json.loads(data)
            _VALIDATORS[schema["title"]] = Draft202012Validator(schema)
    return _VALIDATORS[name]
