"""The configuration: which source takes precedence, which origin a token belongs to, and that it is never shown."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Dict, List, Optional

import pytest

from idse_core.agency.config import AgencyConfig, Setting
from idse_core.agency.config_file import ConfigFile, read_file
from idse_core.agency.origin import Endpoint, Origin
from idse_core.agency.proxy import Proxy
from idse_core.agency.secret import Secret
from idse_core.errors import ConfigError, IdseError
from idse_tui.settings import read_settings
from tests.agency.configured import AGENCY, CANARY, OTHER, configured, write


@pytest.mark.parametrize(
    ("flag", "environment", "file", "expected", "source"),
    [
        ("https://flag", "https://env", "https://file", "https://flag", "flag"),
        ("https://flag", None, None, "https://flag", "flag"),
        (None, "https://env", "https://file", "https://env", "environment"),
        ("", "https://env", "https://file", "https://env", "environment"),
        (None, "", "https://file", "https://file", "file"),
        (None, None, "https://file", "https://file", "file"),
        (None, None, "", None, "default"),
        (None, None, None, None, "default"),
    ],
)
def test_order_of_addresses(
    tmp_path: Path,
    *,
    flag: Optional[str],
    environment: Optional[str],
    file: Optional[str],
    expected: Optional[str],
    source: str,
) -> None:
    variables = {} if environment is None else {"IDSE_AGENCY_URL": environment}
    config, ears = configured(tmp_path, {} if file is None else {"agency_url": file}, flag, **variables)
    assert (None if config.endpoint.value is None else str(config.endpoint.value)) == expected
    assert config.endpoint.source == (str(tmp_path / ".idseconfig.json") if source == "file" else source)
    assert ears.heard == []


def test_nothing_configured(tmp_path: Path) -> None:
    config, ears = configured(tmp_path)
    assert config == AgencyConfig()
    assert ears.heard == []
    with pytest.raises(ConfigError, match="no Agency Core is configured") as caught:
        config.required()
    assert "--agency-url" in caught.value.hint


def test_everything_in_the_file(tmp_path: Path) -> None:
    document = {
        "agency_url": f"{AGENCY}/core",
        "client_id": "laptop-7",
        "tokens": {AGENCY: CANARY},
        "ca_file": "~/ca.pem",
        "proxy": f"http://me:{CANARY}@proxy.example.org:3128",
        "future": [1, 2],
    }
    config, ears = configured(tmp_path, document)
    source = str(tmp_path / ".idseconfig.json")
    assert config.required() == Endpoint(Origin("https", "agency.example.org", 443), "/core")
    assert config.token == Setting(Secret(CANARY), source)
    assert config.client_id == Setting("laptop-7", source)
    assert config.ca_file == Setting(tmp_path / "ca.pem", source)
    assert config.proxy.value == Proxy(Origin("http", "proxy.example.org", 3128), "me", Secret(CANARY))
    assert ears.heard == []


def test_other_variables(tmp_path: Path) -> None:
    variables = {"IDSE_AGENCY_CA_FILE": "certs/ca.pem", "IDSE_AGENCY_TIMEOUT": "12.5"}
    config, _ = configured(tmp_path, {"agency_url": AGENCY, "ca_file": "other.pem"}, **variables)
    assert config.ca_file == Setting(tmp_path / "certs" / "ca.pem", "environment")
    assert config.timeout == Setting(12.5, "environment")


def test_ca_file_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "agency.json", {"ca_file": "ca.pem"})
    config, _ = configured(tmp_path, IDSE_CONFIG="elsewhere/agency.json")
    assert config.ca_file.value == tmp_path / "elsewhere" / "ca.pem"


VARIABLE = "from-the-environment"
IN_FILE = "from-the-file"


@pytest.mark.parametrize(
    ("flag", "environment", "file_url", "tokens", "expected", "warned"),
    [
        # both the token and the address are in the environment
        (None, AGENCY, None, {}, VARIABLE, ""),
        (None, AGENCY, OTHER, {AGENCY: IN_FILE}, VARIABLE, ""),
        (f"{AGENCY}/path", AGENCY, None, {}, VARIABLE, ""),
        # an option with another address does not get the token
        (OTHER, AGENCY, None, {}, None, "it is for https://agency.example.org"),
        (OTHER, AGENCY, None, {OTHER: IN_FILE}, IN_FILE, "it is for https://agency.example.org"),
        ("https://agency.example.org:8443", AGENCY, None, {}, None, "it is for"),
        ("http://localhost", "https://localhost", None, {}, None, "it is for https://localhost"),
        # only an option names an address
        (OTHER, None, AGENCY, {AGENCY: IN_FILE}, VARIABLE, ""),
        # only the user's file names an address: the variable takes precedence over the file's own token
        (None, None, AGENCY, {}, VARIABLE, ""),
        (None, None, AGENCY, {AGENCY: IN_FILE}, VARIABLE, ""),
        (None, None, AGENCY, {OTHER: IN_FILE}, VARIABLE, ""),
    ],
)
def test_which_origin_the_environments_token_belongs_to(
    tmp_path: Path,
    *,
    flag: Optional[str],
    environment: Optional[str],
    file_url: Optional[str],
    tokens: Dict[str, str],
    expected: Optional[str],
    warned: str,
) -> None:
    document = {"tokens": tokens, **({} if file_url is None else {"agency_url": file_url})}
    variables = {"IDSE_AGENCY_TOKEN": VARIABLE, **({} if environment is None else {"IDSE_AGENCY_URL": environment})}
    config, ears = configured(tmp_path, document, flag, **variables)
    token = config.token.value
    assert (None if token is None else token.reveal()) == expected
    assert bool(warned) == bool(ears.heard)
    assert warned in ears.text
    assert VARIABLE not in ears.text


@pytest.mark.parametrize(
    ("owner", "url", "sent"),
    [
        ("https://host", "https://host/core", True),
        ("https://HOST:443/", "https://host", True),
        ("https://host", "https://host:8443", False),
        ("https://host", "https://sub.host", False),
        ("https://localhost", "http://localhost", False),
        ("http://127.0.0.1:1", "http://127.0.0.1:2", False),
        ("http://[::1]", "http://[0:0:0:0:0:0:0:1]", True),
    ],
)
def test_tokens_of_the_file_belong_to_origins(tmp_path: Path, owner: str, url: str, sent: bool) -> None:
    config, _ = configured(tmp_path, {"tokens": {owner: CANARY}}, url)
    assert (config.token.value is not None) is sent


def test_settings_are_shown_without_secrets(tmp_path: Path) -> None:
    document = {"tokens": {AGENCY: CANARY}, "proxy": f"http://me:{CANARY}@proxy:3128"}
    config, _ = configured(tmp_path, document, AGENCY)
    source = str(tmp_path / ".idseconfig.json")
    assert [tuple(row) for row in config.shown()] == [
        ("agency_url", AGENCY, "flag"),
        ("token", "****", source),
        ("client_id", "none", "default"),
        ("ca_file", "the bundled certificates", "default"),
        ("proxy", "http://proxy:3128 (with a password)", source),
        ("timeout", "120 s", "default"),
    ]
    file = read_file(Path(source), home=tmp_path)
    for value in (config, file._replace(proxy=None), config.token, config.proxy, config.token.value):
        assert CANARY not in f"{value!r} {value!s} {value}"


def test_a_secret_is_never_shown() -> None:
    secret = Secret(CANARY)
    assert f"{secret} {secret!r} {secret!s} {secret:>8} {[secret]}" == "**** **** ****     **** [****]"
    assert "%s" % secret == "****"  # noqa: UP031
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError, match="not stored"):
        copy.deepcopy(secret)
    assert secret == Secret(CANARY) != Secret("other")
    assert secret.reveal() == CANARY


def test_errors_are_ours(tmp_path: Path) -> None:
    """Whatever the file contains, reading it gives a value or raises one of our errors."""
    path = tmp_path / "config.json"
    values: List[object] = [None, 0, -1.5, "", "x", "https://host", [], [1], {}, {"https://h": "t"}, {"a": 1}, True]
    refused = 0
    for key in ("agency_url", "client_id", "tokens", "ca_file", "proxy", "allow_insecure_http"):
        for value in values:
            try:
                ConfigFile.parse(json.dumps({key: value}).encode(), path, home=tmp_path)
            except IdseError:
                refused += 1
    assert 30 < refused < 6 * len(values)


def test_both_faces_read_the_same_file(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.json", {"agency_url": AGENCY, "tui": {"theme": "idse-light"}})
    config, ears = configured(tmp_path, IDSE_CONFIG=str(path))
    assert str(config.required()) == AGENCY
    assert ears.heard == []
    assert read_settings({"IDSE_CONFIG": str(path)}, tmp_path / "home").theme == "idse-light"
