"""Donations and expenses in any order, and at once: nothing is spent twice, and no receipt is missing."""

from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.city import models
from db.city.journal_check import verify_journals
from db.funds.models import Donation, DonationSerial, DonationState, Expense
from db.issues.models.claim import ProjectState
from tests.asking import Asking, mutation
from tests.funds.funded import Funded, check
from tests.threads import at_once
from tests.town import build

STEPS, THREADS = 24, 5
_AMOUNTS = ["0.01", "1", "99.99", "250", "1000"]


class Life:
    """What is done with the money of one project, at random."""

    def __init__(self, funded: Funded, rng: Random) -> None:
        self.funded, self.rng, self.done = funded, rng, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        name = self.rng.choice(
            ["pledge"] * 2 + ["receive", "receive", "cancel", "pay", "pay", "pay", "reverse", "word"]
        )
        payload = getattr(self, name)()
        if payload and not payload["userErrors"]:
            self.done.add(name)
        check()
        check_closed()

    def pledge(self) -> Any:
        hidden = self.rng.random() < 0.3
        return self.funded.pledge(amount=self.rng.choice(_AMOUNTS), isNameHidden=hidden)

    def _pledged(self) -> str | None:
        waiting = sorted(row.id for row in Donation.find_all(state=DonationState.PLEDGED))
        return f"Donation_{self.rng.choice(waiting)}" if waiting else None

    def receive(self) -> Any:
        donation = self._pledged()
        return donation and self.funded.receive(donation)

    def cancel(self) -> Any:
        donation = self._pledged()
        given = {"donationId": donation, "reason": "示范"}
        return donation and self.funded.ask.change("contact", "cancelDonation", "__typename", **given)

    def pay(self) -> Any:
        return self.funded.pay(self.rng.choice(_AMOUNTS))

    def reverse(self) -> Any:
        paid = sorted(row.id for row in Expense.find_all())
        return paid and self.funded.reverse(f"Expense_{self.rng.choice(paid)}")

    def word(self) -> Any:
        """Reach the milestone and say what becomes of the rest."""
        self.funded.finish()
        given = {"projectId": self.funded.id, "balanceNote": "转入下一项目"}
        return self.funded.ask.change("member", "updateProject", "__typename", **given)


def check_closed() -> None:
    """Check that a closed project has nothing left, or a word on it, and that nothing else keeps one open."""
    [project] = models.Project.find_all()
    received = sum(gift.amount or 0 for gift in Donation.find_all(state=DonationState.RECEIVED))
    left = received - sum(row.amount for row in Expense.find_all())
    is_done = all(step.done_on is not None for step in models.ProjectMilestone.find_all(project=project.id))
    is_settled = is_done and (left == 0 or project.balance_note is not None)
    assert (project.state is ProjectState.CLOSED) == is_settled


def test_whatever_is_done_with_money_the_books_agree(scratch: DatabaseProxy) -> None:
    done = set[str]()
    funded = Funded(Asking(build()))

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=12, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(funded, Random(seed))
            for _ in range(STEPS):
                life.step()
            assert [found for found in verify_journals().findings if found.subject_type == "Donation"] == []
            done.update(life.done)
            undo.rollback()

    live()
    assert done == {"pledge", "receive", "cancel", "pay", "reverse", "word"}


def test_money_is_spent_once_however_many_pay_at_once(database: DatabaseProxy) -> None:
    funded = Funded(Asking(build()))
    funded.give("1000")

    answers = at_once(THREADS, lambda: funded.pay("400"))

    assert len(answers) == THREADS
    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes == ["FUNDS_INSUFFICIENT"] * (THREADS - 2)
    check()
    # One expense is undone by several at once, while another pays what that gives back.
    [first, _] = sorted(row.id for row in Expense.find_all())
    number = count()

    def undo_or_pay() -> Any:
        return funded.reverse(f"Expense_{first}") if next(number) < THREADS - 1 else funded.pay("600")

    answers = at_once(THREADS, undo_or_pay)
    codes = sorted(error["code"] for answer in answers for error in answer["userErrors"])
    assert codes in (["ALREADY_EXISTS"] * (THREADS - 2), ["ALREADY_EXISTS"] * (THREADS - 2) + ["FUNDS_INSUFFICIENT"])
    check()


def test_receipts_have_no_gap_whoever_receives_at_once_and_whatever_is_rolled_back(database: DatabaseProxy) -> None:
    funded = Funded(Asking(build()))
    gifts = [funded.pledge()["donation"]["id"] for _ in range(2 * THREADS)]
    number = count()
    # The second field of an atomic operation is refused, which takes the receipt of the first one back.
    body = mutation("receiveDonation", "__typename").partition("{")[2].strip().removesuffix("}")
    again = body.replace("receiveDonation", "again: receiveDonation")
    atomic = f"mutation ($input: ReceiveDonationInput!) @atomic {{ {body} {again} }}"
    turns: list[Callable[[str], Any]] = [
        lambda gift: funded.ask.answer("staff", atomic, input={"donationId": gift}),
        lambda gift: funded.receive(gift, dryRun=True),
        lambda gift: funded.receive(gift),
    ]

    def take_turns() -> None:
        gift = gifts[next(number)]
        for turn in turns:
            turn(gift)

    for _ in range(2):
        at_once(THREADS, take_turns)

    assert len(Donation.find_all(state=DonationState.RECEIVED)) == len(gifts)
    assert [row.last for row in DonationSerial.find_all()] == [len(gifts)]
    check()
