"""What is counted and charged: refusals of every kind, rows that were returned, time that was taken, all workers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy
from werkzeug.test import TestResponse

from db.access.tokens import issue_token
from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.conftest import url_of
from tests.factories import make_account, make_committee, make_issue, make_organization
from tests.graph_api.test_documents import Served, by_hash, served

__all__ = ["served"]

NEW = {"Accept": "application/graphql-response+json"}
TYPE_NAME = {"query": "{ __typename }"}
NOW = 1_800_000_000.0
HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all requests of a test fall into one minute, and take no time themselves."""
    monkeypatch.setattr("schema.request.budget.time.time", lambda: NOW)
    monkeypatch.setattr("schema.request.execute.time.perf_counter", lambda: 0.0)


def ask(client: FlaskClient, query: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
    return client.post("/graphql", json={"query": query, **more}, headers=NEW | (headers or {}))


def code_of(response: TestResponse) -> str:
    return response.get_json().get("errors", [{"extensions": {"code": ""}}])[0]["extensions"]["code"]


def left(response: TestResponse) -> int:
    return int(response.headers["RateLimit-Remaining"])


# --- Refusals ---------------------------------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}
# Requests of a visitor that are refused, by what they are refused for.
REFUSED: dict[str, dict[str, Any]] = {
    "BAD_REQUEST of a body that is not JSON": {"data": "{", "headers": JSON},
    "BAD_REQUEST of a body that holds no query": {"json": {"variables": {}}},
    "BAD_REQUEST of a batch": {"json": [TYPE_NAME] * 3},
    "BAD_REQUEST of an empty body": {"data": "", "headers": JSON},
    "UNSUPPORTED_MEDIA_TYPE": {"data": "query={ __typename }", "headers": {"Content-Type": "text/plain"}},
    "NOT_ACCEPTABLE": {"json": TYPE_NAME, "headers": {"Accept": "text/csv"}},
    "PAYLOAD_TOO_LARGE": {"data": " " * 20_000, "headers": JSON},
    "METHOD_NOT_ALLOWED": {"method": "PUT", "json": TYPE_NAME},
    "UNAUTHENTICATED with an unknown token": {"json": TYPE_NAME, "headers": {"Authorization": "Bearer lzg_x1"}},
    "UNAUTHENTICATED with no token at all": {"json": TYPE_NAME, "headers": {"Authorization": "Basic eDp5"}},
    "UNAUTHENTICATED without one": {
        "json": {"query": 'mutation { revokeToken(input: {tokenId: "1"}) { userErrors { code } } }'},
    },
    "PERSISTED_QUERY_NOT_FOUND": {"json": by_hash("0" * 64)},
    "PERSISTED_QUERY_HASH_MISMATCH": {"json": {**TYPE_NAME, **by_hash("0" * 64)}},
    "GRAPHQL_PARSE_FAILED": {"json": {"query": "{ issues "}},
    "GRAPHQL_VALIDATION_FAILED": {"json": {"query": "{ nothing }"}},
    "DOCUMENT_TOO_LARGE": {"json": {"query": "{" + "a: __typename " * 101 + "}"}},
    "BAD_USER_INPUT": {"json": {"query": "{ issues(first: -1) { totalCount } }"}},
    "BAD_USER_INPUT in a variable": {
        "json": {"query": "query ($i: ID!) { node(id: $i) { id } }", "variables": {"i": ["x"]}},
    },
    "QUERY_TOO_DEEP": {"json": {"query": "{ issues { nodes { " + "mergedInto { " * 12 + "id" + " }" * 12 + "} } }"}},
    "QUERY_TOO_COSTLY": {
        "json": {
            "query": "{ issues(first: 100) { nodes { claims(first: 100) { nodes { issue { claims(first: 100) {"
            " nodes { id } } } } } } } }",
        },
    },
}  # fmt: skip


def send(client: FlaskClient, request: dict[str, Any]) -> TestResponse:
    return client.open("/graphql", **{"method": "POST", **request, "headers": NEW | request.get("headers", {})})


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_requests_count_as_requests_of_their_address(served: Served, kind: str) -> None:
    client = served(requests_a_minute=3, max_body_bytes=10_000)

    codes = [code_of(send(client, REFUSED[kind])) for _ in range(4)]
    elsewhere = client.post("/graphql", json=TYPE_NAME, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})

    assert codes == [kind.split()[0]] * 3 + ["RATE_LIMITED"]
    assert code_of(ask(client, "{ __typename }")) == "RATE_LIMITED"
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_requests_cost_points_and_tell_what_is_left(served: Served, kind: str) -> None:
    client = served(points_an_hour=1_000, max_body_bytes=10_000)

    first, second = (send(client, REFUSED[kind]) for _ in range(2))

    assert [first.headers[name] for name in ("RateLimit-Limit", "RateLimit-Reset")] == ["1000", "3600"]
    assert left(second) < left(first) < 1_000


def test_whoever_has_no_points_left_is_refused_before_anything_is_read(served: Served) -> None:
    client = served(points_an_hour=10)
    long = "{ nothing" + " " * 400 + "}"

    first, second = ask(client, long), ask(client, long)

    assert (code_of(first), left(first)) == ("GRAPHQL_VALIDATION_FAILED", 0)
    assert (second.status_code, code_of(second), left(second)) == (429, "RATE_LIMITED", 0)
    assert code_of(send(client, REFUSED["BAD_REQUEST of an empty body"])) == "RATE_LIMITED"


def test_a_refusal_for_the_number_tells_the_limit_that_was_reached(served: Served) -> None:
    client = served(requests_a_minute=2, points_an_hour=1_000)

    *_, refused = (ask(client, "{ __typename }") for _ in range(3))

    assert refused.status_code == 429
    assert [refused.headers[name] for name in (*HEADERS, "Retry-After")] == ["2", "0", "60", "60"]


def test_a_refusal_for_the_points_tells_what_is_left(served: Served) -> None:
    client = served(points_an_hour=60)

    refused = ask(client, "{ issues(first: 80) { nodes { id } } }")

    assert (refused.status_code, code_of(refused)) == (429, "RATE_LIMITED")
    # The document had to be made ready to know its cost.
    assert 30 < left(refused) < 60
    assert [refused.headers[name] for name in ("RateLimit-Limit", "RateLimit-Reset", "Retry-After")] == [
        "60",
        "3600",
        "3600",
    ]


def test_where_nothing_is_limited_no_refusal_tells_of_a_limit(served: Served) -> None:
    client = served(points_an_hour=0, requests_a_minute=0)

    for request in REFUSED.values():
        assert "RateLimit-Limit" not in send(client, request).headers


# --- Tokens -----------------------------------------------------------------------------------------------------------


def test_tokens_are_tried_no_oftener_than_requests_are_sent(served: Served) -> None:
    client = served(requests_a_minute=5)
    tried = [ask(client, "{ __typename }", {"Authorization": f"Bearer lzg_tried{n}"}) for n in range(12)]
    good = issue_token(make_account(), "示范", datetime.now(UTC))

    assert [response.status_code for response in tried] == [401] * 5 + [429] * 7
    # A token that the server does not know yet is one of those that could be tried.
    assert ask(client, "{ __typename }", {"Authorization": f"Bearer {good}"}).status_code == 429


def test_who_is_known_is_not_refused_for_others_of_the_same_address(served: Served) -> None:
    client = served(requests_a_minute=5)
    known = {"Authorization": f"Bearer {issue_token(make_account(), '示范', datetime.now(UTC))}"}
    ask(client, "{ __typename }", known)
    tried = [ask(client, "{ __typename }", {"Authorization": f"Bearer lzg_tried{n}"}) for n in range(8)]

    assert tried[-1].status_code == 429
    assert ask(client, "{ __typename }", known).status_code == 200


# --- What a request costs ---------------------------------------------------------------------------------------------


@pytest.fixture
def city(served: Served) -> FlaskClient:
    """Return a client of a place with three committees of two issues each, and a thousand points, all of them left."""
    for _ in range(3):
        committee = make_committee()
        for _ in range(2):
            make_issue(committee=committee, number=f"LZ-{next(_numbers):06}")
    return served(points_an_hour=100_000)


_numbers = count(1)


def points(client: FlaskClient, query: str) -> tuple[int, int]:
    """Return what a query costs by its answer, and by what is left; it is made ready before."""
    before = left(ask(client, "{ __typename }"))
    ask(client, query)
    between = left(ask(client, "{ __typename }"))
    response = ask(client, query, extensions={"cost": True})
    assert before > between
    assert left(response) == between - response.get_json()["extensions"]["cost"]["points"]
    return response.get_json()["extensions"]["cost"]["points"], between - left(response)


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        # The list, and each row with what it leads to.
        ("{ issues(first: 100) { nodes { id } } }", 1 + 6),
        ("{ issues(first: 5) { nodes { id } } }", 1 + 5),
        ("{ issues(first: 100) { edges { cursor } } }", 1 + 6),
        ("{ issues(first: 100) { nodes { id committee { name } } } }", 1 + 6 * 2),
        ('{ issues(first: 100, filter: {title: {eq: "nothing"}}) { nodes { id committee { name } } } }', 1),
        ("{ committees(first: 50) { nodes { issues(first: 50) { nodes { id } } } } }", 1 + 3 * 2 + 6),
        ("{ committees(first: 50) { nodes { name members(first: 90) { nodes { id } } } } }", 1 + 3 * 2),
        ("{ a: issues(first: 9) { nodes { id } } b: committees(first: 9) { nodes { id } } }", 1 + 6 + 1 + 3),
        ("{ committees(last: 2) { nodes { id } } }", 1 + 2),
        ("{ issues(first: 100) { totalCount } }", 1 + 5),
    ],
)
def test_a_list_is_paid_for_by_what_it_returned(city: FlaskClient, query: str, cost: int) -> None:
    assert points(city, query) == (cost, cost)


def test_texts_cannot_be_taken_for_rows(served: Served) -> None:
    organization = make_organization(name="甲")
    client = served(points_an_hour=100_000)
    plain = points(client, "{ organizations(first: 20) { nodes { name } } }")
    organization.name = '[{"name":"乙"},{"name":"丙"}]'
    organization.save()

    assert points(client, "{ organizations(first: 20) { nodes { name } } }") == plain == (2, 2)


def test_a_request_that_costs_more_than_is_left_at_most_is_refused_and_costs_nothing(served: Served) -> None:
    client = served(points_an_hour=150)
    query = "{ issues(first: 100) { nodes { id } } }"

    remaining = [left(ask(client, query)) for _ in range(3)]

    # It costs 101 at most, and one when there is nothing.
    assert remaining[1] - remaining[2] == 1
    last = [ask(client, query) for _ in range(60)][-1]
    assert (code_of(last), left(last)) == ("RATE_LIMITED", 100)


def test_a_new_document_costs_points_by_its_length_and_once(served: Served) -> None:
    client = served(points_an_hour=10_000)
    short, long = "{ a: __typename }", "{ " + " ".join(f"a{n}: __typename" for n in range(30)) + " }"

    spent: list[int] = []
    for query in (short, short, long, long):
        before = left(ask(client, "{ __typename }"))
        spent.append(before - left(ask(client, query)))

    assert spent == [1, 1, 1 + len(long) // 20, 1]


@pytest.mark.parametrize(("seconds", "steps"), [(0.01, 0), (0.049, 0), (0.06, 1), (0.26, 5), (10.02, 200)])
def test_time_that_the_points_do_not_cover_is_charged(
    served: Served, monkeypatch: pytest.MonkeyPatch, seconds: float, steps: int
) -> None:
    client = served(points_an_hour=1_000_000)
    query = "{ committees(first: 1) { nodes { id } } }"
    ask(client, query)
    before = left(ask(client, "{ __typename }"))
    moments = count()
    monkeypatch.setattr("schema.request.execute.time.perf_counter", lambda: next(moments) * seconds)

    response = ask(client, query)

    assert code_of(response) == ""
    assert before - left(response) == max(1, steps * 500)


def test_introspection_that_is_refused_for_its_size_is_paid_for(served: Served) -> None:
    client = served(points_an_hour=100_000, max_cost=100)

    responses = [ask(client, "{ __schema { types { name fields { name } } } }") for _ in range(2)]

    assert [code_of(response) for response in responses] == ["QUERY_TOO_COSTLY"] * 2
    assert left(responses[0]) - left(responses[1]) >= 100


# --- Several workers --------------------------------------------------------------------------------------------------


def test_limits_hold_for_all_workers_together(served: Served, tmp_path: Path) -> None:
    shared = {"workers": 3, "shared_file": str(tmp_path / "shared"), "requests_a_minute": 10, "points_an_hour": 1_000}
    workers = [served(**shared) for _ in range(3)]

    responses = [ask(workers[at % 3], "{ __typename }") for at in range(13)]

    assert [response.status_code for response in responses] == [200] * 10 + [429] * 3
    assert [left(response) for response in responses[:10]] == list(range(999, 989, -1))


@pytest.mark.parametrize(("workers", "shared_file"), [(1, ""), (1, "shared"), (3, "")])
def test_without_a_shared_file_each_worker_counts_by_itself(
    served: Served, tmp_path: Path, workers: int, shared_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = str(tmp_path / shared_file) if shared_file else ""
    both = [served(workers=workers, shared_file=path, requests_a_minute=1) for _ in range(2)]
    assert "each worker counts" not in caplog.text

    responses = [ask(client, "{ __typename }") for client in both]

    assert [response.status_code for response in responses] == [200, 200]
    assert ("each worker counts" in caplog.text) is (workers > 1)


# --- Export -----------------------------------------------------------------------------------------------------------

EXPORT = """
query Export($code: String!, $after: String) {
  division(code: $code) {
    issues(first: 100, after: $after) {
      nodes {
        id number title description state urgency duty channel currentLevel createdAt acceptedAt dueAt closedAt rating
        division { code name } committee { name }
        handler { __typename ... on Organization { name } ... on VolunteerTeam { name } ... on Member { name } }
        claims(first: 20) { nodes { state promise promisedOn claimant { __typename } resource { name } } }
        ledger(first: 50) { nodes { seq at action actorName fromState toState note } }
        comments(first: 20) { nodes { authorName text createdAt } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


@pytest.fixture
def demo_client(demo_city: DatabaseProxy) -> Iterator[FlaskClient]:
    """Return a client of an application as it is set up by default, over the demo city."""
    mine = demo_city.obj
    yield create_app(Config(database_url=url_of(demo_city))).test_client()
    proxy.close()
    proxy.initialize(mine)


def test_a_district_can_be_exported_within_an_hours_points(demo_client: FlaskClient) -> None:
    districts = ask(
        demo_client, "{ issueAggregate(groupBy: [DISTRICT]) { groups { key { district { code } } count } } }"
    )
    groups = districts.get_json()["data"]["issueAggregate"]["groups"]
    largest = max(groups, key=lambda group: group["count"])
    given: dict[str, Any] = {"code": largest["key"]["district"]["code"], "after": None}
    start = left(ask(demo_client, "{ __typename }"))

    exported = 0
    while given["after"] or not exported:
        response = ask(demo_client, EXPORT, variables=given)
        assert code_of(response) == "", response.get_json()["errors"]
        issues = response.get_json()["data"]["division"]["issues"]
        exported += len(issues["nodes"])
        given["after"] = issues["pageInfo"]["endCursor"] if issues["pageInfo"]["hasNextPage"] else None

    assert exported == largest["count"] > 1_000
    assert start - left(ask(demo_client, "{ __typename }")) < Config().points_an_hour / 2
