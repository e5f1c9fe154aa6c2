from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest

from idse_core.agency.config import AgencyConfig, Setting
from idse_core.agency.config_file import ConfigFile, read_file
from idse_core.agency.origin import Endpoint, Origin
from idse_core.agency.proxy import Proxy
from idse_core.agency.secret import Secret
from idse_core.errors import ConfigError, IdseError, RefusedError, StorageError
from idse_core.events import Event, Warned
from idse_tui.settings import read_settings

CANARY = "canary-3f9a"
AGENCY = "https://agency.example.org"
OTHER = "https://other.example.org"


class Ears:
    """Keeps what was announced."""

    def __init__(self) -> None:
        self.heard: List[Event] = []

    def __call__(self, event: Event) -> None:
        self.heard.append(event)

    @property
    def text(self) -> str:
        return "\n".join(f"{event.message} ({event.hint})" for event in self.heard if isinstance(event, Warned))


def write(path: Path, document: Dict[str, Any], mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    path.chmod(mode)
    return path


def configured(
    folder: Path, document: Optional[Dict[str, Any]] = None, url: Optional[str] = None, **environment: str
) -> Tuple[AgencyConfig, Ears]:
    """What is configured for a user whose file says ``document``."""
    if document is not None:
        write(folder / ".idseconfig.json", document)
    ears = Ears()
    return AgencyConfig.read(environment, home=folder, start=folder, url=url, on_event=ears), ears


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://agency.example.org", "https://agency.example.org"),
        ("HTTPS://Agency.Example.ORG:443/", "https://agency.example.org"),
        ("https://host:8443/idse/v1/", "https://host:8443/idse/v1"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:4040", "http://127.0.0.1:4040"),
        ("http://[::1]:4040/x", "http://[::1]:4040/x"),
        ("https://[2001:DB8:0:0:0:0:0:1]", "https://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://agency_core:8000", "https://agency_core:8000"),
    ],
)
def test_addresses_have_one_form(text: str, shown: str) -> None:
    endpoint = Endpoint.parse(text)
    assert str(endpoint) == shown
    assert Endpoint.parse(shown) == endpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "agency.example.org",
        "ftp://host",
        "file:///etc/passwd",
        "https:host",
        "https:///path",
        "//host",
        f"https://{CANARY}@host",
        f"https://user:{CANARY}@host",
        f"https://host\\@{CANARY}",
        f"https://host/?token={CANARY}",
        f"https://host/#{CANARY}",
        f"https://host/%2e%2e/{CANARY}",
        "https://host/../x",
        "https://host/./x",
        "https://host//x",
        "https://host\\evil.example",
        "https://host\r\nX-Evil: 1",
        "https://host\n",
        " https://host",
        "https://ho st",
        "https://ho\0st",
        "https://b\u00fccher.example",
        "https://host\u2044evil.example",
        "https://host.",
        "https://-host",
        "https://a..b",
        "https://host:0",
        "https://host:65536",
        "https://host:443:80",
        "https://host:+80",
        "https://host:\u0664",
        "https://127.1",
        "https://0x7f000001",
        "https://2130706433",
        "https://127.0.0.01",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://[:::]",
    ],
    ids=ascii,
)
def test_what_is_no_address_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        Endpoint.parse(text)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost", True),
        ("http://127.0.0.1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::ffff:10.0.0.1]", False),
    ],
)
def test_loopback(url: str, expected: bool) -> None:
    assert Endpoint.parse(url).origin.is_loopback is expected


# -- who wins ----------------------------------------------------------------------------------------------------------


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


def test_ca_file_starts_beside_the_file_that_names_it(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "agency.json", {"ca_file": "ca.pem"})
    config, _ = configured(tmp_path, IDSE_CONFIG="elsewhere/agency.json")
    assert config.ca_file.value == tmp_path / "elsewhere" / "ca.pem"


# -- whose token -------------------------------------------------------------------------------------------------------

VARIABLE = "from-the-environment"
IN_FILE = "from-the-file"


@pytest.mark.parametrize(
    ("flag", "environment", "file_url", "tokens", "expected", "warned"),
    [
        # the token of the environment and an address of the environment
        (None, AGENCY, None, {}, VARIABLE, ""),
        (None, AGENCY, OTHER, {AGENCY: IN_FILE}, VARIABLE, ""),
        (f"{AGENCY}/path", AGENCY, None, {}, VARIABLE, ""),
        # an option that leads elsewhere does not take it along
        (OTHER, AGENCY, None, {}, None, "it is for https://agency.example.org"),
        (OTHER, AGENCY, None, {OTHER: IN_FILE}, IN_FILE, "it is for https://agency.example.org"),
        ("https://agency.example.org:8443", AGENCY, None, {}, None, "it is for"),
        ("http://localhost", "https://localhost", None, {}, None, "it is for https://localhost"),
        # an option alone
        (OTHER, None, AGENCY, {AGENCY: IN_FILE}, VARIABLE, ""),
        # only the file names an address: nothing says whose the variable is
        (None, None, AGENCY, {}, None, "nothing says which address it is for"),
        (None, None, AGENCY, {AGENCY: IN_FILE}, IN_FILE, "nothing says which address it is for"),
        (None, None, AGENCY, {OTHER: IN_FILE}, None, "nothing says which address it is for"),
    ],
)
def test_whose_the_environments_token_is(
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


# -- what is refused ---------------------------------------------------------------------------------------------------


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
        (f'{{"tokens": {{"host": "{CANARY}"}}}}', 1, 12, "a key of 'tokens' is no origin"),
        (f'{{"tokens": {{\n"https://host/path": "{CANARY}"}}}}', 2, 22, "without a path"),
        ('{"tokens": {"https://host": 1}}', 1, 29, "a token is a text"),
        (f'{{"tokens": {{"https://host": "{CANARY} x"}}}}', 1, 29, "a token is a text"),
        (f'{{"tokens": {{"https://host": "{CANARY}\\r\\nX: y"}}}}', 1, 29, "a token is a text"),
        ('{"tokens": {"https://host": ""}}', 1, 29, "a token is a text"),
        (f'{{"tokens": {{"https://h": "{CANARY}", "https://H:443": "b"}}}}', 1, 58, "two entries for https://h"),
        ('{"ca_file": false}', 1, 13, "'ca_file' must be the path of a file"),
        (f'{{"proxy": "socks5://{CANARY}"}}', 1, 11, "no proxy such as"),
        ('{"allow_insecure_http": "yes"}', 1, 25, "'allow_insecure_http' must be true or false"),
    ],
    ids=ascii,
)
def test_mistakes_in_the_file_have_a_place(tmp_path: Path, text: str, line: int, column: int, message: str) -> None:
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
def test_a_near_miss_is_told_and_not_fatal(tmp_path: Path, wrong: str, right: str) -> None:
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
def test_a_file_with_a_secret_is_its_owners(tmp_path: Path, document: Dict[str, Any], mode: int) -> None:
    path = write(tmp_path / ".idseconfig.json", document, mode)
    with pytest.raises(RefusedError, match="others may read it") as caught:
        configured(tmp_path)
    assert caught.value.hint == f"chmod 600 {path}"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_file_without_a_secret_may_be_everybodys(tmp_path: Path) -> None:
    write(tmp_path / ".idseconfig.json", {"agency_url": AGENCY, "proxy": "http://proxy"}, 0o644)
    assert str(configured(tmp_path)[0].required()) == AGENCY


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".idseconfig.json").mkdir()
    with pytest.raises(StorageError, match="can't read"):
        configured(tmp_path)


def test_a_file_without_end(tmp_path: Path) -> None:
    (tmp_path / ".idseconfig.json").write_bytes(b" " * (2 << 20))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        configured(tmp_path)


# -- projects ----------------------------------------------------------------------------------------------------------

HOSTILE = {
    "agency_url": "https://evil.example",
    "tokens": {"https://evil.example": "x"},
    "ca_file": "ca",
    "proxy": "env",
}


@pytest.mark.parametrize("name", [".idse/.idseconfig.json", ".idse/idseconfig.json", ".idseconfig.json"])
def test_a_projects_file_is_ignored_and_told(tmp_path: Path, name: str) -> None:
    project = tmp_path / "clone"
    write(project / name, HOSTILE)
    ears = Ears()
    config = AgencyConfig.read({}, home=tmp_path, start=project, project=project, on_event=ears)
    assert config == AgencyConfig()
    assert ears.text.startswith(f"{project / name} is ignored")
    assert len(ears.heard) == 1


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


# -- proxies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "url", "environment", "expected"),
    [
        (None, AGENCY, {"HTTPS_PROXY": "http://p:1"}, None),
        ("none", AGENCY, {"HTTPS_PROXY": "http://p:1"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("env", AGENCY, {"https_proxy": "http://small:1", "HTTPS_PROXY": "http://p:1"}, "http://small:1"),
        ("env", AGENCY, {"ALL_PROXY": "http://all:1"}, "http://all:1"),
        ("env", AGENCY, {"HTTP_PROXY": "http://p:1"}, None),
        ("env", AGENCY, {}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a, .example.org"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "no_proxy": "example.org:443"}, None),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.org:8443"}, "http://p:1"),
        ("env", AGENCY, {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "ample.org"}, "http://p:1"),
        ("env", "http://localhost", {"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
        ("http://q:2", AGENCY, {"HTTPS_PROXY": "http://p:1"}, "http://q:2"),
        ("http://q:2", "https://127.0.0.1", {}, None),
    ],
)
def test_proxies(
    tmp_path: Path, said: Optional[str], url: str, environment: Dict[str, str], expected: Optional[str]
) -> None:
    document = {} if said is None else {"proxy": said}
    config, _ = configured(tmp_path, document, url, **environment)
    assert (None if config.proxy.value is None else str(config.proxy.value)) == expected


def test_no_proxy_sees_plain_http(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="a proxy would see"):
        configured(tmp_path, {"allow_insecure_http": True, "proxy": "http://p:1"}, "http://agency.example.org")


def test_a_broken_proxy_of_the_environment_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the environment's proxy") as caught:
        configured(tmp_path, {"proxy": "env"}, AGENCY, HTTPS_PROXY=f"socks5://me:{CANARY}@p")
    assert CANARY not in str(caught.value)


# -- secrets -----------------------------------------------------------------------------------------------------------


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


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(CANARY)
    assert f"{secret} {secret!r} {secret!s} {secret:>8} {[secret]}" == "**** **** ****     **** [****]"
    assert "%s" % secret == "****"  # noqa: UP031
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError, match="not stored"):
        copy.deepcopy(secret)
    assert secret == Secret(CANARY) != Secret("other")
    assert secret.reveal() == CANARY


def test_errors_are_ours(tmp_path: Path) -> None:
    """Whatever the file holds, what comes back is a value or one of our errors."""
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
