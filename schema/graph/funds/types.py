"""Donations, whose donors may stay unnamed, and expenses."""

from peewee import Case, Node

from db.funds import models, visibility
from db.funds.models import DONORS
from db.kernel.expressions import Row
from db.people.visibility import knows_name
from schema.catalog.declare import column, computed, model_type, one, one_of
from schema.catalog.fields import Expression, Kind, OneOf
from schema.graph.attachments import attachments_of
from schema.graph.masks import masked
from schema.graph.viewer import ASKER, seen_by


def _of_person(person: Row) -> Node:
    return Case(None, [(knows_name(person, ASKER), person.name)], masked(person.name, 1))


def _known(key: str) -> Expression:
    """Return what reads a key that names the donor, for those who may know who gave."""
    return lambda row: Case(None, [(visibility.knows_donor(row, ASKER), getattr(row, key))])


@model_type(
    models.Donation,
    "Money or goods given for a project or to a committee (捐赠).",
    visible=seen_by(visibility.DONATION),
)
class Donation:
    """Public once received; before, for the donor, staff, the offices above, and auditors."""

    division = one("Division", "The community that the donation is for.")
    division_code = column("The 12-digit code of the community.")
    kind = column("Whether money or goods are given.")
    donor = OneOf(
        union="DonationDonor",
        branches=tuple((table.__name__, _known(key)) for key, table in DONORS.items()),
        nullable=True,
        description="The registered unit or person who gives; of a hidden donor for auditors alone.",
    )
    donor_name = computed(
        Kind.LINE,
        lambda donation: visibility.donor_name(donation, ASKER, _of_person),
        "The name of the donor, masked as that of any person; 不具名 for a hidden one.",
        queryable=False,
    )
    is_name_hidden = column("Whether only auditors may know who gives.")
    recipient = one_of(
        "DonationRecipient",
        {table.__name__: key for key, table in models.RECIPIENTS.items()},
        "The project or committee that the donation is for.",
    )
    amount = column("The amount of money, in yuan; null for goods.")
    item = column("What goods are given; null for money.")
    unit = column("The unit of the goods.")
    quantity = column("How much of the goods is given, in their unit.")
    value = column("What the goods are worth, in yuan, where it is known.")
    pledged_on = column("The day on which the donation was pledged.")
    received_on = column("The day on which the donation was received.")
    receipt_number = column("The number of the receipt, without gaps in each community and year.")
    purpose_note = column("What the donation is meant for, in the donor's words.")
    claim = one("Claim", "The fulfilled claim on money that made the donation, if one did.")
    attachments = attachments_of("Donation")
    state = column("The state of the donation.")
    created_at = column("When the donation was recorded.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


def _undone_by(expense: Row, other: Row) -> Node:
    return other.reverses == expense.id


@model_type(models.Expense, "Money that a project paid (支出).")
class Expense:
    """Never changed; undone by another one below zero."""

    project = one("Project", "The project that paid.")
    division_code = column("The 12-digit code of the community.")
    day = column("The day of the payment.")
    amount = column("The amount, in yuan; below zero for a reversal.")
    payee = column("The person or company that was paid.")
    purpose = column("What was paid for, or why the expense was reversed.")
    voucher = column("The number of the slip in the books.")
    reverses = one("Expense", "The expense that this one undoes.")
    reversal = one("Expense", "The expense that undoes this one.", on=_undone_by)
    attachments = attachments_of("Expense")
    created_at = column("When the expense was recorded.")
