"""The server conforms to its OpenAPI document, for valid and for invalid requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from idse_core.agency.protocol import document
from idse_core.agency.server.database import Database
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token
from tests.agency_server.pushes import request
from tests.agency_server.serving import Running, client, in_thread

REPOSITORY = Path(__file__).parents[2]
OPERATIONS = [
    ("GET", "/sync/info", 10),
    ("POST", "/sync/push", 120),
    ("POST", "/sync/pull", 100),
    ("GET", "/healthz", 5),
    ("GET", "/openapi.yaml", 5),
]
"""Method, path, and the number of requests of each kind to try."""


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyCore]:
    database = Database.open(str(tmp_path_factory.mktemp("contract") / "agency.db"))
    yield AgencyCore(database)
    database.close()


@pytest.fixture(scope="module")
def running(core: AgencyCore) -> Iterator[Running]:
    with in_thread(core) as found:
        yield found


@pytest.fixture(scope="module")
def token(core: AgencyCore) -> str:
    return create_token(core.database, "acme").secret


def served(url: str) -> Dict[str, Any]:
    with client(url) as http:
        response = http.get("/openapi.yaml")
    assert response.headers["content-type"] == "application/yaml"
    document: Dict[str, Any] = yaml.safe_load(response.text)
    return document


def test_the_document_is_the_one_in_the_documentation(running: Running) -> None:
    published = REPOSITORY / "docs" / "reference" / "agency-openapi.yaml"
    with client(running.url) as http:
        assert http.get("/openapi.yaml").content == published.read_bytes()


def test_every_operation_is_tried(running: Running) -> None:
    paths = served(running.url)["paths"]
    assert {(method.upper(), path) for path, item in paths.items() for method in item} == {
        (method, path) for method, path, _ in OPERATIONS
    }


CASES = [
    pytest.param(operation, mode, id=f"{operation[1]}-{mode.value}")
    for operation in OPERATIONS
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or operation[0] == "POST"  # a GET has nothing that could be invalid
]


def checks_that_do_not_fit(path: str) -> List[Any]:
    """Checks to skip: a well-formed push or pull may still be refused, for a wrong base or an unknown cursor."""
    fitting = path not in {"/sync/push", "/sync/pull"}
    return [] if fitting else schemathesis.checks.CHECKS.get_by_names(["positive_data_acceptance"])


@pytest.mark.parametrize(("tried", "mode"), CASES)
def test_the_server_does_what_it_says(
    running: Running, token: str, tried: Tuple[str, str, int], mode: GenerationMode
) -> None:
    method, path, cases = tried
    schema = schemathesis.openapi.from_dict(served(running.url))
    operation = schema[path][method]

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def try_it(case: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if path.startswith("/sync/") else {}
        case.call_and_validate(base_url=running.url, headers=headers, excluded_checks=checks_that_do_not_fit(path))

    try_it()


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_get_an_answer(running: Running, token: str, data: bytes) -> None:
    with client(running.url, token) as http:
        for path in ("/sync/push", "/sync/pull"):
            headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
            assert http.post(path, content=data, headers=headers).status_code == 400


def test_real_exchanges_conform_to_the_document(running: Running, token: str) -> None:
    """Responses that generated requests hardly ever get: accepted, conflict, gone, and items of all kinds."""
    schema = schemathesis.openapi.from_dict(served(running.url))
    push, pull = schema["/sync/push"]["POST"], schema["/sync/pull"]["POST"]

    def send(operation: Any, body: Dict[str, Any], key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        case = operation.Case(body=body, headers=headers, media_type="application/json")
        return case.call_and_validate(
            base_url=running.url, excluded_checks=[schemathesis.checks.CHECKS.get_one("ignored_auth")]
        )

    def body(*args: Any, **more: Any) -> Dict[str, Any]:
        found: Dict[str, Any] = document(request(*args, project="exchange", **more))
        return found

    first = body({"spec_md": "x", "plan_md": "/w=="}, encodings={"plan_md": "base64"}, state_json={"a": 1})
    taken = send(push, first, "one")
    assert taken.status_code == 200
    assert send(push, first, "one").json()["replayed"] is True
    assert send(push, body({"spec_md": "y"}), "one").status_code == 422
    assert send(push, body({"spec_md": "y"}), "two").status_code == 412
    assert send(push, {**body({"spec_md": "y"}), "base": {}}, "three").status_code == 428
    assert send(push, body(deleted={"spec_md": taken.json()["revisions"]["spec_md"]}), "four").status_code == 200
    page = send(pull, {"project_id": "exchange"})
    assert len(page.json()["items"]) == 3
    assert send(pull, {"project_id": "exchange", "since": page.json()["next"]}).json()["items"] == []
    assert send(pull, {"project_id": "other", "since": page.json()["next"]}).status_code == 410
