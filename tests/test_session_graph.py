"""Sessions as a graph: created, switched, archived and linked, on real files."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

import pytest

from idse_core.errors import ConfigError, NotFoundError, RefusedError, UsageError
from idse_core.events import Event, SessionCreated, Warned
from idse_core.pipeline_artifacts import BLUEPRINT, Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.session_graph import NewSession, SessionFilter, SessionGraph
from idse_core.session_metadata import SessionStatus, SessionType
from tests.builders import add_session, make_workspace, metadata, project_folder, session_folder, tree, write_json


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, and real flushes would take half of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def workspace(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path)


@pytest.fixture
def graph(workspace: ProjectWorkspace) -> SessionGraph:
    return SessionGraph(workspace)


def pointer(workspace: ProjectWorkspace) -> str:
    return (project_folder(workspace) / "CURRENT_SESSION").read_text(encoding="utf-8")


def state(workspace: ProjectWorkspace) -> Dict[str, Any]:
    loaded: Dict[str, Any] = json.loads((project_folder(workspace) / "session_state.json").read_bytes())
    return loaded


def metadata_path(workspace: ProjectWorkspace, session: str) -> Path:
    return session_folder(workspace, session) / "metadata" / "session.json"


# ----------------------------------------------------------------------------------------------------------- creating


def test_a_new_session_is_complete_and_current(workspace: ProjectWorkspace) -> None:
    events: List[Event] = []
    new = NewSession("Login with Passkeys", parent=BLUEPRINT, owner="ana", tags=("web",), stack="Django")
    made = SessionGraph(workspace, on_event=events.append).create(new)
    assert (made.session_id, made.title, made.parent_session) == (
        "login-with-passkeys",
        "Login with Passkeys",
        BLUEPRINT,
    )
    expected = {*(Layout.FLAT.path(stage) for stage in Stage), "metadata/session.json"}
    assert set(tree(session_folder(workspace, made.session_id))) == expected
    assert workspace.metadata(made.session_id)._replace(raw={}) == made
    assert pointer(workspace) == "login-with-passkeys\n"
    assert state(workspace)["session_id"] == "login-with-passkeys"
    assert set(state(workspace)["sessions"]) == {BLUEPRINT, "login-with-passkeys"}
    assert events == [SessionCreated("customer-portal", "login-with-passkeys")]
    assert b"Django" in (session_folder(workspace, made.session_id) / "context.md").read_bytes()


def test_a_session_that_is_not_switched_to_leaves_pointer_and_top_level_alone(workspace: ProjectWorkspace) -> None:
    before = state(workspace)
    add_session(workspace, "auth", switch=False)
    after = state(workspace)
    assert pointer(workspace) == f"{BLUEPRINT}\n"
    assert set(after["sessions"]) == {BLUEPRINT, "auth"}
    assert {key: value for key, value in after.items() if key != "sessions"} == {
        key: value for key, value in before.items() if key != "sessions"
    }


def test_a_new_session_takes_the_layout_of_the_others_unless_told(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, layout=Layout.NESTED)
    add_session(workspace, "auth")
    add_session(workspace, "flat", layout=Layout.FLAT)
    assert (session_folder(workspace, "auth") / "specs" / "spec.md").is_file()
    assert (session_folder(workspace, "flat") / "spec.md").is_file()


@pytest.mark.parametrize("title", ["two\nlines", "\x1b[31mred", "half \ud800", "{{ title }}", "\u2028", " \t "])
def test_a_title_is_kept_on_one_line_of_text_wherever_it_stands(
    workspace: ProjectWorkspace, graph: SessionGraph, title: str
) -> None:
    made = graph.create(NewSession("auth", title=title))
    assert len(made.title.splitlines()) == 1
    assert workspace.metadata("auth").title == made.title
    assert graph.set("auth", {"title": title}).title == made.title
    artifacts = workspace.pipeline_artifacts()
    for stage in Stage:
        text = (session_folder(workspace, "auth") / Layout.FLAT.path(stage)).read_bytes().decode("utf-8")
        assert artifacts.is_untouched(stage, text)
        assert text.split("\n")[0].endswith(made.title)


@pytest.mark.parametrize("name", ["auth", "AUTH", "Auth!"])
def test_a_taken_id_is_refused_and_changes_nothing(workspace: ProjectWorkspace, graph: SessionGraph, name: str) -> None:
    add_session(workspace, "auth")
    before = tree(workspace.folder)
    with pytest.raises(UsageError, match="exists already") as caught:
        graph.create(NewSession(name))
    assert caught.value.hint == "idse switch auth"
    assert tree(workspace.folder) == before


def test_an_id_that_differs_only_in_case_from_one_on_disk_is_refused(
    workspace: ProjectWorkspace, graph: SessionGraph
) -> None:
    session_folder(workspace, "AUTH").mkdir()
    with pytest.raises(UsageError, match="only their case or form differs"):
        graph.create(NewSession("auth"))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "CON", "...", "日本"])
def test_a_name_that_is_no_id_is_refused_before_anything_happens(
    workspace: ProjectWorkspace, graph: SessionGraph, name: str
) -> None:
    before = tree(workspace.folder)
    with pytest.raises(UsageError):
        graph.create(NewSession(name))
    assert tree(workspace.folder) == before


@pytest.mark.parametrize("links", [{"parent": "nobody"}, {"depends_on": (BLUEPRINT, "nobody")}, {"parent": "auth"}])
def test_a_parent_or_dependency_that_does_not_exist_is_refused(
    workspace: ProjectWorkspace, graph: SessionGraph, links: Dict[str, Any]
) -> None:
    before = tree(workspace.folder)
    with pytest.raises(NotFoundError):
        graph.create(NewSession("auth")._replace(**links))
    assert tree(workspace.folder) == before


def test_a_template_that_cannot_be_rendered_leaves_nothing_behind(
    workspace: ProjectWorkspace, graph: SessionGraph
) -> None:
    (workspace.folder / "templates").mkdir()
    (workspace.folder / "templates" / "plan.md").write_text("{{ ''.__class__ }}", encoding="utf-8")
    before = tree(workspace.folder)
    with pytest.raises(ConfigError) as caught:
        graph.create(NewSession("auth"))
    assert caught.value.path == ".idse/templates/plan.md"
    assert tree(workspace.folder) == before


def test_creating_repairs_a_broken_pointer_first(workspace: ProjectWorkspace) -> None:
    (project_folder(workspace) / "CURRENT_SESSION").write_bytes(b"gone\n")
    add_session(workspace, "auth", switch=False)
    assert pointer(workspace) == f"{BLUEPRINT}\n"


def test_a_missing_state_file_is_started_with_the_current_session(workspace: ProjectWorkspace) -> None:
    (project_folder(workspace) / "session_state.json").unlink()
    add_session(workspace, "auth", switch=False)
    document = state(workspace)
    assert (document["session_id"], document["project_name"]) == (BLUEPRINT, "customer-portal")
    assert set(document["sessions"]) == {BLUEPRINT, "auth"}


# ---------------------------------------------------------------------------------------------------------- switching


@pytest.fixture
def many(workspace: ProjectWorkspace) -> SessionGraph:
    """Several sessions; they need no artifacts to be found."""
    for session in ("auth-login", "auth-logout", "billing", "bill", "Search"):
        session_folder(workspace, session).mkdir()
    return SessionGraph(workspace)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("billing", "billing"),
        ("bill", "bill"),
        ("BILLING", "billing"),
        ("search", "Search"),
        ("auth-logi", "auth-login"),
        ("logout", "auth-logout"),
        ("blue", BLUEPRINT),
        ("alin", "auth-login"),
        (" billi ", "billing"),
        ("sch", "Search"),
    ],
)
def test_a_session_is_meant_by_id_beginning_part_or_letters_in_order(
    many: SessionGraph, query: str, expected: str
) -> None:
    assert many.find(query) == expected


def test_a_query_that_means_several_lists_them(many: SessionGraph) -> None:
    with pytest.raises(UsageError, match="could mean 2 sessions: auth-login, auth-logout"):
        many.find("auth")


@pytest.mark.parametrize("query", ["", "  ", "xyz", "../x", "\0"])
def test_a_query_that_means_nothing_is_not_found(many: SessionGraph, query: str) -> None:
    with pytest.raises(NotFoundError):
        many.find(query)


def test_switching_moves_the_pointer_and_the_top_level_of_the_state(
    workspace: ProjectWorkspace, many: SessionGraph
) -> None:
    before = state(workspace)["sessions"]
    assert many.switch("logout").session_id == "auth-logout"
    assert pointer(workspace) == "auth-logout\n"
    assert state(workspace)["session_id"] == "auth-logout"
    assert {key: value for key, value in state(workspace)["sessions"].items() if key in before} == before


def test_an_archived_session_is_not_switched_to(workspace: ProjectWorkspace, many: SessionGraph) -> None:
    many.archive("billing")
    before = tree(workspace.folder)
    with pytest.raises(UsageError, match="archived") as caught:
        many.switch("billing")
    assert caught.value.hint == "idse session restore billing"
    assert tree(workspace.folder) == before


# ---------------------------------------------------------------------------------------------------------- archiving


def test_the_pointer_leaves_a_session_before_it_is_archived(workspace: ProjectWorkspace) -> None:
    seen: List[Tuple[str, SessionStatus]] = []

    def watch(event: Event) -> None:
        seen.append((pointer(workspace).strip(), workspace.metadata("auth").status))

    add_session(workspace, "auth", parent=BLUEPRINT)
    watching = ProjectWorkspace(workspace.folder, workspace.project, on_event=watch)
    archived = SessionGraph(watching).archive("auth")
    assert archived.status is SessionStatus.ARCHIVED
    assert seen[0] == (BLUEPRINT, SessionStatus.DRAFT)
    assert seen[-1] == (BLUEPRINT, SessionStatus.ARCHIVED)
    assert state(workspace)["session_id"] == BLUEPRINT


@pytest.mark.parametrize(
    ("parent", "archived", "expected"),
    [("one", (), "one"), ("one", ("one",), BLUEPRINT), (None, (), BLUEPRINT), ("gone", (), BLUEPRINT)],
)
def test_the_pointer_goes_to_the_parent_or_else_the_blueprint(
    workspace: ProjectWorkspace, graph: SessionGraph, parent: Optional[str], archived: Tuple[str, ...], expected: str
) -> None:
    add_session(workspace, "one")
    for session in archived:
        graph.archive(session)
    add_session(workspace, "two")
    write_json(metadata_path(workspace, "two"), {"parent_session": parent})
    graph.archive("two")
    assert pointer(workspace) == f"{expected}\n"


def test_an_archived_session_is_current_only_where_all_others_are_archived(
    workspace: ProjectWorkspace, graph: SessionGraph
) -> None:
    add_session(workspace, "one")
    for session in ("two", "three"):
        add_session(workspace, session, parent="one")
    graph.archive("one")
    shutil.rmtree(session_folder(workspace, BLUEPRINT))

    with workspace.lock():
        assert graph.leave("one") == "three"  # which is the current one
        assert graph.leave("three") == "two"
    graph.archive("three")
    graph.archive("two")

    assert pointer(workspace) == "one\n"
    assert state(workspace)["session_id"] == "one"


def test_the_only_session_is_not_left(workspace: ProjectWorkspace, graph: SessionGraph) -> None:
    add_session(workspace, "auth")
    shutil.rmtree(session_folder(workspace, BLUEPRINT))
    before = tree(workspace.folder)

    with workspace.lock(), pytest.raises(RefusedError, match="only session"):
        graph.leave("auth")
    with pytest.raises(RefusedError, match="only session"):
        graph.archive("auth")

    assert tree(workspace.folder) == before


def test_archiving_another_session_leaves_the_pointer_alone(workspace: ProjectWorkspace, graph: SessionGraph) -> None:
    add_session(workspace, "one")
    add_session(workspace, "two")
    graph.archive("one")
    assert pointer(workspace) == "two\n"


def test_the_blueprint_is_not_archived(workspace: ProjectWorkspace, graph: SessionGraph) -> None:
    with pytest.raises(UsageError, match="blueprint can't be archived"):
        graph.archive(BLUEPRINT)
    with pytest.raises(NotFoundError):
        graph.archive("nobody")


def test_archiving_twice_and_restoring_twice_change_nothing_the_second_time(
    workspace: ProjectWorkspace, graph: SessionGraph
) -> None:
    add_session(workspace, "auth")
    for change, status in ((graph.archive, SessionStatus.ARCHIVED), (graph.restore, SessionStatus.DRAFT)):
        assert change("auth").status is status
        path = metadata_path(workspace, "auth")
        path.write_bytes(path.read_bytes().replace(b'"updated_at": "2', b'"updated_at": "1'))
        before = tree(workspace.folder)
        assert change("auth").status is status
        assert tree(workspace.folder) == before


@pytest.mark.parametrize("action", ["archive", "restore", "set"])
def test_every_change_repairs_a_broken_pointer(workspace: ProjectWorkspace, action: str) -> None:
    add_session(workspace, "auth", switch=False)
    (project_folder(workspace) / "CURRENT_SESSION").write_bytes(b"gone\n")
    graph = SessionGraph(workspace)
    graph.set("auth", {"owner": "ana"}) if action == "set" else getattr(graph, action)("auth")
    assert pointer(workspace) == f"{BLUEPRINT}\n"


# ------------------------------------------------------------------------------------------------------------ listing


def test_sessions_are_listed_blueprint_first_then_by_id(many: SessionGraph) -> None:
    listed = [item.session_id for item in many.list()]
    assert listed == [BLUEPRINT, "Search", "auth-login", "auth-logout", "bill", "billing"]
    assert [item.session_id for item in many.list() if item.present] == [BLUEPRINT]


@pytest.mark.parametrize("broken", [b"{", b"\xff", b'{"tags": 3}', None])
def test_a_session_with_broken_metadata_is_listed_and_announced(
    workspace: ProjectWorkspace, broken: Optional[bytes]
) -> None:
    add_session(workspace, "auth")
    path = metadata_path(workspace, "auth")
    path.unlink()
    if broken is None:
        path.mkdir()
    else:
        path.write_bytes(broken)
    events: List[Event] = []
    listed = SessionGraph(workspace, on_event=events.append).list()
    assert [item.session_id for item in listed] == [BLUEPRINT, "auth"]
    assert len(events) == 1
    assert isinstance(events[0], Warned)
    assert "sessions/auth/metadata/session.json" in events[0].message


def test_a_filter_lets_through_what_it_asks_for() -> None:
    feature = metadata("a", owner="ana", tags=("web", "api"), status=SessionStatus.REVIEW)
    old = metadata("b", session_type=SessionType.EXPLORATORY, status=SessionStatus.ARCHIVED)
    for wanted, expected in (
        (SessionFilter(), [feature]),
        (SessionFilter(archived=True), [feature, old]),
        (SessionFilter(status=SessionStatus.ARCHIVED), [old]),
        (SessionFilter(session_type=SessionType.EXPLORATORY), []),
        (SessionFilter(session_type=SessionType.EXPLORATORY, archived=True), [old]),
        (SessionFilter(tag="api"), [feature]),
        (SessionFilter(tag="ap"), []),
        (SessionFilter(owner="ana", status=SessionStatus.REVIEW), [feature]),
        (SessionFilter(owner="bob"), []),
    ):
        assert [item for item in (feature, old) if wanted.allows(item)] == expected


# ------------------------------------------------------------------------------------------------------------ linking


def test_setting_a_field_changes_it_and_nothing_else(workspace: ProjectWorkspace, graph: SessionGraph) -> None:
    add_session(workspace, "auth")
    path = metadata_path(workspace, "auth")
    path.write_bytes(path.read_bytes().replace(b"{", b'{\n  "theirs": [1],', 1))
    before = json.loads(path.read_bytes())
    graph.set("auth", {"owner": "ana", "tags": ("x",)})
    after = json.loads(path.read_bytes())
    assert {key for key in after if after[key] != before.get(key)} - {"updated_at"} == {"owner", "tags"}
    assert list(after) == list(before)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parent_session": "c"}, "cycle: a → c → b → a"),
        ({"parent_session": "a"}, "cycle: a → a"),
        ({"depends_on": ("b", "c")}, "cycle: a → c → a"),
        ({"depends_on": ("a",)}, "cycle: a → a"),
        ({"parent_session": "nobody"}, "there is no session 'nobody'"),
        ({"depends_on": ("b", "nobody")}, "there is no session 'nobody'"),
    ],
)
def test_a_link_that_makes_a_cycle_or_leads_nowhere_is_refused(
    workspace: ProjectWorkspace, graph: SessionGraph, changes: Dict[str, Any], message: str
) -> None:
    add_session(workspace, "a")
    add_session(workspace, "b", parent="a")
    add_session(workspace, "c", parent="b", depends_on=("a",))
    before = tree(workspace.folder)
    with pytest.raises(UsageError, match=message) as caught:
        graph.set("a", changes)
    assert "`idse session list`" in caught.value.hint
    assert tree(workspace.folder) == before


def test_an_old_problem_of_another_field_does_not_stop_a_change(
    workspace: ProjectWorkspace, graph: SessionGraph
) -> None:
    add_session(workspace, "auth")
    write_json(metadata_path(workspace, "auth"), {"depends_on": ["gone"], "parent_session": "gone-too"})
    assert graph.set("auth", {"owner": "ana"}).owner == "ana"
    assert graph.set("auth", {"parent_session": None}).parent_session is None
    with pytest.raises(UsageError):
        graph.set("auth", {"depends_on": ("gone", BLUEPRINT)})


def test_broken_metadata_is_not_overwritten_by_a_change(workspace: ProjectWorkspace, graph: SessionGraph) -> None:
    add_session(workspace, "auth")
    metadata_path(workspace, "auth").write_bytes(b'{"title": ')
    before = tree(workspace.folder)
    changes: List[Callable[[], object]] = [lambda: graph.set("auth", {"owner": "x"}), lambda: graph.archive("auth")]
    for change in changes:
        with pytest.raises(ConfigError):
            change()
    assert tree(workspace.folder) == before


def test_with_a_state_file_of_a_newer_version_nothing_is_changed(
    workspace: ProjectWorkspace, graph: SessionGraph
) -> None:
    graph.create(NewSession("auth"))
    (project_folder(workspace) / "session_state.json").write_bytes(b'{"schema_version": 99}')
    before = tree(workspace.folder)
    changes: List[Callable[[], object]] = [
        lambda: graph.create(NewSession("billing")),
        lambda: graph.switch(BLUEPRINT),
        lambda: graph.archive("auth"),
    ]
    for change in changes:
        with pytest.raises(RefusedError, match="newer version"):
            change()
    assert tree(workspace.folder) == before
