"""Texts through the API: what is given is never taken for left out, and is found however it was typed."""

from typing import Any

import pytest

from db.issues.models.issue import Evidence
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject
from schema.graph import CATALOG
from tests.asking import Asking
from tests.issues.mutations.test_handling import DONE, PHOTO
from tests.issues.mutations.test_intake import CONCERN, submitted

TEXTS = (Kind.CODE, Kind.LINE, Kind.PROSE)


def submit(ask: Asking, shown: str = "issue { id }", **given: Any) -> Any:
    return ask.change("resident", "submitIssue", shown, divisionCode=ask.town.home.division_code, **CONCERN | given)


def invalid(answer: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in answer["userErrors"]]


@pytest.mark.parametrize("key", ["", " ", "\u3000", "\u200b", "a b", "Ａ"])
def test_an_idempotency_key_that_is_given_counts(ask: Asking, key: str) -> None:
    assert invalid(submit(ask, "__typename", idempotencyKey=key)) == [("INVALID_INPUT", ["idempotencyKey"])]
    assert invalid(submit(ask, "__typename", idempotencyKey=key, dryRun=True)) == [
        ("INVALID_INPUT", ["idempotencyKey"])
    ]


@pytest.mark.parametrize("given", ["", " ", "\u3164"])
@pytest.mark.parametrize("name", ["topicCode", "place", "contactName", "contactPhone", "contactAddress", "title"])
def test_an_empty_text_is_not_a_text_left_out(ask: Asking, name: str, given: str) -> None:
    assert invalid(submit(ask, "__typename", **{name: given})) == [("INVALID_INPUT", [name])]


def test_no_text_of_any_mutation_may_be_empty() -> None:
    def texts(arguments: tuple[Argument, ...]) -> list[Argument]:
        found = [argument for argument in arguments if argument.kind in TEXTS]
        for argument in arguments:
            found += texts(argument.kind.arguments) if isinstance(argument.kind, InputObject) else []
        return found

    taken_raw = {
        (name, text.name)
        for name, mutation in CATALOG.mutations.items()
        for text in texts(mutation.inputs)
        if text.is_raw
    }

    # An address has stricter rules of its own.
    takers = ("attachEvidence", "reportIssueDone", "reportProgress", "submitIssue", "submitIssues")
    assert taken_raw == {(name, "uri") for name in takers}


@pytest.mark.parametrize("number", ["", " "])
def test_an_empty_number_names_no_issue(ask: Asking, number: str) -> None:
    assert ask.refused("staff", "urgeIssue", issueNumber=number, text="请尽快") == [("INVALID_INPUT", ["issueNumber"])]
    assert ask.refused("staff", "urgeIssue", issueId="", text="请尽快") == [("NOT_FOUND", ["issueId"])]


@pytest.mark.parametrize("given", ["", " ", "\u200b", "Ａ\u0301"])
def test_a_client_mutation_id_comes_back_letter_by_letter(ask: Asking, given: str) -> None:
    assert submit(ask, "clientMutationId", clientMutationId=given)["clientMutationId"] == given


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Ｂ座３号电梯", "B座3号"), ("B座3号电梯", "Ｂ座３号"), ("Cafe\u0301门口", "Café"), ("Café门口", "Cafe\u0301"),
        ("ｗｉｆｉ坏了", "wifi"), ("か\u3099っこう", "が"), ("２0２6年供暖", "2026"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("operator", ["contains", "startsWith", "eq", "in"])
def test_a_text_is_found_however_it_was_typed(ask: Asking, typed: str, asked: str, operator: str) -> None:
    submit(ask, title=f"{typed}的灯", place=f"{typed}的灯")
    wanted: Any = asked if operator in ("contains", "startsWith") else f"{asked}{typed[len(asked) :]}的灯"
    if operator in ("eq", "in"):
        wanted = f"{typed}的灯"

    for name in ("title", "place"):
        filter_ = {name: {operator: [wanted] if operator == "in" else wanted}}
        answer = ask.answer(
            "resident",
            "query ($f: IssueFilter) { issues(first: 5, filter: $f) { nodes { place } totalCount } }",
            f=filter_,
        )
        assert answer["data"]["issues"]["totalCount"] == 1, answer


def test_a_place_is_read_as_it_was_written(ask: Asking) -> None:
    made = submit(ask, "issue { title place }", title=" 灯坏 ", place="西站什字\u3000")

    assert made["issue"] == {"title": "灯坏", "place": "西站什字"}


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "file:///a", "https://u:p@files.example/a"])
def test_evidence_has_an_https_address(ask: Asking, uri: str) -> None:
    from tests.issues.test_handling import assign

    issue_id = f"Issue_{assign(ask.town)}"

    refused = ask.refused("contact", "reportIssueDone", issueId=issue_id, **DONE | {"evidence": [PHOTO | {"uri": uri}]})

    assert refused == [("INVALID_INPUT", ["evidence", "0", "uri"])]


@pytest.mark.parametrize("stored", ["javascript:alert(1)", "data:text/html,a", "https://u@files.example/a"])
def test_a_stored_address_that_is_not_safe_is_not_served(ask: Asking, stored: str) -> None:
    issue_id = submitted(ask)
    row = Evidence.create(
        issue=issue_id.split("_")[1], division_code=ask.town.home.division_code, kind="PHOTO", description="照片",
        uri=stored, created_at="2026-01-05T08:00:00Z",
    )  # fmt: skip
    text = "query ($id: ID!) { issue(id: $id) { evidence(first: 5) { nodes { uri description } } } }"

    served = ask.answer("resident", text, id=issue_id)["data"]["issue"]["evidence"]["nodes"]
    Evidence.update(uri="https://files.example/a").where(Evidence.id == row.id).execute()
    safe = ask.answer("resident", text, id=issue_id)["data"]["issue"]["evidence"]["nodes"]

    assert served == [{"uri": None, "description": "照片"}]
    assert safe == [{"uri": "https://files.example/a", "description": "照片"}]
