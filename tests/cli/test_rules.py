from __future__ import annotations

import json
import os
from pathlib import Path
from typing import List

import pytest
import yaml
from jsonschema import Draft202012Validator

from idse_core.constitution_rules import Rule
from idse_core.project_workspace import ProjectWorkspace
from idse_core.reports.example_text import example_text
from idse_core.reports.rules_text import render_explanation, render_rule
from idse_core.reports.styling import Style
from idse_core.validation.constitution import core_constitution
from idse_core.validation.kind_names import KIND_NAMES
from idse_core.validation.kind_registry import kind
from idse_core.validation.pack_schema import pack_schema
from tests.cli.running import Idse, Outcome

CORE = core_constitution().rules
PACKS = sorted((Path(__file__).parents[2] / "idse_core" / "constitution").glob("*.yaml"))

TEAM = """\
pack: team
rules:
  - id: TEAM001
    name: no-etc
    article: III
    kind: forbid-pattern
    stages: [spec, plan]
    severity: info
    with: {literals: [etc.]}
    message: "'{match}' hides something"
    fix: "Say what."
    docs: "A list that ends with etc. is not a list."
    examples: {valid: ["a, b"], invalid: ["a, b, etc."]}
  - {extend: SPEC001, severity: info}
"""


def pack(workspace: ProjectWorkspace, text: str = TEAM, name: str = "team.yaml") -> Path:
    path = workspace.folder / "rules" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def listed(outcome: Outcome) -> List[str]:
    return [line.split()[0] for line in outcome.out.splitlines()[1:-2]]


# list


def test_lists_every_rule_in_force(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample)

    outcome = idse("rules", "list")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0].split() == ["id", "severity", "locked", "article", "about", "name"]
    assert listed(outcome) == [*(rule.id for rule in CORE), "TEAM001"]
    lines = {line.split()[0]: line.split() for line in outcome.out.splitlines() if line}
    assert lines["SPEC003"] == ["SPEC003", "error", "locked", "III", "spec", "spec-acceptance-criteria"]
    assert lines["TEAM001"] == ["TEAM001", "info", "III", "spec,", "plan", "no-etc"]
    assert lines["ART003"][4] == "all"
    assert lines["ART001"][4] == "session"
    assert outcome.out.splitlines()[-1].startswith(f"{len(CORE) + 1} rules, ")


def test_outside_a_workspace_the_rules_that_are_installed(idse: Idse, tmp_path: Path) -> None:
    assert listed(idse("rules", "list")) == [rule.id for rule in CORE]
    assert idse("rules", "list", "--json").document["project"] is None
    assert idse("rules", "explain", "SPEC003").code == 0
    assert list(tmp_path.iterdir()) == []

    assert idse("rules", "list", "--workspace", "elsewhere").code == 10


def test_json_gives_every_field(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample)

    document = idse("rules", "list", "--json").document

    rules = {item["id"]: item for item in document["rules"]}
    assert document["project"] == "customer-portal"
    assert rules["TEAM001"] == {
        "id": "TEAM001",
        "name": "no-etc",
        "article": "III",
        "kind": "forbid-pattern",
        "severity": "info",
        "locked": False,
        "reach": "file",
        "stages": ["spec", "plan"],
        "tags": [],
        "params": {**json.loads(json.dumps(CORE.get("ART004").params)), "pattern": "", "literals": ["etc."]},
        "message": "'{match}' hides something",
        "fix": "Say what.",
        "docs": "A list that ends with etc. is not a list.",
        "valid_examples": ["a, b"],
        "invalid_examples": ["a, b, etc."],
        "pack": "team",
        "source": ".idse/rules/team.yaml",
        "changed_by": [],
    }
    assert rules["SPEC001"]["changed_by"] == [".idse/rules/team.yaml"]
    assert rules["SPEC001"]["source"] == "core/spec.yaml"
    assert idse("rules", "list", "--json").document == document


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--pack", "team"], ["SPEC001", "TEAM001"]),
        (["--select", "TEAM,spec-acceptance-criteria"], ["SPEC003", "TEAM001"]),
        (["--select", "CTX001", "--select", "TEAM001"], ["CTX001", "TEAM001"]),
        (["--select", "CTX,TEAM", "--stage", "plan"], ["TEAM001"]),
    ],
)
def test_filters(idse: Idse, sample: ProjectWorkspace, words: List[str], expected: List[str]) -> None:
    pack(sample)

    assert listed(idse("rules", "list", *words)) == expected


def test_a_pack_of_several_files_is_all_that_they_add_and_change(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample, "pack: team\nrules:\n  - {extend: SPEC001, severity: info}\n", "changes.yaml")
    pack(sample, TEAM.replace("  - {extend: SPEC001, severity: info}\n", ""), "own.yaml")
    pack(sample, "pack: others\nrules:\n  - {extend: TEAM001, severity: warning}\n", "zeta.yaml")

    for _ in ("compiled anew", "from the cache"):
        assert listed(idse("rules", "list", "--pack", "team")) == ["SPEC001", "TEAM001"]
        assert listed(idse("rules", "list", "--pack", "others")) == ["TEAM001"]
        assert listed(idse("rules", "list", "--pack", "changes")) == ["SPEC001"]
        assert listed(idse("rules", "list", "--pack", "own")) == ["TEAM001"]
    assert "the packs are core, others, team" in idse("rules", "list", "--pack", "temo").err


def test_a_filter_that_names_nothing_says_so(idse: Idse, sample: ProjectWorkspace) -> None:
    assert idse("rules", "list", "--select", "SPECX").code == 2
    outcome = idse("rules", "list", "--pack", "temo")
    assert (outcome.code, outcome.out) == (2, "")
    assert "the packs are core" in outcome.err
    assert idse("rules", "list", "--stage", "plan", "--select", "CTX001").out == "0 rules\n"


# show and explain


def test_shows_where_a_rule_is_from_and_who_changed_it(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample)

    out = idse("rules", "show", "spec-overview").out

    lines = [line.split(maxsplit=1) for line in out.splitlines()]
    assert lines[0] == ["SPEC001", "spec-overview"]
    assert ["severity", "info"] in lines
    assert ["pack", "core, in core/spec.yaml"] in lines
    assert ["changed", "by  .idse/rules/team.yaml"] in lines
    assert ["non_empty:", "true"] in lines


def test_explains_why_how_and_how_not(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample)

    out = idse("rules", "explain", "TEAM001").out

    assert "III, Specification Completeness: Nobody plans" in out
    assert "A list that ends with etc. is not a list." in out
    assert out.index("good example") < out.index("a, b\n") < out.index("bad example") < out.index("a, b, etc.")
    assert "  Say what.\n" in out
    assert "<!-- idse-disable-next-line TEAM001 -- why -->" in out
    assert "- {extend: TEAM001, severity: off}" in out
    document = idse("rules", "explain", "TEAM001", "--json").document
    assert document["suppression"] == "<!-- idse-disable-next-line TEAM001 -- why -->"
    assert document["article"]["number"] == "III"


def test_explains_why_a_finding_cannot_be_suppressed(idse: Idse) -> None:
    locked = idse("rules", "explain", "ART003").out
    assert "It is locked" in locked
    assert "<!-- idse-disable" not in locked.partition("how to let it pass")[2]
    assert "severity: off" not in locked

    whole = idse("rules", "explain", "WS004").out
    assert "a comment can't suppress them" in whole
    assert "severity: off" in whole


def test_what_it_says_to_do_does_suppress_the_finding(idse: Idse, sample: ProjectWorkspace) -> None:
    """The pack that `explain` shows, and the comment, do what it says."""
    document = idse("rules", "explain", "SPEC001").out
    shown = [line.strip("\n")[4:] for line in document.partition("in a pack of your own")[2].splitlines()[1:]]
    pack(sample, "\n".join(shown) + "\n", "off.yaml")

    assert idse("rules", "show", "SPEC001", "--json").document["rule"]["severity"] == "off"


def test_the_advice_to_look_at_a_valid_profile_shows_one(idse: Idse) -> None:
    out = idse("rules", "explain", "AGT001").out

    assert "`idse rules explain AGT001` shows a valid one" in " ".join(out.split())
    assert "```yaml" in out.partition("good example")[2].partition("bad example")[0]


def test_an_example_in_bytes_can_be_read(idse: Idse) -> None:
    bad = idse("rules", "explain", "ART002").out.partition("bad example")[2]

    assert "not UTF-8" in bad
    assert "Gr\\xf6\\xdfe" in bad
    assert "base64" not in bad


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a\n", "a\n"),
        ("", "(empty)"),
        (None, "(there is no such document)"),
        ({"base64": "YQo="}, "a\n"),
        ({"base64": "?"}, '{"base64": "?"}'),
        ([1], "[1]"),
    ],
)
def test_a_document_of_an_example_as_people_read_it(content: object, expected: str) -> None:
    assert example_text(content) == expected


@pytest.mark.parametrize("command", ["show", "explain"])
def test_an_unknown_rule_is_answered_with_the_nearest(idse: Idse, command: str) -> None:
    outcome = idse("rules", command, "SPEC0003")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "error: there is no rule 'SPEC0003'\n  hint: did you mean SPEC003?\n"


@pytest.mark.parametrize("rule", list(CORE), ids=lambda rule: str(rule.id))
def test_every_rule_can_be_explained_and_shown(rule: Rule) -> None:
    (article,) = [article for article in CORE.articles if article.number == rule.article]

    explained, shown = (render(rule, article, Style()) for render in (render_explanation, render_rule))

    assert explained.startswith(f"{rule.id} ")
    assert shown.startswith(f"{rule.id} ")
    assert "good example" in explained
    assert "how to settle it" in explained


def test_a_pack_cannot_control_the_terminal(idse: Idse, sample: ProjectWorkspace) -> None:
    evil = '"\\e[2J::error::x\\n::error::y ##[group]z"'
    pack(sample, TEAM.replace('"Say what."', evil).replace('"A list that ends with etc. is not a list."', evil))

    for words in (["list"], ["show", "TEAM001"], ["explain", "TEAM001"], ["test", "TEAM001"]):
        out = idse("rules", *words).out
        assert "\x1b" not in out
        assert "##[" not in out
        assert not [line for line in out.splitlines() if line.startswith("::")]


# test


def test_runs_the_examples_of_all_rules(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample)

    outcome = idse("rules", "test")

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.endswith(f"of {len(CORE) + 1} rules: all as they should be\n")


def test_an_example_with_the_wrong_outcome_is_named(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample, TEAM.replace('valid: ["a, b"]', 'valid: ["a, b", "etc."]').replace('"a, b, etc."', '"a", {speck: x}'))

    outcome = idse("rules", "test", "TEAM001", "INT001")

    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "wrong  TEAM001 valid example 2: expected no finding, but line 1 has: 'etc.' hides something",
        "wrong  TEAM001 invalid example 1: expected a finding, but there is none",
        "wrong  TEAM001 invalid example 2: there is no document 'speck'",
        "",
        f"{4 + len(CORE.get('INT001').examples.valid + CORE.get('INT001').examples.invalid)} examples of 2 rules: 3 wrong",
    ]
    document = idse("rules", "test", "TEAM", "--json").document
    assert (document["rules"], document["wrong"]) == (["TEAM001"], 3)
    assert [item["problem"] == "" for item in document["results"]] == [True, False, False, False]


def test_a_rule_without_examples_is_named(idse: Idse, sample: ProjectWorkspace) -> None:
    pack(sample, TEAM[: TEAM.index("    examples")])

    outcome = idse("rules", "test", "TEAM001")

    assert outcome.code == 0
    assert outcome.out == "none   TEAM001 has no examples\n\n0 examples of 1 rule: all as they should be\n"


def test_a_pack_in_force_is_tried_by_its_file(idse: Idse, sample: ProjectWorkspace, tmp_path: Path) -> None:
    pack(sample)

    document = idse("rules", "test", ".idse/rules/team.yaml", "--json").document
    from_inside = idse("rules", "test", "team.yaml", "--json", cwd=sample.folder / "rules").document

    assert document["rules"] == ["SPEC001", "TEAM001"]
    assert from_inside == document


@pytest.mark.parametrize("inside", [True, False])
def test_a_pack_that_is_not_in_force_is_tried_on_top_of_what_is(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path, inside: bool
) -> None:
    folder = tmp_path if inside else tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    (folder / "draft.yaml").write_text(TEAM, encoding="utf-8")
    words = () if inside else ("--workspace", str(tmp_path))

    document = idse("rules", "test", "draft.yaml", "--json", *words, cwd=folder).document

    assert (document["rules"], document["wrong"]) == (["SPEC001", "TEAM001"], 0)
    assert "TEAM001" not in [item["id"] for item in idse("rules", "list", "--json").document["rules"]]


def test_a_pack_can_be_tried_without_a_workspace(idse: Idse, tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_text(TEAM, encoding="utf-8")

    assert idse("rules", "test", "draft.yaml").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["draft.yaml"]


def test_a_draft_that_is_broken_or_not_there_has_its_place(
    idse: Idse, sample: ProjectWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "draft.yaml").write_text(TEAM.replace("severity", "severty", 1), encoding="utf-8")

    outcome = idse("rules", "test", "draft.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: draft.yaml:8:5: unknown key 'severty'\n")
    assert idse("rules", "test", "gone.yaml").code == 2


@pytest.mark.skipif(os.name == "nt", reason="there is no alarm")
def test_a_rule_that_never_ends_is_wrong(idse: Idse, sample: ProjectWorkspace) -> None:
    evil = TEAM.replace("literals: [etc.]", "pattern: '(a+)+$'").replace('"a, b"', f"'{'a' * 60}!'")
    pack(sample, evil.replace(', invalid: ["a, b, etc."]', ""))

    outcome = idse("rules", "test", "TEAM001")

    assert outcome.code == 1
    assert "wrong  TEAM001 valid example 1: rule TEAM001 (no-etc) is broken: it takes too long" in outcome.out


# schema and articles


def schema_problems(text: str) -> List[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text))]


SCHEMA = pack_schema(map(kind, KIND_NAMES))


def test_the_schema_accepts_every_core_pack(idse: Idse) -> None:
    assert json.loads(idse("rules", "schema").out) == SCHEMA

    Draft202012Validator.check_schema(SCHEMA)
    for path in PACKS:
        assert schema_problems(path.read_text("utf-8")) == []
    assert {f"with-{name}" for name in KIND_NAMES} <= set(SCHEMA["$defs"])
    assert SCHEMA["$defs"]["with-require-section"]["properties"]["heading"]["description"].startswith(
        "what it is called"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: info", "severty: info"),
        ("forbid-pattern", "forbid-patern"),
        ("[etc.]", "etc."),
        ("literals", "literls"),
        ("    stages: [spec, plan]\n", ""),
        ("[spec, plan]", "[speck]"),
        ("TEAM001", "team-1"),
        ("extend: SPEC001, severity", "extend: SPEC001, severty"),
        ("pack: team\n", ""),
        ("forbid-pattern", "require-section"),
        ("with: {literals: [etc.]}", "with: {clauses: [{kind: forbid-pattern, with: {literls: [x]}}]}"),
    ],
)
def test_the_schema_refuses_what_a_pack_may_not_say(old: str, new: str) -> None:
    as_composition = ("forbid-pattern", "all") if "clauses" in new else ("", "")

    assert old in TEAM
    assert schema_problems(TEAM) == []
    assert schema_problems(TEAM.replace(old, new).replace(*as_composition)) != []


def test_the_schema_accepts_off_with_and_without_quotes() -> None:
    for word in ("off", "'off'"):
        assert schema_problems(TEAM.replace("severity: info", f"severity: {word}")) == []


def test_the_articles_with_their_sentence(idse: Idse) -> None:
    outcome = idse("rules", "articles")

    assert outcome.out.splitlines()[:2] == [
        "   I  Intent Supremacy",
        "      Every decision can be traced back to a goal that somebody wrote down.",
    ]
    document = idse("rules", "articles", "--json").document
    assert [item["number"] for item in document["articles"]] == [article.number for article in CORE.articles]


def test_rule_names_are_completed(idse: Idse, sample: ProjectWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(sample)
    monkeypatch.setenv("_IDSE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "idse rules explain TEAM")
    monkeypatch.setenv("COMP_CWORD", "3")

    assert idse().out.split() == ["plain,TEAM001"]


def test_a_changed_rule_without_examples_of_its_own_is_no_mistake(idse: Idse, sample: ProjectWorkspace) -> None:
    rules = sample.folder / "rules"
    rules.mkdir()
    (rules / "mine.yaml").write_text("pack: mine\nrules:\n  - {extend: SPEC001, with: {min_words: 20}}\n", "utf-8")

    outcome = idse("rules", "test", "SPEC001", "--json")

    assert outcome.code == 0
    assert outcome.document["not_run"] == ["SPEC001"]
    assert outcome.document["results"] == []


def test_an_explanation_names_what_only_a_finding_can_say(idse: Idse, sample: ProjectWorkspace) -> None:
    assert "Correct the entry in <path>." in idse("rules", "explain", "WS004").out
    assert "`idse accept <stage> --session <session-id>`" in " ".join(idse("rules", "explain", "SEQ002").out.split())
