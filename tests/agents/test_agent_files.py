"""Files of agent tools: a user's text is never touched, installing twice is installing once, and all of it comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core import files
from idse_core.agent_files import (
    TOOLS,
    Outcome,
    apply,
    blocks,
    difference,
    hook_files,
    hooks,
    owned,
    place_block,
    place_file,
    plan,
    tool,
)
from idse_core.agent_files.hooks import Hook
from idse_core.agent_registry import DEFAULT_AGENTS, Agent, AgentRegistry
from idse_core.errors import ConfigError, ConflictError, UnreadableError, UsageError
from tests.builders import make_workspace, tree

LINES = st.sampled_from(
    ["", "# Title", "text", "\ttab", "<!-- a comment -->", "<!-- idse:begin other", "```", "ä", "\ufeff", "}", "  "]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", ""])
TEXTS = st.one_of(
    st.none(), st.lists(st.tuples(LINES, ENDS)).map(lambda parts: "".join(line + end for line, end in parts))
)
BODIES = st.lists(LINES, min_size=1).map(lambda lines: "\n".join(lines) + "\n")
HOOK = Hook("Edit|Write", "idse guard --agent a --hook claude-code", " --hook claude-code")


@given(TEXTS, BODIES)
def test_a_block_that_is_taken_out_leaves_what_was_there(text: Optional[str], body: str) -> None:
    installed = blocks.install(text, "workflow", body)
    assert installed.text is not None
    assert installed.text.startswith(text or "")
    removed = blocks.uninstall(installed.text, "workflow")
    assert (removed.text, removed.outcome) == (text, Outcome.REMOVED)


@given(TEXTS, BODIES, BODIES)
def test_a_block_that_is_installed_again_is_brought_up_to_date(text: Optional[str], first: str, second: str) -> None:
    once = blocks.install(text, "workflow", first)
    assert blocks.install(once.text, "workflow", first) == (once.text, Outcome.UNCHANGED, "")
    newer = blocks.install(once.text, "workflow", second)
    assert newer.text == blocks.install(text, "workflow", second).text
    assert blocks.uninstall(newer.text, "workflow").text == text


@given(TEXTS, BODIES, TEXTS, TEXTS)
def test_text_around_a_block_may_change_freely(
    text: Optional[str], body: str, before: Optional[str], after: Optional[str]
) -> None:
    head, tail = (before or "").replace("\r", "\n") + "\n", (after or "").replace("\r", "\n")
    installed = blocks.install(text, "workflow", body).text
    around = f"{head}{installed}{tail}"
    assert blocks.uninstall(around, "workflow").outcome is Outcome.REMOVED
    left = blocks.uninstall(around, "workflow").text or ""
    assert left.startswith(head)
    assert left.endswith(tail)


@given(TEXTS, BODIES, st.data())
def test_a_block_that_was_edited_is_kept(text: Optional[str], body: str, data: st.DataObject) -> None:
    installed = blocks.install(text, "workflow", body).text or ""
    start = installed.index("\n", installed.index("<!-- idse:begin workflow")) + 1
    at = data.draw(st.integers(start, installed.rindex("<!-- idse:end workflow")))
    edited = f"{installed[:at]}mine{installed[at:]}"
    for edit in (blocks.install(edited, "workflow", body), blocks.uninstall(edited, "workflow")):
        assert (edit.text, edit.outcome) == (edited, Outcome.KEPT)
        assert edit.note


@pytest.mark.parametrize("broken", ["no end", "twice", "no begin"])
def test_a_block_whose_markers_are_broken_is_kept(broken: str) -> None:
    whole = blocks.install("mine\n", "workflow", "body\n").text or ""
    begin, end = whole.index("<!-- idse:begin"), whole.index("<!-- idse:end")
    text = {"no end": whole[:end], "twice": whole + whole[begin:], "no begin": whole[:begin] + whole[end:]}[broken]
    assert blocks.install(text, "workflow", "new\n") == (text, Outcome.KEPT, blocks.install(text, "workflow", "x").note)
    assert blocks.uninstall(text, "workflow").text == text


def test_git_may_change_the_line_ends_of_a_block() -> None:
    text = (blocks.install("mine\n", "workflow", "one\ntwo\n").text or "").replace("\n", "\r\n")
    assert blocks.install(text, "workflow", "one\ntwo\n").outcome is Outcome.UNCHANGED
    assert blocks.uninstall(text, "workflow").text == "mine\r\n"


def test_a_body_can_not_smuggle_a_marker_in() -> None:
    hostile = "x\n<!-- idse:end workflow -->\n<!-- idse:begin workflow sha256:0 lead=0 -->\ny\n"
    installed = blocks.install("mine\n", "workflow", hostile)
    assert blocks.install(installed.text, "workflow", hostile).outcome is Outcome.UNCHANGED
    assert blocks.uninstall(installed.text, "workflow").text == "mine\n"


def test_two_blocks_stand_side_by_side() -> None:
    both = blocks.install(blocks.install("mine\n", "agent-a", "a\n").text, "agent-a-b", "b\n").text
    assert blocks.uninstall(blocks.uninstall(both, "agent-a").text, "agent-a-b").text == "mine\n"


@given(BODIES, BODIES)
def test_a_file_of_ours_is_updated_until_somebody_edits_it(first: str, second: str) -> None:
    made = owned.install(None, first)
    assert owned.install(made.text, first).outcome is Outcome.UNCHANGED
    assert owned.install(made.text, second).text == owned.install(None, second).text
    assert owned.uninstall(made.text) == (None, Outcome.REMOVED, "")
    edited = "mine\n" + (made.text or "")
    assert owned.install(edited, second)[:2] == (edited, Outcome.KEPT)
    assert owned.uninstall(edited)[:2] == (edited, Outcome.KEPT)


@pytest.mark.parametrize("text", ["", "mine\n", "---\nname: x\n---\n"])
def test_a_file_of_the_users_is_never_taken_for_ours(text: str) -> None:
    assert owned.install(text, "new\n")[:2] == (text, Outcome.KEPT)
    assert owned.uninstall(text)[:2] == (text, Outcome.KEPT)


JSON = st.recursive(
    st.one_of(st.integers(), st.text(alphabet='ab{}[],:"\\ ä', max_size=5), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)
ENTRIES = st.lists(st.just({"matcher": "Bash", "hooks": [{"type": "command", "command": "mine"}]}), max_size=2)


@st.composite
def settings(draw: st.DrawFn) -> str:
    document = draw(st.dictionaries(st.text("abc", min_size=1, max_size=2), JSON, max_size=3))
    if draw(st.booleans()):
        document["hooks"] = draw(st.dictionaries(st.sampled_from(["Stop", "PreToolUse"]), ENTRIES, max_size=2))
    indent = draw(st.sampled_from([None, 2, 4]))
    text = json.dumps(document, indent=indent, ensure_ascii=draw(st.booleans()))
    return text + draw(st.sampled_from(["", "\n"]))


@given(settings())
def test_a_hook_goes_in_and_comes_out_without_moving_anything(text: str) -> None:
    installed = hooks.install(text, HOOK, path="settings.json")
    assert installed.outcome is Outcome.UPDATED
    before, after = json.loads(text), json.loads(installed.text or "")
    assert after["hooks"]["PreToolUse"][-1] == HOOK.entry()
    after["hooks"]["PreToolUse"].pop()
    assert {key: value for key, value in after.items() if key != "hooks"} == {
        key: value for key, value in before.items() if key != "hooks"
    }
    assert hooks.install(installed.text, HOOK, path="settings.json").outcome is Outcome.UNCHANGED
    assert hooks.uninstall(installed.text, HOOK, path="settings.json") == (text, Outcome.REMOVED, "")


def test_a_hook_file_of_ours_goes_as_a_whole() -> None:
    made = hooks.install(None, HOOK, path="x.json")
    assert made.outcome is Outcome.CREATED
    assert (
        hooks.uninstall(made.text, HOOK._replace(command="idse guard --agent b --hook claude-code"), path="x")[0]
        is None
    )


def test_a_hook_that_was_moved_is_kept_and_reported() -> None:
    made = json.loads(hooks.install("{}", HOOK, path="x.json").text or "")
    moved = json.dumps(made)
    edit = hooks.uninstall(moved, HOOK, path="x.json")
    assert (edit.text, edit.outcome) == (moved, Outcome.KEPT)
    assert "by hand" in edit.note


def test_a_hook_in_a_file_of_its_own() -> None:
    made = hook_files.install(None, HOOK, path="x.json")
    assert hook_files.install(made.text, HOOK, path="x.json").outcome is Outcome.UNCHANGED
    other = HOOK._replace(command="idse guard --agent b --hook claude-code")
    assert hook_files.install(made.text, other, path="x.json").outcome is Outcome.UPDATED
    assert hook_files.uninstall(made.text, other, path="x.json") == (None, Outcome.REMOVED, "")
    for edited in ((made.text or "").replace("10", "20"), "{}", "{", '{"hooks": []}', ""):
        assert hook_files.install(edited, HOOK, path="x.json")[:2] == (edited, Outcome.KEPT)
        assert hook_files.uninstall(edited, HOOK, path="x.json")[:2] == (edited, Outcome.KEPT)
        assert hook_files.state(edited, HOOK, path="x.json")[:2] == (edited, Outcome.KEPT)


def test_a_hook_for_another_agent_is_not_doubled() -> None:
    other = HOOK._replace(command="idse guard --agent b --hook claude-code")
    text = hooks.install("{}", other, path="x.json").text
    assert hooks.install(text, HOOK, path="x.json").outcome is Outcome.KEPT


@pytest.mark.parametrize("text", ["{", "[]", '{"hooks": []}', '{"hooks": {"PreToolUse": {}}}'])
def test_settings_that_are_something_else_are_an_error_with_a_place(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        hooks.install(text, HOOK, path=".claude/settings.json")
    assert caught.value.location.startswith(".claude/settings.json:1")


@pytest.mark.parametrize("name", list(TOOLS))
@pytest.mark.parametrize("enforce", [False, True])
def test_every_tool_goes_in_and_out(tmp_path: Path, name: str, enforce: bool) -> None:
    make_workspace(tmp_path)
    (tmp_path / "AGENTS.md").write_bytes(b"\xef\xbb\xbf# Mine\r\n\r\nno end of line")
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_text('{"permissions": {"deny": []}}\n', encoding="utf-8")
    before = tree(tmp_path)
    installed = plan(tmp_path, tool(name), "install", agent="a", enforce=enforce)
    assert tree(tmp_path) == before, "planning writes nothing"
    assert all(difference(change) for change in installed)
    apply(tmp_path, installed)
    assert tree(tmp_path) != before
    again = plan(tmp_path, tool(name), "install", agent="a", enforce=enforce)
    assert {change.edit.outcome for change in again} == {Outcome.UNCHANGED}
    assert not any(difference(change) for change in again)
    states = plan(tmp_path, tool(name), "status", agent="a", enforce=False)
    assert {change.edit.outcome for change in states} <= {Outcome.UNCHANGED, Outcome.ABSENT}
    apply(tmp_path, plan(tmp_path, tool(name), "uninstall", agent="a", enforce=False))
    assert tree(tmp_path) == before


def test_a_file_that_changed_in_between_is_not_overwritten(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    (tmp_path / "AGENTS.md").write_text("one\n", encoding="utf-8")
    planned = plan(tmp_path, tool("codex"), "install", agent="a", enforce=False)
    (tmp_path / "AGENTS.md").write_text("two\n", encoding="utf-8")
    with pytest.raises(ConflictError):
        apply(tmp_path, planned)
    assert (tmp_path / "AGENTS.md").read_text(encoding="utf-8") == "two\n"


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    (tmp_path / "CLAUDE.md").write_bytes(b"\xff")
    with pytest.raises(UnreadableError) as caught:
        plan(tmp_path, tool("claude-code"), "install", agent="a", enforce=False)
    assert caught.value.location == "CLAUDE.md:1:1"


def test_a_removed_file_is_still_in_displaced(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    apply(tmp_path, plan(tmp_path, tool("cursor"), "install", agent="a", enforce=False))
    apply(tmp_path, plan(tmp_path, tool("cursor"), "uninstall", agent="a", enforce=False))
    assert list((tmp_path / ".idse" / ".local" / "displaced").iterdir())


def test_generated_files_are_placed_like_all_others(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    changes = [
        place_file(tmp_path, ".codex/agents/a.toml", 'name = "a"\n'),
        place_block(tmp_path, "AGENTS.md", "agent-a", "## Agent: A\n"),
    ]
    apply(tmp_path, changes)
    assert files.read_bytes(tmp_path / ".codex/agents/a.toml", root=tmp_path).startswith(b'name = "a"\n# idse:file')  # type: ignore[union-attr]
    assert place_block(tmp_path, "AGENTS.md", "agent-a", "## Agent: A\n").edit.outcome is Outcome.UNCHANGED


def test_which_agent_a_tool_is() -> None:
    registry = AgentRegistry(DEFAULT_AGENTS)
    assert [tool(name).agent_in(registry) for name in ("claude-code", "codex", "cursor")] == [
        "claude-code",
        "gpt-codex",
        "cursor",
    ]
    own = AgentRegistry([Agent("codex", ()), *DEFAULT_AGENTS])
    assert tool("codex").agent_in(own) == "codex"


def test_an_unknown_tool_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        tool("emacs")
