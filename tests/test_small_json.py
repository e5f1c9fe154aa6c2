from __future__ import annotations

import os
from pathlib import Path

import pytest

from idse_core import small_json


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text('{"a": [1, 2]}', encoding="utf-8")
    return path


def test_an_object_is_read(record: Path) -> None:
    assert small_json.read(record) == {"a": [1, 2]}
    assert small_json.read(record, most=record.stat().st_size) == {"a": [1, 2]}


@pytest.mark.parametrize("data", [b"", b"[1]", b"null", b"{", b'{"a": \xff}', b"[" * 200_000])
def test_anything_else_is_nothing(record: Path, data: bytes) -> None:
    record.write_bytes(data)

    assert small_json.read(record) is None


def test_a_record_that_is_too_large_is_nothing(record: Path) -> None:
    assert small_json.read(record, most=record.stat().st_size - 1) is None


def test_what_is_no_regular_file_is_nothing(record: Path, tmp_path: Path) -> None:
    assert small_json.read(tmp_path) is None
    assert small_json.read(tmp_path / "none.json") is None
    assert small_json.read(record / "below a file") is None
    assert small_json.read(tmp_path / "a\0b") is None


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="links are followed here")
def test_a_link_is_not_followed(record: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(record)

    assert small_json.read(link) is None


def test_a_change_gives_another_stamp(record: Path) -> None:
    before = small_json.stamp(record.stat())
    assert small_json.stamp(record.stat()) == before

    record.write_text("{}", encoding="utf-8")
    assert small_json.stamp(record.stat()) != before
