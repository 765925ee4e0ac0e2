"""Supplies in any order, at once, and cut off: stocks are their moves (I11), and transfers add up to nothing (I41)."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from peewee import DatabaseProxy

from db.funds.models import Donation, DonationState
from db.stocks.models import Stock, StockMove, StockMoveKind
from tests.asking import Asking
from tests.funds.factories import GOODS, make_donation
from tests.stocks.supplies import Supplies, check, row_of
from tests.threads import at_once
from tests.town import build

STEPS, THREADS = 30, 6
_QUANTITIES = ["0.01", "0.5", "1", "3", "7.77"]
_KEEPERS = {"home": ("staff", "colleague"), "next_door": ("next_staff",), "street": ("subdistrict",)}


class Life:
    """What is done with the stocks of three offices, at random."""

    def __init__(self, supplies: Supplies, rng: Random) -> None:
        self.supplies, self.rng, self.done = supplies, rng, set[str]()

    def step(self) -> None:
        """Take one step, which may be refused."""
        name = self.rng.choice(NAMES)
        where = self.rng.choice([*_KEEPERS])
        refused = self.supplies.refused(
            f"{name}Stock",
            self.rng.choice(_KEEPERS[where]),
            stockId=getattr(self.supplies, where),
            **self._inputs(name),
        )
        self.done.update({name} if not refused else {f"{name} {code}" for code, _ in refused})
        check()

    def _inputs(self, name: str) -> dict[str, Any]:
        if name == "count":
            return {"counted": self.rng.choice(_QUANTITIES), "reason": "示范盘点"}
        given: dict[str, Any] = {"quantity": self.rng.choice(_QUANTITIES)}
        if name == "issue":
            given["to"] = "示范居民"
        if name == "transfer":
            given["toStockId"] = getattr(self.supplies, self.rng.choice([*_KEEPERS]))
        gifts = sorted(row.id for row in Donation.select())
        if name == "receive" and self.rng.random() < 0.5:
            given["donationId"] = f"Donation_{self.rng.choice(gifts)}"
        return given


NAMES = ("receive", "receive", "issue", "transfer", "transfer", "count", "return")


def give(supplies: Supplies, quantity: int = 10) -> Donation:
    """Make a donation of boxes to the community that was received, worth a number that no part divides."""
    goods = {**GOODS, "unit": "箱", "quantity": quantity, "value": Decimal("100.03")}
    return make_donation(**goods, committee=supplies.town.home, state=DonationState.RECEIVED)


def test_whatever_is_done_with_supplies_the_books_agree(scratch: DatabaseProxy) -> None:
    done, supplies = set[str](), Supplies(Asking(build()))
    give(supplies)

    @given(seed=st.integers(0, 2**32))
    @settings(
        max_examples=8, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    def live(seed: int) -> None:
        with scratch.savepoint() as undo:
            life = Life(supplies, Random(seed))
            for _ in range(STEPS):
                life.step()
            done.update(life.done)
            undo.rollback()

    live()
    assert done >= {*NAMES, "issue STOCK_INSUFFICIENT", "transfer STOCK_INSUFFICIENT", "count NOT_PERMITTED"}


def test_no_stock_falls_below_zero_and_no_transfer_is_half_done_whoever_races(database: DatabaseProxy) -> None:
    supplies = Supplies(Asking(build()))
    supplies.move("receiveStock", quantity="10")
    supplies.move("receiveStock", "next_staff", stockId=supplies.next_door, quantity="10")
    gift, number = give(supplies, quantity=3), count()
    # Both ways at once, so that whoever locked the stocks in the order of the transfer would wait for the other.
    turns: list[Callable[[], Any]] = [
        lambda: supplies.refused("transferStock", toStockId=supplies.next_door, quantity="4"),
        lambda: supplies.refused(
            "transferStock", "next_staff", stockId=supplies.next_door, toStockId=supplies.home, quantity="4"
        ),
        lambda: supplies.refused("issueStock", quantity="4", to="示范"),
        lambda: supplies.refused("receiveStock", quantity="1", donationId=f"Donation_{gift.id}"),
    ]  # fmt: skip

    def take_turns() -> list[Any]:
        first = next(number)
        return [turns[(first + at) % len(turns)]() for at in range(8)]

    answers = [answer for found in at_once(THREADS, take_turns) for answer in found]

    assert len(answers) == 8 * THREADS
    assert {code for answer in answers for code, _ in answer} == {"STOCK_INSUFFICIENT", "INVALID_INPUT"}
    check()
    assert len(StockMove.find_all(donation=gift.id)) == 3
    # What one asks for that nobody else may have left is given once.
    left = str(Stock.get_by_id(row_of(supplies.home)).quantity)
    asked = at_once(THREADS, lambda: supplies.refused("issueStock", quantity=left or "1", to="示范"))
    assert sorted(asked) == [[]] + [[("STOCK_INSUFFICIENT", ["quantity"])]] * (THREADS - 1)
    check()


def test_two_who_open_the_same_stock_at_once_get_one(database: DatabaseProxy) -> None:
    supplies = Supplies(Asking(build()))
    new = {"divisionCode": supplies.town.home.division_code, "item": "WATER", "name": "饮用水", "unit": "箱"}

    asked = at_once(THREADS, lambda: supplies.ask.refused("staff", "openStock", **new))

    assert sorted(asked) == [[]] + [[("ALREADY_EXISTS", ["name"])]] * (THREADS - 1)


def test_a_transfer_that_is_cut_off_half_way_leaves_nothing(
    database: DatabaseProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplies = Supplies(Asking(build()))
    supplies.move("receiveStock", quantity="10")
    create = StockMove.create

    def cut_off(**values: Any) -> StockMove:
        if values["kind"] is StockMoveKind.TRANSFER_IN:
            raise KeyboardInterrupt
        return create(**values)

    monkeypatch.setattr(StockMove, "create", cut_off)
    with pytest.raises(KeyboardInterrupt):
        supplies.move("transferStock", toStockId=supplies.street, quantity="4")
    monkeypatch.undo()

    assert StockMove.select().count() == 1
    check()
    assert supplies.move("issueStock", quantity="10", to="示范")["userErrors"] == []
