"""Reading follows links inside the root, and refuses whatever leads out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from idse_core.errors import UnreadableError
from idse_core.files import inside, read_bytes, reading
from tests.files.places import Workspace, posix


@pytest.mark.parametrize("way", ["native", "portable"])
class TestConfinement:
    @pytest.fixture(autouse=True)
    def _way(self, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
        if way == "portable":
            monkeypatch.setattr(reading, "_place", lambda descriptor: "")

    @posix
    def test_links_that_stay_inside_are_followed(self, ws: Workspace) -> None:
        (ws.session / "real.md").write_bytes(b"x")
        (ws.root / "away").symlink_to(ws.session)
        ws.spec.symlink_to("real.md")
        assert ws.read() == b"x"
        assert ws.read(ws.root / "away" / "spec.md") == b"x"

    @posix
    @pytest.mark.parametrize("where", ["file", "folder", "chain", "dangling"])
    def test_links_that_lead_out_are_refused(self, ws: Workspace, where: str) -> None:
        path = ws.spec
        if where == "file":
            path.symlink_to(ws.outside / "secret.md")
        elif where == "dangling":
            path.symlink_to(ws.outside / "nothing.md")
        elif where == "chain":
            (ws.session / "step.md").symlink_to(ws.outside / "secret.md")
            path.symlink_to("step.md")
        else:
            (ws.session / "sub").symlink_to(ws.outside)
            path = ws.session / "sub" / "secret.md"
        with pytest.raises(UnreadableError) as caught:
            ws.read(path)
        assert caught.value.reason == "link-outside"
        assert not inside(path, ws.root)

    def test_a_path_that_climbs_out_is_refused(self, ws: Workspace) -> None:
        with pytest.raises(UnreadableError, match="outside"):
            ws.read(ws.root / ".." / "outside" / "secret.md")

    def test_a_neighbour_with_a_longer_name_is_outside(self, ws: Workspace) -> None:
        neighbour = ws.root.with_name(".idse-old")
        neighbour.mkdir()
        (neighbour / "spec.md").write_bytes(b"x")
        with pytest.raises(UnreadableError, match="outside"):
            ws.read(neighbour / "spec.md")
        assert not inside(neighbour, ws.root)

    @posix
    def test_the_root_may_be_reached_by_a_link_and_the_link_may_change(self, ws: Workspace, tmp_path: Path) -> None:
        link, other = tmp_path / "link", tmp_path / "other"
        link.symlink_to(ws.root)
        ws.spec.write_bytes(b"one")
        place = ws.spec.relative_to(ws.root)
        assert read_bytes(link / place, root=link) == b"one"
        assert read_bytes(ws.spec, root=link) == b"one"
        (other / place).parent.mkdir(parents=True)
        (other / place).write_bytes(b"two")
        link.unlink()
        link.symlink_to(other)
        assert read_bytes(link / place, root=link) == b"two"
        with pytest.raises(UnreadableError, match="outside"):
            read_bytes(ws.spec, root=link)

    def test_the_root_may_be_relative(self, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        ws.spec.write_bytes(b"x")
        monkeypatch.chdir(ws.root.parent)
        place = ws.spec.relative_to(ws.root.parent)
        assert read_bytes(place, root=Path(".idse")) == b"x"
        monkeypatch.chdir(ws.outside)
        with pytest.raises(UnreadableError, match="outside"):
            read_bytes(ws.spec, root=Path(".idse"))


@posix
@pytest.mark.parametrize("there", [True, False])
def test_a_link_that_is_turned_while_it_is_followed(
    ws: Workspace, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, link = ws.session / "inner", ws.session / "sub"
    inner.mkdir()
    if there:
        (inner / "secret.md").write_bytes(b"harmless")
    link.symlink_to(ws.outside)

    def turn(descriptor: int) -> str:
        link.unlink()
        link.symlink_to(inner)
        return ""

    monkeypatch.setattr(reading, "_place", turn)
    assert ws.read(link / "secret.md") == (b"harmless" if there else None)
