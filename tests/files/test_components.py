"""Names that can be one component of a path."""

from __future__ import annotations

import ntpath
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.files import safe_component


@pytest.mark.parametrize("name", ["a", "__blueprint__", "a.b-c", "Ünï", "a b", ".hidden", "..a", "ab:c"])
def test_components_that_are_safe(name: str) -> None:
    assert safe_component(name) or (os.name == "nt" and ":" in name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "...", " ", ". .", "a/b", "a\\b", "a\0", "a\n", "\x7f", "\x9b", "C:", "c:x"]
)
def test_components_that_are_not(name: str) -> None:
    assert not safe_component(name)


@given(st.text(alphabet=st.sampled_from(list("aZ./\\: \0\n~é")), max_size=8) | st.text(max_size=8))
def test_a_safe_component_stays_where_it_is_put(name: str) -> None:
    if safe_component(name):
        assert os.path.split(os.path.normpath(f"/root/{name}")) == ("/root", name)
        assert ntpath.dirname(ntpath.normpath(ntpath.join("C:\\root", name))) == "C:\\root"
