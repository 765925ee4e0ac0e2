"""Rows of donations and expenses for tests; see `tests.factories`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from db.city import models
from db.funds.models import Donation, DonationKind, DonationSerial, DonationState, Expense
from db.issues.models.claim import ProjectState
from tests.factories import AT, TODAY, make_division, make_organization, make_project

GOODS = {"kind": DonationKind.GOODS, "amount": None, "item": "长椅", "unit": "把", "quantity": 4}


def make_donation(project: models.Project | None = None, **values: Any) -> Donation:
    """Make the pledge of 1,000 yuan by a unit to a project under way, unless a committee or another donor is named."""
    committee = values.get("committee")
    recipient: Any = committee or project or make_project(state=ProjectState.ACTIVE)
    home = models.Division.get(models.Division.code == recipient.division_code)
    state = DonationState(values.get("state", DonationState.PLEDGED))
    given = {
        "kind": DonationKind.MONEY, "amount": Decimal(1000), "is_name_hidden": False, "pledged_on": TODAY,
        "state": state, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    if not {"organization", "person", "donor_name"} & values.keys():
        given["organization"] = make_organization(home)
    if state is DonationState.RECEIVED:
        number = Donation.select().count() + 1
        given = {"received_on": TODAY, "receipt_number": f"JZ-{home.code}-2025-{number:06}", **given}
    target = {} if committee else {"project": recipient}
    return Donation.create(division=home, division_code=home.code, **target, **given)


def make_donation_serial(division: models.Division | None = None, **values: Any) -> DonationSerial:
    """Make the counter of a community's receipts."""
    division = division or make_division()
    return DonationSerial.create(**{"division_code": division.code, "year": 2026, "last": 0, **values})


def make_expense(project: models.Project | None = None, **values: Any) -> Expense:
    """Make an expense of a project."""
    project = project or make_project(state=ProjectState.ACTIVE)
    given = {
        "day": TODAY, "amount": Decimal(400), "payee": "示范园林公司", "purpose": "铺装地面", "voucher": "2026-0001",
        "created_at": AT, **values,
    }  # fmt: skip
    return Expense.create(project=project, division_code=project.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    Donation: make_donation,
    DonationSerial: make_donation_serial,
    Expense: make_expense,
}
