"""A script that plays an agent: from intent to feedback by nothing but `idse next`, `validate`, `guard` and files.

It knows Markdown and how to make up sentences. What to write, where, and whether that will do, it asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import yaml

from idse_core.pipeline_artifacts import Stage
from tests.cli.running import Idse, Outcome

PROFILE = """\
## Agent Profile

```yaml
id: late-tours
name: Late tours
description: Tells dispatchers which tours are late.
goals: [Late tours are seen before the customer calls]
```
"""


class PlayedAgent:
    """An agent that reads JSON and writes files."""

    def __init__(self, idse: Idse, folder: Path) -> None:
        self._idse = idse
        self._folder = folder
        self.stages: List[str] = []
        self.guarded: List[str] = []

    def work(self) -> Dict[str, Any]:
        """Does stage after stage until nothing is left; gives the last answer."""
        for _ in range(2 * len(Stage)):
            pack = self._idse("next", "--json").document
            if pack["stage"] is None:
                return pack
            self.do(pack)
        raise AssertionError(f"it does not come to an end: {self.stages}")

    def do(self, pack: Dict[str, Any]) -> None:
        """One stage."""
        self.stages.append(pack["stage"])
        for item in pack["read"]:
            assert (self._folder / item["path"]).read_bytes()
        if pack["stage"] == "implementation":
            self.save("src/tours.py", "LATE = 15\n", pack["agent"]["id"])
        self.save(pack["write"]["path"], self.text(pack), pack["agent"]["id"])
        assert pack["check"].startswith("idse ")
        checked = self._idse(*pack["check"].split()[1:])
        findings = [item for item in checked.document["findings"] if item["severity"] != "info"]
        assert [(item["rule"], item["path"], item["line"], item["message"]) for item in findings] == []
        assert checked.code == 0

    def save(self, path: str, text: str, agent: str) -> None:
        """Asks first, and writes only when the answer is yes."""
        answer = self._idse("guard", "--agent", agent, "--path", path, "--json")
        assert (answer.code, answer.document["allowed"]) == (0, True), answer.document
        self.guarded.append(path)
        (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / path).write_text(text, encoding="utf-8")

    def text(self, pack: Dict[str, Any]) -> str:
        """An artifact made of what the rules ask for: a section for each heading, an example where there is no heading."""
        parts = [f"# {pack['stage'].capitalize()}: {pack['title']}"]
        for rule in pack["rules"]:
            if rule["headings"]:
                title = f"## {rule['headings'][0]}"
                if title not in parts:
                    parts += [
                        title,
                        shown_in_examples(title, pack["rules"]) or self.content(pack["stage"], rule["name"]),
                    ]
        if pack["stage"] == "spec":
            parts.append(PROFILE)
        if pack["stage"] == "tasks":
            parts.append(
                "- [ ] Task 1.1 – Test that late tours come first (Covers: FR-1) (Deps: none) (Acceptance: AC-1 passes)"
            )
        return "\n\n".join(parts) + "\n"

    def content(self, stage: str, rule: str) -> str:
        """A sentence or two that say something, with ids where others refer to them."""
        if stage == "spec" and "functional" in rule:
            name = "NFR-1" if "non" in rule else "FR-1"
            return f"- **{name}**: The system MUST list a tour that is more than 15 minutes late within 400 ms."
        if stage == "spec" and "acceptance" in rule:
            return "- **AC-1** (FR-1): Given a tour 16 minutes late, when the list is opened, then it comes first."
        if stage == "plan":
            return "The list is sorted when a position arrives; AC-1 is tested first (FR-1, NFR-1)."
        return "Dispatchers call 60 customers a month instead of 140, as the call log shows at the end of June."


def shown_in_examples(title: str, rules: List[Dict[str, Any]]) -> str:
    """What the rules' own examples put below a heading, where that has a form of its own."""
    for rule in rules:
        _, found, rest = rule["example"].partition(f"{title}\n\n- **")
        if found:
            return f"- **{rest.splitlines()[0]}"
    return ""


def test_an_agent_takes_a_session_from_intent_to_feedback(idse: Idse, tmp_path: Path) -> None:
    assert idse("init", "tour-desk").code == 0
    assert idse("spawn", "late-tours").code == 0
    agent = PlayedAgent(idse, tmp_path)
    end = agent.work()
    assert agent.stages == [stage.value for stage in Stage], "one go for each stage"
    assert (end["findings"], end["why"]) == ([], "every stage is completed")
    assert idse("validate", "--session", "late-tours").code == 0
    status = idse("status", "--json").document["sessions"][0]
    assert {stage["state"] for stage in status["stages"]} == {"completed"}
    assert status["validation_status"] == "passing"

    assert idse("compile", "agent-spec").code == 0
    assert idse("compile", "agent-spec", "--check").code == 0
    profile = tmp_path / ".idse/projects/tour-desk/build/agents/late-tours.profile.yaml"
    assert yaml.safe_load(profile.read_text(encoding="utf-8"))["name"] == "Late tours"


def test_the_guard_stops_the_agent_from_running_ahead(idse: Idse, tmp_path: Path) -> None:
    idse("init", "tour-desk")
    idse("spawn", "late-tours")
    agent = PlayedAgent(idse, tmp_path)
    session = ".idse/projects/tour-desk/sessions/late-tours"

    def asked(who: str, path: str) -> Outcome:
        return idse("guard", "--agent", who, "--path", path)

    for upcoming in ("intent", "context", "spec"):
        refused = asked("claude-code", f"{session}/plan.md")
        assert refused.code == 9
        assert f"the plan waits for {upcoming} (not written yet)" in refused.err
        assert "idse next --session late-tours" in refused.err
        assert asked("gpt-codex", "src/tours.py").code == 9
        agent.do(idse("next", "--json").document)
    assert asked("claude-code", f"{session}/plan.md").code == 0
    assert asked("claude-code", f"{session}/tasks.md").code == 9

    spec = tmp_path / session / "spec.md"
    whole = spec.read_text(encoding="utf-8")
    spec.write_text(f"{whole}\n[REQUIRES INPUT] How late is late?\n", encoding="utf-8")
    refused = asked("claude-code", f"{session}/plan.md")
    assert refused.code == 9
    assert "the plan waits for spec (1 open marker)" in refused.err
    assert asked("claude-code", f"{session}/spec.md").code == 0, "what has to be mended may be written"

    spec.write_text(whole, encoding="utf-8")
    for _ in range(2):
        assert asked("gpt-codex", "src/tours.py").code == 9
        agent.do(idse("next", "--json").document)
    assert asked("gpt-codex", "src/tours.py").code == 0
    assert asked("claude-code", "src/tours.py").code == 9
