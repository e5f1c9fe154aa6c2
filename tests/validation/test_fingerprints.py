"""Fingerprints of findings: what preserves them, and what tells findings apart."""

from __future__ import annotations

from typing import List

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.report import Report
from tests.builders import (
    add_session,
    write_artifact,
)
from tests.validation.done_sessions import (
    DONE,
    MARKER,
    NAME,
    judge,
    of,
)


def fingerprints(report: Report) -> List[str]:
    return [item.fingerprint for item in report.findings]


def test_fingerprints_survive_moved_lines_and_other_line_ends(done: ProjectWorkspace) -> None:
    text = DONE[Stage.SPEC] + f"\n## Open\n\n- a {MARKER}\n- b {MARKER}\n"
    write_artifact(done, NAME, Stage.SPEC, text)
    before = of(judge(done), "ART003")

    write_artifact(done, NAME, Stage.SPEC, "\n\n" + text.replace("\n", "\r\n").replace(f"a {MARKER}", f"a   {MARKER}"))
    after = of(judge(done), "ART003")

    assert [item.fingerprint for item in after] == [item.fingerprint for item in before]
    assert [item.line for item in after] == [item.line + 2 for item in before]
    assert len({item.fingerprint for item in after}) == 2


def test_fingerprints_tell_a_swap_another_section_and_another_session_apart(done: ProjectWorkspace) -> None:
    def one(text: str, session: str = NAME) -> str:
        write_artifact(done, session, Stage.SPEC, DONE[Stage.SPEC] + text)
        return of(judge(done, session), "ART003")[0].fingerprint

    add_session(done, "twin", switch=False)

    found = [
        one(f"\n## Open\n\n- a {MARKER}\n"),
        one(f"\n## Open\n\n- b {MARKER}\n"),
        one(f"\n## Closed\n\n- a {MARKER}\n"),
        one(f"\n## Open\n\n- a {MARKER}\n", "twin"),
    ]

    assert len(set(found)) == 4
    assert all(len(item) == 16 and set(item) <= set("0123456789abcdef") for item in found)
