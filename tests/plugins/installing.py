"""Installing a small package for a test, without the network and without a build backend."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Dict, List, Mapping, Optional

__all__ = ["EXAMPLE", "entry_points", "install", "package", "uninstall"]

EXAMPLE = Path(__file__).parent / "example_pack"
"""The package that docs/how-to/writing-rules.md shows."""


def package(folder: Path, files: Mapping[str, str], points: str, name: str = "made-up") -> Path:
    """A project on disk with these modules and data files; ``points`` are its entry points, as in pyproject.toml."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1.0"\n\n{points}', encoding="utf-8")
    return folder


def install(target: Path, project: Path, *, unpacked: bool = False) -> None:
    """`pip install --target`; of a wheel that is put together here, since building one takes a backend.

    Args:
        target: the folder.
        project: the package's project.
        unpacked: without pip, which takes its time and does little more than this.
    """
    wheel = _wheel(project, target.parent)
    if unpacked or find_spec("pip") is None:
        with zipfile.ZipFile(str(wheel)) as archive:
            archive.extractall(str(target))
    else:
        options = ["--quiet", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"]
        subprocess.run(
            [sys.executable, "-m", "pip", "install", *options, "--upgrade", "--target", str(target), str(wheel)],
            check=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        )


def uninstall(target: Path, name: str) -> None:
    """Remove a distribution and its packages; `pip uninstall` knows no target."""
    (information,) = target.glob(f"{name.replace('-', '_')}-*.dist-info")
    tops = {line.split(",")[0].split("/")[0] for line in (information / "RECORD").read_text("utf-8").splitlines()}
    for top in tops:
        if (target / top).is_dir():
            shutil.rmtree(str(target / top))
        elif (target / top).exists():
            (target / top).unlink()


def entry_points(pyproject: str) -> Dict[str, List[str]]:
    """Group → lines, of the entry points in a pyproject.toml; Python 3.8 has no reader for TOML."""
    found: Dict[str, List[str]] = {}
    group: Optional[str] = None
    for line in pyproject.splitlines():
        section = re.fullmatch(r"\[(.*)\]", line.strip())
        if section is not None:
            points = re.fullmatch(r'project\.entry-points\."(.*)"', section.group(1))
            group = None if points is None else points.group(1)
        elif group is not None and "=" in line:
            found.setdefault(group, []).append(re.sub("[\"']", "", line))
    return found


def _wheel(project: Path, folder: Path) -> Path:
    pyproject = (project / "pyproject.toml").read_text("utf-8")
    name, version = (_value(pyproject, key) for key in ("name", "version"))
    stem = f"{name.replace('-', '_')}-{version}"
    points = "".join(
        f"[{group}]\n" + "".join(f"{line}\n" for line in lines) for group, lines in entry_points(pyproject).items()
    )
    contents = {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file() and path.name != "pyproject.toml" and "__pycache__" not in path.parts
    }
    contents[f"{stem}.dist-info/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    contents[f"{stem}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    contents[f"{stem}.dist-info/entry_points.txt"] = points.encode()
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in contents.items())
    contents[f"{stem}.dist-info/RECORD"] = f"{record}{stem}.dist-info/RECORD,,\n".encode()
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(str(wheel), "w") as archive:
        for path, data in contents.items():
            archive.writestr(path, data)
    return wheel


def _value(pyproject: str, key: str) -> str:
    match = re.search(rf'^{key} = "(.*)"$', pyproject, re.MULTILINE)
    assert match is not None
    return match.group(1)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
