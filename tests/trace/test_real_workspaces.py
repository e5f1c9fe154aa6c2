"""What a trace says of real documents, against what stands in the files by a plain search."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Dict, List

import pytest

from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.traceability import Reference, SessionTrace, TraceStatus, trace
from tests.builders import config_for
from tests.cli.running import SAMPLE

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / ".idse"


def corpus() -> Path:
    found = next((up / "shared" / "corpus" for up in ROOT.parents if (up / "shared" / "corpus").is_dir()), None)
    if found is None and os.environ.get("IDSE_REQUIRE_CORPUS") != "1":
        pytest.skip("no shared/corpus beside or above the repository")
    assert found is not None, "IDSE_REQUIRE_CORPUS=1, but there is no shared/corpus beside or above the repository"
    return found


def copied(workspace: Path, folder: Path) -> ProjectWorkspace:
    shutil.copytree(str(workspace), str(folder / ".idse"), ignore=shutil.ignore_patterns(".local"))
    return ProjectWorkspace.open(config_for(folder))


def traces(workspace: ProjectWorkspace) -> List[SessionTrace]:
    return list(trace(workspace, workspace.sessions()))


def lines_of(workspace: ProjectWorkspace, found: SessionTrace) -> Dict[Stage, List[str]]:
    texts = {stage: workspace.folder.parent / path for stage, path in found.paths.items()}
    return {stage: _without_comments(path.read_text("utf-8")) for stage, path in texts.items() if path.exists()}


def _without_comments(text: str) -> List[str]:
    return re.sub(r"<!--.*?-->", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL).splitlines()


def names(line: str, wanted: str) -> bool:
    """Whether a line names an id, or a range around it."""
    prefix, number = wanted.split("-")
    if re.search(rf"(?<![\w-]){wanted}(?![\w.]*\d)", line):
        return True
    ranges = re.findall(rf"{prefix}-(\d+) to {prefix}-(\d+)", line)
    return any(int(low) < float(number) < int(high) for low, high in ranges)


def check(workspace: ProjectWorkspace, found: SessionTrace) -> None:
    text = lines_of(workspace, found)
    for item in found.requirements:
        every = (*item.definitions, *item.criteria, *item.plan, *item.tasks, *item.implementation, *item.references)
        for place in every:
            assert names(_said(text, place), item.id), (item.id, found.place(place))
        for place in item.definitions:
            assert place.stage is Stage.SPEC
        for place in item.criteria:
            assert place.label in _said(text, place)
        for place in item.tasks:
            assert place.done == {"[x]": True, "[ ]": False}.get(_said(text, place).strip()[2:5])
        for stage, told in ((Stage.PLAN, item.plan), (Stage.IMPLEMENTATION, item.implementation)):
            if stage not in found.unwritten:
                expected = [number for number, line in enumerate(text[stage], start=1) if names(line, item.id)]
                assert [place.line for place in told] == expected


def _said(text: Dict[Stage, List[str]], place: Reference) -> str:
    return text[place.stage][place.line - 1]


def test_the_sample(tmp_path: Path) -> None:
    workspace = copied(SAMPLE, tmp_path)
    found = traces(workspace)
    for item in found:
        check(workspace, item)
    assert sum(len(item.requirements) for item in found) > 20
    assert not [row for item in found for row in item.requirements if row.status is TraceStatus.ORPHANED]


@pytest.mark.skipif(not OWN.is_dir(), reason="the repository's own workspace is not part of this copy")
def test_our_own_workspace(tmp_path: Path) -> None:
    workspace = copied(OWN, tmp_path)
    all_found = list(traces(workspace))
    assert sum(len(found.requirements) for found in all_found) > len(all_found)
    for found in all_found:
        check(workspace, found)
        bad = {TraceStatus.ORPHANED, TraceStatus.DUPLICATE, TraceStatus.UNCOVERED, TraceStatus.SUSPECT}
        assert [(row.id, row.status) for row in found.requirements if row.status in bad] == []


def test_the_corpus(tmp_path: Path) -> None:
    seen = 0
    for number, folder in enumerate(sorted(corpus().rglob(".idse"))):
        base = tmp_path / str(number)
        base.mkdir()
        workspace = copied(folder, base)
        for found in traces(workspace):
            check(workspace, found)
            text = lines_of(workspace, found)
            defined = {
                match.group(1)
                for line in text.get(Stage.SPEC, [])
                for match in [re.match(r"(?:[-*] |#+ )\**((?:N?FR)-\d+)\b", line)]
                if match and Stage.SPEC not in found.unwritten
            }
            assert {row.id for row in found.requirements if row.definitions} == defined
            seen += len(defined)
    assert seen > 30
