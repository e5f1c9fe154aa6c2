"""What completed stages were based on: few words in the file, the same meaning."""

from __future__ import annotations

import hashlib
import json
from typing import Dict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idse_core import files
from idse_core.pipeline_artifacts import Stage
from idse_core.stage_basis import Basis, basis_of, lean, parse_basis, same_basis, stale_from
from idse_core.stage_state_model import StageState, StageStateModel, StageStatus, ValidationStatus


def whole(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


DIGESTS = {stage: whole(f"{stage} 1") for stage in Stage}
ALL = {stage: basis_of(stage, DIGESTS) for stage in Stage}
digests = st.sampled_from([whole("1")[:23], whole("2")[:23], whole("3")[:23]])
bases = st.dictionaries(
    st.sampled_from(list(Stage)), st.dictionaries(st.sampled_from(list(Stage)), digests, min_size=1)
)


def written(basis: Basis) -> Dict[str, Dict[str, str]]:
    """As it stands in the file."""
    entries = {stage.value: {name.value: digest for name, digest in of.items()} for stage, of in basis.items()}
    return json.loads(json.dumps(entries))  # type: ignore[no-any-return]  # what was dumped


def test_seven_stages_completed_on_the_same_texts_take_one_entry() -> None:
    assert lean(ALL) == {Stage.FEEDBACK: {stage: digest[:23] for stage, digest in DIGESTS.items()}}
    assert parse_basis(written(lean(ALL))) == ALL


@settings(max_examples=400, deadline=None)
@given(bases)
def test_what_is_written_is_read_back(basis: Basis) -> None:
    assert parse_basis(written(lean(basis))) == basis


def test_a_stage_without_basis_before_one_that_has_is_said_to_have_none() -> None:
    basis: Basis = {stage: entry for stage, entry in ALL.items() if stage is not Stage.PLAN}
    assert written(lean(basis))["plan"] == {}
    assert parse_basis(written(lean(basis))) == basis


def test_whole_digests_are_read_as_they_were_and_stand_for_themselves_alone() -> None:
    entry = {stage.value: DIGESTS[stage] for stage in (Stage.INTENT, Stage.CONTEXT)}
    assert parse_basis({"context": entry}) == {
        Stage.CONTEXT: {Stage.INTENT: entry["intent"], Stage.CONTEXT: entry["context"]}
    }
    assert same_basis(parse_basis({"context": entry})[Stage.CONTEXT], ALL[Stage.CONTEXT])


def test_an_entry_without_the_stages_own_digest_stands_for_itself_alone() -> None:
    assert list(parse_basis({"spec": {"intent": "sha256:1", "context": "sha256:2"}})) == [Stage.SPEC]


@pytest.mark.parametrize("value", [None, 3, [], "x", {"spec": 3}, {"later": {"intent": "x"}}, {"spec": {"intent": 3}}])
def test_what_can_not_be_understood_is_passed_over(value: object) -> None:
    assert parse_basis(value) == {}


@pytest.mark.parametrize("length", [23, 71])
def test_a_change_is_seen_with_short_digests_and_with_whole_ones(length: int) -> None:
    basis = {stage: digest[:length] for stage, digest in DIGESTS.items()}
    assert stale_from(Stage.PLAN, DIGESTS, basis) == ()
    changed = {**DIGESTS, Stage.CONTEXT: whole("context 2")}
    assert stale_from(Stage.PLAN, changed, basis) == (Stage.CONTEXT,)
    assert stale_from(Stage.PLAN, {**changed, Stage.PLAN: whole("plan 2")}, basis) == ()


def completed(number: int) -> Dict[Stage, StageStatus]:
    return {stage: StageStatus(stage, StageState.COMPLETED, 0, 0, whole(f"{number} {stage}")) for stage in Stage}


def test_ten_thousand_completed_sessions_fit_into_a_file_that_is_read() -> None:
    model = StageStateModel.new("p", "s-00000")
    judged = [(f"s-{number:05}", completed(number), ValidationStatus.PASSING) for number in range(300)]
    size = len(model.record_all(judged).serialize()) / len(judged)
    assert 10_000 * size < files.MAX_BYTES


def test_a_file_with_whole_digests_is_not_rewritten_for_their_sake() -> None:
    found = completed(1)
    entries = {stage.value: {name.value: found[name].digest for name in (*stage.earlier, stage)} for stage in Stage}
    model = StageStateModel.new("p", "s").record("s", found, ValidationStatus.PASSING)
    document = json.loads(model.serialize())
    document["sessions"]["s"]["basis"] = entries
    old = StageStateModel.parse(json.dumps(document).encode(), path="x")
    assert old.record("s", found, ValidationStatus.PASSING) == old
    assert old.record("s", found, ValidationStatus.FAILING) != old
