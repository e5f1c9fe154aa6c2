"""``idse sync`` over loopback: the first push of a whole project, and a sync with nothing to do.

The server is the reference Agency Core on SQLite, in a process of its own on the same machine. The baseline of the push
posts the same documents, one session per request and as many at once, to an endpoint of that server that does nothing.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List

import httpx

from benchmarks.agency import Server, running, stopped
from benchmarks.measuring import Cost, Figure, best, idse, run
from benchmarks.workspaces import Generated, generate

__all__ = ["syncing"]

_AT_ONCE = 8
_MIB = 1 << 20


def syncing(folder: Path, *, sessions: int, times: int) -> List[Figure]:
    """Measure a project with a given number of sessions.

    Args:
        folder: an empty folder, to work in.
        sessions: the number of sessions of the project, seven artifacts each.
        times: the number of runs of what can be repeated.
    """
    if sys.version_info < (3, 11):
        return [Figure("sync", 0.0, note="skipped: the reference server needs Python 3.11 or newer")]
    folder.mkdir(parents=True, exist_ok=True)
    made = generate(folder / "workspace", sessions=sessions)
    run(idse("validate", "--all"), made.folder)
    unchanged = best(times, lambda: run(idse("validate", "--all"), made.folder))
    with running(str(folder / "agency.db")) as server:
        posted = _post_all(server, made)
        pushed = _sync(server, made, "push")
        _sync(server, made, "push")  # the first push changed last_sync in the state of every session: push that once
        quiet = best(times, lambda: _sync(server, made, "push"))
        memory = stopped(server)
    what = f"{len(made.artifacts):,} artifacts"
    return [
        Figure(
            f"first push of {what} (wall)",
            pushed.wall,
            "s",
            f"posting the same bytes to an endpoint that does nothing, {posted:.1f} s",
            pushed.wall / posted,
            3,
        ),
        Figure(
            f"sync with nothing to do, {what}",
            quiet.cpu,
            "s",
            f"an unchanged validation, {unchanged.cpu:.2f} s",
            (quiet.cpu - unchanged.cpu) * 1000,
            100,
            "ms more",
        ),
        Figure(f"peak memory of the client, first push of {what}", pushed.memory / _MIB, "MiB"),
        Figure(f"peak memory of the server, first push of {what}", memory / _MIB, "MiB"),
    ]


def _sync(server: Server, made: Generated, verb: str) -> Cost:
    variables = [f"IDSE_AGENCY_URL={server.url}", f"IDSE_AGENCY_TOKEN={server.token}"]
    cost = run(["env", *variables, *idse("sync", verb, "--all")], made.folder)
    if cost.status:
        raise RuntimeError(f"idse sync {verb} ended with {cost.status}")
    return cost


def _post_all(server: Server, made: Generated) -> float:
    """The seconds that it takes to post all artifacts, one session per request."""
    bodies: List[bytes] = []
    for start in range(0, len(made.artifacts), 7):
        texts = {path.name: path.read_text(encoding="utf-8") for path in made.artifacts[start : start + 7]}
        bodies.append(json.dumps({"artifacts": texts}).encode("utf-8"))
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http, ThreadPoolExecutor(_AT_ONCE) as pool:
        began = time.perf_counter()
        for answer in pool.map(lambda body: http.post("/nothing", content=body), bodies):
            answer.raise_for_status()
        return time.perf_counter() - began
