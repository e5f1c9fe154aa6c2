"""Any sequence of edits, ours and other people's, agrees with a dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idse_core.errors import ConflictError
from idse_core.files import digest, displace
from tests.files.places import Workspace, any_file, names

Operation = Tuple[str, int, bytes]
operations: st.SearchStrategy[List[Operation]] = st.lists(
    st.tuples(
        st.sampled_from(["write", "stale", "create", "displace", "editor", "remove"]),
        st.integers(0, 1),
        st.binary(max_size=3),
    ),
    max_size=12,
)


@any_file
@given(operations)
def test_any_sequence_agrees_with_a_dictionary(ws: Workspace, steps: List[Operation]) -> None:
    model: Dict[int, bytes] = {}
    paths = [ws.session / f"{number}.md" for number in range(2)]
    for path in paths:
        if path.exists():
            path.unlink()
    for action, number, data in steps:
        apply(ws, paths[number], model.get(number), action, data)
        if (
            action == "editor"
            or (action == "write" and number in model)
            or (action == "create" and number not in model)
        ):
            model[number] = data
        elif action in {"remove", "displace"}:
            model.pop(number, None)
        assert [ws.read(path) for path in paths] == [model.get(0), model.get(1)]
        assert names(ws.session) == [f"{key}.md" for key in sorted(model)]


def apply(ws: Workspace, path: Path, present: Optional[bytes], action: str, data: bytes) -> None:
    if action == "editor":
        path.write_bytes(data)
    elif action == "remove":
        if present is not None:
            path.unlink()
    elif action == "displace":
        place = displace(path, expected=None, root=ws.root, displaced=ws.displaced)
        assert (place.read_bytes() if place else None) == present
    else:
        expected = {"create": None, "write": digest(present or b""), "stale": digest(b"never written")}[action]
        if expected == (None if present is None else digest(present)):
            ws.write(data, expected, path)
        else:
            with pytest.raises(ConflictError):
                ws.write(data, expected, path)
