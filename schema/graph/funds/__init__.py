"""Donations and expenses: what projects and committees are given, and what projects pay."""

from peewee import ColumnBase, fn

from db.access.models.access import TokenScope
from db.funds import models
from db.funds.visibility import knows_donor
from db.kernel.expressions import Row
from schema.catalog.declare import Many, aggregate, computed, every, lookup, many, number
from schema.catalog.fields import Expression, FieldContext, Kind
from schema.catalog.registry import Context
from schema.graph.attachments import attachments_of
from schema.graph.funds.mutations import MUTATIONS
from schema.graph.funds.types import Donation, Expense
from schema.graph.places.types import within
from schema.graph.viewer import ASKER


def _given_by(key: str) -> Expression:
    """Return what finds the donations of a donor: those of which the viewer may know that they gave."""
    return lambda donor, donation: (getattr(donation, key) == donor.id) & knows_donor(donation, ASKER)


def _of_donor(noun: str, key: str) -> Many:
    return many(
        "Donation", f"Donations of the {noun} that the viewer knows of, newest first.", on=_given_by(key), order="-id"
    )


def _donated(division: Row, given: FieldContext) -> ColumnBase:
    donation = models.Donation.alias("donated")
    counted = within(donation.division_code, division, given) & (donation.state == models.DonationState.RECEIVED.value)
    return number(donation.select(fn.SUM(donation.amount)).where(counted))


CONTEXT = Context(
    types=(Donation, Expense),
    unions={
        "DonationDonor": "Who can give as a registered unit or person.",
        "DonationRecipient": "What a donation can be for.",
    },
    roots={
        "donation": lookup("Donation", "Find a donation by id."),
        "donations": every("Donation", "Donations that the viewer knows of, newest first.", order="-id"),
        "donation_aggregate": aggregate("Donation", "Count, sum and group donations that the viewer knows of."),
        "expense": lookup("Expense", "Find an expense by id."),
        "expenses": every("Expense", "All expenses, the newest day first.", order="-day"),
        "expense_aggregate": aggregate("Expense", "Count, sum and group expenses."),
    },
    additions={
        "Division": {
            "donations": many(
                "Donation",
                "Donations in the scope that the viewer knows of, newest first (捐赠).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-id",
                scoped=True,
            ),
            "expenses": many(
                "Expense",
                "Expenses of projects in the scope, the newest day first (支出).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-day",
                scoped=True,
            ),
        },
        "DivisionStats": {
            "donated_amount": computed(
                Kind.DECIMAL,
                _donated,
                "The money that was donated and received, in yuan (捐赠金额).",
                places=2,
                cost=5,
            ),
        },
        "Project": {
            "received": computed(
                Kind.DECIMAL, models.received, "The money that the project received, in yuan.", places=2, cost=2
            ),
            "spent": computed(
                Kind.DECIMAL, models.spent, "The money that the project spent, in yuan.", places=2, cost=2
            ),
            "balance": computed(
                Kind.DECIMAL, models.balance, "The money that is left to the project, in yuan.", places=2, cost=4
            ),
            "donations": many(
                "Donation",
                "Donations for the project that the viewer knows of, newest first.",
                on="project",
                order="-id",
            ),
            "expenses": many("Expense", "What the project paid, the newest day first.", on="project", order="-day"),
            "attachments": attachments_of("Project"),
        },
        "Committee": {
            "donations": many(
                "Donation",
                "Donations to the committee that the viewer knows of, newest first.",
                on="committee",
                order="-id",
            ),
        },
        "Organization": {"donations": _of_donor("organization", "organization")},
        "Person": {"donations": _of_donor("person", "person")},
    },
    mutations={TokenScope.SHARING: MUTATIONS},
)
