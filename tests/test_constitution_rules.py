"""Rules as data: looked up, extended by a later pack, and locked against being weakened."""

from __future__ import annotations

from typing import Any, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.constitution_rules import Article, ConstitutionRules, Rule, RuleChange, Severity
from idse_core.errors import PackError, UsageError
from idse_core.pipeline_artifacts import Stage

ERROR, WARNING, INFO, OFF = Severity


def rule(rule_id: str = "SPEC001", name: str = "has-overview", **fields: Any) -> Rule:
    made = Rule(rule_id, name, "I", "section", ERROR, message="m", fix="f", stages=(Stage.SPEC,))
    return made._replace(**fields)


BASE = ConstitutionRules(
    [rule(), rule("SPEC002", "has-ids", severity=OFF), rule("PLAN001", "plans", params={"most": 3, "words": ["a"]})],
    [Article("I", "Intent", "Why comes first.")],
)


def ids(rules: ConstitutionRules | Tuple[Rule, ...]) -> list[str]:
    return [item.id for item in rules]


# ---------------------------------------------------------------------------------------------------------- looking up


def test_rules_come_in_the_order_of_their_definition() -> None:
    assert ids(BASE) == ["SPEC001", "SPEC002", "PLAN001"]
    assert len(BASE) == 3
    assert ids(BASE.active()) == ["SPEC001", "PLAN001"]


@pytest.mark.parametrize("key", ["SPEC001", "spec001", "has-overview"])
def test_a_rule_is_found_by_id_and_by_name(key: str) -> None:
    assert BASE.get(key).id == "SPEC001"


def test_what_is_in_the_rules_is_an_id_or_a_name() -> None:
    assert "SPEC001" in BASE
    assert "has-overview" in BASE
    assert "SPEC" not in BASE
    assert 3 not in BASE


@pytest.mark.parametrize(
    ("key", "hint"), [("SPEC01", "SPEC001"), ("has-overvew", "has-overview"), ("zzz", "rules list")]
)
def test_an_unknown_rule_is_answered_with_the_nearest(key: str, hint: str) -> None:
    with pytest.raises(UsageError, match="there is no rule") as caught:
        BASE.get(key)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("SPEC", ["SPEC001", "SPEC002"]),
        ("spec", ["SPEC001", "SPEC002"]),
        ("SPEC001", ["SPEC001"]),
        (" plans ", ["PLAN001"]),
        ("spec002", ["SPEC002"]),
    ],
)
def test_a_selector_names_rules_by_id_name_or_beginning(pattern: str, expected: list[str]) -> None:
    assert ids(BASE.matching(pattern)) == expected


@pytest.mark.parametrize("pattern", ["", " ", "X", "SPEC0011"])
def test_a_selector_that_names_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        BASE.matching(pattern)


def test_severities_are_ordered() -> None:
    assert [severity.rank for severity in Severity] == [3, 2, 1, 0]
    assert WARNING.at_least(WARNING)
    assert WARNING.at_least(INFO)
    assert not WARNING.at_least(ERROR)


# ----------------------------------------------------------------------------------------------------------- extending


def test_new_rules_come_after_the_earlier_ones_and_the_earlier_set_stays_as_it_was() -> None:
    extended = BASE.extended([rule("TEAM001", "ours", pack="team")], [])
    assert ids(extended) == ["SPEC001", "SPEC002", "PLAN001", "TEAM001"]
    assert extended.get("ours").pack == "team"
    assert len(BASE) == 3
    assert extended.articles == BASE.articles


@pytest.mark.parametrize(
    "new",
    [
        [rule("SPEC001", "other")],
        [rule("TEAM001", "has-overview")],
        [rule("TEAM001", "ours"), rule("TEAM001", "more")],
        [rule("TEAM001", "ours"), rule("TEAM002", "ours")],
    ],
    ids=["id taken", "name taken", "id twice in the pack", "name twice in the pack"],
)
def test_an_id_or_name_that_is_taken_is_refused(new: list[Rule]) -> None:
    with pytest.raises(PackError, match="defined already") as caught:
        BASE.extended(new, [])
    assert caught.value.hint


@pytest.mark.parametrize("target", ["SPEC001", "has-overview"])
def test_a_change_touches_the_fields_it_names_and_no_others(target: str) -> None:
    changed = BASE.extended([], [RuleChange(target, {"severity": WARNING, "fix": "do it"})])
    assert changed.get("SPEC001") == rule(severity=WARNING, fix="do it")
    assert ids(changed) == ids(BASE)
    assert changed.get("PLAN001") == BASE.get("PLAN001")


def test_changed_parameters_are_merged_by_name() -> None:
    changed = BASE.extended([], [RuleChange("plans", {"params": {"most": 5}})])
    assert changed.get("plans").params == {"most": 5, "words": ["a"]}
    assert BASE.get("plans").params == {"most": 3, "words": ["a"]}


def test_a_rule_can_be_turned_off_and_on_again() -> None:
    off = BASE.extended([], [RuleChange("SPEC001", {"severity": OFF})])
    assert ids(off.active()) == ["PLAN001"]
    assert ids(off.extended([], [RuleChange("SPEC001", {"severity": INFO})]).active()) == ["SPEC001", "PLAN001"]


def test_a_pack_may_change_a_rule_that_it_brings_by_id_or_name() -> None:
    changes = [RuleChange("TEAM001", {"severity": INFO}), RuleChange("ours", {"fix": "x"})]
    assert BASE.extended([rule("TEAM001", "ours")], changes).get("ours") == rule(
        "TEAM001", "ours", severity=INFO, fix="x"
    )


def test_a_change_of_an_unknown_rule_is_named_with_its_place() -> None:
    with pytest.raises(PackError, match="there is no rule 'has-overvew' to extend") as caught:
        BASE.extended([], [RuleChange("has-overvew", {}, ".idse/rules/team.yaml", 7, 13)])
    assert caught.value.location == ".idse/rules/team.yaml:7:13"
    assert caught.value.hint == "did you mean has-overview?"


# -------------------------------------------------------------------------------------------------------------- locked

LOCKED = ConstitutionRules([rule(severity=WARNING, locked=True)])


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"severity": INFO}, "severity"),
        ({"severity": OFF}, "severity"),
        ({"locked": False}, "locked"),
        ({"params": {"most": 9}}, "with"),
        ({"stages": ()}, "stages"),
        ({"kind": "other"}, "kind"),
        ({"tags": ()}, "tags"),
        ({"severity": ERROR, "tags": ()}, "tags"),
    ],
)
def test_a_locked_rule_cannot_be_weakened(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(PackError, match=f"is locked.*{word}|{word}.*locked") as caught:
        LOCKED.extended([], [RuleChange("SPEC001", fields, "team.yaml", 3, 5)])
    assert caught.value.location == "team.yaml:3:5"
    only_severity = fields.keys() == {"severity"}  # all else has no stricter form that a pack could be held to
    assert ("stricter" in caught.value.hint) is only_severity
    assert caught.value.hint.endswith("add a rule of your own beside it")


@pytest.mark.parametrize("fields", [{"severity": ERROR}, {"severity": WARNING}, {"message": "x"}, {"locked": True}, {}])
def test_a_locked_rule_can_be_made_stricter_and_explained_better(fields: dict[str, Any]) -> None:
    assert LOCKED.extended([], [RuleChange("has-overview", fields)]).get("SPEC001") == LOCKED.get("SPEC001")._replace(
        **fields
    )


def test_locking_holds_for_later_packs_and_later_changes_of_the_same_pack() -> None:
    lock, weaken = RuleChange("SPEC001", {"locked": True}), RuleChange("SPEC001", {"severity": INFO})
    assert BASE.extended([], [weaken, lock]).get("SPEC001").severity is INFO
    with pytest.raises(PackError):
        BASE.extended([], [lock, weaken])
    with pytest.raises(PackError):
        BASE.extended([], [lock]).extended([], [weaken])


changes = st.fixed_dictionaries(
    {}, optional={"severity": st.sampled_from(list(Severity)), "locked": st.booleans(), "message": st.text(max_size=3)}
)


@given(packs=st.lists(changes, max_size=5))
def test_whatever_packs_say_a_locked_rule_only_gets_stricter(packs: list[dict[str, Any]]) -> None:
    rules = LOCKED
    for fields in packs:
        before = rules.get("SPEC001")
        try:
            rules = rules.extended([], [RuleChange("SPEC001", fields)])
        except PackError:
            continue
        after = rules.get("SPEC001")
        assert after.locked
        assert after.severity.at_least(before.severity)
