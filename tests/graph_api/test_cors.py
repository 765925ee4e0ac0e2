"""Pages of other origins: who is let in, what they may send and read, and that nothing changes without the setting."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.graph_api.test_limits import limited

__all__ = ["limited"]

Limited = Callable[..., FlaskClient]
OURS, THEIRS = "https://app.example", "https://other.example"
ASKED: dict[str, Any] = {"json": {"query": "{ __typename }"}}
TOLD = "X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
READABLE = {"Access-Control-Allow-Origin": OURS, "Access-Control-Expose-Headers": TOLD}
PREFLIGHT = {
    "Access-Control-Allow-Origin": OURS,
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language, X-Request-Id, X-Plan, X-Cost",
    "Access-Control-Max-Age": "7200",
}


def cors(response: Any) -> dict[str, str]:
    assert len(response.headers.getlist("Vary")) == 1
    return {name: value for name, value in response.headers.items() if name.startswith("Access-Control-")}


def preflight(client: FlaskClient, origin: str) -> Any:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    return client.options("/graphql", headers={"Origin": origin, **asks})


def test_preflight_of_an_allowed_origin_tells_what_may_be_sent(limited: Limited) -> None:
    response = preflight(limited(cors_origins=("https://first.example", OURS)), OURS)

    assert (response.status_code, response.data, response.headers["Vary"]) == (
        204,
        b"",
        "Accept, Accept-Language, Origin",
    )
    assert cors(response) == PREFLIGHT


@pytest.mark.parametrize("origin", [THEIRS, "null", f"{OURS}:8443", "http://app.example", "https://sub.app.example"])
def test_another_origin_is_told_nothing(limited: Limited, origin: str) -> None:
    client = limited(cors_origins=(OURS,))

    before, asked = preflight(client, origin), client.post("/graphql", headers={"Origin": origin}, **ASKED)

    assert [cors(before), cors(asked)] == [{}, {}]
    assert [before.headers["Vary"], asked.headers["Vary"]] == ["Accept, Accept-Language, Origin"] * 2


@pytest.mark.parametrize("log", [False, True])
def test_answers_to_an_allowed_origin_can_be_read(limited: Limited, log: bool) -> None:
    client = limited(cors_origins=(OURS,), access_log=log)

    by_post = client.post("/graphql", headers={"Origin": OURS}, **ASKED)
    by_get = client.get("/graphql?query={__typename}", headers={"Origin": OURS})
    as_a_browser = client.get("/graphql?query={__typename}", headers={"Origin": OURS, "Accept": "text/html,*/*"})

    for response in (by_post, by_get, as_a_browser):
        assert response.get_json() == {"data": {"__typename": "Query"}}
        assert (cors(response), response.headers["Vary"]) == (READABLE, "Accept, Accept-Language, Origin")


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, {"json": {}}),
        (401, {**ASKED, "headers": {"Authorization": "Basic x"}}),
        (405, {**ASKED, "method": "PUT"}),
        (406, {**ASKED, "headers": {"Accept": "image/png"}}),
        (413, {"json": {"query": "x" * 2_000}}),
        (415, {"data": "x"}),
    ],
)
def test_refusals_can_be_read_too(limited: Limited, status: int, sent: dict[str, Any]) -> None:
    client = limited(cors_origins=(OURS,), max_body_bytes=1_000)
    options = {"method": "POST", **sent, "headers": {"Origin": OURS, **sent.get("headers", {})}}

    response = client.open("/graphql", **options)

    assert (response.status_code, cors(response)) == (status, READABLE)


def test_whoever_asks_too_often_can_read_when_to_come_back(limited: Limited) -> None:
    client = limited(cors_origins=(OURS,), requests_a_minute=1)

    responses = [client.post("/graphql", headers={"Origin": OURS}, **ASKED) for _ in range(2)]

    assert [response.status_code for response in responses] == [200, 429]
    assert "Retry-After" in responses[1].headers
    assert cors(responses[1]) == READABLE


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ("content-type,apollographql-client-name", ", apollographql-client-name"),
        ("traceparent, tracestate", ", traceparent, tracestate"),
        ("authorization,x-b3-traceid,sentry-trace,baggage", ", x-b3-traceid, sentry-trace, baggage"),
        ("x-one,x-one,two words,x\u00e9,", ", x-one"),
    ],
)
@pytest.mark.parametrize("origins", [(OURS,), ("*",)])
def test_headers_that_clients_ask_for_are_allowed(
    limited: Limited, origins: tuple[str, ...], asked: str, more: str
) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}

    response = limited(cors_origins=origins).options("/graphql", headers={"Origin": OURS, **asks})

    assert cors(response)["Access-Control-Allow-Headers"] == PREFLIGHT["Access-Control-Allow-Headers"] + more


def test_app_on_a_phone_can_be_allowed(limited: Limited) -> None:
    client = limited(cors_origins=("capacitor://localhost",))

    assert cors(preflight(client, "capacitor://localhost")) == PREFLIGHT | {
        "Access-Control-Allow-Origin": "capacitor://localhost"
    }


def test_all_origins_are_allowed_by_a_star_without_credentials(limited: Limited) -> None:
    client = limited(cors_origins=("*",))

    before, asked = preflight(client, THEIRS), client.post("/graphql", headers={"Origin": THEIRS}, **ASKED)

    assert cors(before) == PREFLIGHT | {"Access-Control-Allow-Origin": "*"}
    assert cors(asked) == READABLE | {"Access-Control-Allow-Origin": "*"}
    assert asked.headers["Vary"] == "Accept, Accept-Language"


def test_without_the_setting_an_origin_changes_nothing(limited: Limited) -> None:
    client = limited(points_an_hour=0)  # The headers tell what is left, which would differ.
    given = {"X-Request-Id": "one"}

    for method in ("POST", "OPTIONS"):
        plain = client.open("/graphql", method=method, headers=given, **ASKED)
        across = client.open("/graphql", method=method, headers=given | {"Origin": OURS}, **ASKED)
        assert (across.headers, across.data) == (plain.headers, plain.data)
        assert cors(across) == {}
