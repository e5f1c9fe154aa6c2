"""A tenant can't see, guess or change another's data: every route, with another tenant's ids, keys and cursors."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, NamedTuple

import httpx
import pytest
from sqlalchemy import select

from idse_core.agency.protocol import PushRequest, written
from idse_core.agency.server.database import Database
from idse_core.agency.server.schema import tables
from idse_core.agency.server.service import AgencyCore
from idse_core.agency.server.tokens import create_token
from tests.agency_server.pushes import new_key, request
from tests.agency_server.serving import client, in_thread

KEY = "11111111-aaaa-4aaa-8aaa-111111111111"
SECRET = "only for acme"


class World(NamedTuple):
    """A server with a project of ``acme``, and two clients; ``rival`` has nothing yet."""

    acme: httpx.Client
    rival: httpx.Client
    core: AgencyCore
    revisions: Dict[str, Any]
    cursor: str


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    core = AgencyCore(database)
    tokens = [create_token(database, tenant).secret for tenant in ("acme", "rival")]
    with in_thread(core) as running, client(running.url, tokens[0]) as acme, client(running.url, tokens[1]) as rival:
        taken = push(acme, request({"spec_md": SECRET, "plan_md": SECRET}, project_name="Secret name"), KEY)
        assert taken.status_code == 200
        cursor = pull(acme)["next"]
        yield World(acme, rival, core, taken.json()["revisions"], cursor)


def push(http: httpx.Client, wanted: PushRequest, key: str = "") -> httpx.Response:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key or new_key()}
    return http.post("/sync/push", content=written(wanted), headers=headers)


def post_pull(http: httpx.Client, **wanted: Any) -> httpx.Response:
    return http.post("/sync/pull", json={"project_id": "portal", **wanted})


def pull(http: httpx.Client, **wanted: Any) -> Dict[str, Any]:
    response = post_pull(http, **wanted)
    assert response.status_code == 200
    found: Dict[str, Any] = response.json()
    return found


def without_instance(response: httpx.Response) -> Dict[str, Any]:
    return {name: value for name, value in response.json().items() if name != "instance"}


def of_tenant(core: AgencyCore, tenant: str) -> List[Any]:
    """All rows that belong to a tenant."""
    found: List[Any] = []
    with core.database.reading() as connection:
        for table in tables.sorted_tables:
            if "tenant" in table.c:
                found += [tuple(row) for row in connection.execute(select(table).where(table.c.tenant == tenant))]
    return sorted(found, key=repr)


def test_another_tenants_project_seems_not_to_exist(world: World) -> None:
    for wanted in ({}, {"session_id": "auth"}, {"want": "manifest"}, {"limit": 1}):
        page = pull(world.rival, **wanted)
        assert (page["items"], page["head"], page["more"], page["project_name"]) == ([], 0, False, "")
        none = pull(world.rival, **{**wanted, "project_id": "no-such-project"})
        assert {**page, "next": ""} == {**none, "next": ""}
        assert len(page["next"]) - len(none["next"]) == len(pull(world.rival, **wanted)["next"]) - len(none["next"])


def test_another_tenants_cursor_seems_invalid(world: World) -> None:
    answers = [post_pull(world.rival, since=cursor) for cursor in (world.cursor, "made-up")]
    answers.append(post_pull(world.rival, project_id="no-such-project", since=world.cursor))
    assert {answer.status_code for answer in answers} == {410}
    assert all(without_instance(answer) == without_instance(answers[0]) for answer in answers)


def test_another_tenants_revisions_seem_not_to_exist(world: World) -> None:
    revision = world.revisions["spec_md"]
    foreign = push(world.rival, request({"spec_md": "mine"}, base={"spec_md": revision}))
    made_up = push(world.rival, request({"spec_md": "mine"}, base={"spec_md": f"v1-{'0' * 64}"}))
    deleted = push(world.rival, request(deleted={"spec_md": revision}))

    assert [answer.status_code for answer in (foreign, made_up, deleted)] == [412, 412, 412]
    for answer in (foreign, made_up, deleted):
        assert [each["current"] for each in answer.json()["conflicts"]] == [None]


def test_tenants_can_use_the_same_ids_and_keys(world: World) -> None:
    before = of_tenant(world.core, "acme")
    mine = push(world.rival, request({"spec_md": "mine"}), KEY)
    assert mine.status_code == 200
    assert (mine.json()["seq"], mine.json()["replayed"]) == (1, False)
    assert of_tenant(world.core, "acme") == before

    assert [item["content"] for item in pull(world.acme)["items"]] == [SECRET, SECRET]
    assert [item["content"] for item in pull(world.rival)["items"]] == ["mine"]
    assert pull(world.rival)["project_name"] == ""
    assert push(world.acme, request({"spec_md": SECRET, "plan_md": SECRET}, project_name="Secret name"), KEY).json()[
        "replayed"
    ]


def test_a_push_does_not_reveal_that_a_content_is_known(world: World) -> None:
    """The same bytes are stored once per tenant, not once for all tenants."""
    known = push(world.rival, request({"spec_md": SECRET}))
    new = push(world.rival, request({"spec_md": "never seen"}, session="other"))
    assert set(known.json()) == set(new.json())
    assert len([row for row in of_tenant(world.core, "rival") if SECRET.encode() in map(_bytes, row)]) == 1


def _bytes(value: Any) -> Any:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else value


def test_deleting_a_document_leaves_the_other_tenants(world: World) -> None:
    mine = push(world.rival, request({"spec_md": SECRET})).json()["revisions"]
    assert mine == {"spec_md": world.revisions["spec_md"]}  # the same bytes, the same count: even the same revision
    before = of_tenant(world.core, "acme")
    assert push(world.rival, request(deleted=mine)).status_code == 200
    assert of_tenant(world.core, "acme") == before


def test_no_response_contains_another_tenants_data(world: World) -> None:
    answers = [
        world.rival.get("/sync/info"),
        post_pull(world.rival),
        post_pull(world.rival, since=world.cursor),
        push(world.rival, request({"spec_md": "x"}, base={"spec_md": world.revisions["spec_md"]})),
        push(world.rival, request({"spec_md": "x"}), KEY),
        push(world.rival, request({"spec_md": "y"}), KEY),
    ]
    for answer in answers:
        assert SECRET not in answer.text
        assert "Secret name" not in answer.text
        assert "acme" not in answer.text
    assert [answer.status_code for answer in answers] == [200, 200, 410, 412, 200, 422]
