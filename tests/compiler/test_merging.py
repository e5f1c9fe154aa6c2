"""The blueprint's profile gives defaults, and everybody can see which."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.compiler import CompiledProfile, DocToAgentProfileSpecCompiler, Origin
from idse_core.compiler.merge import merge
from idse_core.compiler.parse import ParsedProfile
from idse_core.errors import ProfileError
from idse_core.pipeline_artifacts import BLUEPRINT, Stage
from idse_core.yaml_text import YamlText
from tests.builders import add_session, write_artifact
from tests.compiler.profiles import compiled, spec_of, workspace_with

OWN = """\
id: own
name: Own
goals: [mine]
tools: []
memory_policy: {keep: {days: 7}, share: false}
"""
BASE = """\
id: base
name: Base
description: From the blueprint.
goals: [theirs, too]
tools: [a tool]
constraints: [a limit]
memory_policy: {keep: {days: 90, of: [delays]}, forget: never}
source_session: __blueprint__
"""


def by_field(made: CompiledProfile) -> Dict[str, Origin]:
    return {item.field: item for item in made.origins}


def test_lists_and_scalars_of_the_session_win_and_mappings_merge(tmp_path: Path) -> None:
    profile = compiled(tmp_path, spec_of(OWN), spec_of(BASE)).profile
    assert (profile.id, profile.name, profile.goals, profile.tools) == ("own", "Own", ["mine"], [])
    assert (profile.description, profile.constraints) == ("From the blueprint.", ["a limit"])
    assert profile.memory_policy == {"keep": {"days": 7, "of": ["delays"]}, "forget": "never", "share": False}
    assert (profile.source_session, profile.source_blueprint) == ("tours", BLUEPRINT)


def test_every_value_says_where_it_came_from(tmp_path: Path) -> None:
    made = compiled(tmp_path, spec_of(OWN), spec_of(BASE))
    found = by_field(made)
    sessions = ".idse/projects/customer-portal/sessions"
    assert found["name"] == Origin("name", '"Own"', "session", f"{sessions}/tours/spec.md:5:1")
    assert found["constraints"].place == f"{sessions}/__blueprint__/spec.md:9:1"
    assert found["memory_policy.keep.days"].source == "session"
    assert found["memory_policy.keep.of"].source == "blueprint"
    assert (found["version"].source, found["version"].place) == ("default", "")
    assert set(found) >= set(made.profile.plain()) - {"memory_policy"}


def test_an_id_is_never_inherited(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="'id' is missing"):
        compiled(tmp_path, spec_of(OWN.replace("id: own\n", "")), spec_of(BASE))


def test_the_provenance_names_the_blueprint_only_when_it_has_a_profile(tmp_path: Path) -> None:
    own = OWN + "description: d\n"
    assert compiled(tmp_path / "a", spec_of(own)).provenance.blueprint == ""
    with_base = compiled(tmp_path / "b", spec_of(own), spec_of(BASE)).provenance
    assert with_base.blueprint == BLUEPRINT
    assert with_base.blueprint_digest.startswith("sha256:")


def test_what_is_still_open_in_the_blueprint_gives_no_default(tmp_path: Path) -> None:
    own = OWN + "description: d\n"
    quoted = BASE.replace("a limit", "'[REQUIRES INPUT] which?'")
    assert compiled(tmp_path / "a", spec_of(own), spec_of(quoted)).profile.constraints == []
    broken = BASE.replace("[a limit]", "[REQUIRES INPUT] which?")
    assert compiled(tmp_path / "b", spec_of(own), spec_of(broken)).profile.constraints == []


def test_a_broken_blueprint_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        compiled(tmp_path / "a", spec_of(OWN), spec_of(BASE.replace("constraints:", "constraint:")))
    assert caught.value.location == ".idse/projects/customer-portal/sessions/__blueprint__/spec.md:9:1"
    with pytest.raises(ProfileError, match=r"__blueprint__/spec\.md:6:1"):
        compiled(tmp_path / "b", spec_of(OWN), spec_of("id: a\nname: {x\n"))


def test_another_session_can_be_the_blueprint(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, spec_of(OWN))
    add_session(workspace, "base", switch=False)
    write_artifact(workspace, "base", Stage.SPEC, spec_of(BASE))
    made = DocToAgentProfileSpecCompiler(workspace).compile("tours", blueprint="base")
    assert (made.profile.description, made.profile.source_blueprint) == ("From the blueprint.", "base")


def test_the_blueprint_itself_inherits_nothing(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, spec_of(OWN), spec_of(BASE))
    made = DocToAgentProfileSpecCompiler(workspace).compile(BLUEPRINT)
    assert (made.profile.id, made.provenance.blueprint) == ("base", "")


KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.one_of(st.integers(), st.text("xy", max_size=2), st.lists(st.integers(), max_size=2)),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
PROFILES = st.dictionaries(KEYS, VALUES, max_size=3)


def parsed(values: Dict[str, object]) -> ParsedProfile:
    return ParsedProfile(None, values, YamlText(None, {}, {}))  # type: ignore[arg-type]  # merging never looks


def overlaid(base: object, own: object) -> object:
    """What merging means, said once more."""
    if isinstance(base, dict) and isinstance(own, dict):
        return {key: overlaid(base.get(key), own.get(key)) for key in [*base, *own]}
    return base if own is None else own


@given(PROFILES, PROFILES)
def test_merging_is_a_deep_overlay_with_an_origin_for_every_leaf(
    base: Dict[str, object], own: Dict[str, object]
) -> None:
    below, above = parsed(base), parsed(own)
    merged = merge(above, below)
    assert merged.values == overlaid(base, own)
    assert merge(above, None).values == own
    assert merge(parsed({}), below).values == base

    def check(path: tuple, value: object) -> None:  # type: ignore[type-arg]
        if isinstance(value, dict) and value:
            for key, inner in value.items():
                check((*path, key), inner)
        else:
            source = merged.origin(path)
            assert source is not None
            found: object = source.values
            for key in path:
                assert isinstance(found, dict)
                found = found[key]
            assert found == value

    if merged.values:
        check((), merged.values)
