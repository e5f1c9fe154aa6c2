"""The state machine of the stages, and `session_state.json` as a record of it."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core.errors import ConfigError, RefusedError
from idse_core.pipeline_artifacts import Stage
from idse_core.stage_state_model import (
    SCHEMA_VERSION,
    StageEvidence,
    StageState,
    StageStateModel,
    StageStatus,
    ValidationStatus,
    derive,
    stale_from,
)
from tests.builders import statuses

PENDING, IN_PROGRESS, COMPLETED = StageState
UNKNOWN, PASSING, FAILING = ValidationStatus
PATH = ".idse/projects/p/session_state.json"

DOCUMENTED = """\
{
  "schema_version": 1,
  "project_name": "customer-portal",
  "session_id": "auth-login",
  "stages": {"intent": "completed", "context": "in_progress", "spec": "pending", "plan": "pending",
             "tasks": "pending", "implementation": "pending", "feedback": "pending"},
  "validation_status": "failing",
  "last_sync": null,
  "sessions": {
    "auth-login": {
      "stages": {"intent": "completed", "context": "in_progress", "spec": "pending", "plan": "pending",
                 "tasks": "pending", "implementation": "pending", "feedback": "pending"},
      "validation_status": "failing", "last_sync": null,
      "basis": {"context": {"intent": "sha256:1"}}
    }
  }
}
"""


def parse(value: object) -> StageStateModel:
    return StageStateModel.parse(json.dumps(value).encode(), path=PATH)


def written(model: StageStateModel) -> Dict[str, Any]:
    document: Dict[str, Any] = json.loads(model.serialize())
    return document


# ------------------------------------------------------------------------------------------------------- derivation


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (StageEvidence(None, written=False), PENDING),
        (StageEvidence("d", written=False), PENDING),
        (StageEvidence("d", written=False, open_markers=3, errors=3), PENDING),
        (StageEvidence("d", written=True, open_markers=1), IN_PROGRESS),
        (StageEvidence("d", written=True, errors=1), IN_PROGRESS),
        (StageEvidence("d", written=True, open_markers=2, errors=2), IN_PROGRESS),
        (StageEvidence(None, written=True, errors=1), IN_PROGRESS),
        (StageEvidence("d", written=True), COMPLETED),
    ],
)
def test_a_state_follows_from_what_the_artifact_says(evidence: StageEvidence, state: StageState) -> None:
    derived = derive({Stage.SPEC: evidence}, {})[Stage.SPEC.position]
    assert derived == StageStatus(Stage.SPEC, state, evidence.open_markers, evidence.errors, evidence.digest)
    assert not derived.stale


def test_stages_without_evidence_are_pending_and_all_seven_come_in_order() -> None:
    derived = derive({}, {})
    assert [status.stage for status in derived] == list(Stage)
    assert {(status.state, status.digest) for status in derived} == {(PENDING, None)}


def test_a_completed_stage_is_stale_when_an_earlier_one_changed() -> None:
    evidence = {stage: StageEvidence(f"{stage} 2", written=True) for stage in Stage}
    basis = {Stage.PLAN: {Stage.INTENT: "intent 2", Stage.CONTEXT: "context 1", Stage.SPEC: "spec 1"}}
    stale = {status.stage: status.stale_from for status in derive(evidence, basis)}
    assert stale.pop(Stage.PLAN) == (Stage.CONTEXT, Stage.SPEC)
    assert not any(stale.values())


@pytest.mark.parametrize("found", [{"written": False}, {"written": True, "open_markers": 1}])
def test_only_a_completed_stage_is_stale(found: Mapping[str, Any]) -> None:
    evidence = {Stage.INTENT: StageEvidence("new", written=True), Stage.SPEC: StageEvidence("d", **found)}
    assert not any(status.stale for status in derive(evidence, {Stage.SPEC: {Stage.INTENT: "old"}}))


@pytest.mark.parametrize(
    ("own", "earlier", "basis", "expected"),
    [
        ("s", "i", None, ()),
        ("s", "i", {}, ()),
        ("s", "i", {Stage.INTENT: "i", Stage.SPEC: "s"}, ()),
        ("s", "i2", {Stage.INTENT: "i", Stage.SPEC: "s"}, (Stage.INTENT,)),
        ("s2", "i2", {Stage.INTENT: "i", Stage.SPEC: "s"}, ()),
        ("s", None, {Stage.INTENT: "i", Stage.SPEC: "s"}, (Stage.INTENT,)),
        ("s", "i2", {Stage.INTENT: "i"}, (Stage.INTENT,)),
    ],
    ids=["no basis", "empty basis", "nothing", "an earlier one", "edited since", "an earlier one went", "older file"],
)
def test_what_makes_a_stage_stale(
    own: str, earlier: Optional[str], basis: Optional[Mapping[Stage, str]], expected: Tuple[Stage, ...]
) -> None:
    assert stale_from(Stage.SPEC, {Stage.INTENT: earlier, Stage.SPEC: own}, basis) == expected


# ----------------------------------------------------------------------------------------------- the life of a stage


def judged(model: StageStateModel, texts: Mapping[Stage, str]) -> Tuple[StageStateModel, Dict[Stage, StageStatus]]:
    """One validation of artifacts with these digests, all of them complete; and its record."""
    evidence = {stage: StageEvidence(digest, written=True) for stage, digest in texts.items()}
    found = {status.stage: status for status in derive(evidence, model.session("s").basis)}
    return model.record("s", found, PASSING), found


def test_a_stage_stays_stale_until_it_is_edited() -> None:
    model, texts = StageStateModel.new("p", "s"), {stage: f"{stage} 1" for stage in Stage}
    model, found = judged(model, texts)
    assert not any(status.stale for status in found.values())
    texts[Stage.INTENT] = "intent 2"
    for _ in range(3):
        model, found = judged(model, texts)
        assert [stage for stage, status in found.items() if status.stale] == list(Stage)[1:]
    texts[Stage.PLAN] = "plan 2"
    for _ in range(2):
        model, found = judged(model, texts)
        stale = [Stage.CONTEXT, Stage.SPEC, Stage.TASKS, Stage.IMPLEMENTATION, Stage.FEEDBACK]
        assert [stage for stage, status in found.items() if status.stale] == stale
        assert found[Stage.SPEC].stale_from == (Stage.INTENT,)
        assert found[Stage.TASKS].stale_from == (Stage.INTENT, Stage.PLAN)


def test_accepting_confirms_one_stage_and_no_other() -> None:
    model, texts = StageStateModel.new("p", "s"), {stage: f"{stage} 1" for stage in Stage}
    model, _ = judged(model, texts)
    texts[Stage.INTENT] = "intent 2"
    model, _ = judged(model, texts)
    model = model.accept("s", Stage.SPEC, texts)
    model, found = judged(model, texts)
    assert not found[Stage.SPEC].stale
    assert found[Stage.CONTEXT].stale_from == (Stage.INTENT,)
    texts[Stage.CONTEXT] = "context 2"
    model, found = judged(model, texts)
    assert found[Stage.SPEC].stale_from == (Stage.CONTEXT,)


def test_undoing_a_change_undoes_the_staleness() -> None:
    model, texts = StageStateModel.new("p", "s"), {stage: f"{stage} 1" for stage in Stage}
    model, _ = judged(model, texts)
    before = model.serialize()
    model, found = judged(model, {**texts, Stage.INTENT: "intent 2"})
    assert found[Stage.SPEC].stale
    model, found = judged(model, texts)
    assert not any(status.stale for status in found.values())
    assert model.serialize() == before


digest_sets = st.fixed_dictionaries({stage: st.sampled_from(["x", "y", "z"]) for stage in Stage})
events = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(list(Stage)), st.sampled_from(["x", "y", "z"])),
    st.tuples(st.just("accept"), st.sampled_from(list(Stage)), st.just("")),
)


@settings(max_examples=80, deadline=None)
@given(start=digest_sets, history=st.lists(events, max_size=6))
def test_staleness_law(start: Dict[Stage, str], history: Any) -> None:
    """A stage is stale exactly when an earlier one differs from what it was at the last confirmation of the stage.

    The last confirmation is the last time it was judged after an edit of its own, or accepted.
    """
    texts = dict(start)
    model, _ = judged(StageStateModel.new("p", "s"), texts)
    confirmed = {stage: dict(texts) for stage in Stage}
    for what, stage, text in history:
        if what == "accept":
            model = model.accept("s", stage, texts)
            confirmed[stage] = dict(texts)
        else:
            texts[stage] = text
        model, found = judged(model, texts)
        for each in Stage:
            differ = tuple(earlier for earlier in each.earlier if texts[earlier] != confirmed[each][earlier])
            edited = texts[each] != confirmed[each][each]
            assert found[each].stale_from == (() if edited else differ)
            if edited or not differ:
                confirmed[each] = dict(texts)


# ------------------------------------------------------------------------------------------------------- the record

states = st.sampled_from(list(StageState))
found_statuses = st.dictionaries(
    st.sampled_from(list(Stage)),
    st.tuples(states, st.one_of(st.none(), st.sampled_from(["sha256:a", "sha256:b"])), st.booleans()),
    max_size=7,
).map(
    lambda chosen: {
        stage: StageStatus(stage, state, 0, 0, digest, stage.earlier[:1] if stale else ())
        for stage, (state, digest, stale) in chosen.items()
    }
)
verdicts = st.sampled_from(list(ValidationStatus))
ids = st.sampled_from(["auth", "billing", "__blueprint__", "caf\u00e9"])
junk = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.lists(st.integers(), max_size=2))
stage_names = st.sampled_from([*(stage.value for stage in Stage), "later", ""])
stage_values = st.one_of(st.sampled_from(["pending", "in_progress", "completed", "complete", "done"]), junk)
stage_maps = st.one_of(st.dictionaries(stage_names, stage_values, max_size=9), junk)
basis_maps = st.one_of(
    st.dictionaries(
        stage_names, st.one_of(st.dictionaries(stage_names, st.one_of(st.just("sha256:a"), junk), max_size=3), junk)
    ),
    junk,
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "stages": stage_maps,
        "validation_status": st.one_of(st.sampled_from(["passing", "failing", "unknown", "odd"]), junk),
        "last_sync": st.one_of(st.just("2026-01-01T00:00:00Z"), junk),
        "basis": basis_maps,
        "theirs": junk,
    },
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "theirs": junk,
        "schema_version": st.sampled_from([1, 0, True, None, "1"]),
        "project_name": junk,
        "session_id": st.one_of(ids, junk),
        "stages": stage_maps,
        "validation_status": junk,
        "last_sync": junk,
        "sessions": st.dictionaries(ids, st.one_of(entries, junk), max_size=3),
    },
)


@settings(max_examples=120, deadline=None)
@given(document=documents, session=ids, found=found_statuses, verdict=verdicts)
def test_what_is_recorded_is_read_back(
    document: Dict[str, Any], session: str, found: Dict[Stage, StageStatus], verdict: ValidationStatus
) -> None:
    model = parse(document).record(session, found, verdict)
    again = StageStateModel.parse(model.serialize(), path=PATH)
    assert again == model
    assert again.session(session) == model.session(session)
    assert again.session(session).validation_status is verdict
    for stage, status in found.items():
        assert again.session(session).stages[stage] is status.state
    for stage in set(Stage) - set(found):
        assert again.session(session).stages[stage] is parse(document).session(session).stages[stage]


@settings(max_examples=120, deadline=None)
@given(document=documents, session=ids, found=found_statuses, verdict=verdicts)
def test_recording_the_same_twice_changes_no_byte(
    document: Dict[str, Any], session: str, found: Dict[Stage, StageStatus], verdict: ValidationStatus
) -> None:
    once = parse(document).record(session, found, verdict)
    assert once.record(session, found, verdict).serialize() == once.serialize()
    selected = once.select(session)
    assert selected.select(session).serialize() == selected.serialize()


@settings(max_examples=120, deadline=None)
@given(document=documents, session=ids, found=found_statuses, stage=st.sampled_from(list(Stage)))
def test_nothing_that_is_done_to_one_session_touches_another(
    document: Dict[str, Any], session: str, found: Dict[Stage, StageStatus], stage: Stage
) -> None:
    model = parse(document)
    others = {"auth", "billing", "__blueprint__", "caf\u00e9", model.current} - {session, ""}
    before = {other: model.session(other) for other in others}
    changes: List[Callable[[StageStateModel], StageStateModel]] = [
        lambda model: model.record(session, found, PASSING),
        lambda model: model.synced([session], "2026-05-01T00:00:00Z"),
        lambda model: model.accept(session, stage, {Stage.INTENT: "sha256:x"}),
        lambda model: model.select(session),
    ]
    for change in changes:
        model = change(model)
        assert {other: model.session(other) for other in others} == before


def known_order(before: Any, after: Any) -> bool:
    """Whether `after` has all keys of `before`, in their order, all the way down where both are objects."""
    if not isinstance(before, dict):
        return True
    if not isinstance(after, dict):
        return False
    kept = [key for key in after if key in before]
    return kept == list(before) and all(known_order(value, after[key]) for key, value in before.items())


@settings(max_examples=120, deadline=None)
@given(document=documents, session=ids, found=found_statuses)
def test_unknown_keys_and_the_order_of_keys_are_kept(
    document: Dict[str, Any], session: str, found: Dict[Stage, StageStatus]
) -> None:
    model = parse(copy.deepcopy(document)).record(session, found, FAILING).select(session).synced([session], "now")
    after = written(model)
    changed = {stage.value for stage in Stage}
    for entry in itertools.chain([document], [e for e in document.get("sessions", {}).values() if isinstance(e, dict)]):
        for stage in changed:  # where one of them is renewed, all of the basis is written anew
            if isinstance(entry.get("basis"), dict):
                entry["basis"].pop(stage, None)
    for entry in after["sessions"].values():
        if isinstance(entry, dict) and isinstance(entry.get("basis"), dict):
            for stage in changed:
                entry["basis"].pop(stage, None)
    assert known_order(document, after)
    assert after.get("theirs") == document.get("theirs")


def test_a_change_never_reaches_the_model_that_it_started_from() -> None:
    model = StageStateModel.new("p", "s")
    before = model.serialize()
    model.record("s", statuses(intent=COMPLETED), PASSING)
    model.select("other")
    model.synced(["s"], "2026-01-01T00:00:00Z")
    model.accept("s", Stage.SPEC, {Stage.INTENT: "sha256:i"})
    assert model.serialize() == before


# ------------------------------------------------------------------------------------------------------- the format


def test_the_documented_example_is_read_as_documented() -> None:
    model = StageStateModel.parse(DOCUMENTED.encode(), path=PATH)
    record = model.session("auth-login")
    assert model.current == "auth-login"
    assert not model.read_only
    assert record.stages == {**dict.fromkeys(Stage, PENDING), Stage.INTENT: COMPLETED, Stage.CONTEXT: IN_PROGRESS}
    assert record.validation_status is FAILING
    assert record.last_sync is None
    assert record.basis == {Stage.CONTEXT: {Stage.INTENT: "sha256:1"}}
    found = {stage: StageStatus(stage, state, 0, 0, None) for stage, state in record.stages.items()}
    del found[Stage.INTENT]
    assert written(model.record("auth-login", found, FAILING)) == json.loads(DOCUMENTED)


def test_a_new_file_has_the_documented_keys_in_the_documented_order() -> None:
    document = written(StageStateModel.new("customer-portal", "auth-login"))
    documented = json.loads(DOCUMENTED)
    assert list(document) == list(documented)
    assert list(document["stages"]) == [stage.value for stage in Stage]
    assert [*document["sessions"]["auth-login"], "basis"] == list(documented["sessions"]["auth-login"])
    assert document["schema_version"] == SCHEMA_VERSION
    assert set(document["stages"].values()) == {"pending"}
    assert (document["validation_status"], document["last_sync"]) == ("unknown", None)


def test_the_top_level_is_the_current_session() -> None:
    model = StageStateModel.new("p", "a").record("a", statuses(intent=COMPLETED), PASSING)
    model = model.record("b", statuses(intent=IN_PROGRESS), FAILING).synced(["b"], "2026-01-01T00:00:00Z")
    assert (written(model)["session_id"], written(model)["validation_status"]) == ("a", "passing")
    document = written(model.select("b"))
    assert (document["session_id"], document["validation_status"]) == ("b", "failing")
    assert (document["stages"]["intent"], document["last_sync"]) == ("in_progress", "2026-01-01T00:00:00Z")
    assert document["stages"] == document["sessions"]["b"]["stages"]


def test_a_file_of_the_earlier_tool_keeps_its_only_session_when_another_is_selected() -> None:
    stages = {stage.value: "complete" for stage in Stage}
    model = parse({"session_id": "old", "stages": stages, "validation_status": "passing", "last_sync": "2025-01-01"})
    selected = model.select("new")
    assert selected.session("old") == model.session("old")
    assert selected.session("old").last_sync == "2025-01-01"
    assert selected.session("new").last_sync is None


def test_complete_is_read_as_completed_and_left_as_it_is() -> None:
    model = parse({"session_id": "s", "stages": {"intent": "complete", "spec": "odd", "plan": 3}})
    assert model.session("s").stages[Stage.INTENT] is COMPLETED
    assert model.session("s").stages[Stage.SPEC] is PENDING
    document = written(model.record("s", statuses(intent=COMPLETED, spec=IN_PROGRESS), PASSING))
    assert (document["stages"]["intent"], document["stages"]["spec"]) == ("complete", "in_progress")


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 99, 1.5])
@pytest.mark.parametrize("sessions", [{"s": {"validation_status": "passing"}}, ["a later format"]])
def test_a_newer_schema_opens_read_only(version: float, sessions: object) -> None:
    document = {"schema_version": version, "session_id": "s", "validation_status": "passing", "sessions": sessions}
    model = parse(document)
    assert model.read_only
    assert model.session("s").validation_status is PASSING
    changes: List[Callable[[], object]] = [
        lambda: model.record("s", {}, PASSING),
        lambda: model.select("s"),
        lambda: model.accept("s", Stage.SPEC, {}),
        lambda: model.synced(["s"], "now"),
    ]
    for change in changes:
        with pytest.raises(RefusedError, match="newer version") as caught:
            change()
        assert "pip install" in caught.value.hint
    assert written(model) == document


@pytest.mark.parametrize("sessions", [[], "x", 3, None, True])
def test_sessions_that_are_no_object_are_named_with_their_place(sessions: object) -> None:
    data = b'{\n  "project_name": "p",\n  "sessions": ' + json.dumps(sessions).encode() + b"}"
    with pytest.raises(ConfigError, match="'sessions' must be an object") as caught:
        StageStateModel.parse(data, path=PATH)
    assert (caught.value.line, caught.value.column) == (3, 15)


def test_a_file_with_conflict_markers_says_where() -> None:
    lines = DOCUMENTED.splitlines()
    lines[3:4] = ["<<<<<<< HEAD", lines[3], "=======", lines[3], ">>>>>>> theirs"]
    with pytest.raises(ConfigError, match="git conflict markers") as caught:
        StageStateModel.parse("\n".join(lines).encode(), path=PATH)
    assert caught.value.location == f"{PATH}:4:1"


def test_a_broken_file_says_where() -> None:
    with pytest.raises(ConfigError, match="not valid JSON") as caught:
        StageStateModel.parse(DOCUMENTED.replace('"failing",', '"failing"').encode(), path=PATH)
    assert caught.value.location == f"{PATH}:8:3"
    with pytest.raises(ConfigError, match="the file is empty"):
        StageStateModel.parse(b"", path=PATH)


def test_a_last_sync_belongs_to_its_session_and_survives_everything_else() -> None:
    model = StageStateModel.new("p", "a").synced(["a"], "2026-01-01T00:00:00Z")
    model = model.record("a", statuses(intent=COMPLETED), FAILING).select("b").accept("a", Stage.SPEC, {})
    assert model.session("a").last_sync == "2026-01-01T00:00:00Z"
    assert model.session("b").last_sync is None


# What travels of it


def test_what_is_shared_of_a_session_comes_back_without_touching_what_is_local() -> None:
    ours = StageStateModel.new("shop", "auth").synced(["auth"], "2026-01-01T00:00:00Z")
    shared = {"stages": {"intent": "completed"}, "validation_status": "passing", "of a newer version": [1]}

    taken = ours.take_over({"auth": shared, "new": shared})

    assert taken.shared("auth") == taken.shared("new") == shared
    assert taken.session("auth").last_sync == "2026-01-01T00:00:00Z"
    assert taken.session("new").last_sync is None
    top = json.loads(taken.serialize())
    assert (top["stages"]["intent"], top["validation_status"]) == ("completed", "passing")
    assert taken.take_over({"new": None}).shared("new") is None


def test_a_session_that_only_was_synced_shares_nothing() -> None:
    synced = StageStateModel.new("shop", "auth").synced(["auth", "other"], "2026-01-01T00:00:00Z")

    assert synced.shared("other") is None
    assert synced.session("other").last_sync == synced.session("auth").last_sync == "2026-01-01T00:00:00Z"
    assert "last_sync" not in (synced.shared("auth") or {})


def test_a_state_of_an_earlier_tool_is_shared_as_it_will_be_recorded() -> None:
    document = {"session_id": "auth", "stages": {"intent": "complete"}, "validation_status": "passing"}
    model = StageStateModel.parse(json.dumps(document).encode(), path="x")

    assert model.shared("auth") == model.synced(["auth"], "2026-01-01T00:00:00Z").shared("auth")
    assert model.shared("other") is None
