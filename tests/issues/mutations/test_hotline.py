"""What a hotline needs of the API: submitting for communities below, names of its own, and what waits for whom."""

from typing import Any

import pytest

from db.issues.models.issue import Issue
from tests.asking import Asking
from tests.issues.mutations.test_intake import CONCERN

SHOWN = "issue { id externalSource externalId responsibleDivision { code } }"


def submit(ask: Asking, who: str, **given: Any) -> Any:
    return ask.change(who, "submitIssue", SHOWN, divisionCode=ask.town.home.division_code, **CONCERN | given)


def codes(payload: Any) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


@pytest.mark.parametrize("who", ["subdistrict", "district", "city"])
def test_officers_submit_for_a_community_below(ask: Asking, who: str) -> None:
    made = submit(ask, who, externalSource="12345", externalId="兰12345〔2022〕1号")["issue"]

    assert made["externalSource"] == "12345"
    assert made["externalId"] == "兰12345〔2022〕1号"
    assert made["responsibleDivision"] == {"code": ask.town.home.division_code}


def test_a_name_of_another_system_is_taken_once(ask: Asking) -> None:
    first = submit(ask, "city", externalSource="12345", externalId="GD-1")["issue"]["id"]

    again = submit(ask, "city", externalSource="12345", externalId=" GD-1 ")
    elsewhere = submit(ask, "city", externalSource="12319", externalId="GD-1")

    assert codes(again) == [("ALREADY_EXISTS", ["externalId"])]
    assert f"({first})" in again["userErrors"][0]["message"]
    assert codes(elsewhere) == []
    assert Issue.select().count() == 2


def test_whoever_may_not_know_of_the_issue_learns_nothing_but_that_the_name_is_taken(ask: Asking) -> None:
    first = submit(ask, "city", externalSource="12345", externalId="GD-1")["issue"]["id"]

    again = submit(ask, "resident", externalSource="12345", externalId="GD-1")

    assert codes(again) == [("ALREADY_EXISTS", ["externalId"])]
    assert first not in again["userErrors"][0]["message"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"externalSource": "12345"}, "externalId"),
        ({"externalId": "GD-1"}, "externalSource"),
        ({"externalSource": "12345", "externalId": "x" * 101}, "externalId"),
        ({"externalSource": "x" * 41, "externalId": "GD-1"}, "externalSource"),
    ],
)
def test_half_a_name_or_one_that_is_too_long_is_refused(ask: Asking, given: dict[str, str], field: str) -> None:
    assert codes(submit(ask, "city", **given)) == [("INVALID_INPUT", [field])]


def test_an_issue_is_found_by_the_name_of_another_system(ask: Asking) -> None:
    made = submit(ask, "city", externalSource="12345", externalId="GD-1")["issue"]["id"]
    submit(ask, "city", externalSource="12345", externalId="GD-2")

    filter_ = '{externalSource: {eq: "12345"}, externalId: {eq: "GD-1"}}'
    found = ask.answer("city", f"{{ issues(filter: {filter_}) {{ nodes {{ id }} }} }}")

    assert found["data"]["issues"]["nodes"] == [{"id": made}]


def test_a_viewer_knows_itself(ask: Asking) -> None:
    account = ask.town.accounts["resident"]
    made = submit(ask, "resident")["issue"]["id"]
    shown = "id reportedIssues { nodes { id } } grants { nodes { role division { code } committee { id } } }"

    viewer = ask.answer("resident", f"{{ viewer {{ {shown} }} }}")["data"]["viewer"]

    assert viewer["id"] == f"Account_{account.id}"
    assert viewer["reportedIssues"]["nodes"] == [{"id": made}]
    assert {"role": "RESIDENT", "division": {"code": ask.town.home.division_code}, "committee": None} in viewer[
        "grants"
    ]["nodes"]


def test_tasks_follow_an_issue_from_desk_to_desk(ask: Asking) -> None:
    made = submit(ask, "resident")["issue"]["id"]

    def waiting() -> set[str]:
        text = "{ viewer { tasks { nodes { id } } } }"
        found = {who: ask.answer(who, text)["data"]["viewer"]["tasks"]["nodes"] for who in ("resident", "staff")}
        return {who for who, nodes in found.items() if {"id": made} in nodes}

    at_first = waiting()
    ask.change("staff", "requestIssueInfo", "__typename", issueId=made, question="在几楼？")
    asked = waiting()
    ask.change("resident", "supplementIssue", "__typename", issueId=made, answer="三楼")
    answered = waiting()

    assert (at_first, asked, answered) == ({"staff"}, {"resident"}, {"staff"})
