"""What a project pays: never more than it received, undone by a reversal, and closed once nothing is left (支出)."""

from typing import Any

import pytest

from db.city import models
from tests import factories as make
from tests.asking import Asking
from tests.funds.funded import Funded, check, codes


@pytest.fixture
def funded(ask: Asking) -> Funded:
    """Return a project that lives on donations."""
    return Funded(ask)


def test_a_project_pays_what_it_received_and_no_more(funded: Funded) -> None:
    funded.give("1000")

    answers = [funded.pay(amount) for amount in ("600.50", "399.51", "399.50", "0.01")]
    others = [codes(funded.pay("1", who)) for who in ("contact", "director", "next_staff", "district", "resident")]

    assert [codes(answer) for answer in answers] == [
        [], [("FUNDS_INSUFFICIENT", ["amount"])], [], [("FUNDS_INSUFFICIENT", ["amount"])],
    ]  # fmt: skip
    assert "399.50" in answers[1]["userErrors"][0]["message"]
    assert answers[2]["project"] == {"state": "ACTIVE", "received": "1000.00", "spent": "1000.00", "balance": "0.00"}
    assert others == [[("NOT_PERMITTED", None)]] * 5
    assert codes(funded.pay("1", day="2026-01-06")) == [("INVALID_INPUT", ["day"])]
    check()


def test_the_lead_keeps_the_books_and_undoes_an_expense_once(funded: Funded, ask: Asking) -> None:
    funded.give("1000")
    paid = funded.pay("800", "member", attachments=[{"kind": "DOCUMENT", "description": "发票"}])

    undone = funded.reverse(paid["expense"]["id"], "member")
    refused = [
        codes(funded.reverse(expense, who))
        for expense, who in (
            (paid["expense"]["id"], "staff"), (undone["expense"]["id"], "staff"), ("Expense_99999", "staff"),
            (paid["expense"]["id"], "contact"),
        )
    ]  # fmt: skip

    assert undone["expense"]["amount"] == "-800.00"
    assert undone["project"]["balance"] == "1000.00"
    assert refused == [
        [("ALREADY_EXISTS", ["expenseId"])], [("INVALID_INPUT", ["expenseId"])], [("NOT_FOUND", ["expenseId"])],
        [("NOT_PERMITTED", None)],
    ]  # fmt: skip
    shows = "expenses { nodes { amount reverses { id } reversal { id } attachments { totalCount } } }"
    rows = sorted(funded.read(shows)["expenses"]["nodes"], key=lambda row: row["amount"])
    assert rows == [
        {"amount": "-800.00", "reverses": {"id": paid["expense"]["id"]}, "reversal": None,
         "attachments": {"totalCount": 0}},
        {"amount": "800.00", "reverses": None, "reversal": {"id": undone["expense"]["id"]},
         "attachments": {"totalCount": 1}},
    ]  # fmt: skip
    total = ask.answer(None, "{ expenseAggregate { count sum { amount } } }")["data"]["expenseAggregate"]
    assert total == {"count": 2, "sum": {"amount": "0.00"}}


def test_a_project_closes_once_its_money_is_spent(funded: Funded) -> None:
    funded.give("1000")

    finished = funded.finish()
    half, whole = funded.pay("400"), funded.pay("600")
    undone = funded.reverse(half["expense"]["id"])

    assert (finished["project"]["state"], half["project"]["state"]) == ("ACTIVE", "ACTIVE")
    assert whole["project"]["state"] == "CLOSED"
    # What comes back must be spent again.
    assert (undone["project"]["state"], undone["project"]["balance"]) == ("ACTIVE", "400.00")


def test_a_word_on_what_is_left_closes_a_project_until_more_comes_in(funded: Funded, ask: Asking) -> None:
    funded.give("1000")
    pledged = funded.pledge(amount="50")["donation"]["id"]
    funded.finish()
    shows = "state balanceNote"

    def update(who: str = "member", **given: Any) -> Any:
        shown = f"project {{ {shows} }} event {{ action }}"
        return ask.change(who, "updateProject", shown, projectId=funded.id, **given)

    refused = codes(update("staff", balanceNote="转入下一项目"))
    closed = update(balanceNote="余款转入下一微改造项目")
    late = codes(funded.receive(pledged))
    undone = funded.reverse(funded.pay("100")["expense"]["id"])

    assert refused == [("NOT_PERMITTED", None)]
    assert (closed["project"]["state"], closed["event"]["action"]) == ("CLOSED", "AMEND")
    assert late == [("LIMIT_REACHED", ["donationId"])]
    assert undone["project"]["state"] == "ACTIVE"
    assert funded.read(shows) == {"state": "ACTIVE", "balanceNote": None}


def test_a_project_has_a_kind_and_a_place(funded: Funded, ask: Asking) -> None:
    home = ask.town.home.division
    here, there = make.make_site(home), make.make_site(ask.town.far.division)
    given = {"projectId": funded.id, "kind": "CORNER_PARK", "areaSquareMeters": 640}
    shows = "project { kind areaSquareMeters site { id } version }"

    refused = ask.refused("director", "updateProject", siteId=f"Site_{there.id}", **given)
    too_large = ask.refused("director", "updateProject", **{**given, "areaSquareMeters": 1_000_001})
    changed = ask.change("director", "updateProject", shows, siteId=f"Site_{here.id}", expectedVersion=1, **given)
    stale = ask.refused("director", "updateProject", expectedVersion=1, **given)

    assert refused == [("NOT_FOUND", ["siteId"])]
    assert too_large == [("INVALID_INPUT", ["areaSquareMeters"])]
    assert changed["project"] == {
        "kind": "CORNER_PARK", "areaSquareMeters": 640, "site": {"id": f"Site_{here.id}"}, "version": 2,
    }  # fmt: skip
    assert stale == [("STALE_OBJECT", ["expectedVersion"])]
    assert models.Project.find(kind="CORNER_PARK") is not None
