from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any, Iterable, List, Mapping, Set

import pytest

from idse_core.constitution_rules import SESSION, ConstitutionRules, Examples, Rule, Severity
from idse_core.pipeline_artifacts import Stage
from idse_core.project_workspace import ProjectWorkspace
from idse_core.validation.constitution import Constitution, core_constitution, load_constitution
from idse_core.validation.definitions import CRITERIA, QUALITIES, REQUIREMENTS
from idse_core.validation.examples import EXAMPLE, ExampleError, example_workspace, run_examples
from idse_core.validation.findings import Finding, Hit, finding
from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kind_registry import kind
from idse_core.validation.tracing import REQUIREMENTS as TRACED
from idse_core.validation_engine import ValidationEngine

CORE = core_constitution().rules
NOWHERE = Path("no such folder", ".idse")
PLACEHOLDER = re.compile(r"\{(\w+)\}")

every_rule = pytest.mark.parametrize("rule", list(CORE), ids=lambda rule: f"{rule.id}-{rule.name}")


def judge(workspace: ProjectWorkspace, rules: ConstitutionRules) -> Iterable[Finding]:
    constitution = Constitution(rules, "examples")
    return ValidationEngine(workspace, constitution=constitution, use_cache=False).validate([EXAMPLE]).findings


def problems(rule: Rule, rules: ConstitutionRules = CORE) -> List[str]:
    return [
        f"{result.expected} example {result.number}: {result.problem}"
        for result in run_examples(rules, judge, folder=NOWHERE, only=[rule])
        if result.problem
    ]


@every_rule
def test_examples_have_the_expected_outcome(rule: Rule) -> None:
    assert problems(rule) == []


@every_rule
def test_has_examples_of_both_sorts(rule: Rule) -> None:
    assert rule.examples.valid
    assert rule.examples.invalid or rule.kind in {"rule-sound", "folders-sound"}  # no document can break these


@every_rule
def test_belongs_to_an_article(rule: Rule) -> None:
    assert rule.article in {article.number for article in CORE.articles}


@every_rule
def test_says_why_it_matters_and_what_to_do(rule: Rule) -> None:
    assert len(rule.docs) >= 60
    assert rule.message.strip()
    assert rule.fix.strip()
    assert rule.fix.endswith(".")


def filled_by(name: str, params: Mapping[str, Any]) -> Set[str]:
    found = kind(name)
    if found.speaks is None:
        return set(found.placeholders)
    return set.intersection(*(filled_by(clause["kind"], clause["with"]) for clause in found.speaks(params)))


@every_rule
def test_uses_only_placeholders_that_its_kind_fills(rule: Rule) -> None:
    filled = filled_by(rule.kind, rule.params)
    assert set(PLACEHOLDER.findall(rule.message)) <= filled
    assert set(PLACEHOLDER.findall(rule.fix)) <= {*filled, SESSION}


@every_rule
def test_a_command_about_a_session_names_it(rule: Rule) -> None:
    """Pasted, it must not act on whichever session is the current one."""
    commands = re.findall(r"`idse ((?:trace )?\w+)([^`]*)`", rule.fix)
    acting = [rest for command, rest in commands if command in {"accept", "trace accept", "session", "validate"}]
    assert rule.id == "WS003" or all("{" + SESSION + "}" in rest for rest in acting)  # WS003 is about all of them


def test_a_fix_for_a_session_can_be_pasted_whatever_its_name_is() -> None:
    rule = CORE.get("SEQ002")
    hit = Hit(values=(("stage", "plan"), ("changed", "{session_id}")))

    found = finding(rule, hit, project="p", session="my sess", stage=None, path="plan.md")
    of_project = finding(rule, hit, project="p", session="", stage=None, path="plan.md")

    assert "`idse accept plan --session 'my sess'`" in found.fix
    assert found.message == "plan was completed before {session_id} changed"
    assert "`idse accept plan --session <session-id>`" in of_project.fix


@every_rule
def test_fills_every_placeholder(rule: Rule) -> None:
    for example in rule.examples.invalid:
        workspace = example_workspace(rule, example, folder=NOWHERE)
        found = [item for item in judge(workspace, CORE) if item.rule == rule.id]
        left_over = [PLACEHOLDER.findall(f"{item.message} {item.fix}") for item in found]
        assert not any(left_over)
        assert all(item.message and item.fix and item.path for item in found)


def test_every_finding_has_a_place_inside_its_document() -> None:
    seen = set()
    for rule in CORE:
        for example in (*rule.examples.valid, *rule.examples.invalid):
            workspace = example_workspace(rule, example, folder=NOWHERE)
            for item in judge(workspace, CORE):
                seen.add(item.rule)
                assert item.line >= 1
                assert item.column >= 1
                assert item.end_line >= item.line
    assert seen >= {rule.id for rule in CORE if rule.examples.invalid and rule.severity is not Severity.OFF}


def test_ids_and_names_are_unique() -> None:
    names = [word for rule in CORE for word in (rule.id, rule.name)]
    assert len(names) == len(set(names))


def test_there_are_twelve_articles_in_order() -> None:
    numerals = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
    assert [article.number for article in CORE.articles] == numerals
    assert all(article.title and article.text.endswith(".") for article in CORE.articles)


def test_every_kind_but_the_compositions_serves_a_core_rule() -> None:
    assert {rule.kind for rule in CORE} | {"all", "any", "not", "when"} == set(KIND_NAMES)


def test_what_the_constitution_promises_is_locked() -> None:
    locked = {rule.id for rule in CORE if rule.locked}
    assert {"ART001", "ART003", "SEQ001", "SPEC003"} <= locked


def test_only_open_markers_mark_open_input() -> None:
    assert {rule.id for rule in CORE if rule.marks_open_input} == {"ART003", "AGT002"}


def as_json(rule: Rule) -> str:
    return json.dumps(rule._asdict())


def test_the_core_pack_in_a_cache_is_the_core_pack(tmp_path: Path) -> None:
    (tmp_path / ".idse").mkdir()
    compiled = load_constitution(tmp_path / ".idse", "p")
    cached = load_constitution(tmp_path / ".idse", "p")

    assert list((tmp_path / ".idse" / ".local" / "cache").glob("constitution-*.json"))
    assert [as_json(rule) for rule in cached.rules] == [as_json(rule) for rule in compiled.rules]
    for ours, theirs in zip(compiled.rules, cached.rules):
        made, read = (kind(rule.kind).build(rule.params, rule.derived) for rule in (ours, theirs))
        assert vars(made) == vars(read)
    assert compiled.rules.articles == cached.rules.articles == CORE.articles


# The runner itself


def rule_with(**fields: object) -> Rule:
    return CORE.get("ART003")._replace(**fields)  # type: ignore[arg-type]  # fields of Rule


def test_tells_a_wrong_example_of_either_sort() -> None:
    rule = rule_with(examples=Examples(("fine", "[REQUIRES INPUT]"), ("[REQUIRES INPUT]", "fine")))

    assert problems(rule) == [
        "valid example 2: expected no finding, but line 1 has: [REQUIRES INPUT] is still open",
        "invalid example 2: expected a finding, but there is none",
    ]


def test_runs_the_examples_of_a_rule_that_is_turned_off() -> None:
    rule = rule_with(severity=Severity.OFF)
    rules = ConstitutionRules([rule if item.id == rule.id else item for item in CORE], CORE.articles)

    assert problems(rule, rules) == []
    assert rules.get(rule.id).severity is Severity.OFF


@pytest.mark.parametrize(
    ("example", "message"),
    [
        ({"speck": "x"}, "there is no document 'speck'"),
        ({"spec": 3}, "'spec' must be a text, null"),
        ({"spec": {"base32": "x"}}, "'spec' must be a text, null"),
        ({"spec": {"base64": "%%"}}, "'spec' is not valid base64"),
    ],
)
def test_says_what_is_wrong_with_an_example(example: object, message: str) -> None:
    rule = rule_with(examples=Examples((example,), ()))  # type: ignore[arg-type]  # on purpose

    (problem,) = problems(rule)
    assert message in problem


def test_a_text_needs_a_rule_about_one_artifact() -> None:
    with pytest.raises(ExampleError, match="looks at no artifact"):
        example_workspace(CORE.get("SEQ001"), "text", folder=NOWHERE)


def test_an_example_names_documents_takes_defaults_and_leaves_out() -> None:
    rule = CORE.get("WS001")
    example = {"intent": "x", "CURRENT_SESSION": None, "plan": {"base64": "/w=="}, "metadata": '{"title": "T"}'}

    workspace = example_workspace(rule, example, folder=NOWHERE)

    documents = workspace.store.load_session(EXAMPLE, EXAMPLE).documents
    assert {name: document.data for name, document in documents.items()} == {
        "intent": b"x",
        "plan": b"\xff",
        "metadata": b'{"title": "T"}',
    }
    assert workspace.current_session().problem
    assert workspace.registry().agents == ()
    assert workspace.state().problem is None
    assert not NOWHERE.exists()


def test_a_sound_project_without_artifacts_breaks_only_the_rule_about_presence() -> None:
    workspace = example_workspace(CORE.get("WS001"), {}, folder=NOWHERE)

    found = list(judge(workspace, CORE))

    assert {item.rule for item in found} == {"ART001"}
    assert [item.stage for item in found] == list(Stage)


def test_a_workspace_whose_folder_does_not_exist_can_be_judged_with_the_cache(tmp_path: Path) -> None:
    folder = tmp_path / "gone" / ".idse"
    workspace = example_workspace(CORE.get("ART003"), "[REQUIRES INPUT]", folder=folder)

    report = ValidationEngine(workspace).validate([EXAMPLE])

    assert "ART003" in {item.rule for item in report.findings}
    assert not folder.parent.exists()


def params_of(rule: str) -> Mapping[str, Any]:
    return CORE.get(rule).params


def headings(rule: str) -> List[str]:
    params = params_of(rule)
    return [str(params["heading"]), *params["aliases"]]


def test_headings_that_one_rule_accepts_are_looked_at_by_the_rules_beside_it() -> None:
    functional, criteria, qualities = headings("SPEC002"), headings("SPEC003"), headings("SPEC004")
    assert [list(names) for names in (REQUIREMENTS, CRITERIA, QUALITIES)] == [functional, criteria, qualities]
    for rule, names in [
        ("TRC001", functional),
        ("TRC002", criteria),
        ("TRC005", criteria),
        ("TRC011", [*qualities, *functional]),
    ]:
        assert list(params_of(rule)["under"]) == names
    assert sorted(params_of("SPEC005")["under"]) == sorted([*functional, *criteria, *qualities])
    for rule, key in [
        ("SPEC002", "prefix"),
        ("SPEC004", "prefix"),
        ("SPEC005", "under_prefix"),
        ("TRC001", "under_prefix"),
        ("TRC011", "under_prefix"),
    ]:
        assert CORE.get(rule).params[key] is True
    order = params_of("PLAN005")["order"]
    assert [[name, *aliases] for name, aliases in order.items()] == [headings("PLAN002"), headings("PLAN003")]


def test_rules_look_for_each_kind_of_requirement_that_is_traced() -> None:
    rules = CORE.matching("TRC")
    for asked in ("ids-define", "ids-resolve"):
        assert {rule.params["prefix"] for rule in rules if rule.kind == asked} >= set(TRACED)


def test_numbered_headings_count_for_coverage_as_they_do_for_sections() -> None:
    spec = "## 3 Functional Requirements\n- FR-1: a\n## 4 Acceptance Criteria\n- AC-1 (FR-1): b\n"
    assert problems(CORE.get("TRC005")._replace(examples=Examples(valid=({"spec": spec},)))) == []


def test_states_count_the_markers_that_are_found() -> None:
    intent = '---\ntitle: "[REQUIRES INPUT]"\n---\n# Intent\n\n[REQUIRES\nINPUT] a\n\n\\[REQUIRES INPUT\\] b [REQUIRES INPUT: c?]\n'
    workspace = example_workspace(CORE.get("ART003"), {"intent": intent}, folder=NOWHERE)
    (report,) = ValidationEngine(workspace, constitution=Constitution(CORE, "x"), use_cache=False).examine([EXAMPLE])

    assert report.stages[Stage.INTENT].open_markers == 4
    assert [item.line for item in report.findings if item.open_marker] == [2, 6, 9, 9]


@pytest.mark.parametrize(
    "text", ["- A" + " " * 20_000 + "x", "| 1" + " " * 20_000, " TBD" + " " * 20_000 + "x", "(TODO " * 5_000]
)
def test_runs_of_blanks_in_a_line_take_no_time(text: str) -> None:
    for name in ("ART006", "ART007"):
        pattern = re.compile(str(CORE.get(name).params["pattern"]), re.MULTILINE)
        began = time.perf_counter()
        pattern.findall(text)
        assert time.perf_counter() - began < 1
