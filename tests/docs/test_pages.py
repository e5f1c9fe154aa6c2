"""Every command in docs/ is run, in the order of its page; every link of it leads somewhere."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import List

import pytest

from tests.docs.pages import DOCS, Reader, blocks, commands, pages, start

ALL = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^(`{3,}).*?^\1$|``.+?``|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


@pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="the pages are written for bash")
@pytest.mark.parametrize("page", pages(), ids=name)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    reader.begin(start(page))
    ran = 0
    for block in blocks(page):
        if block.directive in {"file", "append"}:
            reader.write(block.value, block.text, append=block.directive == "append")
        elif block.language == "console" and block.directive != "not run":
            for command in commands(block):
                reader.run(command)
                ran += 1
    reasons = [block.value for block in blocks(page) if block.directive == "not run"]
    assert all(reasons)
    assert ran or reasons


def heading_anchor(text: str) -> str:
    plain = re.sub(r"[`*]", "", text).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {heading_anchor(match) for match in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def links_of(page: Path) -> List[str]:
    found: List[str] = _LINK.findall(_CODE.sub("", page.read_text("utf-8")))
    return found


def test_pages_have_links() -> None:
    assert sum(bool(links_of(page)) for page in ALL) > 10


@pytest.mark.parametrize("page", ALL, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links_of(page):
        if re.match(r"[a-z]+:", target):
            assert target.startswith(("https://", "mailto:"))
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), target


def test_every_decision_is_listed_with_its_number_and_title() -> None:
    folder = DOCS / "adr"
    titles = {path.name: path.read_text("utf-8").split("\n", 1)[0] for path in folder.glob("0*.md")}
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, _, _ in listed] == list(range(1, len(titles) + 1))
    assert {file: f"# {number}. {title}" for number, title, file in listed} == titles
