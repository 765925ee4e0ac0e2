"""Who may introspect: each setting for each caller, whatever the question looks like, and what refusals give away."""

from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import get_introspection_query
from graphql.pyutils import did_you_mean

from db.access.models.account import Role
from db.access.tokens import issue_token
from tests.factories import make_account, make_role_grant
from tests.graph_api.test_documents import Served, by_hash, code, hash_of, served

__all__ = ["served"]

NEW = {"Accept": "application/graphql-response+json"}
SCHEMA = "{ __schema { queryType { name } } }"
CALLERS = ("nobody", "account", "auditor")


def token_of(caller: str) -> str | None:
    if caller == "nobody":
        return None
    account = make_account()
    if caller == "auditor":
        make_role_grant(Role.AUDITOR, account=account)
    return issue_token(account, "示范", datetime.now(UTC))


def ask(client: Any, query: str, token: str | None = None, **more: Any) -> Any:
    headers = NEW | ({"Authorization": f"Bearer {token}"} if token else {})
    return client.post("/graphql", json={"query": query, **more}, headers=headers).get_json()


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (("everybody",), CALLERS),
        (("signed-in",), ("account", "auditor")),
        (("CITY_OFFICER", "AUDITOR"), ("auditor",)),
        (("CITY_OFFICER",), ()),
        (("nobody",), ()),
    ],
)
def test_a_caller_may_introspect_or_not(served: Served, who: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    client = served(introspection=who)

    for caller in CALLERS:
        token = token_of(caller)
        body, hinting = ask(client, SCHEMA, token), ask(client, "{ divisio }", token)["errors"][0]["message"]
        if caller in allowed:
            assert body == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
            assert hinting.startswith("Cannot query field 'divisio' on type 'Query'. Did you mean 'division'")
        else:
            assert code(body) == "INTROSPECTION_DISABLED"
            assert hinting == "Cannot query field 'divisio' on type 'Query'."


@pytest.mark.parametrize(
    ("who", "message"),
    [
        (("signed-in",), "Only signed-in users may introspect the schema; send a token in the Authorization header."),
        (
            ("CITY_OFFICER", "AUDITOR"),
            "Only CITY_OFFICER, AUDITOR may introspect the schema; send a token of such an account.",
        ),
        (("nobody",), "Introspection is turned off; ask the operator of the server for its schema.graphql."),
    ],
)
def test_a_refusal_says_who_may(served: Served, who: tuple[str, ...], message: str) -> None:
    (error,) = ask(served(introspection=who), SCHEMA)["errors"]

    assert error == {"message": message, "extensions": {"code": "INTROSPECTION_DISABLED"}}


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (NEW["Accept"], 400)])
def test_a_refusal_has_the_status_of_its_media_type(served: Served, accept: str, status: int) -> None:
    response = served(introspection=("nobody",)).post("/graphql", json={"query": SCHEMA}, headers={"Accept": accept})

    assert response.status_code == status


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (get_introspection_query(), {}),
        ('{ __type(name: "Issue") { name } }', {}),
        ('{ innocent: __type(name: "Issue") { name } }', {}),
        ("{ __typename ...A } fragment A on Query { ...B } fragment B on Query { a: __schema { __typename } }", {}),
        ("{ ... { ... on Query { __schema { __typename } } } }", {}),
        (f"query A {{ __typename }} query B {SCHEMA}", {"operationName": "B"}),
        (
            "query ($on: Boolean!) { __typename __schema @include(if: $on) { __typename } }",
            {"variables": {"on": True}},
        ),
    ],
)
def test_no_form_of_the_question_is_answered(served: Served, query: str, more: dict[str, Any]) -> None:
    client, closed = served(), served(introspection=("nobody",))

    assert "data" in ask(client, query, **more)
    assert code(ask(closed, query, **more)) == "INTROSPECTION_DISABLED"


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("{ __typename }", {}),
        ("{ divisions { __typename } }", {}),
        (f"query A {{ __typename }} query B {SCHEMA}", {"operationName": "A"}),
        (
            "query ($on: Boolean!) { __typename __schema @include(if: $on) { __typename } }",
            {"variables": {"on": False}},
        ),
    ],
)
def test_what_tells_nothing_of_the_schema_is_answered(served: Served, query: str, more: dict[str, Any]) -> None:
    assert set(ask(served(introspection=("nobody",)), query, **more)) == {"data"}


def test_each_request_is_looked_at_though_its_document_is_kept_ready(served: Served) -> None:
    client, auditor = served(introspection=("AUDITOR",)), token_of("auditor")
    named = by_hash(hash_of(SCHEMA))

    bodies = [ask(client, SCHEMA, token, **named) for token in (auditor, None, auditor)]
    by_its_hash = client.post("/graphql", json=named).get_json()

    assert ["data" in body for body in bodies] == [True, False, True]
    assert code(by_its_hash) == "INTROSPECTION_DISABLED"


HINTING = {
    "field": ("{ divisio }", {}),
    "inline fragment": ("{ node(id: 1) { code } }", {}),
    "type": ("query ($a: IssueFilte) { issues(filter: $a) { totalCount } }", {}),
    "argument": ("{ issues(filte: {}) { totalCount } }", {}),
    "argument of a directive": ("{ __typename @skip(i: true) }", {}),
    "input field": ("{ issues(filter: {stat: {}}) { totalCount } }", {}),
    "enum value": ("{ issues(filter: {state: {eq: SUBMITTE}}) { totalCount } }", {}),
    "enum value as a text": ('{ issues(filter: {state: {eq: "SUBMITTED"}}) { totalCount } }', {}),
    "selection": ("{ divisions }", {}),
    "input field in a variable": ("query ($f: IssueFilter) { issues(filter: $f) { totalCount } }", {"stat": {}}),
    "enum value in a variable": (
        "query ($f: IssueFilter) { issues(filter: $f) { totalCount } }", {"state": {"eq": "SUBMITTE"}},
    ),
    "input field of a mutation": ("mutation { acceptIssue(input: {issue: 1}) { issue { id } } }", {}),
}  # fmt: skip


@pytest.mark.parametrize(("query", "given"), HINTING.values(), ids=HINTING)
def test_no_refusal_hints_at_the_schema(served: Served, query: str, given: dict[str, Any]) -> None:
    opened, closed = (
        ask(client, query, variables={"f": given})["errors"] for client in (served(), served(introspection=("nobody",)))
    )

    assert any(" Did you mean " in error["message"] for error in opened)
    assert [error["message"] for error in closed] == [
        error["message"].partition(" Did you mean ")[0] for error in opened
    ]
    assert [error["locations"] for error in closed] == [error["locations"] for error in opened]


def test_the_librarys_hints_begin_as_they_are_recognised() -> None:
    assert did_you_mean(["a", "b"], "the enum value").startswith(" Did you mean ")
