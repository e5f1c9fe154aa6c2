"""What `idse_core.files` promises about single files, folders, links and locks, on real files."""

from __future__ import annotations

import errno
import ntpath
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, NoReturn, Optional, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import idse_core.files
from idse_core.errors import ConflictError, LockedError, RefusedError, StorageError, UnreadableError
from idse_core.files import (
    MAX_BYTES,
    create_tree,
    decode,
    digest,
    displace,
    ensure_local,
    inside,
    lock,
    moves,
    read_bytes,
    reading,
    rename,
    safe_component,
    sweep_staging,
    sweep_temporaries,
    write_bytes,
)
from tests.privileges import unprivileged_preexec

REPOSITORY = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are a matter of POSIX")
any_file = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Workspace(NamedTuple):
    root: Path
    outside: Path
    displaced: Path
    staging: Path
    session: Path

    @property
    def spec(self) -> Path:
        return self.session / "spec.md"

    def write(self, data: bytes, expected: Optional[str], path: Optional[Path] = None) -> str:
        return write_bytes(path or self.spec, data, expected=expected, root=self.root, displaced=self.displaced)

    def read(self, path: Optional[Path] = None) -> Optional[bytes]:
        return read_bytes(path or self.spec, root=self.root)

    def tree(self, target: Path, files: Dict[str, bytes]) -> None:
        create_tree(target, files, root=self.root, staging=self.staging)

    def kept(self) -> List[bytes]:
        return [path.read_bytes() for path in self.displaced.iterdir()] if self.displaced.exists() else []


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    root, outside = tmp_path / ".idse", tmp_path / "outside"
    session = root / "projects" / "shop" / "sessions" / "login"
    session.mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.md").write_bytes(b"secret")
    return Workspace(root, outside, root / ".local" / "displaced", root / ".local" / "staging", session)


@pytest.fixture(params=["native", "no exchange", "no exchange, no links"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The file systems that there are: with an atomic exchange, without, and without hard links too."""

    def no_link(*args: object, **options: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if request.param != "native":
        monkeypatch.setattr(moves, "flagged_rename", lambda *args: False)
    if "no links" in request.param:
        monkeypatch.setattr(os, "link", no_link)
    return str(request.param)


def names(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.iterdir())


# --------------------------------------------------------------------------------------------------------------- door


def test_the_door_is_sorted_and_complete() -> None:
    assert idse_core.files.__all__ == sorted(idse_core.files.__all__)
    assert all(hasattr(idse_core.files, name) for name in idse_core.files.__all__)


def test_importing_it_loads_nothing_slow() -> None:
    code = "import idse_core.files, sys; print(*{'filelock', 'ctypes', 'tempfile', 'shutil', 'inspect'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    assert result.stdout.split() == []


# ------------------------------------------------------------------------------------------------------------ reading


def test_reading_gives_the_bytes_or_none(ws: Workspace) -> None:
    assert ws.read() is None
    assert ws.read(ws.root / "no" / "such" / "folder" / "spec.md") is None
    ws.spec.write_bytes(b"\xef\xbb\xbfa\r\nb\xff")
    assert ws.read() == b"\xef\xbb\xbfa\r\nb\xff"
    assert ws.read(ws.spec / "below-a-file.md") is None


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


@posix
def test_a_file_that_is_saved_by_rename_while_it_is_read(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [b"three", b"two"]

    def save(descriptor: int) -> str:
        if versions:
            beside = ws.session / "editor"
            beside.write_bytes(versions.pop())
            beside.replace(ws.spec)
        return ""

    ws.spec.write_bytes(b"one")
    monkeypatch.setattr(reading, "_place", save)
    assert ws.read() == b"three"


@posix
@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "circle"])
def test_what_is_not_a_file_is_refused_at_once(ws: Workspace, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.socket(socket.AF_UNIX)
    if kind == "pipe":
        os.mkfifo(ws.spec)
    elif kind == "folder":
        ws.spec.mkdir()
    elif kind == "socket":
        monkeypatch.chdir(ws.session)  # the name of a socket may have 107 bytes only
        listener.bind("spec.md")
    else:
        ws.spec.symlink_to("spec.md")
    signal.alarm(5)
    try:
        with pytest.raises(UnreadableError) as caught:
            ws.read()
        with pytest.raises(StorageError):
            ws.write(b"x", digest(b"y"))
    finally:
        signal.alarm(0)
        listener.close()
    assert caught.value.reason == "not-a-file"
    assert caught.value.path == str(ws.spec)


@pytest.mark.parametrize("name", ["nul\0.md", "surrogate\ud800.md"])
def test_a_name_that_is_none_is_refused(ws: Workspace, name: str) -> None:
    if os.name != "posix" and "\0" not in name:
        pytest.skip("this system allows it")
    path = ws.session / name
    with pytest.raises(UnreadableError) as caught:
        ws.read(path)
    assert caught.value.reason == "not-a-file"
    with pytest.raises(RefusedError):
        ws.write(b"x", None, path)
    assert not inside(path, ws.root) or "\0" not in name


def test_a_large_file_is_refused_without_reading_it(ws: Workspace) -> None:
    with ws.spec.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    with pytest.raises(UnreadableError, match=r"20\.0 MiB, the limit is 8 MiB") as caught:
        ws.read()
    assert caught.value.reason == "too-large"


def test_the_limit_itself_is_allowed_for_reading_and_writing(ws: Workspace) -> None:
    data = bytes(MAX_BYTES)
    ws.write(data, None)
    assert ws.read() == data
    with pytest.raises(RefusedError, match="limit"):
        ws.write(data + b"x", digest(data))
    assert ws.read() == data


def test_a_file_that_grows_while_it_is_read_is_read_or_refused(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real, growth = os.read, [b""]
    grown: List[bool] = []

    def growing(descriptor: int, size: int) -> bytes:
        if not grown:
            with ws.spec.open("ab") as file:
                file.write(growth[0])
            grown.append(True)
        return real(descriptor, size)

    for more, allowed in ((b"more", True), (bytes(MAX_BYTES), False)):
        ws.spec.write_bytes(b"some")
        grown.clear()
        growth[0] = more
        monkeypatch.setattr(os, "read", growing)
        if allowed:
            assert ws.read() == b"somemore"
        else:
            with pytest.raises(UnreadableError, match="limit"):
                ws.read()
        monkeypatch.undo()


def test_a_file_system_that_hands_out_pieces(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.read
    ws.spec.write_bytes(b"abcdefghij")
    monkeypatch.setattr(os, "read", lambda descriptor, size: real(descriptor, min(size, 3)))
    assert ws.read() == b"abcdefghij"


UNPRIVILEGED = """
import sys
from pathlib import Path
from idse_core.errors import IdseError
from idse_core.files import read_bytes, write_bytes, displace, create_tree, ensure_local, lock, digest
root = Path(sys.argv[1])
folder = root / "closed"
keep = root / "displaced"
def locked():
    with lock(folder / "lock"):
        pass
for call in (
    lambda: read_bytes(root / "unreadable.md", root=root),
    lambda: write_bytes(folder / "new.md", b"x", expected=None, root=root, displaced=keep),
    lambda: write_bytes(folder / "old.md", b"x", expected=digest(b"old"), root=root, displaced=keep),
    lambda: displace(folder / "old.md", expected=None, root=root, displaced=keep),
    lambda: create_tree(folder / "tree", {"a.md": b""}, root=root, staging=root / "staging"),
    lambda: ensure_local(folder / ".local", root=root),
    locked,
):
    try:
        print("no error:", call())
    except IdseError as error:
        print(type(error).__name__, getattr(error, "reason", "-"), error.message)
"""


@posix
def test_without_permission_every_call_says_so_and_changes_nothing(ws: Workspace) -> None:
    preexec = unprivileged_preexec()
    (ws.root / "unreadable.md").write_bytes(b"x")
    (ws.root / "unreadable.md").chmod(0)
    closed = ws.root / "closed"
    closed.mkdir()
    (closed / "old.md").write_bytes(b"old")
    closed.chmod(0o555)
    result = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(ws.root)],
        cwd=REPOSITORY,
        preexec_fn=preexec,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert result.stdout.decode().splitlines() == [
        "UnreadableError permission can't read unreadable.md: permission denied",
        "StorageError - can't write new.md: permission denied",
        "StorageError - can't write old.md: permission denied",
        "StorageError - can't move old.md: permission denied",
        "StorageError - can't create tree: permission denied",
        "StorageError - can't create .local: permission denied",
        "StorageError - can't lock lock: permission denied",
    ]
    assert names(closed) == ["old.md"]
    assert (closed / "old.md").read_bytes() == b"old"
    assert names(ws.root / "staging") == []


# ----------------------------------------------------------------------------------------------------------- decoding


def test_decoding_keeps_line_ends_and_hides_the_byte_order_mark() -> None:
    assert decode(b"\xef\xbb\xbfa\r\nb\rc\n", path="spec.md") == "a\r\nb\rc\n"
    assert decode("a\ufeffb".encode(), path="spec.md") == "a\ufeffb"
    assert decode(b"", path="spec.md") == ""


@given(
    st.text(alphabet="aé漢😀\r\n\t ", max_size=40), st.booleans(), st.sampled_from([b"\xff", b"\xc3(", b"\xed\xa0\x80"])
)
def test_the_first_bad_byte_is_located_in_characters(text: str, marked: bool, bad: bytes) -> None:
    data = (b"\xef\xbb\xbf" if marked else b"") + text.encode()
    with pytest.raises(UnreadableError, match=f"0x{bad[0]:02X} at offset {len(data)} ") as caught:
        decode(data + bad + b"\nrest", path="spec.md")
    lines = re.split(r"\r\n|\r|\n", text)
    assert caught.value.reason == "encoding"
    assert caught.value.location == f"spec.md:{len(lines)}:{len(lines[-1]) + 1}"


# ------------------------------------------------------------------------------------------------------------ writing


@any_file
@given(first=st.binary(max_size=300), second=st.binary(max_size=300))
def test_what_was_written_is_read(ws: Workspace, system: str, first: bytes, second: bytes) -> None:
    if ws.spec.exists():
        ws.spec.unlink()
    assert ws.write(first, None) == digest(first)
    assert ws.read() == first
    assert ws.write(second, digest(first)) == digest(second)
    assert ws.read() == second
    assert names(ws.session) == ["spec.md"]
    assert ws.kept() == []


def test_creating_never_overwrites(ws: Workspace, system: str) -> None:
    ws.write(b"theirs", None)
    for data in (b"ours", b"theirs"):
        with pytest.raises(ConflictError, match="exists already"):
            ws.write(data, None)
    assert ws.read() == b"theirs"


def test_creating_makes_the_folders(ws: Workspace) -> None:
    path = ws.root / "projects" / "new" / "session_state.json"
    ws.write(b"{}", None, path)
    assert path.read_bytes() == b"{}"


def test_a_stale_writer_is_told_and_nothing_changes(ws: Workspace, system: str) -> None:
    ws.write(b"one", None)
    ws.write(b"two", digest(b"one"))
    for data in (b"three", b"two"):
        with pytest.raises(ConflictError, match="changed by somebody else"):
            ws.write(data, digest(b"one"))
    assert ws.read() == b"two"
    ws.spec.unlink()
    with pytest.raises(ConflictError, match="removed"):
        ws.write(b"three", digest(b"two"))
    assert names(ws.session) == []


def test_identical_bytes_are_not_written_again(ws: Workspace) -> None:
    ws.write(b"same", None)
    before = ws.spec.stat()
    assert ws.write(b"same", digest(b"same")) == digest(b"same")
    assert ws.spec.stat() == before


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o755, 0o444])
def test_the_mode_stays(ws: Workspace, system: str, mode: int) -> None:
    ws.write(b"one", None)
    ws.spec.chmod(mode)
    ws.write(b"two", digest(b"one"))
    assert stat.S_IMODE(ws.spec.stat().st_mode) == mode


@posix
def test_a_new_file_has_the_mode_of_the_umask(ws: Workspace) -> None:
    old = os.umask(0o027)
    try:
        ws.write(b"one", None)
    finally:
        os.umask(old)
    assert stat.S_IMODE(ws.spec.stat().st_mode) == 0o640


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has files of others to change")
def test_root_leaves_the_owner_as_it_was(ws: Workspace, system: str) -> None:
    ws.write(b"one", None)
    os.chown(ws.spec, 12345, 23456)
    ws.write(b"two", digest(b"one"))
    assert (ws.spec.stat().st_uid, ws.spec.stat().st_gid) == (12345, 23456)


@posix
def test_writing_follows_a_link_that_stays_inside(ws: Workspace, system: str) -> None:
    real = ws.root / "shared.md"
    real.write_bytes(b"one")
    ws.spec.symlink_to(real)
    ws.write(b"two", digest(b"one"))
    assert ws.spec.is_symlink()
    assert real.read_bytes() == b"two"


@posix
@pytest.mark.parametrize("expected", [None, digest(b"secret")])
def test_writing_refuses_what_leads_outside(ws: Workspace, expected: Optional[str]) -> None:
    ws.spec.symlink_to(ws.outside / "secret.md")
    (ws.session / "sub").symlink_to(ws.outside)
    for path in (ws.spec, ws.session / "sub" / "secret.md", ws.root / ".." / "x.md", ws.outside / "x.md", ws.root):
        with pytest.raises(RefusedError):
            ws.write(b"changed", expected, path)
    assert names(ws.outside) == ["secret.md"]
    assert (ws.outside / "secret.md").read_bytes() == b"secret"


@posix
def test_a_local_folder_that_leads_outside_is_refused(ws: Workspace) -> None:
    ws.spec.write_bytes(b"one")
    (ws.root / ".local").symlink_to(ws.outside)
    with pytest.raises(RefusedError):
        ws.write(b"two", digest(b"one"))
    with pytest.raises(RefusedError):
        displace(ws.spec, expected=None, root=ws.root, displaced=ws.displaced)
    with pytest.raises(RefusedError):
        ws.tree(ws.root / "tree", {"a.md": b""})
    with pytest.raises(RefusedError):
        ensure_local(ws.root / ".local", root=ws.root)
    assert names(ws.outside) == ["secret.md"]


def test_a_root_that_does_not_exist_is_not_created(tmp_path: Path) -> None:
    root = tmp_path / ".idse"
    with pytest.raises(StorageError, match="does not exist"):
        write_bytes(root / "a" / "b.md", b"x", expected=None, root=root, displaced=root / "d")
    assert names(tmp_path) == []


def test_a_name_that_is_too_long(ws: Workspace) -> None:
    with pytest.raises(StorageError, match="too long"):
        ws.write(b"x", None, ws.session / ("n" * 300))
    longest = ws.session / ("n" * 252 + ".md")
    ws.write(b"x", None, longest)
    ws.write(b"y", digest(b"x"), longest)
    place = displace(longest, expected=None, root=ws.root, displaced=ws.displaced)
    assert place is not None
    assert place.read_bytes() == b"y"


@posix
def test_a_reader_never_sees_a_part(ws: Workspace, system: str) -> None:
    versions = [bytes([letter]) * 200_000 for letter in b"ab"]
    ws.write(versions[0], None)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for number in range(30):
                ws.write(versions[(number + 1) % 2], digest(versions[number % 2]))
            status = 0
        finally:
            os._exit(status)
    seen, reads, done, status = set(), 0, 0, 1
    while not done:
        data = ws.spec.read_bytes()
        assert len(data) == 200_000
        seen.add(data)
        reads += 1
        done, status = os.waitpid(child, os.WNOHANG)
    assert status == 0
    assert reads > 20
    assert all(data in versions for data in seen)


# --------------------------------------------------------------------------------------------------------- displacing


def test_displacing_keeps_the_bytes_and_a_readable_name(ws: Workspace, system: str) -> None:
    places = []
    for data in (b"one", b"one", b"two"):
        ws.spec.write_bytes(data)
        place = displace(ws.spec, expected=digest(data), root=ws.root, displaced=ws.displaced)
        assert place is not None
        places.append(place)
        assert place.parent == ws.displaced
        assert re.match(r"\d{8}T\d{6}Z-[0-9a-f]{16}-projects~shop~sessions~login~spec\.md$", place.name)
    assert not ws.spec.exists()
    assert len(set(places)) == 3
    assert sorted(ws.kept()) == [b"one", b"one", b"two"]


def test_displacing_nothing(ws: Workspace) -> None:
    for expected in (None, digest(b"x")):
        assert displace(ws.spec, expected=expected, root=ws.root, displaced=ws.displaced) is None
    assert not ws.displaced.exists()


def test_displacing_what_is_no_longer_what_was_read(ws: Workspace) -> None:
    ws.spec.write_bytes(b"new")
    with pytest.raises(ConflictError):
        displace(ws.spec, expected=digest(b"old"), root=ws.root, displaced=ws.displaced)
    assert ws.read() == b"new"
    assert displace(ws.spec, expected=None, root=ws.root, displaced=ws.displaced) is not None


def test_displacing_a_folder_and_a_link(ws: Workspace, system: str) -> None:
    ws.spec.write_bytes(b"x")
    if os.name == "posix":
        (ws.session / "link.md").symlink_to(ws.outside / "secret.md")
        place = displace(ws.session / "link.md", expected=None, root=ws.root, displaced=ws.displaced)
        assert place is not None
        assert place.is_symlink()
    place = displace(ws.session, expected=None, root=ws.root, displaced=ws.displaced)
    assert place is not None
    assert (place / "spec.md").read_bytes() == b"x"
    assert (ws.outside / "secret.md").read_bytes() == b"secret"


@pytest.mark.parametrize("path", ["..", "../outside/secret.md", ".", "projects/.."])
def test_displacing_refuses_what_is_not_inside(ws: Workspace, path: str) -> None:
    with pytest.raises(RefusedError):
        displace(ws.root / path, expected=None, root=ws.root, displaced=ws.displaced)
    with pytest.raises(RefusedError):
        rename(ws.root / path, ws.root / "new", root=ws.root)
    with pytest.raises(RefusedError):
        ws.tree(ws.root / path, {})


def test_sweeping_keeps_what_a_killed_write_left(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (ws.session / ".idse-0123456789abcdef.tmp").write_bytes(b"the only copy")
    ws.spec.write_bytes(b"x")

    def sweep() -> List[Path]:
        return sweep_temporaries(ws.session, root=ws.root, displaced=ws.displaced)

    assert sweep() == []
    later = time.time() + 3700
    monkeypatch.setattr(time, "time", lambda: later)
    assert [place.read_bytes() for place in sweep()] == [b"the only copy"]
    assert names(ws.session) == ["spec.md"]


# -------------------------------------------------------------------------------------------------------------- model


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


# ------------------------------------------------------------------------------------------------------------ folders


TREE = {"intent.md": b"i", "metadata/session.json": b"{}", "feedback/deep/er.md": b""}


def test_a_tree_appears_whole(ws: Workspace, system: str) -> None:
    target = ws.root / "projects" / "new" / "sessions" / "first"
    ws.tree(target, TREE)
    found = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert found == TREE
    assert names(ws.staging) == []
    ws.tree(target.with_name("empty"), {})
    assert names(target.with_name("empty")) == []


@pytest.mark.parametrize("there", ["empty folder", "folder", "file", "link"])
def test_a_tree_is_never_merged(ws: Workspace, system: str, there: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = ws.session.with_name("second")
    if there == "link":
        if os.name != "posix":
            pytest.skip("links are a matter of POSIX")
        target.symlink_to("nowhere")
    elif there == "file":
        target.write_bytes(b"x")
    else:
        target.mkdir()
    if there == "folder":
        (target / "spec.md").write_bytes(b"x")
    with pytest.raises(ConflictError, match="exists already"):
        ws.tree(target, TREE)
    with pytest.raises(ConflictError, match="exists already"):
        rename(ws.session, target, root=ws.root)
    assert not ws.staging.exists() or names(ws.staging) == []
    if there == "folder":
        assert names(target) == ["spec.md"]


def test_a_target_that_appears_at_the_last_moment(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    target, real = ws.session.with_name("second"), moves.flagged_rename

    def late(source: str, place: str, flags: int) -> bool:
        target.mkdir()
        return real(source, place, flags)

    rename(ws.session, target, root=ws.root)
    if not real(os.fspath(target), os.fspath(ws.session), moves._FREE):
        pytest.skip("this system has no rename that replaces nothing")
    monkeypatch.setattr(moves, "flagged_rename", late)
    with pytest.raises(ConflictError):
        ws.tree(target, TREE)
    assert names(target) == []
    assert names(ws.staging) == []


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "", "a/../b", "a/./b", "C:x", "a\\b", "a\0b"])
def test_a_tree_does_not_escape(ws: Workspace, name: str) -> None:
    with pytest.raises(RefusedError):
        ws.tree(ws.root / "tree", {name: b"x"})
    assert not (ws.root / "tree").exists()


def test_a_tree_has_limits_and_no_contradictions(ws: Workspace) -> None:
    with pytest.raises(RefusedError, match="limit"):
        ws.tree(ws.root / "tree", {"a.md": bytes(MAX_BYTES + 1)})
    with pytest.raises(StorageError):
        ws.tree(ws.root / "tree", {"a": b"", "a/b": b""})
    assert not (ws.root / "tree").exists()
    assert names(ws.staging) == []


def test_sweeping_removes_only_old_left_overs(ws: Workspace) -> None:
    sweep_staging(ws.staging)
    for name in (".idse-old.tmp", ".idse-new.tmp", "other"):
        (ws.staging / name / "sub").mkdir(parents=True)
        (ws.staging / name / "sub" / "a.md").write_bytes(b"x")
    if os.name == "posix":
        (ws.staging / ".idse-old.tmp" / "link").symlink_to(ws.outside)
    for name in (".idse-old.tmp", "other"):
        os.utime(ws.staging / name, (0, 0))
    sweep_staging(ws.staging)
    assert names(ws.staging) == [".idse-new.tmp", "other"]
    assert names(ws.outside) == ["secret.md"]


def test_renaming_moves_files_and_folders(ws: Workspace, system: str) -> None:
    ws.spec.write_bytes(b"x")
    rename(ws.spec, ws.session / "specs" / "spec.md", root=ws.root)
    assert (ws.session / "specs" / "spec.md").read_bytes() == b"x"
    rename(ws.session / "specs", ws.session / "other", root=ws.root)
    assert names(ws.session) == ["other"]
    with pytest.raises(StorageError, match="does not exist"):
        rename(ws.spec, ws.session / "new.md", root=ws.root)
    ws.spec.write_bytes(b"y")
    with pytest.raises(ConflictError):
        rename(ws.spec, ws.session / "other" / "spec.md", root=ws.root)
    with pytest.raises(RefusedError):
        rename(ws.spec, ws.outside / "spec.md", root=ws.root)
    assert ws.read() == b"y"


def test_local_hides_itself_from_git(ws: Workspace, system: str) -> None:
    local = ws.root / ".local"
    ensure_local(local, root=ws.root)
    assert (local / ".gitignore").read_bytes() == b"*\n"
    (local / ".gitignore").write_bytes(b"theirs\n")
    ensure_local(local, root=ws.root)
    assert (local / ".gitignore").read_bytes() == b"theirs\n"
    assert names(local) == [".gitignore"]


@posix
def test_local_is_created_by_many_at_once(ws: Workspace) -> None:
    for _ in range(5):
        local = ws.root / f"local-{_}"
        children = []
        for _child in range(4):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    ensure_local(local, root=ws.root)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        assert names(local) == [".gitignore"]
        assert (local / ".gitignore").read_bytes() == b"*\n"


# -------------------------------------------------------------------------------------------------------------- names


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


# -------------------------------------------------------------------------------------------------------------- locks


HOLDER = """
import sys, time
from pathlib import Path
from idse_core.files import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_excludes_frees_itself_at_death_and_remains_as_a_file(ws: Workspace) -> None:
    path = ws.root / ".local" / "locks" / "shop.lock"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(LockedError, match=r"0\.[1-9] s") as caught, lock(path, timeout=0.2):
            pass
        assert caught.value.path == str(path)
        holder.kill()
    with lock(path, timeout=5), pytest.raises(LockedError), lock(path, timeout=0):
        pass
    with pytest.raises(LockedError), lock(path), lock(path, timeout=0):
        pass
    assert path.exists()
    with lock(path, timeout=0):
        pass


def test_an_error_inside_a_lock_passes_and_frees_it(ws: Workspace) -> None:
    path = ws.root / "shop.lock"
    with pytest.raises(KeyError), lock(path):
        raise KeyError
    with lock(path, timeout=0):
        pass


@posix
def test_a_file_system_without_locks_is_refused(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def missing(*args: object) -> None:
        raise OSError(errno.ENOSYS, "no locks here")

    monkeypatch.setattr(fcntl, "flock", missing)
    with pytest.raises(StorageError), lock(ws.root / "shop.lock", timeout=0.2):
        pytest.fail("the lock was given")


def test_a_lock_that_would_outlive_its_holder_is_refused(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    class Fallen(filelock.SoftFileLock):
        """What a release of filelock that falls back by itself hands out."""

        def __init__(self, path: str, timeout: float) -> None:
            super().__init__(path, timeout)

    monkeypatch.setattr(filelock, "FileLock", Fallen)
    with pytest.raises(StorageError, match="no locks"), lock(ws.root / "shop.lock", timeout=0.2):
        pytest.fail("the lock was given")
    assert names(ws.root) == ["projects"]


def test_a_thread_that_waits_for_itself_is_told(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    class Noticing(filelock.FileLock):
        """What newer releases of filelock do, where older ones wait for ever."""

        def acquire(self, *args: Any, **options: Any) -> NoReturn:
            raise RuntimeError("deadlock")

    monkeypatch.setattr(filelock, "FileLock", Noticing)
    with pytest.raises(LockedError), lock(ws.root / "shop.lock", timeout=-1):
        pytest.fail("the lock was given")
