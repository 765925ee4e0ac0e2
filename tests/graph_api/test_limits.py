"""Limits that are set from outside: each with its code, one step inside and one step beyond."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.graph_api.processes import TOP

NEW = {"Accept": "application/graphql-response+json"}


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Callable[..., FlaskClient]]:
    """Return a function that makes a client of an application with these settings, whose database is nowhere."""
    before = proxy.obj

    def make(**settings: Any) -> FlaskClient:
        return create_app(Config(database_url=f"sqlite:///{tmp_path}/none.sqlite3", **settings)).test_client()

    yield make
    proxy.close()
    proxy.initialize(before)


def outcome(client: FlaskClient, query: str, **variables: Any) -> str:
    """Return the code of the first error, or nothing; a database that is nowhere is as good as an answer."""
    body = client.post("/graphql", json={"query": query, "variables": variables}, headers=NEW).get_json()
    code = body["errors"][0]["extensions"]["code"] if "errors" in body else ""
    return "" if code == "UNAVAILABLE" else code


def aliases(count: int) -> str:
    return "{" + " ".join(f"a{number}: __typename" for number in range(count)) + "}"


def in_fragments(count: int) -> str:
    return "{ ...A } fragment A on Query {" + " ".join(f"a{number}: __typename" for number in range(count)) + "}"


def spread(count: int) -> str:
    places = " ".join(f"a{number}: committees {{ nodes {{ ...A }} }}" for number in range(count))
    return f"{{ {places} }} fragment A on Committee {{ id name state isPilot }}"


def conditions(count: int) -> str:
    names = '{name: {eq: "a"}} ' * (count - 1)
    return f"{{ committees(filter: {{or: [{names}]}}) {{ totalCount }} }}"


LONG = "query ($a: String!) { division(code: $a) { id } }"
LIST = "query ($a: [ID!]!) { nodes(ids: $a) { id } }"
DEEP = "query ($a: CommitteeFilter) { committees(filter: $a) { totalCount } }"
CASES: dict[str, tuple[dict[str, int], Callable[[int], tuple[str, dict[str, Any]]], str]] = {
    "aliases": ({"max_aliases": 5}, lambda n: (aliases(n), {}), "DOCUMENT_TOO_LARGE"),
    "aliases in fragments": ({"max_aliases": 5}, lambda n: (in_fragments(n), {}), "DOCUMENT_TOO_LARGE"),
    "directives": (
        {"max_directives": 5},
        lambda n: ("{ " + "__typename @skip(if: false) " * n + "}", {}),
        "DOCUMENT_TOO_LARGE",
    ),
    "root fields": ({"max_root_fields": 5}, lambda n: (aliases(n), {}), "DOCUMENT_TOO_LARGE"),
    "fields": ({"max_fields": 5}, lambda n: (aliases(n), {}), "DOCUMENT_TOO_LARGE"),
    "fields of a fragment, wherever it is spread": (
        {"max_fields": 5 * 6}, lambda n: (spread(n), {}), "DOCUMENT_TOO_LARGE",
    ),
    "repeated fields": (
        {"max_field_pairs": 10}, lambda n: ("{" + "__typename " * n + "}", {}), "DOCUMENT_TOO_LARGE",
    ),
    "repeated fields below repeated fields": (
        {"max_field_pairs": 10 + 2 * 45},
        lambda n: ("{" + "committees { nodes { id } nodes { id } } " * n + "}", {}),
        "DOCUMENT_TOO_LARGE",
    ),
    "conditions": ({"max_filter_nodes": 5}, lambda n: (conditions(n), {}), "DOCUMENT_TOO_LARGE"),
    "conditions in a variable": (
        {"max_filter_nodes": 5},
        lambda n: (DEEP, {"a": {"and": [{"name": {"eq": "a"}}] * (n - 1)}}),
        "DOCUMENT_TOO_LARGE",
    ),
    "a list": ({"max_list_items": 5}, lambda n: ("{ nodes(ids: [" + '"x" ' * n + "]) { id } }", {}), "BAD_USER_INPUT"),
    "a list in a variable": ({"max_list_items": 5}, lambda n: (LIST, {"a": ["x"] * n}), "BAD_USER_INPUT"),
    "a text": (
        {"max_characters": 100},
        lambda n: (f'{{ division(code: "{"x" * (95 + n)}") {{ id }} }}', {}),
        "BAD_USER_INPUT",
    ),
    "a text in a variable": ({"max_characters": 100}, lambda n: (LONG, {"a": "x" * (95 + n)}), "BAD_USER_INPUT"),
    "a block of text": (
        {"max_characters": 100},
        lambda n: (f'{{ division(code: """{"x" * (95 + n)}""") {{ id }} }}', {}),
        "BAD_USER_INPUT",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "written", "code"), CASES.values(), ids=CASES)
def test_a_limit_lets_through_what_is_within_and_nothing_beyond(
    limited: Callable[..., FlaskClient], settings: dict[str, int], written: Any, code: str
) -> None:
    client = limited(**settings)

    for count, expected in ((5, ""), (6, code)):
        query, variables = written(count)
        assert outcome(client, query, **variables) == expected


def test_what_there_is_too_much_of_is_told(limited: Callable[..., FlaskClient]) -> None:
    body = limited(max_aliases=5).post("/graphql", json={"query": aliases(7)}, headers=NEW)

    (error,) = body.get_json()["errors"]
    assert (body.status_code, error["extensions"]) == (
        400, {"code": "DOCUMENT_TOO_LARGE", "what": "aliases", "count": 7, "limit": 5},
    )  # fmt: skip
    assert error["message"] == "The request has 7 aliases; at most 5 are allowed. Ask for it in several requests."


def test_many_aliases_are_refused_before_they_are_compared(limited: Callable[..., FlaskClient]) -> None:
    client = limited(max_tokens=100_000)
    same = "{" + 'a: __typename b: division(code: "1") { id } ' * 3_000 + "}"

    assert outcome(client, same) == "DOCUMENT_TOO_LARGE"


# --- Requests a minute ------------------------------------------------------------------------------------------------


def test_requests_of_a_minute_are_counted_whatever_becomes_of_them(limited: Callable[..., FlaskClient]) -> None:
    client = limited(requests_a_minute=3)

    codes = [outcome(client, query) for query in ("{ __typename }", "{", "{ nothing }", "{ __typename }")]
    refused = client.post("/graphql", json={"query": "{ __typename }"})
    elsewhere = client.post(
        "/graphql", json={"query": "{ __typename }"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )

    assert codes == ["", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "RATE_LIMITED"]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 200


def test_requests_of_the_next_minute_are_answered(
    limited: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = limited(requests_a_minute=1), 1_800_000_030.0
    monkeypatch.setattr("schema.request.budget.time.time", lambda: now)

    assert [outcome(client, "{ __typename }") for _ in range(2)] == ["", "RATE_LIMITED"]
    now += 30
    assert outcome(client, "{ __typename }") == ""


# --- What is told of the cost -----------------------------------------------------------------------------------------


def test_cost_is_told_when_it_is_asked_for(limited: Callable[..., FlaskClient]) -> None:
    client, asked = limited(points_an_hour=100), {"query": "{ __typename }"}

    by_header = client.post("/graphql", json=asked, headers={"X-Cost": "1"}).get_json()
    by_extension = client.post("/graphql", json=asked | {"extensions": {"cost": True}}).get_json()
    unasked = client.post("/graphql", json=asked | {"extensions": {"cost": False}})

    cost = by_header["extensions"]["cost"]
    assert cost == {"points": 1, "limit": 20_000, "hourly": 100, "remaining": 99, "resetAt": cost["resetAt"]}
    assert by_extension["extensions"]["cost"]["remaining"] == 98
    assert unasked.data == b'{"data":{"__typename":"Query"}}'


def test_headers_tell_what_is_left_and_until_when(
    limited: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = limited(points_an_hour=100)
    monkeypatch.setattr("schema.request.budget.time.time", lambda: 1_800_000_000.0)

    headers = client.post("/graphql", json={"query": "{ __typename }"}).headers

    told = [headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert told == ["100", "99", "3600"]


# --- Batches ----------------------------------------------------------------------------------------------------------

BATCH = [
    {"query": "{ a: __typename }"},
    {"query": "{"},
    {"query": "query ($v: Boolean!) { b: __typename @skip(if: $v) }"},
]


def test_a_batch_is_answered_in_order_where_it_is_allowed(limited: Callable[..., FlaskClient]) -> None:
    response = limited(max_batch=3).post("/graphql", json=[*BATCH[:2], BATCH[2] | {"variables": {"v": False}}])

    first, second, third = response.get_json()
    assert (response.status_code, first) == (200, {"data": {"a": "Query"}})
    assert second["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    assert third == {"data": {"b": "Query"}}


@pytest.mark.parametrize(("most", "batch"), [(0, BATCH[:1]), (2, BATCH), (3, []), (3, [1]), (3, [BATCH]), (3, [{}])])
def test_other_batches_are_refused(limited: Callable[..., FlaskClient], most: int, batch: Any) -> None:
    response = limited(max_batch=most).post("/graphql", json=batch)

    assert (response.status_code, response.get_json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


def test_each_request_of_a_batch_counts(limited: Callable[..., FlaskClient]) -> None:
    response = limited(max_batch=3, requests_a_minute=2).post("/graphql", json=BATCH[:1] * 3)

    codes = [answer.get("errors", [{}])[0].get("extensions", {}).get("code") for answer in response.get_json()]
    assert codes == [None, None, "RATE_LIMITED"]


def test_every_setting_is_in_the_readme() -> None:
    table = (TOP / "README.md").read_text(encoding="utf-8")

    missing = [field.name.upper() for field in fields(Config) if f"`{field.name.upper()}`" not in table]
    assert missing == []
