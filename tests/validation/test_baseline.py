from __future__ import annotations

import json
from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.constitution_rules import Severity
from idse_core.errors import ConfigError
from idse_core.pipeline_artifacts import Stage
from idse_core.validation.baseline import Baseline, BaselineEntry
from idse_core.validation.findings import Finding, Part


def found(fingerprint: str, session: str = "one", project: str = "p") -> Finding:
    return Finding(
        rule="SPEC001",
        name="spec-overview",
        article="III",
        severity=Severity.ERROR,
        project=project,
        session=session,
        stage=None,
        path=f"{session}/spec.md",
        line=1,
        column=1,
        end_line=1,
        message="m",
        fix="f",
        fixable=False,
        fingerprint=fingerprint,
    )


findings = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["one", "two"])).map(lambda pair: found(*pair)), max_size=12
)


@given(findings)
def test_what_is_written_down_is_accepted_and_nothing_else(seen: List[Finding]) -> None:
    baseline = Baseline().rewritten("p", {"one": {}, "two": {}}, seen)

    new, accepted = baseline.part([*seen, found("new")])

    assert [item.fingerprint for item in new] == ["new"]
    assert list(accepted) == seen
    assert baseline.stale("p", ["one", "two"], accepted) == ()


@given(findings)
def test_survives_the_disk(seen: List[Finding]) -> None:
    baseline = Baseline().rewritten("p", {"one": {}, "two": {}}, seen)

    again = Baseline.parse(baseline.serialize(), path="baseline.json")

    assert again.entries == baseline.entries
    assert again.serialize() == baseline.serialize()


@given(findings, findings)
def test_pruning_leaves_exactly_what_is_still_found(before: List[Finding], now: List[Finding]) -> None:
    baseline = Baseline().rewritten("p", {"one": {}, "two": {}}, before)
    _, accepted = baseline.part(now)

    pruned = baseline.without(baseline.stale("p", ["one", "two"], accepted))

    assert len(pruned) == len(accepted)
    assert pruned.part(now) == baseline.part(now)


def test_one_more_of_the_same_is_new() -> None:
    baseline = Baseline().rewritten("p", {"one": {}}, [found("a"), found("a")])

    new, accepted = baseline.part([found("a")] * 3)

    assert (len(new), len(accepted)) == (1, 2)


def group(*fingerprints: str) -> Finding:
    """A finding that stands for several."""
    parts = [Part(number, 1, number, f"m {name}", "f", name, "") for number, name in enumerate(fingerprints, start=1)]
    return found(f"all {len(parts)}")._replace(parts=tuple(parts))


@given(st.lists(st.sampled_from("abcd"), min_size=1), st.lists(st.sampled_from("abcd"), min_size=1))
def test_of_several_each_is_accepted_by_itself(before: List[str], now: List[str]) -> None:
    baseline = Baseline().rewritten("p", {"one": {}}, [group(*before)])
    baseline = Baseline.parse(baseline.serialize(), path="baseline.json")
    singles = [found(name)._replace(line=line, end_line=line, message=f"m {name}") for line, name in enumerate(now, 1)]

    new, accepted = baseline.part([group(*now)])
    expected_new, expected_accepted = baseline.part(singles)

    assert new == ((group(*now),) if not expected_accepted else expected_new)
    assert accepted == expected_accepted
    assert baseline.stale("p", ["one"], accepted) == baseline.stale("p", ["one"], expected_accepted)


def test_what_is_left_of_several_stands_in_order() -> None:
    baseline = Baseline().rewritten("p", {"one": {}}, [group("a")])

    new, _ = baseline.part([group("a", "b", "c"), found("x")._replace(line=2, message="m x")])

    assert [(item.line, item.fingerprint, item.parts) for item in new] == [(2, "b", ()), (2, "x", ()), (3, "c", ())]


def test_an_entry_for_several_together_accepts_them_until_each_has_its_own() -> None:
    old = Baseline([BaselineEntry("all 3", "SPEC001", "p", "one", "spec.md", "m")])
    several = group("a", "b", "c")

    assert old.part([several]) == ((), (several,))
    assert old.stale("p", ["one"], [several]) == ()
    assert [entry.fingerprint for entry in old.accepting([several]).entries] == ["a", "b", "c"]


def test_other_sessions_and_projects_keep_their_entries() -> None:
    baseline = Baseline().rewritten("p", {"one": {}, "two": {}}, [found("a", "one"), found("b", "two")])
    baseline = baseline.rewritten("q", {"one": {}}, [found("c", "one", "q")])

    again = baseline.rewritten("p", {"one": {}}, [])

    assert {(entry.project, entry.fingerprint) for entry in again.entries} == {("p", "b"), ("q", "c")}


def test_a_consequence_counts_where_the_artifact_has_changed_since() -> None:
    baseline = Baseline().rewritten("p", {"one": {Stage.PLAN: "sha256:a", Stage.TASKS: None}}, [])
    baseline = Baseline.parse(baseline.serialize(), path="baseline.json").without([])
    at_plan = found("x")._replace(stage=Stage.PLAN, consequence=True)

    assert baseline.part([at_plan], {Stage.PLAN: "sha256:a"}) == ((), (at_plan,))
    assert baseline.part([at_plan], {Stage.PLAN: "sha256:b"}) == ((at_plan,), ())
    assert baseline.part([at_plan], {}) == ((at_plan,), ())
    for other in (
        at_plan._replace(consequence=False),
        at_plan._replace(session="two"),
        at_plan._replace(stage=Stage.TASKS),
        at_plan._replace(stage=None),
    ):
        assert baseline.part([other], {Stage.PLAN: "sha256:a", Stage.TASKS: None}) == ((other,), ())


ENTRY = BaselineEntry("a", "SPEC001", "p", "one", "spec.md", "m")._asdict()


@pytest.mark.parametrize(
    ("data", "next_step"),
    [(b'{"schema_version": 2}', "update idse"), (b'{"schema_version": "1"}', "mend it"), (b"{", "mend it")],
)
def test_what_to_do_about_a_file_that_is_not_ours(data: bytes, next_step: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Baseline.parse(data, path="baseline.json")
    assert caught.value.hint.startswith(next_step)


@pytest.mark.parametrize(
    ("document", "place", "message"),
    [
        ({"schema_version": 2, "findings": []}, (None, None), "schema_version 2"),
        ({"schema_version": 1, "findings": {}}, (None, None), "must be a list"),
        ({"schema_version": 1, "findings": [ENTRY, {**ENTRY, "times": 0}]}, (1, None), "not an entry"),
        ({"schema_version": 1, "findings": [{"rule": 1}]}, (1, None), "not an entry"),
        ({"schema_version": 1, "findings": [], "artifacts": []}, (1, None), "must hold digests"),
        ({"schema_version": 1, "findings": [], "artifacts": {"p": {"s": {"plan": 1}}}}, (1, None), "must hold digests"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(document: object, place: Tuple[object, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        Baseline.parse(json.dumps(document).encode("utf-8"), path="baseline.json")

    assert caught.value.line == place[0]
