"""Donations and expenses, and the sums of a project: what it received, what it spent, and what is left."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from peewee import SQL, BigAutoField, BooleanField, Check, ColumnBase, CompositeKey, ForeignKeyField, IntegerField, fn

from db.committees.models.committee import Committee
from db.incidents.models import Incident
from db.issues.models.claim import Claim, Project
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from db.kernel.fields import (
    CodeField,
    DayField,
    EnumField,
    FixedDecimalField,
    LineField,
    ProseField,
    UtcDateTimeField,
    one_of,
)
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division

# How much can be given or paid at once: in yuan, or in the unit of the goods.
AMOUNT = Between(Decimal("0.01"), Decimal("999999999.99"), places=2)


class DonationKind(DomainEnum):
    """What is given (捐赠类别)."""

    MONEY = "MONEY", "Money, in yuan.", "资金"
    GOODS = "GOODS", "Goods, with their unit and quantity.", "物资"


class DonationState(DomainEnum):
    """The state of a donation (捐赠状态)."""

    PLEDGED = "PLEDGED", "The donation was promised and not yet received.", "已认捐"
    RECEIVED = "RECEIVED", "The donation was received and has its receipt.", "已收讫"
    CANCELLED = "CANCELLED", "The donation was called off before it was received.", "已取消"


class Donation(BaseModel):
    """Money or goods that somebody gives for a project or to a committee (捐赠).

    donor_name: of somebody who is neither registered as a person nor a unit. is_name_hidden: only auditors know the
    donor. value: of goods, in yuan. receipt_number: without gaps in each community and year. claim: on money, that was
    fulfilled by it.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="donations", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(DonationKind)
    organization = ForeignKeyField(Organization, null=True, backref="donations", on_delete="RESTRICT")
    person = ForeignKeyField(Person, null=True, backref="donations", on_delete="RESTRICT")
    donor_name = LineField(null=True)
    is_name_hidden = BooleanField()
    project = ForeignKeyField(Project, null=True, backref="donations", on_delete="RESTRICT", index=False)
    committee = ForeignKeyField(Committee, null=True, backref="donations", on_delete="RESTRICT")
    amount = FixedDecimalField(null=True)
    item = LineField(null=True)
    unit = LineField(null=True)
    quantity = FixedDecimalField(null=True)
    value = FixedDecimalField(null=True)
    pledged_on = DayField()
    received_on = DayField(null=True)
    receipt_number = CodeField(null=True, unique=True)
    purpose_note = ProseField(null=True)
    claim = ForeignKeyField(Claim, null=True, unique=True, backref="donations", on_delete="RESTRICT")
    state = EnumField(DonationState)
    created_at = UtcDateTimeField()
    version = IntegerField()
    incident = ForeignKeyField(Incident, null=True, backref="donations", on_delete="RESTRICT")

    if TYPE_CHECKING:
        division_id: int
        organization_id: int | None
        person_id: int | None
        project_id: int | None
        committee_id: int | None
        incident_id: int | None
        claim_id: int | None

    class Meta:
        indexes = ((("project", "state"), False), (("division_code", "id"), True))
        constraints = [
            one_of("organization_id", "person_id", "donor_name"),
            one_of("project_id", "committee_id"),
            Check("(kind = 'MONEY') = (amount IS NOT NULL)"),
            Check("(kind = 'GOODS') = (item IS NOT NULL)"),
            Check("(item IS NULL) = (unit IS NULL)"),
            Check("(item IS NULL) = (quantity IS NULL)"),
            Check("value IS NULL OR item IS NOT NULL"),
            Check("amount > 0"),
            Check("quantity > 0"),
            Check("value > 0"),
            Check("(state = 'RECEIVED') = (received_on IS NOT NULL)"),
            Check("(state = 'RECEIVED') = (receipt_number IS NOT NULL)"),
        ]


# Whom a donation can be for: the column that names it, and its table.
RECIPIENTS: Mapping[str, Any] = {"project": Project, "committee": Committee}
# Who can be a donor, besides somebody who is only a name.
DONORS: Mapping[str, Any] = {"organization": Organization, "person": Person}


class DonationSerial(BaseModel):
    """The last receipt number of a community in a year; the lock of its row keeps the numbers without gaps."""

    division_code = CodeField()
    year = IntegerField()
    last = IntegerField()

    class Meta:
        primary_key = CompositeKey("division_code", "year")


class Expense(BaseModel):
    """Money that a project paid (支出): recorded once, never changed, and undone by another one below zero.

    voucher: the number of the slip in the books. reverses: the expense that this one undoes.
    """

    id = BigAutoField()
    project = ForeignKeyField(Project, backref="expenses", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    day = DayField()
    amount = FixedDecimalField()
    payee = LineField()
    purpose = LineField()
    voucher = CodeField()
    reverses = ForeignKeyField("self", null=True, unique=True, backref="reversals", on_delete="RESTRICT")
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        project_id: int
        reverses_id: int | None

    class Meta:
        indexes = ((("project", "day", "id"), True), (("division_code", "day", "id"), True), (("day", "id"), True))
        constraints = [Check("(reverses_id IS NULL) = (amount > 0)"), Check("amount <> 0")]


def received(project: Row) -> ColumnBase:
    """Build the money that a project received, in hundredths of a yuan."""
    given = Donation.alias("given")
    counted = (given.project == project.id) & (given.state == DonationState.RECEIVED.value)
    return fn.COALESCE(given.select(fn.SUM(given.amount)).where(counted), 0)


def spent(project: Row) -> ColumnBase:
    """Build the money that a project spent, in hundredths of a yuan."""
    paid = Expense.alias("paid")
    return fn.COALESCE(paid.select(fn.SUM(paid.amount)).where(paid.project == project.id), 0)


def balance(project: Row) -> ColumnBase:
    """Build the money that is left to a project, in hundredths of a yuan."""
    return received(project) - spent(project)


def is_unexplained(project: Row) -> ColumnBase:
    """Build the condition that money is left to a project, and nobody has said what becomes of it."""
    return project.balance_note.is_null() & (balance(project) != 0)


# What somebody gave is part of the books and holds nobody.
add_tie(
    Tie(
        Donation,
        ("a donation", "捐赠"),
        points=lambda donation, person: donation.person == person.id,
        holds=lambda donation, now: SQL("FALSE"),
        keeps=False,
    )
)
TABLES = (Donation, DonationSerial, Expense)
