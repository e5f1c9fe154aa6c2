"""The guard: who may write what, when; and in words that an agent can act on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.agent_guard import Decision, Target, TargetKind, classify, decide
from idse_core.agent_hooks import read_call
from idse_core.agent_registry import DEFAULT_AGENTS, Agent, AgentMode, AgentRegistry
from idse_core.commands import remembered_guard, remembered_output
from idse_core.errors import ConfigError
from idse_core.ide_agent_routing import IDEAgentRouting
from idse_core.pipeline_artifacts import Layout, Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.stage_state_model import StageState, StageStatus
from tests.builders import make_workspace, project_folder, session_folder, tree, write_json
from tests.cli.running import Idse, environment, once_cached, run

worked_out = remembered_guard._judged

PLANNER, BUILDER = DEFAULT_AGENTS
NO_MODE = Agent("anyone", ())
ROUTING = IDEAgentRouting(AgentRegistry(DEFAULT_AGENTS))
CODE = Target(TargetKind.CODE, "src/x.py")
STATES = st.fixed_dictionaries({stage: st.sampled_from(list(StageState)) for stage in Stage})


def artifact(stage: Optional[Stage]) -> Target:
    return Target(TargetKind.ARTIFACT, f"{stage}.md", "shop", "login", stage)


def statuses(states: Mapping[Stage, StageState]) -> Dict[Stage, StageStatus]:
    return {stage: StageStatus(stage, state, 0, 0, "sha256:0") for stage, state in states.items()}


def completed_until(stage: Optional[Stage]) -> Dict[Stage, StageStatus]:
    done = stage.earlier if stage else tuple(Stage)
    return statuses({item: StageState.COMPLETED if item in done else StageState.PENDING for item in Stage})


def asked(agent: Agent, target: Target, found: Mapping[Stage, StageStatus]) -> Decision:
    return decide(agent, target, "login", found, ROUTING)


@given(STATES, st.sampled_from([PLANNER, BUILDER, NO_MODE]), st.sampled_from(list(Stage)))
def test_no_artifact_is_written_before_all_earlier_stages_are_completed(
    states: Dict[Stage, StageState], agent: Agent, stage: Stage
) -> None:
    decision = asked(agent, artifact(stage), statuses(states))
    complete = all(states[earlier] is StageState.COMPLETED for earlier in stage.earlier)
    handles = agent.mode is None or stage in agent.stages or stage is Stage.FEEDBACK
    assert decision.allowed is (complete and handles)
    assert decision.reason
    assert decision.allowed or decision.advice


@given(STATES)
def test_code_is_never_written_by_a_planner_and_by_a_builder_once_tasks_are_completed(
    states: Dict[Stage, StageState],
) -> None:
    ready = all(states[stage] is StageState.COMPLETED for stage in Stage.IMPLEMENTATION.earlier)
    assert not asked(PLANNER, CODE, statuses(states)).allowed
    assert asked(BUILDER, CODE, statuses(states)).allowed is ready
    assert asked(NO_MODE, CODE, statuses(states)).allowed


@given(STATES, st.sampled_from(list(Stage)))
def test_the_first_stage_that_is_not_completed_can_always_be_written_by_somebody(
    states: Dict[Stage, StageState], stage: Stage
) -> None:
    open_stages = [item for item in Stage if states[item] is not StageState.COMPLETED]
    if open_stages:
        agent = ROUTING.suggest(open_stages[0])
        assert agent is not None
        assert asked(agent, artifact(open_stages[0]), statuses(states)).allowed


@pytest.mark.parametrize("agent", [PLANNER, BUILDER, NO_MODE])
def test_records_are_nobodys_and_what_is_outside_is_not_our_business(agent: Agent) -> None:
    refused = asked(agent, Target(TargetKind.RECORD, ".idse/projects/shop/session_state.json"), {})
    assert (refused.allowed, refused.advice) == (False, "`idse validate` writes it")
    assert asked(agent, Target(TargetKind.OUTSIDE, "/elsewhere"), {}).allowed


def test_the_registry_can_give_an_agent_more_than_its_mode() -> None:
    ticking = BUILDER._replace(stages=(Stage.TASKS, Stage.IMPLEMENTATION))
    assert not asked(BUILDER, artifact(Stage.TASKS), completed_until(None)).allowed
    assert asked(ticking, artifact(Stage.TASKS), completed_until(None)).allowed
    assert not asked(ticking, artifact(Stage.SPEC), completed_until(None)).allowed


def test_a_file_beside_the_artifacts_is_the_planners() -> None:
    assert asked(PLANNER, artifact(None), {}).allowed
    assert not asked(BUILDER, artifact(None), {}).allowed


def test_a_refusal_says_what_is_missing_and_who_does_it() -> None:
    found = completed_until(Stage.SPEC)
    found[Stage.SPEC] = StageStatus(Stage.SPEC, StageState.IN_PROGRESS, 2, 3, "sha256:0")
    assert asked(PLANNER, artifact(Stage.PLAN), found) == Decision(
        allowed=False,
        reason="the plan waits for spec (2 open markers and 1 other error)",
        advice="complete the spec first (claude-code handles it): `idse next --session login` says what is missing",
    )
    assert "gpt-codex implements it" in asked(PLANNER, CODE, found).advice
    assert "leave it to claude-code" in asked(BUILDER, artifact(Stage.PLAN), found).advice


PATHS = [
    ("src/x.py", TargetKind.CODE, None),
    ("CLAUDE.md", TargetKind.CODE, None),
    (".claude/settings.json", TargetKind.RECORD, None),
    (".codex/hooks.json", TargetKind.RECORD, None),
    (".idse/CURRENT_PROJECT", TargetKind.RECORD, None),
    (".idse/rules/own.yaml", TargetKind.RECORD, None),
    (".idse/projects/shop/agent_registry.json", TargetKind.RECORD, None),
    (".idse/projects/shop/sessions/login", TargetKind.RECORD, None),
    (".idse/projects/shop/sessions/login/metadata/session.json", TargetKind.RECORD, None),
    (".idse/projects/shop/sessions/login/spec.md", TargetKind.ARTIFACT, Stage.SPEC),
    (".idse/projects/shop/sessions/login/specs/spec.md", TargetKind.ARTIFACT, Stage.SPEC),
    (".idse/projects/shop/sessions/login/implementation/README.md", TargetKind.ARTIFACT, Stage.IMPLEMENTATION),
    (".idse/projects/shop/sessions/login/implementation/log.txt", TargetKind.ARTIFACT, Stage.IMPLEMENTATION),
    (".idse/projects/shop/sessions/login/sketch.png", TargetKind.ARTIFACT, None),
    (".IDSE/projects/shop/session_state.json", TargetKind.RECORD, None),
    ("src/../.idse/projects/shop/sessions/login/plan.md", TargetKind.ARTIFACT, Stage.PLAN),
    ("../elsewhere", TargetKind.OUTSIDE, None),
]


@pytest.mark.parametrize(("path", "kind", "stage"), PATHS)
def test_what_a_path_is(tmp_path: Path, path: str, kind: TargetKind, stage: Optional[Stage]) -> None:
    (tmp_path / "here" / ".idse").mkdir(parents=True)
    (tmp_path / "here" / "src").mkdir()
    target = classify(tmp_path / "here" / ".idse", tmp_path / "here" / path)
    assert (target.kind, target.stage) == (kind, stage)
    if kind is TargetKind.ARTIFACT:
        assert (target.project, target.session) == ("shop", "login")


def test_links_are_followed(tmp_path: Path) -> None:
    folder = tmp_path / "here" / ".idse"
    session = folder / "projects/shop/sessions/login"
    session.mkdir(parents=True)
    (tmp_path / "here" / "notes.md").symlink_to(session / "plan.md")
    assert classify(folder, tmp_path / "here" / "notes.md").stage is Stage.PLAN
    (tmp_path / "here" / "out").symlink_to(tmp_path)
    assert classify(folder, tmp_path / "here" / "out" / "x.py").kind is TargetKind.CODE
    (tmp_path / "there").symlink_to(tmp_path / "here")
    assert classify(tmp_path / "there" / ".idse", tmp_path / "here" / "src.py").path == "src.py"


def hook_call(folder: Path, path: str, tool: str = "Write", field: str = "file_path") -> str:
    document = {"session_id": "x", "cwd": str(folder), "hook_event_name": "PreToolUse", "tool_name": tool}
    return json.dumps({**document, "tool_input": {field: path, "content": "…"}})


PATCH = "*** Begin Patch\n*** Update File: src/a.py\n@@\n-x\n+*** Add File: not-this\n  *** Add File: b c.py\n*** Delete File: d\n*** Move to: e\n*** End Patch"


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"file_path": "/a/b.py", "old_string": "x"}, ("/a/b.py",)),
        ({"notebook_path": "/a/b.ipynb"}, ("/a/b.ipynb",)),
        ({"command": "rm -rf x"}, ()),
        ({"command": PATCH}, ("src/a.py", "b c.py", "d", "e")),
        ({"command": ["apply_patch", PATCH]}, ("src/a.py", "b c.py", "d", "e")),
        ({"input": PATCH}, ("src/a.py", "b c.py", "d", "e")),
        ({"file_path": 3}, ()),
        (json.dumps({"path": "src/x.py"}), ("src/x.py",)),
        ([], ()),
    ],
)
def test_which_files_a_tool_is_about_to_write(given: Any, paths: Tuple[str, ...]) -> None:
    assert read_call(json.dumps({"cwd": "/a", "tool_input": given}).encode()) == ("/a", paths)


@pytest.mark.parametrize("name", ["Read", "view", "Bash", "Grep", "mcp__files__read"])
def test_reading_is_not_guarded(name: str) -> None:
    for call in ({"tool_name": name, "tool_input": {"path": "x"}}, {"toolName": name, "toolArgs": '{"path": "x"}'}):
        assert read_call(json.dumps(call).encode()).paths == ()


@pytest.mark.parametrize(
    "text", ["[]", "", '{"tool_input": {"path": "a\\u0000b"}}', '{"tool_input": {"path": "\\ud800"}}']
)
def test_a_hook_that_says_nothing_sensible_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError):
        read_call(text.encode())


@pytest.fixture
def login(tmp_path: Path) -> ProjectWorkspace:
    return make_workspace(tmp_path, "Any Name – 42", sessions={"login": {}})


def test_the_guard_works_in_any_project_and_from_any_folder(
    idse: Idse, login: ProjectWorkspace, tmp_path: Path
) -> None:
    elsewhere = tmp_path.parent
    intent, plan = (session_folder(login, "login") / f"{name}.md" for name in ("intent", "plan"))
    assert idse("guard", "--agent", "claude-code", "--path", str(intent), cwd=elsewhere).code == 0
    answer = idse("guard", "--agent", "claude-code", "--path", str(plan), "--json", cwd=elsewhere).document
    assert (answer["kind"], answer["session_id"], answer["stage"], answer["allowed"]) == (
        "artifact",
        "login",
        "plan",
        False,
    )
    assert answer["path"] == plan.relative_to(tmp_path).as_posix()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert idse("guard", "--agent", "claude-code", "--path", "x.py", cwd=tmp_path / "deep" / "er").code == 9


def test_the_artifact_of_another_project_is_judged_there(idse: Idse, login: ProjectWorkspace) -> None:
    idse("init", "second")
    path = ".idse/projects/second/sessions/__blueprint__/intent.md"
    assert idse("guard", "--agent", "claude-code", "--path", path, "--project", login.project).code == 0


def test_an_unknown_agent_session_and_a_folder_without_a_workspace(
    idse: Idse, login: ProjectWorkspace, tmp_path: Path
) -> None:
    assert idse("guard", "--agent", "nobody", "--path", "x.py").code == 10
    assert idse("guard", "--agent", "gpt-codex", "--path", "x.py", "--session", "nobody").code == 10
    assert idse("guard", "--agent", "gpt-codex").code == 2
    refused = idse("guard", "--agent", "claude-code", "--path", str(session_folder(login, "made-up") / "intent.md"))
    assert refused.code == 9
    assert "idse spawn made-up" in refused.err
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    assert idse("guard", "--agent", "claude-code", "--path", "x.py", cwd=outside).code == 10


def answer_of(folder: Path, text: str, agent: str = "claude-code", hook: str = "claude-code") -> Dict[str, Any]:
    """What a tool is told; empty when nothing."""
    done = run("guard", "--agent", agent, "--hook", hook, cwd=folder, input=text.encode("utf-8"))
    assert (done.code, done.err) == (0, "")
    found: Dict[str, Any] = json.loads(done.out)["hookSpecificOutput"] if done.out else {}
    return found


def test_a_tool_gets_its_answer(login: ProjectWorkspace, tmp_path: Path) -> None:
    intent, plan = (str(session_folder(login, "login") / f"{name}.md") for name in ("intent", "plan"))
    assert answer_of(tmp_path, hook_call(tmp_path, intent)) == {}
    denied = answer_of(tmp_path, hook_call(tmp_path, plan))
    assert (denied["hookEventName"], denied["permissionDecision"]) == ("PreToolUse", "deny")
    assert "the plan waits for intent (not written yet)" in denied["permissionDecisionReason"]
    assert answer_of(tmp_path, hook_call(tmp_path, "/elsewhere/x.py")) == {}
    assert answer_of(tmp_path, hook_call(tmp_path, "ls", tool="Bash", field="command")) == {}
    patch = "*** Begin Patch\n*** Add File: src/x.py\n+x\n*** End Patch"
    copilot = {"cwd": str(tmp_path), "toolName": "create", "toolArgs": json.dumps({"path": "src/x.py"})}
    done = run(
        "guard", "--agent", "claude-code", "--hook", "copilot", cwd=tmp_path, input=json.dumps(copilot).encode("utf-8")
    )
    assert json.loads(done.out)["permissionDecision"] == "deny"
    denied = answer_of(tmp_path, hook_call(tmp_path, patch, "apply_patch", "command"), "gpt-codex", "codex")
    assert "src/x.py: code waits for intent" in denied["permissionDecisionReason"]


def test_an_error_is_a_no_and_a_folder_without_a_workspace_is_a_yes(login: ProjectWorkspace, tmp_path: Path) -> None:
    assert "nobody" in answer_of(tmp_path, hook_call(tmp_path, "x.py"), "nobody")["permissionDecisionReason"]
    assert answer_of(tmp_path, "{")["permissionDecision"] == "deny"
    (project_folder(login) / "agent_registry.json").write_text("{", encoding="utf-8")
    assert "agent_registry.json:1" in answer_of(tmp_path, hook_call(tmp_path, "x.py"))["permissionDecisionReason"]
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    assert answer_of(outside, hook_call(outside, "x.py")) == {}


def test_the_guard_changes_nothing(idse: Idse, login: ProjectWorkspace, tmp_path: Path) -> None:
    before = tree(tmp_path)
    idse("guard", "--agent", "claude-code", "--path", str(session_folder(login, "login") / "plan.md"))
    idse("next", "--json")
    assert tree(tmp_path) == before


def test_an_answer_is_remembered_until_something_changes(
    idse: Idse, login: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered_output, "SETTLED_SECONDS", 0.0)
    judged: List[str] = []
    monkeypatch.setattr(remembered_guard, "_judged", lambda *given: judged.append(given[2].name) or worked_out(*given))
    intent, plan = (session_folder(login, "login") / f"{name}.md" for name in ("intent", "plan"))

    def ask(path: object, agent: str = "gpt-codex") -> Dict[str, Any]:
        return idse("guard", "--agent", agent, "--path", str(path), "--json").document

    first = ask("src/a.py")
    assert {**ask("src/b.py"), "path": "src/a.py"} == first == ask("src/a.py")
    assert judged == ["a.py"], "what is true of one file of code is true of all"
    assert ask("src/b.py")["path"] == "src/b.py"
    assert ask("src/a.py", "claude-code")["reason"] != first["reason"]
    assert [ask(plan, "claude-code")["allowed"] for _ in range(2)] == [False, False]
    assert ask(intent, "claude-code")["allowed"]
    assert judged == ["a.py", "a.py", "plan.md", "intent.md"]
    registry = project_folder(login) / "agent_registry.json"
    write_json(registry, {"agents": [{"id": "gpt-codex", "stages": [], "mode": "planning"}]})
    assert ask("src/a.py")["reason"] != first["reason"]
    assert ask(".claude/settings.json")["kind"] == "record"


def test_an_agent_without_a_mode_is_held_to_the_order_only(idse: Idse, login: ProjectWorkspace) -> None:
    write_json(project_folder(login) / "agent_registry.json", {"agents": [{"id": "anyone", "stages": []}]})
    assert idse("guard", "--agent", "anyone", "--path", "x.py").code == 0
    assert idse("guard", "--agent", "anyone", "--path", str(session_folder(login, "login") / "plan.md")).code == 9


@pytest.mark.parametrize("layout", list(Layout))
def test_both_layouts_are_known(tmp_path: Path, layout: Layout) -> None:
    workspace = make_workspace(tmp_path, layout=layout)
    for stage in Stage:
        path = session_folder(workspace, "__blueprint__") / layout.path(stage)
        assert path.is_file()
        assert classify(workspace.folder, path).stage is stage


@pytest.mark.parametrize("words", [("guard", "--agent", "gpt-codex", "--path", "x.py"), ("next",), ("agents", "list")])
def test_it_starts_as_fast_as_status(login: ProjectWorkspace, tmp_path: Path, words: Tuple[str, ...]) -> None:
    code = (
        "import sys; from idse_core.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sorted({'pydantic', 'yaml', 'jinja2', 'httpx', 'textual', 'sqlalchemy', 'rich', 'watchfiles',"
        " 'markdown_it', 'pyromark', 'difflib'} & set(sys.modules)), sep=',', file=sys.stderr)"
    )
    if words[0] == "guard":
        words = (*words[:-1], str(tmp_path / words[-1]))
    call = [sys.executable, "-c", code, *words, "--workspace", str(tmp_path)]
    # Not in the new folder: what is installed is only remembered for import paths that nobody changes.
    quiet = Path(sys.executable).parent

    def loaded() -> str:
        done = subprocess.run(call, cwd=quiet, env=environment(), capture_output=True, check=False, timeout=60)
        return done.stderr.decode().splitlines()[-1]

    assert once_cached(loaded, lambda names: not names) == ""


def test_modes_are_those_of_the_registry() -> None:
    assert (PLANNER.mode, BUILDER.mode) == (AgentMode.PLANNING, AgentMode.IMPLEMENTATION)
