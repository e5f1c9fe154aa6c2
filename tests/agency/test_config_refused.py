"""What is refused in a configuration: mistakes, reported with their position, and files of a project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict

import pytest

from idse_core.agency.config import AgencyConfig
from idse_core.agency.config_file import read_file
from idse_core.errors import ConfigError, RefusedError, StorageError
from tests.agency.configured import AGENCY, CANARY, Ears, configured, write


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("{", 1, 2, "not valid JSON"),
        ("[]", 1, 1, "expected a JSON object"),
        ("", 1, 1, "the file is empty"),
        ('{\n  "agency_url": 7\n}', 2, 17, "'agency_url' must be a text"),
        (f'{{"agency_url":\n"https://u:{CANARY}@host"}}', 2, 1, "must not hold a user name"),
        ('{"client_id": "a b"}', 1, 15, "'client_id' must be"),
        ('{"tokens": ["x"]}', 1, 12, "'tokens' must be an object"),
        (f'{{"tokens": {{"host": "{CANARY}"}}}}', 1, 12, "a key of 'tokens' is not an origin"),
        (f'{{"tokens": {{\n"https://host/path": "{CANARY}"}}}}', 2, 22, "without a path"),
        ('{"tokens": {"https://host": 1}}', 1, 29, "a token is a text"),
        (f'{{"tokens": {{"https://host": "{CANARY} x"}}}}', 1, 29, "a token is a text"),
        (f'{{"tokens": {{"https://host": "{CANARY}\\r\\nX: y"}}}}', 1, 29, "a token is a text"),
        ('{"tokens": {"https://host": ""}}', 1, 29, "a token is a text"),
        (f'{{"tokens": {{"https://h": "{CANARY}", "https://H:443": "b"}}}}', 1, 58, "two entries for https://h"),
        ('{"ca_file": false}', 1, 13, "'ca_file' must be the path of a file"),
        (f'{{"proxy": "socks5://{CANARY}"}}', 1, 11, "not the address of a proxy"),
        ('{"allow_insecure_http": "yes"}', 1, 25, "'allow_insecure_http' must be true or false"),
    ],
    ids=ascii,
)
def test_mistakes_in_the_file_are_reported_with_their_position(
    tmp_path: Path, text: str, line: int, column: int, message: str
) -> None:
    path = tmp_path / ".idseconfig.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=message) as caught:
        read_file(path, home=tmp_path)
    assert (caught.value.path, caught.value.line, caught.value.column) == (str(path), line, column)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "right"), [("agency_ulr", "agency_url"), ("token", "tokens"), ("CA-file", "ca_file")]
)
def test_a_misspelt_key_is_a_warning_and_not_fatal(tmp_path: Path, wrong: str, right: str) -> None:
    config, ears = configured(tmp_path, {wrong: "x", "tui": {}, "something else": 1})
    assert config.endpoint.value is None
    assert ears.text == f"{tmp_path / '.idseconfig.json'}:1: '{wrong}' is not known (did you mean '{right}'?)"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDSE_AGENCY_URL", f"https://{CANARY}@host"),
        ("IDSE_AGENCY_TOKEN", f"{CANARY}\n"),
        ("IDSE_AGENCY_TOKEN", f"{CANARY} {CANARY}"),
        ("IDSE_AGENCY_TIMEOUT", "soon"),
        ("IDSE_AGENCY_TIMEOUT", "0"),
        ("IDSE_AGENCY_TIMEOUT", "-1"),
        ("IDSE_AGENCY_TIMEOUT", "nan"),
        ("IDSE_AGENCY_TIMEOUT", "inf"),
    ],
)
def test_mistakes_in_the_environment_name_the_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        configured(tmp_path, {"agency_url": AGENCY}, **{name: value})
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("url", ["http://agency.example.org", "http://10.0.0.1:8000"])
def test_plain_http_to_another_machine(tmp_path: Path, url: str) -> None:
    with pytest.raises(RefusedError, match="not https") as caught:
        configured(tmp_path, None, url)
    assert "allow_insecure_http" in caught.value.hint
    config, _ = configured(tmp_path, {"allow_insecure_http": True}, url)
    assert config.insecure


@pytest.mark.parametrize("url", ["http://localhost:4040", "http://127.0.0.1", "http://[::1]:1"])
def test_plain_http_on_this_machine(tmp_path: Path, url: str) -> None:
    config, _ = configured(tmp_path, None, url)
    assert str(config.required()) == url
    assert not config.insecure


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
@pytest.mark.parametrize("document", [{"tokens": {AGENCY: CANARY}}, {"proxy": f"http://me:{CANARY}@proxy"}], ids=str)
def test_a_file_with_a_secret_must_be_readable_by_its_owner_only(
    tmp_path: Path, document: Dict[str, Any], mode: int
) -> None:
    path = write(tmp_path / ".idseconfig.json", document, mode)
    with pytest.raises(RefusedError, match="others may read it") as caught:
        configured(tmp_path)
    assert caught.value.hint == f"chmod 600 {path}"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_without_a_secret_may_be_readable_by_everybody(tmp_path: Path) -> None:
    write(tmp_path / ".idseconfig.json", {"agency_url": AGENCY, "proxy": "http://proxy"}, 0o644)
    assert str(configured(tmp_path)[0].required()) == AGENCY


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".idseconfig.json").mkdir()
    with pytest.raises(StorageError, match="can't read"):
        configured(tmp_path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / ".idseconfig.json").write_bytes(b" " * (2 << 20))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        configured(tmp_path)


HOSTILE = {
    "agency_url": "https://evil.example",
    "tokens": {"https://evil.example": "x"},
    "ca_file": "ca",
    "proxy": "env",
}


@pytest.mark.parametrize("name", [".idse/.idseconfig.json", ".idse/idseconfig.json", ".idseconfig.json"])
def test_a_projects_file_is_ignored_with_a_warning(tmp_path: Path, name: str) -> None:
    project = tmp_path / "clone"
    write(project / name, HOSTILE)
    ears = Ears()
    config = AgencyConfig.read({}, home=tmp_path, start=project, project=project, on_event=ears)
    assert config == AgencyConfig()
    assert ears.text.startswith(f"{project / name} is ignored")
    assert len(ears.heard) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agency_url: https://evil.example\n", 1),
        ("sync:\n  'token': x\n", 1),
        ("sync: {mode: manual}\nauthors: [url]\n", 0),
        ("\x00\xff", 0),
    ],
)
def test_the_settings_of_a_workspace_can_not_configure_the_connection(tmp_path: Path, text: str, told: int) -> None:
    path = tmp_path / "clone" / ".idse" / "config.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="latin-1")
    ears = Ears()
    config = AgencyConfig.read({}, home=tmp_path, start=path.parent, project=tmp_path / "clone", on_event=ears)
    assert config == AgencyConfig()
    assert len(ears.heard) == told
    assert f"{path} is ignored" in ears.text or not told


def test_the_environment_can_not_lead_into_a_project(tmp_path: Path) -> None:
    write(tmp_path / "clone" / ".idse" / "mine.json", HOSTILE)
    config, ears = configured(tmp_path, IDSE_CONFIG="clone/.idse/mine.json")
    assert config == AgencyConfig()
    assert "is ignored" in ears.text


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege elsewhere")
def test_a_link_can_not_lead_into_a_project(tmp_path: Path) -> None:
    target = write(tmp_path / "clone" / ".idse" / "mine.json", HOSTILE)
    (tmp_path / ".idseconfig.json").symlink_to(target)
    config, ears = configured(tmp_path)
    assert config == AgencyConfig()
    assert "is ignored" in ears.text


def test_a_project_in_the_users_own_folder(tmp_path: Path) -> None:
    write(tmp_path / ".idseconfig.json", {"agency_url": AGENCY})
    ears = Ears()
    config = AgencyConfig.read({}, home=tmp_path, start=tmp_path, project=tmp_path, on_event=ears)
    assert str(config.required()) == AGENCY
    assert ears.heard == []
