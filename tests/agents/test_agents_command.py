"""``idse agents install|uninstall|status``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idse_core.agent_files import TOOLS
from idse_core.project_workspace import ProjectWorkspace
from tests.builders import tree
from tests.cli.running import Idse

ALL = tuple(TOOLS)


def outside(folder: Path) -> dict[str, bytes]:
    """Every file but those of the workspace."""
    return {name: data for name, data in tree(folder).items() if not name.startswith(".idse/")}


def test_what_is_installed_goes_again(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("# Ours\n\nKeep it short.\n", encoding="utf-8")
    idse("agents", "add", "copilot", "--stages", "spec", "--mode", "planning")
    before = tree(tmp_path)
    assert idse("agents", "install", *ALL, "--enforce").code == 0
    assert set(outside(tmp_path)) == {
        "CLAUDE.md",
        "AGENTS.md",
        ".claude/commands/idse-next.md",
        ".claude/commands/idse-check.md",
        ".claude/settings.json",
        ".codex/hooks.json",
        ".cursor/rules/idse.mdc",
        ".github/copilot-instructions.md",
        ".github/hooks/idse-guard.json",
    }
    installed = tree(tmp_path)
    assert idse("agents", "install", *ALL, "--enforce").code == 0
    assert tree(tmp_path) == installed
    assert idse("agents", "uninstall", *ALL).code == 0
    assert tree(tmp_path) == before


def test_a_dry_run_shows_a_diff_and_changes_nothing(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("# Ours\n", encoding="utf-8")
    before = tree(tmp_path)
    out = idse("agents", "install", "claude-code", "--dry-run").out
    assert tree(tmp_path) == before
    assert "--- CLAUDE.md\n+++ CLAUDE.md\n" in out
    assert "--- /dev/null\n+++ .claude/commands/idse-next.md\n" in out
    assert "\n+1. Before any work, run `idse next --json`." in out
    assert not [line for line in out.splitlines() if line.startswith("-") and not line.startswith("---")]


def test_enforcement_is_off_unless_asked_for(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    idse("agents", "install", "claude-code")
    assert not (tmp_path / ".claude/settings.json").exists()
    found = idse("agents", "install", "claude-code", "codex", "--enforce", "--json").document["tools"]
    assert [(item["tool"], item["installed"], item["enforced"]) for item in found] == [
        ("claude-code", True, True),
        ("codex", True, True),
    ]
    settings = json.loads((tmp_path / ".claude/settings.json").read_text(encoding="utf-8"))
    (hook,) = settings["hooks"]["PreToolUse"]
    assert hook["hooks"] == [{"type": "command", "command": "idse guard --agent claude-code --hook claude-code"}]
    hooks = (tmp_path / ".codex/hooks.json").read_text(encoding="utf-8")
    assert "idse guard --agent gpt-codex --hook codex" in hooks


def test_a_tool_without_a_hook_says_so(idse: Idse, started: ProjectWorkspace) -> None:
    answer = idse("agents", "install", "cursor", "--enforce")
    assert answer.code == 0
    assert "cursor has no hook that idse wires" in answer.err


def test_the_guard_needs_an_agent_that_is_registered(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    idse("agents", "remove", "claude-code")
    before = tree(tmp_path)
    for words in ((), ("--agent", "nobody")):
        answer = idse("agents", "install", "claude-code", "--enforce", *words)
        assert answer.code == 10
        assert "is not in the registry" in answer.err
        assert "idse agents add" in answer.err
    assert tree(tmp_path) == before
    assert idse("agents", "install", "claude-code", "--enforce", "--agent", "gpt-codex").code == 0


def test_an_agent_without_a_mode_is_warned_about(idse: Idse, started: ProjectWorkspace) -> None:
    idse("agents", "set", "claude-code", "--mode", "none")
    assert "claude-code has no mode" in idse("agents", "install", "claude-code", "--enforce").err


def test_what_somebody_edited_is_kept_and_reported(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    idse("agents", "install", "claude-code", "cursor")
    for name in ("CLAUDE.md", ".cursor/rules/idse.mdc"):
        path = tmp_path / name
        path.write_text(path.read_text(encoding="utf-8").replace("Ask; never", "Never"), encoding="utf-8")
    edited = tree(tmp_path)
    answer = idse("agents", "install", "claude-code", "cursor")
    assert answer.err.count("is kept as it is") == 2
    assert tree(tmp_path) == edited
    shown = idse("agents", "status").out
    assert shown.count("edited by hand") == 2
    found = idse("agents", "uninstall", "claude-code", "cursor", "--json").document["tools"]
    assert [item["outcome"] for tool in found for item in tool["files"]] == [
        "kept",
        "removed",
        "removed",
        "absent",
        "kept",
    ]
    assert set(outside(tmp_path)) == {"CLAUDE.md", ".cursor/rules/idse.mdc"}


def test_status_tells_what_is_there(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    assert "in place" not in idse("agents", "status").out
    idse("agents", "install", "copilot")
    found = {item["tool"]: item["installed"] for item in idse("agents", "status", "--json").document["tools"]}
    assert found == {name: name == "copilot" for name in ALL}
    assert ".github/copilot-instructions.md" in idse("agents", "status", "copilot").out


def test_a_link_that_leads_outside_is_refused(idse: Idse, started: ProjectWorkspace, tmp_path: Path) -> None:
    target = tmp_path.parent / f"{tmp_path.name}-elsewhere.md"
    target.write_text("theirs\n", encoding="utf-8")
    (tmp_path / "AGENTS.md").symlink_to(target)
    assert idse("agents", "install", "codex").code in {2, 9}
    assert target.read_text(encoding="utf-8") == "theirs\n"


@pytest.mark.parametrize("words", [("install",), ("install", "emacs"), ("uninstall",)])
def test_a_tool_must_be_named(idse: Idse, started: ProjectWorkspace, words: tuple[str, ...]) -> None:
    assert idse("agents", *words).code == 2
