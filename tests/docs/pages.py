"""Reads what a page of the documentation tells its reader to do, and does it.

In a page's source, comments that no reader sees say what is around a block:

* ``<!-- starts with: a project -->`` before the first block: ``nothing`` (the default), ``a project`` or ``the sample``;
* ``<!-- file: PATH -->`` before a block: its text is written to that file; ``<!-- append: PATH -->`` adds it;
* ``<!-- not run: REASON -->`` before a ``console`` block.

In a ``console`` block a line that begins with ``$`` is a command, ``# exits with N`` at its end says how it ends, and the
lines below it are what it prints: each must be there, in this order, with ``…`` for anything.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple, Tuple

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(
    r"^(?:<!-- ([a-z ]+?)(?:: ([^\n]*?))? -->\n)?^(`{3,})([\w-]+)[^\n]*\n(.*?)^\3$", re.MULTILINE | re.DOTALL
)
_START = re.compile(r"^<!-- starts with: (.+?) -->$", re.MULTILINE)
_EXIT = re.compile(r"\s+# exits with (\d+)$")


class Block(NamedTuple):
    """One fenced block: the word and text of the comment before it, its language and its text."""

    directive: str
    value: str
    language: str
    text: str


class Command(NamedTuple):
    line: str
    code: int
    shown: Tuple[str, ...]


def pages() -> List[Path]:
    """Every page that has a command in it, but the one that has a test of its own."""
    found = (
        path for path in sorted(DOCS.rglob("*.md")) if "_build" not in path.parts and path.name != "writing-rules.md"
    )
    return [path for path in found if any(block.language == "console" for block in blocks(path))]


def blocks(page: Path) -> List[Block]:
    return [
        Block(match[1] or "", match[2] or "", match[4], match[5]) for match in _BLOCK.finditer(page.read_text("utf-8"))
    ]


def commands(block: Block) -> Iterator[Command]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, rest = part.partition("\n")
        match = _EXIT.search(line)
        shown = tuple(each.rstrip() for each in rest.splitlines() if each.strip() not in {"", "…"})
        yield Command(line[: match.start()] if match else line, int(match[1]) if match else 0, shown)


def start(page: Path) -> str:
    match = _START.search(page.read_text("utf-8"))
    return match[1] if match else "nothing"


class Reader:
    """Somebody who does what a page says, in a folder of their own with a home of their own."""

    def __init__(self, folder: Path) -> None:
        self._home = folder / "home"
        self._where = folder / "where"
        self.folder = folder / "work"
        self._home.mkdir()
        self.folder.mkdir()
        self._where.write_text(f"{self.folder}\n", encoding="utf-8")

    def begin(self, with_what: str) -> None:
        if with_what == "the sample":
            sample = DOCS.parent / "idse_core" / "sample" / "workspace"
            shutil.copytree(str(sample), str(self.folder / ".idse"))
        elif with_what == "a project":
            self.run(Command("idse init customer-portal", 0, ()))
            self.run(Command("idse spawn auth-login", 0, ()))
        else:
            assert with_what == "nothing", with_what

    def write(self, path: str, text: str, *, append: bool = False) -> None:
        target = self._now() / path
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.read_text("utf-8") if append else ""
        target.write_text(before + text, encoding="utf-8")

    def run(self, command: Command) -> None:
        done = subprocess.run(
            ["bash", "-c", f'{command.line}\ncode=$?; pwd >"$WHERE"; exit $code'],
            cwd=str(self._now()),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        printed = done.stdout.decode("utf-8")
        assert done.returncode == command.code, f"$ {command.line}\n{printed}exit code {done.returncode}"
        assert "Traceback" not in printed
        _assert_shown(command, printed)

    def _now(self) -> Path:
        return Path(self._where.read_text("utf-8").rstrip("\n"))

    def _environment(self) -> dict[str, str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("IDSE_", "GIT_"))}
        who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        who.update({key.replace("AUTHOR", "COMMITTER"): value for key, value in who.items()})
        path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
        return {
            **environment,
            **who,
            "HOME": str(self._home),
            "PATH": path,
            "WHERE": str(self._where),
            "COLUMNS": "120",
        }


def _assert_shown(command: Command, printed: str) -> None:
    lines = iter([line.rstrip() for line in printed.splitlines()])
    for shown in command.shown:
        pattern = re.compile(".*".join(map(re.escape, shown.split("…"))))
        assert any(pattern.fullmatch(line) for line in lines), (
            f"$ {command.line}\ndoes not print {shown!r} in:\n{printed}"
        )
