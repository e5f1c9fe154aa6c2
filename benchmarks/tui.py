"""The app in a real terminal: how soon it paints, how soon a key or a saved file is on the screen, its use at rest.

Everything is measured from outside, in the output on a pseudo terminal (`terminal.py`), except one figure: how late the
app's event loop is, which `probed_app.py` records from inside. Times are wall times.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from statistics import median
from typing import Dict, List, Mapping, NamedTuple, Sequence, Tuple

from benchmarks.app_scenes import LIVE, Effect, large_artifact, press_keys, save, waiting_for_quiet
from benchmarks.measuring import Figure, idse, python, run
from benchmarks.terminal import Terminal
from benchmarks.usage import usage_of_all
from benchmarks.workspaces import generate
from idse_core.cli import __file__ as _cli

__all__ = ["tui"]

_SAMPLE = Path(_cli).parent / "sample" / "workspace"
_FRAME = b"1 Sessions"
_LARGE = 200_000
"""The size of the artifact that counts as large, in bytes."""

_AT_REST = 6.0
"""Seconds for which the app is left alone."""

_MIB = 1 << 20
_MINIMAL = """
from textual.app import App
from textual.widgets import Footer, Header, OptionList, Static
class Minimal(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Header()
        yield %s
        yield Footer()
Minimal().run()
"""
_PLAIN = _MINIMAL % 'Static("painted")'
_LIST = _MINIMAL % 'OptionList("painted", *map(str, range(200)))'


class _Workspace(NamedTuple):
    """A workspace to measure in.

    Attributes:
        name: its name in the results.
        session: the current session.
        listed: a session whose row is on the first screen.
    """

    name: str
    folder: Path
    session: str
    listed: str

    def artifact(self, name: str) -> Path:
        """An artifact of the current session."""
        return next((self.folder / ".idse" / "projects").glob(f"*/sessions/{self.session}/{name}"))


def tui(folder: Path, *, sessions: int, times: int) -> List[Figure]:
    """The app's figures, on the sample workspace and on a generated one.

    Args:
        folder: an empty folder, to work in.
        sessions: the number of sessions of the generated workspace.
        times: the number of starts of each kind, and of files saved; keys are pressed in proportion.
    """
    folder.mkdir()
    small, large = _sample(folder / "sample"), _generated(folder / "large", sessions)
    environment = _environment(folder)
    found = [_first_time(large, environment)]
    for workspace in (small, large):
        run(idse("validate", "--all", "--no-state"), workspace.folder)
    found += _first_paint((small, large), environment, times)
    for workspace in (small, large):
        found += _used(workspace, environment, folder / "pulse", times)
        found += _left_alone(workspace, environment)
    return found


def _sample(folder: Path) -> _Workspace:
    shutil.copytree(_SAMPLE, folder / ".idse")
    return _Workspace("sample", folder, "auth-login", "billing")


def _generated(folder: Path, sessions: int) -> _Workspace:
    made = generate(folder, sessions=sessions)
    return _Workspace(f"{sessions:,} sessions", folder, made.sessions[-1], made.sessions[-2])


def _environment(home: Path) -> Dict[str, str]:
    """An environment without anybody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "IDSE", "NO_COLOR"))}
    path = os.pathsep.join([str(Path.cwd()), *filter(None, sys.path)])
    return {**kept, "COLORTERM": "truecolor", "HOME": str(home), "PYTHONPATH": path}


def _app(workspace: _Workspace, environment: Mapping[str, str], command: Sequence[str] = ()) -> Terminal:
    """The app, started without remembering where somebody was."""
    (workspace.folder / ".idse" / ".local" / "tui.json").unlink(missing_ok=True)
    return Terminal(command or idse("tui"), workspace.folder, environment)


# Opening


def _first_time(workspace: _Workspace, environment: Mapping[str, str]) -> Figure:
    with _app(workspace, environment) as app:
        painted = app.shows(_FRAME)
        app.shows(workspace.listed.encode())
        app.leave()
    return Figure(f"first paint, {workspace.name}, nothing examined yet, wall", painted, "s")


def _first_paint(places: Sequence[_Workspace], environment: Mapping[str, str], times: int) -> List[Figure]:
    minimal: List[float] = []
    frames: Dict[str, List[float]] = {place.name: [] for place in places}
    rows: Dict[str, List[float]] = {place.name: [] for place in places}
    complete: Dict[str, List[float]] = {place.name: [] for place in places}
    for _ in range(times):  # in turns, so that other load on the machine disturbs all of them alike
        with Terminal(python(_PLAIN), places[0].folder, environment) as app:
            minimal.append(app.shows(b"painted"))
            app.leave()
        for place in places:
            with _app(place, environment) as app:
                frames[place.name].append(app.shows(_FRAME))
                rows[place.name].append(app.shows(place.listed.encode()))
                complete[place.name].append(app.shows(LIVE))
                app.leave()
    base = min(minimal)
    baseline = f"a minimal Textual app, {base:.2f} s"
    figures: List[Figure] = []
    for place in places:
        frame, row, whole = (min(kind[place.name]) for kind in (frames, rows, complete))
        figures += [
            Figure(f"first paint, {place.name}, wall", frame, "s", baseline, frame / base, 1.5),
            Figure(f"sessions listed, {place.name}, wall", row, "s", baseline, row / base),
            Figure(f"everything examined and followed, {place.name}, wall", whole, "s", baseline, whole / base),
        ]
    return figures


# Using


def _used(workspace: _Workspace, environment: Mapping[str, str], pulse: Path, times: int) -> List[Figure]:
    base = _in_a_list(workspace.folder, environment, times)
    folder = workspace.folder / ".idse"
    with _app(workspace, environment, [sys.executable, "-m", "benchmarks.probed_app", str(pulse)]) as app:
        app.shows(_FRAME)
        painted = time.perf_counter()
        app.shows(LIVE)
        app.rest(0.5)
        live = time.perf_counter()
        keys = press_keys(app, times=times)
        pressed = time.perf_counter()
        saved = save(app, workspace.artifact("intent.md"), times=2 * times)
        quiet = waiting_for_quiet(folder, workspace.artifact("intent.md"), times=times)
        followed = time.perf_counter()
        opened = large_artifact(app, workspace.artifact("context.md"), times=max(times // 2, 1), size=_LARGE)
        app.leave()
    beats = _beats(pulse)
    baseline = f"in a list of Textual's own, {_p95(base):.0f} ms"
    name = workspace.name
    return [
        *[_key(f"key → painted, p95, {what}, {name}", found, baseline) for what, found in keys.items()],
        _late(f"event loop blocked from the first paint on, {name}", beats, painted, live),
        _late(f"event loop blocked while keys are pressed, {name}", beats, live, pressed),
        _late(f"event loop blocked while files are saved, {name}", beats, pressed, followed),
        _limit(f"file saved → finding on the screen, p95, {name}", saved, 150),
        _limit(f"file saved → known to the watcher, p95, {name}", quiet, 50),
        _limit(f"artifact of 200 KB → its first screen, p95, {name}", opened, 150),
    ]


def _in_a_list(folder: Path, environment: Mapping[str, str], times: int) -> List[float]:
    with Terminal(python(_LIST), folder, environment) as app:
        app.shows(b"painted")
        app.rest()
        found: List[float] = []
        for key in (b"\x1b[B", b"\x1b[6~") * times:
            found.append(app.pressed(key))
            app.rest()
        app.leave()
    return found


def _key(subject: str, effects: Sequence[Effect], baseline: str) -> Figure:
    """The figure for a key. For typing in the switcher the last frame counts: it shows the letter and the matches."""
    figure = _limit(subject, [effect.last if "typing" in subject else effect.first for effect in effects], 50, baseline)
    last, cpu = (median(values) * 1000 for values in zip(*[(effect.last, effect.cpu) for effect in effects]))
    return figure._replace(note=f"{figure.note}; at rest again after {last:.0f} ms, with {cpu:.0f} ms of CPU")


def _limit(subject: str, seconds: Sequence[float], budget: float, baseline: str = "") -> Figure:
    value = _p95(seconds)
    note = f"median {median(seconds) * 1000:.0f} ms of {len(seconds)}"
    return Figure(f"{subject}, wall", value, "ms", baseline, value, budget, "ms", note)


def _p95(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds; of fewer than twenty values the greatest."""
    ordered = sorted(seconds)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] * 1000


def _beats(path: Path) -> List[Tuple[float, float]]:
    lines = path.read_text(encoding="ascii").splitlines()
    return [(float(at), float(late)) for at, late in (line.split() for line in lines)]


def _late(subject: str, beats: Sequence[Tuple[float, float]], begin: float, end: float) -> Figure:
    late = sorted((late for at, late in beats if begin <= at < end), reverse=True) or [0.0]
    over = sum(value > 0.05 for value in late)
    note = f"longest; {over} of {len(late)} pulses were more than 50 ms late"
    return Figure(subject, late[0] * 1000, "ms", "", late[0] * 1000, 50, "ms", note)


# Leaving alone


def _left_alone(workspace: _Workspace, environment: Mapping[str, str]) -> List[Figure]:
    with _app(workspace, environment) as app:
        app.shows(LIVE)
        app.rest(1.0)
        before, written = usage_of_all(app.process.pid), len(app.raw)
        app.listen(_AT_REST)
        after, more = usage_of_all(app.process.pid), len(app.raw) - written
        app.leave()
    name = workspace.name
    found = [
        Figure(f"idle: bytes to the terminal, {name}", more / _AT_REST, "bytes/s", "", more / _AT_REST, 0, "bytes/s")
    ]
    if before is None or after is None:
        return found
    cpu = 100 * (after.cpu - before.cpu) / _AT_REST
    memory, peak = after.memory / _MIB, after.peak / _MIB
    return [
        *found,
        Figure(f"idle: CPU, {name}", cpu, "%", "", cpu, 0.5, "%", f"{after.threads} threads"),
        Figure(f"idle: memory, {name}", memory, "MiB", "", memory, 80, "MiB", f"peak {peak:.0f} MiB"),
    ]
