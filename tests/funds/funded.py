"""A project of the town that lives on donations, for the tests of what may happen to its money."""

from decimal import Decimal
from typing import Any

from db.city import models
from db.funds.models import Donation, DonationState, Expense
from db.issues.models.claim import ProjectState
from tests import factories as make
from tests.asking import Asking

GIVEN = "donation { id state receiptNumber donorName } event { action actorName }"
PAID = "expense { id amount } project { state received spent balance }"


class Funded:
    """A project under way with one milestone, which the member leads; the unit gives, staff keep the books."""

    def __init__(self, ask: Asking) -> None:
        self.ask, home = ask, ask.town.home
        self.lead = models.Member.get(models.Member.account == ask.town.accounts["member"])
        self.project = make.make_project(home, state=ProjectState.ACTIVE, lead=self.lead)
        self.step = make.make_project_milestone(self.project)
        self.person = make.make_person(home.division, name="赵示范", account=ask.town.accounts["resident"])
        assert ask.town.unit is not None
        self.id, self.unit = f"Project_{self.project.id}", f"Organization_{ask.town.unit.id}"

    def pledge(self, who: str = "contact", **given: Any) -> Any:
        """Let somebody pledge 1,000 yuan to the project."""
        wanted = {"recipientId": self.id, "kind": "MONEY", "amount": "1000", **given}
        if who in ("contact", "staff") and not {"donorId", "donorName"} & given.keys():
            wanted["donorId"] = self.unit
        return self.ask.change(who, "pledgeDonation", GIVEN, **wanted)

    def receive(self, donation: str, who: str = "staff", **given: Any) -> Any:
        """Let staff receive a donation."""
        return self.ask.change(who, "receiveDonation", GIVEN, donationId=donation, **given)

    def give(self, amount: str = "1000", **given: Any) -> str:
        """Let the unit give money, and staff receive it; return the donation's id."""
        pledged = self.pledge(amount=amount, **given)
        assert pledged["userErrors"] == [], pledged
        received = self.receive(pledged["donation"]["id"])
        assert received["userErrors"] == [], received
        return pledged["donation"]["id"]

    def pay(self, amount: str, who: str = "staff", **given: Any) -> Any:
        """Let somebody pay from the project's money."""
        wanted = {
            "projectId": self.id, "day": "2026-01-05", "amount": amount, "payee": "示范园林公司", "purpose": "铺装地面",
            "voucher": "2026-0001", **given,
        }  # fmt: skip
        return self.ask.change(who, "recordExpense", PAID, **wanted)

    def reverse(self, expense: str, who: str = "staff") -> Any:
        """Let somebody undo an expense."""
        given = {"expenseId": expense, "reason": "重复入账", "voucher": "2026-0002"}
        return self.ask.change(who, "reverseExpense", PAID, **given)

    def finish(self) -> Any:
        """Reach the project's milestone."""
        shows = "project { state } event { action }"
        return self.ask.change("member", "completeMilestone", shows, milestoneId=f"ProjectMilestone_{self.step.id}")

    def read(self, shows: str, who: str | None = None) -> Any:
        """Read the project as somebody."""
        answer = self.ask.answer(
            who, f"query ($id: ID!) {{ node(id: $id) {{ ... on Project {{ {shows} }} }} }}", id=self.id
        )
        assert "errors" not in answer, answer
        return answer["data"]["node"]


def check() -> None:
    """Check that no project spent more than it received (I34), and that receipts are numbered without gaps."""
    for project in models.Project.find_all():
        gifts = Donation.find_all(project=project.id, state=DonationState.RECEIVED)
        received = sum((gift.amount or Decimal(0) for gift in gifts), Decimal(0))
        spent = sum((row.amount for row in Expense.find_all(project=project.id)), Decimal(0))
        assert Decimal(0) <= spent <= received, "I34"
    receipts = [gift.receipt_number for gift in Donation.find_all(state=DonationState.RECEIVED)]
    numbers = sorted(int(receipt[-6:]) for receipt in receipts if receipt is not None)
    assert numbers == list(range(1, len(receipts) + 1)), numbers


def codes(payload: Any) -> list[tuple[str, list[str] | None]]:
    """Return how a mutation was refused."""
    return [(error["code"], error["field"]) for error in payload["userErrors"]]
