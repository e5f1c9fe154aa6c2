"""The registry and the templates of a workspace, and what is told of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List

import pytest

from idse_core.errors import ConfigError, UnreadableError
from idse_core.events import Event, FileWritten
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import PROJECT, add_session, make_workspace, project_folder, session_folder, tree


def test_a_missing_registry_is_empty_and_a_broken_one_is_named(workspace: ProjectWorkspace) -> None:
    path = project_folder(workspace) / "agent_registry.json"
    path.write_bytes(b'{"agents": [\n{"id": 1}]}')
    with pytest.raises(ConfigError) as caught:
        workspace.registry()
    assert caught.value.location == f".idse/projects/{PROJECT}/agent_registry.json:2:8"
    path.unlink()
    assert workspace.registry().agents == ()


def test_a_template_of_the_workspace_is_used_for_new_sessions(workspace: ProjectWorkspace) -> None:
    folder = workspace.folder / "templates"
    folder.mkdir()
    (folder / "intent.md").write_bytes(
        b"\xef\xbb\xbf# Why {{ title }} in {{ project }}?\r\n\r\n[REQUIRES INPUT] Say.\r\n"
    )
    (folder / "unknown.md").write_bytes(b"{{ broken")
    add_session(workspace, "auth", title="Sign in")
    text = (session_folder(workspace, "auth") / "intent.md").read_bytes().decode("utf-8")
    assert text.splitlines() == ["# Why Sign in in customer-portal?", "", "[REQUIRES INPUT] Say."]
    assert workspace.pipeline_artifacts().is_untouched(Stage.INTENT, text)
    assert (session_folder(workspace, "auth") / "plan.md").read_bytes().startswith(b"# Plan: Sign in\n")


@pytest.mark.parametrize("kind", ["encoding", "link-outside", "not-a-file"])
def test_a_template_that_cannot_be_read_is_named(workspace: ProjectWorkspace, kind: str) -> None:
    path = workspace.folder / "templates" / "plan.md"
    path.parent.mkdir()
    if kind == "encoding":
        path.write_bytes(b"# {{ title }} \xff")
    elif kind == "link-outside":
        path.symlink_to("/etc/hostname")
    else:
        path.mkdir()
    before = tree(workspace.folder)
    with pytest.raises(UnreadableError) as caught:
        add_session(workspace, "auth")
    assert caught.value.reason == kind
    assert caught.value.path == ".idse/templates/plan.md"
    assert tree(workspace.folder) == before


def test_events_tell_every_file_that_changed(tmp_path: Path) -> None:
    events: List[Event] = []
    workspace = make_workspace(tmp_path, on_event=events.append)
    before = tree(workspace.folder)
    del events[:]
    add_session(workspace, "auth")
    after: Dict[str, bytes] = tree(workspace.folder)
    changed = {f".idse/{name}" for name in before if after[name] != before[name]}
    assert {event.path for event in events if isinstance(event, FileWritten)} == changed
