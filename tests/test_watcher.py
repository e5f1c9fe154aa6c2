"""What changes mean, pure; and the loop over a real folder."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import FrozenSet, List, Optional

import pytest

from idse_core.events import FileWritten
from idse_core.files import digest
from idse_core.watcher import Affected, Recogniser, affected, watch

SESSION = "projects/shop/sessions/login"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{SESSION}/spec.md", Affected(frozenset(["login"]))),
        (f"{SESSION}/metadata/session.json", Affected(frozenset(["login"]))),
        (SESSION, Affected(frozenset(["login"]))),
        ("projects/shop/sessions", Affected(project=True)),
        ("projects/shop/CURRENT_SESSION", Affected(project=True)),
        ("projects/shop/agent_registry.json", Affected(project=True)),
        ("projects/shop/rules/team.yaml", Affected(rules=True)),
        ("rules/team.yaml", Affected(rules=True)),
        ("templates/spec.md", Affected(rules=True)),
        ("projects/other/sessions/login/spec.md", Affected()),
        ("CURRENT_PROJECT", Affected()),
        (".", Affected(gone=True)),
    ],
)
def test_what_a_changed_path_has_an_effect_on(path: str, expected: Affected) -> None:
    assert affected([path], "shop") == expected
    assert bool(affected([path], "shop")) is (expected != Affected())


def test_effects_of_several_paths_add_up() -> None:
    found = affected([f"{SESSION}/spec.md", "projects/shop/sessions/billing/plan.md", "rules/x.yaml"], "shop")
    assert found == Affected(frozenset(["login", "billing"]), rules=True)


def test_our_own_writes_are_recognised_by_their_content(tmp_path: Path) -> None:
    recogniser = Recogniser(tmp_path)
    path = "projects/shop/CURRENT_SESSION"
    recogniser.remember(FileWritten(f".idse/{path}", digest(b"login\n")))
    content: List[Optional[bytes]] = [b"login\n"]
    assert recogniser.check([path], lambda _: content[0]) == frozenset()
    content[0] = b"billing\n"
    assert recogniser.check([path], lambda _: content[0]) == {path}
    content[0] = b"login\n"
    assert recogniser.check([path], lambda _: content[0]) == {path}  # somebody changed it and changed it back


@pytest.mark.parametrize(
    "path", [".local/cache/x", f"{SESSION}/.spec.md.swp", f"{SESSION}/spec.md~", f"{SESSION}/.idse-1"]
)
def test_what_editors_and_we_leave_about_is_no_change(tmp_path: Path, path: str) -> None:
    assert Recogniser(tmp_path).check([path], lambda _: None) == frozenset()


class Watched:
    """A watcher in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.stop = threading.Event()
        self.seen: List[FrozenSet[str]] = []
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, args=(folder,), daemon=True)

    def _run(self, folder: Path) -> None:
        for paths in watch(folder, self.stop):
            with self._news:
                self.seen.append(paths)
                self._news.notify_all()

    def __enter__(self) -> Watched:  # noqa: PYI034  # typing has no Self on Python 3.8
        self._thread.start()
        with self._news:
            assert self._news.wait_for(lambda: self.seen, 10)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def until(self, path: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: any(path in paths for paths in self.seen), 10), self.seen


def test_changes_of_all_kinds_are_seen(tmp_path: Path) -> None:
    folder = tmp_path / ".idse"
    (folder / SESSION).mkdir(parents=True)
    spec = folder / SESSION / "spec.md"
    spec.write_text("one")
    with Watched(folder) as watched:
        spec.write_text("two")
        watched.until(f"{SESSION}/spec.md")
        other = folder / SESSION / "plan.md.new"
        other.write_text("three")
        other.replace(folder / SESSION / "plan.md")
        watched.until(f"{SESSION}/plan.md")
        (folder / SESSION / "deep").mkdir()
        watched.until(f"{SESSION}/deep")
        (folder / SESSION / "deep" / "x.md").write_text("four")
        watched.until(f"{SESSION}/deep/x.md")


def test_a_folder_that_goes_and_comes_back_is_watched_again(tmp_path: Path) -> None:
    folder = tmp_path / ".idse"
    folder.mkdir()
    with Watched(folder) as watched:
        folder.rmdir()
        watched.until(".")
        folder.mkdir()
        watched.seen.clear()
        watched.until(".")
        (folder / "rules").mkdir()
        watched.until("rules")
