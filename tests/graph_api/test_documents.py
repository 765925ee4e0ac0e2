"""Documents by their hash: what clients sent before, and what a restart, a wrong hash or a bad document comes to."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from flask.testing import FlaskClient
from peewee import DatabaseProxy

from db.city.models import KnownDocument
from db.kernel.database import database as proxy
from graph_api import create_app
from graph_api.config import Config
from tests.conftest import url_of
from tests.factories import make_known_document

Served = Callable[..., FlaskClient]
NEW = {"Accept": "application/graphql-response+json"}
TYPE_NAME = "{ __typename }"
ANSWER = {"data": {"__typename": "Query"}}


@pytest.fixture
def served(database: DatabaseProxy) -> Iterator[Served]:
    """Return a function that makes a client of an application with these settings, as one more worker would be."""
    mine = database.obj

    def make(**settings: Any) -> FlaskClient:
        given = {"database_url": url_of(database), "token_cache_seconds": 0, **settings}
        return create_app(Config(**given)).test_client()

    yield make
    proxy.close()
    proxy.initialize(mine)


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(sha256: Any, version: Any = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": sha256}}}


def ask(client: FlaskClient, body: dict[str, Any]) -> Any:
    return client.post("/graphql", json=body, headers=NEW).get_json()


def get(client: FlaskClient, body: dict[str, Any]) -> Any:
    told = {name: value if isinstance(value, str) else orjson.dumps(value) for name, value in body.items()}
    return client.get(f"/graphql?{urlencode(told)}", headers=NEW).get_json()


def code(body: Any) -> str:
    assert set(body) == {"errors"}
    return body["errors"][0]["extensions"]["code"]


# --- Automatic persisted queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("send", [ask, get])
def test_a_document_is_answered_by_its_hash_once_it_was_sent_with_it(served: Served, send: Any) -> None:
    client, named = served(), by_hash(hash_of(TYPE_NAME))

    before = send(client, named)
    together = send(client, named | {"query": TYPE_NAME})
    after = send(client, named)

    assert before == {
        "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
    }
    assert (together, after) == (ANSWER, ANSWER)


def test_a_document_by_its_hash_has_variables_and_an_operation_name(served: Served) -> None:
    client, query = served(), "query A { __typename } query B($n: String!) { __type(name: $n) { name } }"
    asked = by_hash(hash_of(query).upper()) | {"operationName": "B", "variables": {"n": "Issue"}}

    first, second = ask(client, asked | {"query": query}), ask(client, asked)

    assert first == second == {"data": {"__type": {"name": "Issue"}}}


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (NEW["Accept"], 400)])
def test_an_unknown_hash_has_the_status_that_its_media_type_gives(served: Served, accept: str, status: int) -> None:
    response = served().post("/graphql", json=by_hash("0" * 64), headers={"Accept": accept})

    assert (response.status_code, code(response.get_json())) == (status, "PERSISTED_QUERY_NOT_FOUND")


def test_a_hash_of_another_text_is_refused_and_not_remembered(served: Served) -> None:
    client, named = served(), by_hash(hash_of("{ a }"))

    response = client.post("/graphql", json=named | {"query": TYPE_NAME})

    assert (response.status_code, code(response.get_json())) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert code(ask(client, named)) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "extensions",
    [
        by_hash("0" * 63),
        by_hash("x" * 64),
        by_hash(None),
        by_hash("0" * 64, version=2),
        {"extensions": {"persistedQuery": "0" * 64}},
        {"extensions": {"persistedQuery": {}}},
    ],
)
def test_a_malformed_hash_is_refused(served: Served, extensions: dict[str, Any]) -> None:
    response = served().post("/graphql", json=extensions | {"query": TYPE_NAME})

    assert (response.status_code, code(response.get_json())) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ " + "a: __typename " * 3 + "}"])
def test_a_document_that_is_refused_takes_no_place(served: Served, query: str) -> None:
    client = served(persisted_queries=1, max_aliases=2)
    ask(client, by_hash(hash_of(TYPE_NAME)) | {"query": TYPE_NAME})

    refused = code(ask(client, by_hash(hash_of(query)) | {"query": query}))

    assert refused in ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "DOCUMENT_TOO_LARGE")
    assert code(ask(client, by_hash(hash_of(query)))) == "PERSISTED_QUERY_NOT_FOUND"
    assert ask(client, by_hash(hash_of(TYPE_NAME))) == ANSWER


def test_the_document_that_was_not_used_for_longest_gives_way(served: Served) -> None:
    client, queries = served(persisted_queries=2), [f"{{ {letter}: __typename }}" for letter in "abc"]

    for query in (queries[0], queries[1], queries[0], queries[2]):
        ask(client, by_hash(hash_of(query)) | {"query": query})

    answered = ["data" in ask(client, by_hash(hash_of(query))) for query in queries]
    assert answered == [True, False, True]


def test_an_overlong_document_is_answered_and_not_remembered(served: Served) -> None:
    client, query = served(), TYPE_NAME.ljust(50_001)

    assert ask(client, by_hash(hash_of(query)) | {"query": query}) == ANSWER
    assert code(ask(client, by_hash(hash_of(query)))) == "PERSISTED_QUERY_NOT_FOUND"


def test_a_mutation_by_its_hash_is_not_performed_by_get(served: Served) -> None:
    client, query = served(), "mutation { __typename }"
    assert code(ask(client, by_hash(hash_of(query)) | {"query": query})) == "UNAUTHENTICATED"

    response = client.get(f"/graphql?extensions={orjson.dumps(by_hash(hash_of(query))['extensions']).decode()}")

    assert (response.status_code, code(response.get_json())) == (405, "METHOD_NOT_ALLOWED")


def test_hashes_are_not_supported_where_they_are_turned_off(served: Served) -> None:
    client, named = served(persisted_queries=0), by_hash(hash_of(TYPE_NAME))

    assert ask(client, named | {"query": TYPE_NAME}) == ANSWER
    (error,) = ask(client, named)["errors"]
    assert error == {
        "message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"},
    }  # fmt: skip


def test_a_browser_that_opens_a_hash_gets_the_answer_and_not_the_page(served: Served) -> None:
    client = served()
    ask(client, by_hash(hash_of(TYPE_NAME)) | {"query": TYPE_NAME})
    extensions = orjson.dumps(by_hash(hash_of(TYPE_NAME))["extensions"]).decode()

    response = client.get(f"/graphql?extensions={extensions}", headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.get_json() == ANSWER


# --- What the workers of a server remember together -------------------------------------------------------------------


@pytest.fixture
def shared(tmp_path: Path) -> str:
    return str(tmp_path / "shared.sqlite3")


def remember(client: FlaskClient, query: str, address: str = "192.0.2.1") -> Any:
    return client.post(
        "/graphql", json=by_hash(hash_of(query)) | {"query": query}, environ_overrides={"REMOTE_ADDR": address}
    ).get_json()


@pytest.mark.parametrize("query", [TYPE_NAME, "{ a: __typename }", "query Q { __typename } #  兰州"])
def test_what_one_worker_was_sent_every_worker_knows(served: Served, shared: str, query: str) -> None:
    first, second = served(shared_file=shared), served(shared_file=shared)
    remember(first, query)

    answers = [ask(client, by_hash(hash_of(query))) for client in (second, served(shared_file=shared), first)]

    assert ["data" in answer for answer in answers] == [True] * 3


def test_a_document_is_charged_when_nobody_sent_it_before(served: Served, shared: str) -> None:
    first, second = (served(shared_file=shared, points_an_hour=1_000) for _ in range(2))
    hourly = {"extensions": {"cost": True, **by_hash(hash_of(TYPE_NAME))["extensions"]}, "query": TYPE_NAME}

    left = [ask(client, hourly)["extensions"]["cost"]["remaining"] for client in (first, first, second)]

    assert left == [899, 898, 999]


def test_one_who_sends_many_takes_nobody_elses_place(served: Served, shared: str) -> None:
    first = served(shared_file=shared, persisted_queries=10)
    others = [f"{{ other{number}: __typename }}" for number in range(4)]
    for number, query in enumerate(others):
        remember(first, query, f"192.0.2.{number}")
    for number in range(40):
        remember(first, f"{{ many{number}: __typename }}", "198.51.100.1")

    second = served(shared_file=shared, persisted_queries=10)
    known = ["data" in ask(second, by_hash(hash_of(query))) for query in others]
    newest = ["data" in ask(second, by_hash(hash_of(f"{{ many{number}: __typename }}"))) for number in range(30, 40)]

    assert known == [True] * 4
    assert newest == [False] * 4 + [True] * 6


def test_hashes_are_remembered_alone_where_the_shared_file_cannot_be_used(served: Served, tmp_path: Path) -> None:
    client = served(shared_file=str(tmp_path / "no folder" / "shared.sqlite3"))

    assert remember(client, TYPE_NAME) == ANSWER
    assert ask(client, by_hash(hash_of(TYPE_NAME))) == ANSWER


def test_only_known_documents_are_not_widened_by_what_was_shared(served: Served, shared: str) -> None:
    remember(served(shared_file=shared), TYPE_NAME)

    refused = ask(served(shared_file=shared, only_known_documents=True), by_hash(hash_of(TYPE_NAME)))

    assert code(refused) == "DOCUMENT_NOT_ALLOWED"


# --- Known documents alone --------------------------------------------------------------------------------------------


def test_a_known_document_is_answered_by_its_text_its_hash_or_both(served: Served) -> None:
    query = "query A { __typename } query B { b: __typename }\n"
    named, chosen = by_hash(make_known_document(text=query).sha256), {"operationName": "B"}
    client = served(only_known_documents=True)

    answers = [send(client, chosen | body) for send in (ask, get) for body in ({"query": query}, named)]
    both = ask(client, chosen | named | {"query": query})

    assert [*answers, both] == [{"data": {"b": "Query"}}] * 5


def test_no_other_document_is_answered(served: Served) -> None:
    make_known_document(text=f"{TYPE_NAME}\n")
    client, named = served(only_known_documents=True), by_hash(hash_of(TYPE_NAME))

    bodies = [ask(client, body) for body in ({"query": TYPE_NAME}, named | {"query": TYPE_NAME}, named)]

    assert [code(body) for body in bodies] == ["DOCUMENT_NOT_ALLOWED"] * 3
    (error,) = bodies[0]["errors"]
    assert error["extensions"]["sha256Hash"] == hash_of(TYPE_NAME)
    assert "`flask documents add FILE`" in error["message"]


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (NEW["Accept"], 400)])
def test_a_document_that_is_not_allowed_has_the_status_of_its_media_type(
    served: Served, accept: str, status: int
) -> None:
    response = served(only_known_documents=True).post("/graphql", json={"query": TYPE_NAME}, headers={"Accept": accept})

    assert (response.status_code, code(response.get_json())) == (status, "DOCUMENT_NOT_ALLOWED")


def test_a_bad_document_or_a_wrong_hash_tells_nothing_of_the_schema(served: Served) -> None:
    client = served(only_known_documents=True)

    assert code(ask(client, {"query": "{ divisio }"})) == "DOCUMENT_NOT_ALLOWED"
    assert code(ask(client, by_hash("0" * 64) | {"query": TYPE_NAME})) == "PERSISTED_QUERY_HASH_MISMATCH"


def test_workers_learn_of_a_document_at_once_and_of_its_removal_after_a_while(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr("schema.request.documents.time.time", lambda: now)
    first, second = [served(only_known_documents=True, token_cache_seconds=5) for _ in range(2)]
    asked = {"query": TYPE_NAME}

    before = [code(ask(client, asked)) for client in (first, second)]
    known = make_known_document(text=TYPE_NAME)
    added = [ask(client, asked) for client in (first, second)]
    known.delete_instance()
    now += 4.5
    soon = ask(first, asked)
    now += 1
    later = code(ask(first, asked))

    assert before == ["DOCUMENT_NOT_ALLOWED"] * 2
    assert (added, soon, later) == ([ANSWER, ANSWER], ANSWER, "DOCUMENT_NOT_ALLOWED")


def test_known_documents_are_remembered_within_bounds(served: Served, database: DatabaseProxy) -> None:
    queries = [f"{{ {letter}: __typename }}" for letter in "abc"]
    for query in queries:
        make_known_document(text=query)
    client = served(only_known_documents=True, persisted_queries=2, token_cache_seconds=60)

    for query in (queries[0], queries[1], queries[0], queries[2]):
        assert "data" in ask(client, {"query": query})
    KnownDocument.delete().execute()

    assert ["data" in ask(client, {"query": query}) for query in queries] == [True, False, True]


def test_known_documents_are_found_by_hash_in_an_open_server_too(served: Served) -> None:
    known = make_known_document(text=TYPE_NAME)

    assert ask(served(), by_hash(known.sha256)) == ANSWER


def test_each_request_of_a_batch_must_be_a_known_document(served: Served) -> None:
    make_known_document(text=TYPE_NAME)
    batch = [{"query": TYPE_NAME}, {"query": "{ a: __typename }"}]

    first, second = served(only_known_documents=True, max_batch=2).post("/graphql", json=batch).get_json()

    assert (first, code(second)) == (ANSWER, "DOCUMENT_NOT_ALLOWED")


def test_a_database_that_is_away_is_told_as_such(served: Served, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/none.sqlite3"

    response = served(only_known_documents=True, database_url=nowhere).post("/graphql", json={"query": TYPE_NAME})

    assert (response.status_code, code(response.get_json())) == (503, "UNAVAILABLE")
