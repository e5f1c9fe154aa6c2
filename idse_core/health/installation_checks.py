"""Checks of the installation: the interpreter and the Markdown parser."""

from __future__ import annotations

import platform
import sys
from typing import Iterator

from idse_core._version import __version__
from idse_core.health.check import Check, Status
from idse_core.markdown import READERS

__all__ = ["check_installation"]


def check_installation() -> Iterator[Check]:
    """Reports the interpreter and the Markdown parser; warns when the parser is a slow one."""
    version = f"{platform.python_implementation()} {platform.python_version()}"
    yield Check("interpreter", Status.OK, f"idse {__version__} on {version} at {sys.executable}")
    parser = next(name for name in READERS if name != "lines")
    said = f"Markdown is read by lines, and where that is not enough by {parser}"
    if parser == "pyromark" or sys.version_info < (3, 9):
        yield Check("markdown-reader", Status.OK, said)
    else:
        yield Check(
            "markdown-reader",
            Status.WARN,
            f"{said}, which is several times slower than pyromark",
            advice=f"{sys.executable} -m pip install --upgrade pyromark",
        )
