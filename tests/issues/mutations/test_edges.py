"""Times, days and amounts at the edges, as mutations are given them: kept as they are or refused with a code."""

from decimal import Decimal
from typing import Any

import pytest

from db.issues.lifecycle import IssueState
from db.issues.models.claim import Need
from db.issues.models.issue import Issue
from tests.asking import Asking


def granted(ask: Asking, **times: str) -> Any:
    given = {"accountId": f"Resident_{ask.town.accounts['resident'].id}", "role": "AUDITOR", "reason": "试", **times}
    given["divisionCode"] = ask.town.city.code
    return ask.change("city", "grantRole", "grant { startsAt endsAt }", **given)


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0999-12-31T23:59:59.9999999Z", "1899-12-31T23:59:59Z",
        "3000-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:60Z",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["startsAt", "endsAt"])
def test_a_time_at_the_edge_of_the_calendar_is_refused(ask: Asking, name: str, time: str) -> None:
    (error,) = granted(ask, **{name: time})["userErrors"]

    assert (error["code"], error["field"]) == ("INVALID_INPUT", [name])
    assert "1900 and 2999" in error["message"]


def test_a_time_is_kept_to_the_second(ask: Asking) -> None:
    times = {"startsAt": "1900-01-01t08:00:00.9999999+08:00", "endsAt": "2999-12-31 23:59:59.123456789z"}

    payload = granted(ask, **times)

    assert payload["userErrors"] == []
    assert payload["grant"] == {"startsAt": "1900-01-01T00:00:00Z", "endsAt": "2999-12-31T23:59:59Z"}


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_at_the_edge_of_the_calendar_is_refused(ask: Asking, day: str) -> None:
    issue = f"Issue_{ask.town.accept()}"
    given = {"issueId": issue, "resumeOn": day, "cause": "等待材料"}

    assert ask.refused("staff", "requestIssueSuspension", **given) == [("INVALID_INPUT", ["resumeOn"])]


PUBLISH = """mutation ($i: ID!) { publishIssue(input: {issueId: $i, wantedHelp: "需要材料", unit: "个",
  claimUntil: "2026-01-20T08:00:00Z", wantedQuantity: %s}) { issue { state } userErrors { code field } } }"""


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("70368744177.13", "70368744177.13"), ("999999999999.99", "999999999999.99"),
        ('"999999999999.99"', "999999999999.99"), ("0.01", "0.01"), ("1e3", "1000"),
        ("35184372088.30", "35184372088.3"),
        ("1000000000000", None), ('"1000000000000.00"', None), ("999999999999999.99", None), ("0.001", None),
        ("140737488355.329", None), ("-0.01", None), ("0", None), ("-0", None),
    ],
)  # fmt: skip
def test_an_amount_is_kept_exactly_or_refused(ask: Asking, written: str, kept: str | None) -> None:
    issue = ask.town.accept()

    payload = ask.answer("staff", PUBLISH % written, i=f"Issue_{issue}")["data"]["publishIssue"]

    if kept is None:
        assert payload["userErrors"] == [{"code": "INVALID_INPUT", "field": ["wantedQuantity"]}]
        assert Issue.get_by_id(issue).state is IssueState.ACCEPTED
    else:
        assert payload["userErrors"] == []
        need: Any = Need.get(Need.issue == issue)
        assert need.wanted_quantity == Decimal(kept)
