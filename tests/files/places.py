"""The folders that the tests of `idse_core.files` write in, and what they share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

import pytest
from hypothesis import HealthCheck, settings

from idse_core.files import create_tree, read_bytes, write_bytes

__all__ = ["REPOSITORY", "Workspace", "any_file", "names", "posix"]

REPOSITORY = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are a matter of POSIX")
any_file = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Workspace(NamedTuple):
    root: Path
    outside: Path
    displaced: Path
    staging: Path
    session: Path

    @property
    def spec(self) -> Path:
        return self.session / "spec.md"

    def write(self, data: bytes, expected: Optional[str], path: Optional[Path] = None) -> str:
        return write_bytes(path or self.spec, data, expected=expected, root=self.root, displaced=self.displaced)

    def read(self, path: Optional[Path] = None) -> Optional[bytes]:
        return read_bytes(path or self.spec, root=self.root)

    def tree(self, target: Path, files: Dict[str, bytes]) -> None:
        create_tree(target, files, root=self.root, staging=self.staging)

    def kept(self) -> List[bytes]:
        return [path.read_bytes() for path in self.displaced.iterdir()] if self.displaced.exists() else []


def names(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.iterdir())
