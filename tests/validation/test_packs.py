from __future__ import annotations

import os
import textwrap
from dataclasses import is_dataclass
from pathlib import Path
from typing import Optional, Tuple

import pytest

from idse_core._version import __version__
from idse_core.constitution_rules import ConstitutionRules, Examples, Severity
from idse_core.errors import PackError, UnreadableError
from idse_core.pipeline_artifacts import PipelineArtifacts, Stage
from idse_core.validation import packs
from idse_core.validation.artifact_facts import ArtifactFacts
from idse_core.validation.constitution import core_constitution, load_constitution
from idse_core.validation.examples import run_examples
from idse_core.validation.kinds.forbid_pattern import KIND
from idse_core.validation.packs import PackSource, compile_packs

PROJECT = "p"
TEAM = ".idse/rules/team.yaml"
SPEC = Path(packs.__file__).parents[1] / "constitution" / "spec.yaml"
CORE = core_constitution()

NEW = """\
pack: team
rules:
  - id: TEAM001
    name: no-fast
    article: III
    kind: forbid-pattern
    stage: spec
    severity: warning
    with: {literals: [fast]}
    message: "'{match}' is no figure"
    fix: "Say how fast."
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / ".idse"
    (folder / "projects" / PROJECT).mkdir(parents=True)
    return folder


def write(root: Path, text: str, name: str = "rules/team.yaml") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(textwrap.dedent(text).encode("utf-8"))
    return path


def load(root: Path) -> ConstitutionRules:
    return load_constitution(root, PROJECT).rules


def broken(root: Path, text: str) -> PackError:
    """The error of a pack on top of the core rules for specifications; reading all core rules takes time."""
    sources = [PackSource("spec.yaml", SPEC.read_bytes(), core=True), PackSource(TEAM, textwrap.dedent(text).encode())]
    with pytest.raises(PackError) as caught:
        compile_packs(sources)
    assert caught.value.exit_code == 2
    assert caught.value.path == TEAM
    return caught.value


def place(error: PackError) -> Tuple[Optional[int], Optional[int]]:
    return error.line, error.column


# What a pack can do


def test_adds_a_rule(root: Path) -> None:
    write(root, NEW)

    rules = load(root)

    rule = rules.get("TEAM001")
    assert rules.get("no-fast") == rule
    assert (rule.severity, rule.stages, rule.pack) == (Severity.WARNING, (Stage.SPEC,), "team")
    assert len(rules) == len(CORE.rules) + 1


def test_what_follows_from_parameters_follows_from_the_changed_ones(root: Path) -> None:
    write(root, NEW + "  - {extend: TEAM001, with: {literals: [Slow], ignore_case: true}}\n")

    for rule in (load(root).get("TEAM001"), load(root).get("TEAM001")):  # compiled, then from the cache
        assert list(rule.derived["sought"][1]) == ["slow"]  # type: ignore[index]  # a list or tuple
        params = KIND.build(rule.params, rule.derived)
        text = ArtifactFacts(Stage.SPEC, "It is SLOW, not fast.\n", PipelineArtifacts())
        assert [hit.subject.partition(" ")[0] for hit in KIND.check(params, text)] == ["SLOW"]


def test_parameters_cannot_be_changed() -> None:
    params = KIND.build({"literals": ["fast"]})

    with pytest.raises(AttributeError, match="pattern"):
        params.pattern = "slow"  # type: ignore[attr-defined]  # whatever the kind has
    assert is_dataclass(KIND.params)


def test_tightens_a_rule_by_id_and_by_name(root: Path) -> None:
    write(
        root,
        """\
        pack: team
        rules:
          - {extend: SPEC001, severity: error, with: {min_words: 20}, fix: "Write more."}
          - {extend: todo-left, severity: error, tags: [open-marker]}
        """,
    )

    rules = load(root)

    spec, todo = rules.get("SPEC001"), rules.get("ART007")
    assert (spec.severity, spec.params["min_words"], spec.fix) == (Severity.ERROR, 20, "Write more.")
    before = CORE.rules.get("SPEC001")
    assert (spec.params["heading"], spec.message, spec.docs) == (before.params["heading"], before.message, before.docs)
    assert (todo.severity, todo.marks_open_input) == (Severity.ERROR, True)


@pytest.mark.parametrize("word", ["off", '"off"', "'off'", "Off", "OFF"])
def test_turns_a_rule_off(root: Path, word: str) -> None:
    write(root, f"pack: team\nrules:\n  - {{extend: SPEC001, severity: {word}}}\n")

    rules = load(root)

    assert rules.get("SPEC001").severity is Severity.OFF
    assert "SPEC001" not in {rule.id for rule in rules.active()}


def test_a_new_rule_can_be_off_until_somebody_wants_it(root: Path) -> None:
    write(root, NEW.replace("severity: warning", "severity: off"))
    write(root, "pack: ours\nrules:\n  - {extend: TEAM001, severity: info}\n", "projects/p/rules/ours.yaml")

    assert load(root).get("TEAM001").severity is Severity.INFO


def test_a_projects_packs_come_after_the_workspaces_and_in_the_order_of_their_names(root: Path) -> None:
    write(root, "pack: a\nrules: [{extend: SPEC001, message: z, fix: a}]\n", "rules/a.yaml")
    write(root, "pack: b\nrules: [{extend: SPEC001, message: b}]\n", "rules/b.yml")
    write(root, "pack: c\nrules: [{extend: SPEC001, docs: c}]\n", "projects/p/rules/0.yaml")
    write(root, "pack: d\nrules: [{extend: SPEC001, docs: d}]\n", "projects/other/rules/0.yaml")

    rule = load(root).get("SPEC001")

    assert (rule.message, rule.fix, rule.docs) == ("b", "a", "c")


def test_changes_of_one_pack_build_on_each_other(root: Path) -> None:
    write(
        root,
        NEW
        + "  - {extend: TEAM001, with: {ignore_case: true}}\n"
        + "  - {extend: no-fast, with: {literals: [fast, quick]}, severity: error}\n",
    )

    rule = load(root).get("TEAM001")

    assert rule.params["ignore_case"] is True
    assert list(rule.params["literals"]) == ["fast", "quick"]  # type: ignore[call-overload]  # a list
    assert rule.severity is Severity.ERROR


def test_a_value_that_is_null_changes_nothing(root: Path) -> None:
    write(root, "pack: team\nrules:\n  - {extend: SPEC001, severity: null, tags: null, with: null, fix: null}\n")

    assert load(root).get("SPEC001") == CORE.rules.get("SPEC001")


def test_a_locked_rule_can_be_worded_anew(root: Path) -> None:
    write(root, "pack: team\nrules:\n  - {extend: SPEC003, fix: 'See our handbook.', locked: true}\n")

    rule = load(root).get("SPEC003")

    assert (rule.fix, rule.locked, rule.severity) == ("See our handbook.", True, Severity.ERROR)


def test_a_rule_belongs_to_an_article_that_there_is(root: Path) -> None:
    own = "articles:\n  - {number: XIII, title: Ours, text: 'Be kind.'}\n"
    write(root, NEW.replace("article: III", "article: XIII") + own)
    assert load(root).get("TEAM001").article == "XIII"

    write(root, NEW.replace("article: III", "article: XX") + own)
    with pytest.raises(PackError, match="there is no article 'XX'") as caught:
        load(root)
    assert place(caught.value) == (5, 14)
    assert "XII, XIII" in caught.value.hint


def test_a_pack_can_bring_an_article(root: Path) -> None:
    write(root, "pack: team\narticles:\n  - {number: XIII, title: Ours, text: 'Be kind.'}\n")

    assert load(root).articles[-1].title == "Ours"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(root: Path) -> None:
    path = root / "rules" / "team.yaml"
    path.parent.mkdir()
    path.write_bytes(b"\xef\xbb\xbf" + NEW.replace("\n", "\r\n").encode())

    assert "TEAM001" in load(root)


def test_half_a_surrogate_pair_is_a_character_like_any_other(root: Path) -> None:
    write(root, NEW.replace("Say how fast.", "\\uD800"))

    assert (load(root).get("TEAM001").fix, load(root).get("TEAM001").fix) == ("\ud800", "\ud800")


@pytest.mark.parametrize("text", ["pack: team\n", "pack: team\nrules: []\n"])
def test_a_pack_without_rules_is_fine(root: Path, text: str) -> None:
    write(root, text)

    assert len(load(root)) == len(CORE.rules)


def test_other_files_beside_packs_are_left_alone(root: Path) -> None:
    write(root, "not: [a pack", "rules/README.md")
    write(root, "not: [a pack", "rules/.hidden.yaml")
    write(root, "not: [a pack", "rules/team.yaml~")

    assert len(load(root)) == len(CORE.rules)


def test_a_rule_is_what_its_pack_says_also_from_the_cache(root: Path) -> None:
    write(
        root, NEW + "    examples: {valid: [größer, {spec: null}], invalid: [{spec: {base64: Zg==}}]}\n    tags: [x]\n"
    )

    compiled, cached = load(root).get("TEAM001"), load(root).get("TEAM001")

    assert compiled.examples.valid == ("größer", {"spec": None})
    assert compiled._replace(params={}, derived={}) == cached._replace(params={}, derived={})
    assert list(cached.params["literals"]) == ["fast"]  # type: ignore[call-overload]  # a list
    assert cached.derived == {"sought": [False, ["fast"]]}


@pytest.mark.parametrize("value", ["2026-01-01", "{spec: 2026-01-01}", "{spec: [x]}", "!!binary /w=="])
def test_an_example_is_text_or_documents(root: Path, value: str) -> None:
    error = broken(root, NEW + f"    examples: {{valid: [{value}]}}\n")

    assert error.message.startswith("examples.valid.0")
    assert error.line == 12


# Locked rules


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("severity: warning", "severity can't be lowered"),
        ("severity: off", "severity can't be lowered"),
        ("locked: false", "'locked' can't be changed"),
        ("with: {non_empty: false}", "'with' can't be changed"),
        ("with: {aliases: [Anything]}", "'with' can't be changed"),
        ("with: {min_words: 10, aliases: [Anything]}", "'with' can't be changed"),
        ("tags: []", "'tags' can't be changed"),
        ("severity: error, locked: false, with: {heading: X}", "'with' can't be changed"),
    ],
)
def test_a_locked_rule_does_not_get_weaker(root: Path, change: str, what: str) -> None:
    error = broken(root, f"pack: team\nrules:\n  - {{extend: SPEC003, {change}}}\n")

    assert what in error.message
    assert "SPEC003 is locked" in error.message
    assert place(error) == (3, 14)
    assert ("stricter" in error.hint) is ("severity" in what)
    assert ("raise non_empty, min_words" in error.hint) is ("'with'" in what)
    assert "beside it" in error.hint


def test_a_locked_rule_can_be_made_stricter(root: Path) -> None:
    first = "pack: team\nrules:\n  - {extend: SPEC003, with: {min_words: 10}}\n"
    write(root, first)

    rule = load(root).get("SPEC003")

    assert rule.params["min_words"] == 10
    assert rule.params["heading"] == "Acceptance Criteria"
    assert rule.locked
    write(root, "pack: p\nrules:\n  - {extend: SPEC003, with: {min_words: 9}}\n", "projects/p/rules/p.yaml")
    with pytest.raises(PackError, match="'with' can't be changed"):
        load(root)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("require-section", "{heading: A, min_words: 2}", "{min_words: 3, non_empty: true}"),
        ("section-content", "{need: list}", "{min_items: 2}"),
        ("require-pattern", "{pattern: x}", "{min: 2}"),
        ("table-shape", "{under: [A], columns: {N: []}}", "{min_rows: 2}"),
    ],
)
def test_the_minima_of_a_locked_rule_can_be_raised_and_not_lowered(kind: str, low: str, high: str) -> None:
    rule = (
        f"id: TEAM001\n    name: t\n    kind: {kind}\n    stage: spec\n    locked: true\n    message: x\n    fix: y\n"
    )
    first = f"pack: a\nrules:\n  - {rule}    with: {low}\n"
    raised = f"pack: b\nrules:\n  - {{extend: TEAM001, with: {high}}}\n"
    lowered = f"pack: c\nrules:\n  - {{extend: TEAM001, with: {high.replace('2', '1').replace('3', '2')}}}\n"

    compile_packs([PackSource("a", first.encode()), PackSource("b", raised.encode())])

    with pytest.raises(PackError, match="TEAM001 is locked"):
        compile_packs([PackSource(name, text.encode()) for name, text in zip("abc", (first, raised, lowered))])


def test_a_locked_rule_does_not_get_weaker_by_its_name(root: Path) -> None:
    error = broken(root, "pack: team\nrules:\n  - {extend: spec-acceptance-criteria, severity: off}\n")

    assert "SPEC003 is locked" in error.message


def test_a_rule_that_a_team_locks_is_locked_for_its_projects(root: Path) -> None:
    write(root, "pack: team\nrules:\n  - {extend: SPEC001, locked: true}\n")
    write(root, "pack: p\nrules:\n  - {extend: SPEC001, severity: off}\n", "projects/p/rules/p.yaml")

    with pytest.raises(PackError, match="SPEC001 is locked") as caught:
        load(root)
    assert caught.value.location == ".idse/projects/p/rules/p.yaml:3:14"


@pytest.mark.parametrize("field", ["kind", "stage", "stages", "scope", "id", "article"])
def test_what_makes_a_rule_that_rule_cannot_be_changed_at_all(root: Path, field: str) -> None:
    error = broken(root, f"pack: team\nrules:\n  - extend: SPEC001\n    {field}: x\n")

    assert f"unknown key '{field}'" in error.message
    assert place(error) == (4, 5)


# Mistakes


@pytest.mark.parametrize(
    ("old", "new", "where", "message", "hint"),
    [
        ("    severity: warning", "    severty: warning", (8, 5), "unknown key 'severty'", "did you mean 'severity'?"),
        ("literals: [fast]", "literls: [fast]", (9, 12), "unknown key 'literls'", "did you mean 'literals'?"),
        ("rules:", "ruls:", (2, 1), "unknown key 'ruls'", "did you mean 'rules'?"),
        ("    message", "    mesage", (10, 5), "unknown key 'mesage'", "did you mean 'message'?"),
        ("forbid-pattern", "require-section", (9, 11), "the key 'heading' is missing", "add 'heading: …'"),
        ("    message", "    zzz: 1\n    message", (10, 5), "unknown key 'zzz'", "the keys are id, name, article"),
        (
            "forbid-pattern",
            "forbid-patern",
            (6, 11),
            "there is no kind 'forbid-patern'",
            "did you mean 'forbid-pattern'?",
        ),
        ("forbid-pattern", "whatever", (6, 11), "there is no kind 'whatever'", "artifact-exists, "),
        (
            "severity: warning",
            "severity: fatal",
            (8, 15),
            "severity: input should be 'error', 'warning', 'info' or 'off'",
            "",
        ),
        ("severity: warning", "severity: on", (8, 15), "severity: input should be", ""),
        ("stage: spec", "stage: specs", (7, 12), "stage: input should be 'intent'", ""),
        ("    stage: spec\n", "", (3, 5), "a rule of kind 'forbid-pattern' needs 'stage' or 'stages'", "stages: all"),
        ("with: {literals: [fast]}", "with: {literals: fast}", (9, 22), "literals: input should be a list", ""),
        (
            "with: {literals: [fast]}",
            "with: {literals: [1]}",
            (9, 23),
            "literals.0: input should be a valid string",
            "",
        ),
        ("with: {literals: [fast]}", "with: {}", (9, 11), "give 'literals' or a 'pattern'", ""),
        ("with: {literals: [fast]}", "with: [x]", (9, 11), "with: input should be a mapping", ""),
        ("{literals: [fast]}", "{pattern: '(a'}", (9, 21), "the pattern is not valid: missing )", ""),
        ("{literals: [fast]}", "{pattern: 'a{99999999999}'}", (9, 21), "the pattern is not valid", ""),
        ("{literals: [fast]}", "{pattern: '(?P<match>a)|(?P<match>b)'}", (9, 21), "the pattern is not valid", ""),
        ("id: TEAM001", "id: team-1", (3, 9), "'team-1' is not an id", "such as TEAM001"),
        ("    name: no-fast\n", "", (3, 5), "the key 'name' is missing", ""),
        ("pack: team\n", "", (1, 1), "the key 'pack' is missing", ""),
        ("id: TEAM001", "id: SPEC003", (3, 9), "a rule with the id 'SPEC003' already: SPEC003", "'extend: SPEC003'"),
        (
            "name: no-fast",
            "name: spec-overview",
            (4, 11),
            "a rule with the name 'spec-overview' already: SPEC001 (spec-overview) in spec.yaml",
            "'extend: SPEC001'; to add another one, give it another name",
        ),
        ("name: no-fast", "name: all", (4, 11), "no rule can be called 'all'", ""),
        ("'{match}' is", "'{mach}' is", (10, 14), "there is no placeholder '{mach}'", "did you mean 'match'?"),
        (
            "Say how fast.",
            "Say {how}.",
            (11, 10),
            "there is no placeholder '{how}'",
            "'forbid-pattern' knows {match}",
        ),
        ("    stage: spec", "    stage: spec\n    stages: all", (8, 5), "'stage' and 'stages' exclude each other", ""),
        (
            "kind: forbid-pattern\n    stage: spec\n    severity: warning\n    with: {literals: [fast]}",
            "kind: link-resolves\n    stage: spec\n    severity: warning",
            (7, 5),
            "a rule of kind 'link-resolves' looks at a whole session, so it takes no 'stage'",
            "",
        ),
        (
            "    stage: spec",
            "    stage: spec\n    scope: project",
            (8, 12),
            "looks at one file, not at one project",
            "",
        ),
        ("{literals: [fast]}", "{literals: ['']}", (9, 22), "an empty text matches everywhere", ""),
        ("pack: team", "pack: core", (1, 7), "no other pack can be called 'core'", ""),
        (
            "pack: team",
            "pack: team\nrequires_idse: '>=99.1'",
            (2, 16),
            f"needs idse >=99.1, this is {__version__}",
            "pip",
        ),
        ("pack: team", "pack: team\nrequires_idse: '~=1'", (2, 16), "'requires_idse' must look like '>=0.1'", ""),
        ("pack: team", "pack: team\npack: two", (2, 1), "the key 'pack' stands twice", ""),
        ("pack: team", "pack: !!python/object:os.x team", (1, 7), "tag", ""),
        ("    message", "   message", (10, 4), "expected", ""),
        ("[fast]", "[fast", (9, 27), "expected ',' or ']'", ""),
    ],
)
def test_a_mistake_has_its_place_and_the_nearest_good_word(  # noqa: PLR0917  # by name, from the table
    root: Path, old: str, new: str, where: Tuple[int, int], message: str, hint: str
) -> None:
    assert old in NEW
    error = broken(root, NEW.replace(old, new, 1))

    assert message in error.message
    assert place(error) == where
    assert hint in error.hint


def test_the_place_of_a_key_counts_characters(root: Path) -> None:
    line = "  - {extend: SPEC001, fix: 'größer \N{GRINNING FACE}', sverity: error}"
    error = broken(root, f"pack: team\nrules:\n{line}\n")

    assert place(error) == (3, line.index("sverity") + 1)


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("", (1, 1), "a mapping"),
        ("# only a comment\n", (1, 1), "a mapping"),
        ("- a\n", (1, 1), "a mapping"),
        ("pack: team\nrules:\n", (2, 7), "rules: input should be a valid list"),
        ("pack: team\nrules: [x]\n", (2, 9), "rules.0: input should be a mapping"),
        ("pack: team\nrules:\n  - {extend: SPEC999}\n", (3, 14), "there is no rule 'SPEC999' to extend"),
        ("pack: team\nrules:\n  - {extend: [x]}\n", (3, 14), "extend: input should be a valid string"),
        ("pack: team\nrules:\n  - {extend: SPEC001, with: {mn_words: 3}}\n", (3, 30), "unknown key 'mn_words'"),
        ("pack: team\nrules:\n  - {extend: SPEC001, with: {min_words: x}}\n", (3, 41), "min_words: input should be"),
        ("pack: &a [*a]\n", (1, 7), "endless"),
        ("pack: " + "[" * 100 + "]" * 100, (1, 67), "too deep"),
    ],
)
def test_what_is_not_a_pack_is_reported_as_such(root: Path, text: str, where: Tuple[int, int], message: str) -> None:
    error = broken(root, text)

    assert message in error.message
    assert place(error) == where


def test_an_unknown_key_of_a_change_to_a_rule_of_the_same_pack_is_a_mistake_too(root: Path) -> None:
    error = broken(root, NEW + "  - {extend: TEAM001, with: {litterals: [x]}}\n")

    assert "unknown key 'litterals'" in error.message
    assert place(error) == (12, 30)


def test_a_mistake_in_a_file_stops_the_engine_before_anything_is_judged(root: Path) -> None:
    write(root, NEW.replace("severity", "severty"))

    with pytest.raises(PackError) as caught:
        load(root)
    assert str(caught.value) == f"{TEAM}:8:5: unknown key 'severty'"
    assert caught.value.hint == "did you mean 'severity'?"


def test_an_id_is_unique_within_a_pack_and_across_packs(root: Path) -> None:
    error = broken(root, NEW + NEW[NEW.index("  - id") :].replace("no-fast", "other"))
    assert (error.message, place(error)) == (
        "there is a rule with the id 'TEAM001' already: TEAM001 (no-fast) in .idse/rules/team.yaml",
        (12, 9),
    )

    write(root, NEW)
    write(root, NEW.replace("no-fast", "other"), "rules/z.yaml")
    with pytest.raises(PackError, match="TEAM001") as caught:
        load(root)
    assert caught.value.location == ".idse/rules/z.yaml:3:9"


def test_a_pack_that_is_not_utf_8(root: Path) -> None:
    path = write(root, NEW)
    path.write_bytes(path.read_bytes().replace(b"Say how fast", "Sag, wie schnell für wen".encode("latin-1")))

    with pytest.raises(PackError, match="not UTF-8") as caught:
        load(root)
    assert caught.value.location.startswith(".idse/rules/team.yaml:11")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_pack_outside_the_workspace_is_refused(root: Path, kind: str) -> None:
    outside = root.parent / "outside"
    write(outside, NEW, "team.yaml")
    if kind == "file":
        (root / "rules").mkdir()
        (root / "rules" / "team.yaml").symlink_to(outside / "team.yaml")
    else:
        (root / "rules").symlink_to(outside, target_is_directory=True)

    with pytest.raises(UnreadableError) as caught:
        load(root)
    assert caught.value.reason == "link-outside"
    assert caught.value.path == ".idse/rules/team.yaml"


def test_a_pack_that_is_a_folder_or_huge_is_refused(root: Path) -> None:
    (root / "rules" / "team.yaml").mkdir(parents=True)
    with pytest.raises(UnreadableError, match="folder") as caught:
        load(root)
    assert caught.value.path == ".idse/rules/team.yaml"

    (root / "rules" / "team.yaml").rmdir()
    write(root, "#" + "x" * (9 << 20))
    with pytest.raises(UnreadableError, match="has 9"):
        load(root)


def test_a_corrected_pack_is_used_at_once(root: Path) -> None:
    write(root, NEW)
    first = load_constitution(root, PROJECT)
    write(root, NEW.replace("warning", "error"))
    second = load_constitution(root, PROJECT)
    (root / "rules" / "team.yaml").unlink()
    third = load_constitution(root, PROJECT)

    assert len({first.key, second.key, third.key}) == 3
    assert [rule.id for rule in third.rules] == [rule.id for rule in CORE.rules]
    assert (first.rules.get("TEAM001").severity, second.rules.get("TEAM001").severity) == (
        Severity.WARNING,
        Severity.ERROR,
    )
    assert "TEAM001" not in third.rules


# Examples of rules that a later pack changes


def test_examples_are_for_what_a_rule_asks_for(root: Path) -> None:
    write(
        root,
        "pack: team\nrules:\n  - {extend: SPEC001, with: {min_words: 20}}\n  - {extend: spec004, with: {non_empty: true}}\n"
        "  - {extend: SPEC005, severity: info}\n"
        '  - {extend: TASK001, with: {min_items: 2}, examples: {invalid: ["- [ ] 1\\n"]}}\n',
    )

    rules = load(root)

    fit = {name: rules.get(name).examples_fit for name in ("SPEC001", "SPEC004", "SPEC005", "TASK001")}
    assert fit == {"SPEC001": False, "SPEC004": True, "SPEC005": True, "TASK001": True}
    assert rules.get("TASK001").examples == Examples(invalid=("- [ ] 1\n",))
    assert load(root).get("SPEC001").examples_fit is False  # as it comes out of the cache


def test_examples_that_no_longer_fit_are_not_run(root: Path) -> None:
    write(root, "pack: team\nrules:\n  - {extend: SPEC001, with: {min_words: 20}}\n")
    rules = load(root)

    assert list(run_examples(rules, lambda *_: [], folder=root, only=[rules.get("SPEC001")])) == []
