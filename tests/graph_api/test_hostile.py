"""Hostile requests, of the kinds that OWASP's GraphQL cheat sheet and graphql-armor list: what each gets, and costs.

Each is refused with its code, or answered within the limits, in little of the server's own time and memory.
"""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.city.migrations import migrate
from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.conftest import Store, bound
from tests.graph.town import build
from tests.work import counted_calls

# Functions that are called for a request, those in C included, and what it may need at once besides what it always has:
# a body may have a megabyte. Counted, for time depends on the machine; a million calls are about a tenth of a second.
MAX_CALLS, MAX_BYTES = 1_000_000, 16_000_000
# How dear introspection is, is known when as much of it was worked out as MAX_COST pays for, and is paid then; it grows
# with the schema.
MAX_CALLS_PAID, MAX_BYTES_PAID, PAID = 5_000_000, 20_000_000, ("the schema many times",)
ANSWERED = ""


def nested(field: str, levels: int, inner: str = "id") -> str:
    """Write a field within itself."""
    return f"{field} {{ " * levels + inner + " }" * levels


def chain(count: int, times: int) -> str:
    """Write fragments of which each spreads the next several times, below aliases of their own."""
    spreads = " ".join(f"{chr(97 + at)}: mergedInto {{ ...F%d }}" for at in range(times))
    made = " ".join(f"fragment F{n} on Issue {{ {spreads % ((n + 1,) * times)} }}" for n in range(count))
    return f"{{ issues {{ nodes {{ ...F0 }} }} }} {made} fragment F{count} on Issue {{ id }}"


def deep(levels: int) -> dict[str, Any]:
    """Make a filter within itself."""
    return {"not": deep(levels - 1)} if levels else {"title": {"eq": "x"}}


TYPED = "name description type { name kind ofType { name kind ofType { name kind } } }"
EVERY_TYPE = f"types {{ fields {{ {TYPED} }} inputFields {{ {TYPED} }} }}"
FILTERED = "query ($f: IssueFilter) { issues(filter: $f) { totalCount } }"
BY_ID = "query ($id: ID!) { issue(id: $id) { id } }"
CLOSE = 'closeIssue(input: {issueId: "Issue_1", verification: "x", rating: 5}) { userErrors { code } }'
# What is sent, and the code of the refusal. A text is a document; anything else is the whole body.
REQUESTS: dict[str, tuple[Any, str]] = {
    # More of the same.
    "a thousand aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(1_000)) + "}", "DOCUMENT_TOO_LARGE"),
    "a hundred dear aliases": (
        "{" + " ".join(f"a{n}: issueAggregate {{ count }}" for n in range(100)) + "}", "DOCUMENT_TOO_LARGE",
    ),
    "aliases in a fragment": (
        "{ ...A } fragment A on Query {" + " ".join(f"a{n}: __typename" for n in range(101)) + "}",
        "DOCUMENT_TOO_LARGE",
    ),
    "guesses at a mutation": ("mutation {" + " ".join(f"a{n}: {CLOSE}" for n in range(60)) + "}", "UNAUTHENTICATED"),
    "a batch": ([{"query": "{ __typename }"}] * 1_000, "BAD_REQUEST"),
    "a field three thousand times": ("{" + "__typename " * 3_000 + "}", "DOCUMENT_TOO_LARGE"),
    "a list five hundred times": ("{" + "issues { nodes { id } } " * 450 + "}", "DOCUMENT_TOO_LARGE"),
    "lists within lists, each of them several times": (
        "{" + ("issues {" + ("nodes {" + "claims { nodes { id } } " * 8 + "} ") * 8 + "} ") * 8 + "}",
        "DOCUMENT_TOO_LARGE",
    ),
    "inline fragments": (
        "{ issues { nodes { " + "... on Issue { claims { nodes { id } } } " * 240 + "} } }", "DOCUMENT_TOO_LARGE",
    ),
    "directives": ("{ __typename " + "@skip(if: false) " * 120 + "}", "DOCUMENT_TOO_LARGE"),
    "directives that are not there": ("{ __typename " + "@a " * 1_900 + "}", "DOCUMENT_TOO_LARGE"),
    "directives in variables": (
        "query (" + " ".join(f"$a{n}: Int @a" for n in range(101)) + ") { __typename }", "DOCUMENT_TOO_LARGE",
    ),
    "root fields": (
        "{" + " ".join(f'a{n}: issue(id: "Issue_1") {{ id }}' for n in range(31)) + "}", "DOCUMENT_TOO_LARGE",
    ),
    "words": ("{" + "a " * 5_000 + "}", "GRAPHQL_PARSE_FAILED"),
    "operations": (" ".join(f"query Q{n} {{ __typename }}" for n in range(500)), "GRAPHQL_VALIDATION_FAILED"),
    "variables": (
        "query (" + " ".join(f"$a{n}: Int" for n in range(900)) + ") { __typename }", "GRAPHQL_VALIDATION_FAILED",
    ),
    # Deep.
    "fields": (f"{{ issues {{ nodes {{ {nested('mergedInto', 20)} }} }} }}", "QUERY_TOO_DEEP"),
    "five hundred levels": (f"{{ issues {{ nodes {{ {nested('mergedInto', 500)} }} }} }}", "GRAPHQL_PARSE_FAILED"),
    "brackets": ("{" * 3_000, "GRAPHQL_PARSE_FAILED"),
    "brackets of a list": ("{ a(b: " + "[" * 1_900 + "]" * 1_900 + ") }", "GRAPHQL_PARSE_FAILED"),
    "brackets of a type": ("query ($a: " + "[" * 1_900 + "Int" + "]" * 1_900 + ") { a }", "GRAPHQL_PARSE_FAILED"),
    "a filter": ({"query": FILTERED, "variables": {"f": deep(250)}}, "DOCUMENT_TOO_LARGE"),
    "a filter of two hundred parts": (
        {"query": FILTERED, "variables": {"f": {"or": [{"title": {"eq": "x"}}] * 200}}}, "DOCUMENT_TOO_LARGE",
    ),
    "a structure where a number belongs": (
        {"query": BY_ID, "variables": {"id": json.loads("[" * 150 + "]" * 150)}}, "BAD_USER_INPUT",
    ),
    # In circles.
    "a fragment of itself": ("{ ...A } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
    "two of each other": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "GRAPHQL_VALIDATION_FAILED",
    ),
    "one below itself": (
        "{ issues { nodes { ...A } } } fragment A on Issue { mergedInto { ...A } }", "GRAPHQL_VALIDATION_FAILED",
    ),
    "one below itself twice": (
        "{ issues { nodes { ...A } } } fragment A on Issue { a: mergedInto { ...A } b: mergedInto { ...A } }",
        "DOCUMENT_TOO_LARGE",
    ),
    "fragments that double": (chain(20, 2), "DOCUMENT_TOO_LARGE"),
    "fragments that grow ninefold": (chain(9, 9), "DOCUMENT_TOO_LARGE"),
    "the schema in circles": (
        "{ __schema { types { " + nested("fields { type", 6, "name").replace(" }", " }}", 6) + " } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "the schema many times": (
        "{" + " ".join(f"a{n}: __schema {{ {EVERY_TYPE} }}" for n in range(25)) + "}", "QUERY_TOO_COSTLY",
    ),
    # Dear.
    "pages of pages": (
        "{ issues(first: 100) { nodes { claims(first: 100) { nodes { resource { claims(first: 100) {"
        " nodes { id } } } } } } } }",
        "QUERY_TOO_COSTLY",
    ),
    "a page of a billion": ("{ issues(first: 1000000000) { nodes { id } } }", "BAD_USER_INPUT"),
    "a page of less than nothing": ("{ issues(first: -1) { nodes { id } } }", "BAD_USER_INPUT"),
    "a page from both ends": ("{ issues(first: 1, last: 1) { nodes { id } } }", "BAD_USER_INPUT"),
    "counts of counts": (
        "{ divisions(first: 100) { nodes { issues(first: 100) { totalCount nodes { claims(first: 100) {"
        " totalCount } } } } } }",
        "QUERY_TOO_COSTLY",
    ),
    "a thousand ids": ({"query": "query ($i: [ID!]!) { nodes(ids: $i) { id } }",
                        "variables": {"i": ["Issue_1"] * 1_001}}, "BAD_USER_INPUT"),
    # Odd values.
    "a text of a megabyte": ({"query": BY_ID, "variables": {"id": "x" * 900_000}}, "BAD_USER_INPUT"),
    "SQL": ({"query": BY_ID, "variables": {"id": "Issue_1' OR '1'='1"}}, ANSWERED),
    "SQL in a filter": (
        {"query": FILTERED, "variables": {"f": {"title": {"contains": "'); DROP TABLE issue; --"}}}}, ANSWERED,
    ),
    "a pattern that goes back and forth": (
        {"query": FILTERED, "variables": {"f": {"title": {"contains": "%a" * 5_000}}}}, ANSWERED,
    ),
    "a number of a hundred thousand digits": (
        b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 100_000 + b"}}", "BAD_REQUEST",
    ),
    "a number beyond all bounds": ({"query": "{ issues(first: 99999999999999999999) { totalCount } }"},
                                   "GRAPHQL_VALIDATION_FAILED"),
    "half of a character": (
        b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', "BAD_REQUEST",
    ),
    "a cursor of one's own": ('{ issues(after: "x~y~z") { totalCount } }', ANSWERED),
    "the zero byte": ({"query": FILTERED, "variables": {"f": {"title": {"eq": "a\x00b"}}}}, "BAD_USER_INPUT"),
    "prototypes": (
        {"query": FILTERED, "variables": {"f": {"__proto__": {"eq": "x"}, "constructor": {"eq": "x"}}}},
        "BAD_USER_INPUT",
    ),
    "variables a hundred thousand levels deep": (
        b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "BAD_REQUEST",
    ),
    "a subscription": ("subscription { issues { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
    "the plan": ({"query": "{ __typename }", "extensions": {"plan": True}}, ANSWERED),
}  # fmt: skip


@pytest.fixture(scope="module")
def app(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return a client of an application as it is set up by default, over the small town."""
    url = store.create("hostile")
    with bound(url):
        migrate(proxy)
        build()
    before = proxy.obj
    client = create_app(Config(database_url=url, requests_a_minute=0)).test_client()
    yield client
    proxy.close()
    proxy.initialize(before)
    store.drop("hostile")


def send(client: FlaskClient, request: Any) -> tuple[int, Any]:
    """Send a request, and give the status and the answer."""
    if isinstance(request, str):
        request = {"query": request}
    body = request if isinstance(request, bytes) else json.dumps(request)
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    response = client.post("/graphql", data=body, headers=headers)
    return response.status_code, response.get_json()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_is_refused_or_answered_within_limits(app: FlaskClient, name: str) -> None:
    request, expected = REQUESTS[name]

    status, answer = send(app, request)

    codes = [error["extensions"]["code"] for error in answer.get("errors", [{"extensions": {"code": ANSWERED}}])]
    assert set(codes) == {expected}, answer
    assert status == (200 if expected == ANSWERED else 401 if expected == "UNAUTHENTICATED" else 400)
    assert len(json.dumps(answer)) < 20_000
    assert "Traceback" not in str(answer)


@pytest.mark.parametrize("name", REQUESTS)
def test_it_takes_little_work_and_memory(app: FlaskClient, name: str) -> None:
    request, _ = REQUESTS[name]
    send(app, "{ __typename }")
    with counted_calls() as calls:
        # As the first of its kind: nothing is kept of a document that was refused, and this one differs.
        send(app, f"{request} #" if isinstance(request, str) else request)
    tracemalloc.start()
    try:
        send(app, request)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert calls[0] < (MAX_CALLS_PAID if name in PAID else MAX_CALLS)
    assert peak < (MAX_BYTES_PAID if name in PAID else MAX_BYTES)


def test_there_are_enough_of_them() -> None:
    assert len(REQUESTS) >= 40
