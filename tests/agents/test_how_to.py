"""Every command of docs/how-to/agents.md runs, in its order, and does what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import List

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import add_session, write_artifact
from tests.cli.running import Idse
from tests.compiler.profiles import PROFILE, spec_of

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "agents.md"


def commands() -> List[str]:
    return re.findall(r"^\$ idse (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_works(idse: Idse, started: ProjectWorkspace) -> None:
    add_session(started, "auth-login")
    write_artifact(started, "auth-login", Stage.SPEC, spec_of(PROFILE))
    codes = {command: idse(*shlex.split(command)).code for command in commands()}
    assert len(codes) > 15
    assert {command: code for command, code in codes.items() if code} == {
        "guard --agent claude-code --path src/login.py": 9
    }
