"""Three clones that sync over a bad network with real ``idse`` processes, and checks that nothing is lost."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Dict, List, Set

from tests.cli.running import SAMPLE, Outcome, command, environment, run
from tests.faults.fault_proxy import FAULTS, FaultProxy

__all__ = ["Team"]

_ROUNDS = 5
_PROJECT = "customer-portal"
_ARTIFACTS = ("intent.md", "plan.md", "feedback/feedback.md")
_SESSIONS = ("billing", "auth-login")
_FAULTS = [
    FAULTS[name]
    for name in (
        "reset at once",
        "reset before the server",
        "answer lost",
        "closed without a word",
        "reset after the headers",
        "cut in the body",
        "gzip cut off",
        "no HTTP",
    )
]
_DEFINED = {0, 3, 4, 6, 7}
"""Exit codes: done, conflicts, not reachable, pull first, partly done."""


class Team:
    """Actions on three clones, chosen by a seed; the timing of processes is not reproducible."""

    def __init__(self, seed: int, folder: Path, proxy: FaultProxy, token: str) -> None:
        self._chance = random.Random(seed)
        self._proxy = proxy
        self._env = {"IDSE_AGENCY_URL": proxy.url, "IDSE_AGENCY_TOKEN": token, "HOME": str(folder), "IDSE_CONFIG": ""}
        self.clones = [folder / name for name in ("a", "b", "c")]
        self.owed: Set[bytes] = set()
        for clone in self.clones:
            clone.mkdir()
        shutil.copytree(str(SAMPLE), str(self.clones[0] / ".idse"))
        assert self.idse(self.clones[0], "push", "--all").code == 0
        for clone in self.clones[1:]:
            assert self.idse(clone, "pull", "--all", "--project", _PROJECT).code == 0

    def idse(self, clone: Path, *words: str) -> Outcome:
        return run("sync", *words, cwd=clone, env=self._env)

    def step(self) -> None:
        clone = self._chance.choice(self.clones)
        doing = self._chance.choice(["append", "append", "append", "push", "push", "pull", "pull", "killed"])
        if doing == "append":
            self.append(clone)
            return
        self._proxy.then(*(self._chance.choice(_FAULTS) for _ in range(self._chance.randrange(3))))
        if doing == "killed":
            self.killed(clone)
        else:
            outcome = self.idse(clone, doing, "--all")
            assert outcome.code in _DEFINED, outcome.err
            assert "Traceback" not in outcome.err

    def append(self, clone: Path) -> None:
        """Append a unique line, which must never be lost from now on."""
        session, name = self._chance.choice(_SESSIONS), self._chance.choice(_ARTIFACTS)
        word = b"word-%04d" % len(self.owed)
        with (self.sessions(clone) / session / name).open("ab") as file:
            file.write(b"\n- " + word + b"\n")
        self.owed.add(word)

    def killed(self, clone: Path) -> None:
        """Start a push or pull, and kill it after a moment."""
        words = command("sync", self._chance.choice(["push", "pull"]), "--all")
        process = subprocess.Popen(
            words,
            cwd=str(clone),
            env=environment(self._env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(self._chance.uniform(0.2, 1.5))  # the exact moment does not matter: a kill must be safe at any time
        process.kill()
        process.wait()

    def settle(self) -> None:
        """Let everybody pull, settle conflicts and push, until all clones are equal."""
        for _ in range(_ROUNDS):
            for clone in self.clones:
                self.idse(clone, "pull", "--all")
                self.decide(clone)
                self.idse(clone, "push", "--all")
            if self.trees()[0] == self.trees()[1] == self.trees()[2]:
                return
        raise AssertionError("the clones do not come to hold the same")

    def decide(self, clone: Path) -> None:
        for conflict in self.idse(clone, "resolve", "--json").document["conflicts"]:
            choice = self._chance.choice(["--ours", "--theirs"])
            words = [conflict["document"], "--session", conflict["session_id"], choice]
            assert self.idse(clone, "resolve", *words).code == 0

    def sessions(self, clone: Path) -> Path:
        return clone / ".idse" / "projects" / _PROJECT / "sessions"

    def trees(self) -> List[Dict[str, bytes]]:
        return [
            {
                path.relative_to(self.sessions(clone)).as_posix(): path.read_bytes()
                for path in self.sessions(clone).rglob("*")
                if path.is_file() and path.suffix == ".md"
            }
            for clone in self.clones
        ]

    def lost(self, database: Path) -> Set[bytes]:
        """Lines that can't be found any more, neither in a clone with its displaced copies nor in the history."""
        left = set(self.owed)
        kept = [path for clone in self.clones for path in clone.rglob("*") if path.is_file()]
        for path in [*kept, *database.parent.glob(f"{database.name}*")]:
            data = path.read_bytes()
            left = {word for word in left if word not in data}
        return left
