"""Donations and expenses in the tests that span all nouns."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.funds.models import DonationState
from tests.factories import MAKERS
from tests.funds import factories
from tests.funds.factories import make_donation, make_expense
from tests.funds.rows import fill
from tests.graph.evaluator import COMPUTED, FIGURES, LISTS, OF_VIEWER, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, TODAY, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers
from tests.people.nouns import OFFICES
from tests.people.nouns import name as name_of

FILLS.append(fill)
MAKERS.update(factories.MAKERS)


def sees(viewer: Viewer, donation: Any) -> bool:
    """Return whether a viewer knows of a donation: once received everybody, before it the donor and the offices."""
    person, code = viewer.world.get("Person", donation.person_id), donation.division_code
    is_self = viewer.account_id is not None and person is not None and person.account_id == viewer.account_id
    speaks = any(
        grant.role == "UNIT_CONTACT" and grant.organization_id in {donation.organization_id} - {None}
        for grant in viewer.held()
    )
    watches = any(grant.role in {*OFFICES, "AUDITOR"} and covers(grant, code) for grant in viewer.held())
    return donation.state == "RECEIVED" or (viewer.is_good(code) and (is_self or speaks or watches))


def knows_donor(viewer: Viewer, donation: Any) -> bool:
    """Return whether a viewer may know who gave."""
    code = donation.division_code
    audits = viewer.is_good(code) and any(
        grant.role == "AUDITOR" and covers(grant, code) for grant in viewer.held()
    )  # fmt: skip
    return audits or not donation.is_name_hidden


def donor(viewer: Viewer, donation: Any) -> Any:
    if not knows_donor(viewer, donation):
        return None
    unit = viewer.world.get("Organization", donation.organization_id)
    return unit or viewer.world.get("Person", donation.person_id)


def donor_name(viewer: Viewer, donation: Any) -> str:
    known = donor(viewer, donation)
    if known is None:
        return donation.donor_name if knows_donor(viewer, donation) and donation.donor_name is not None else "不具名"
    return known.name if donation.organization_id is not None else name_of(viewer, known) or "不具名"


def _given_by(column: str) -> Any:
    def given(viewer: Viewer, row: Any, _: str) -> list[Any]:
        gifts = viewer.world.rows["Donation"]
        return [gift for gift in gifts if getattr(gift, column) == row.id and knows_donor(viewer, gift)]

    return given


def _sum(amounts: Any) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def received(world: World, project: Any) -> Decimal:
    gifts = world.rows["Donation"]
    return _sum(gift.amount for gift in gifts if gift.project_id == project.id and gift.state == "RECEIVED")


def spent(world: World, project: Any) -> Decimal:
    return _sum(row.amount for row in world.rows["Expense"] if row.project_id == project.id)


RULES["Donation"] = sees
HIDDEN_SUBJECTS.add("Donation")
PERSONAL |= {("Donation", "donor"): donor, ("Donation", "donorName"): donor_name}
COMPUTED |= {
    ("Donation", "recipient"): lambda world, row: (
        world.get("Project", row.project_id) or world.get("Committee", row.committee_id)
    ),
    ("Expense", "reversal"): lambda world, row: next(
        (other for other in world.rows["Expense"] if other.reverses_id == row.id), None
    ),
    ("Project", "received"): received,
    ("Project", "spent"): spent,
    ("Project", "balance"): lambda world, row: received(world, row) - spent(world, row),
}
LISTS |= {
    ("Division", "donations"): (scoped("Donation"), "-id"),
    ("Division", "expenses"): (scoped("Expense"), "-day"),
    ("Project", "donations"): (by_column("project_id", "Donation"), "-id"),
    ("Project", "expenses"): (by_column("project_id", "Expense"), "-day"),
    ("Committee", "donations"): (by_column("committee_id", "Donation"), "-id"),
    ("Organization", "donations"): (_given_by("organization_id"), "-id"),
    ("Person", "donations"): (_given_by("person_id"), "-id"),
}
OF_VIEWER |= {("Organization", "donations"), ("Person", "donations")}
ROOT_LISTS |= {"donations": ("Donation", "-id"), "expenses": ("Expense", "-day")}
FIGURES["donatedAmount"] = lambda rows: _sum(
    row.amount for row in rows("Donation", lambda row: row.state == "RECEIVED")
)


def add_to_place(place: Place) -> dict[str, str]:
    """Add a project of the director with money, an expense of it, and pledges of the unit and of the resident."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    step = models.ProjectMilestone.get_by_id(int(place.rows["step"].rpartition("_")[2]))
    person = models.Person.get(models.Person.account == place.accounts[Role.RESIDENT])
    project = step.project
    make_donation(project, organization=unit, state=DonationState.RECEIVED)
    return {
        "project": f"Project_{project.id}", "expense": f"Expense_{make_expense(project).id}",
        "gift of the unit": f"Donation_{make_donation(project, organization=unit).id}",
        "gift of the resident": f"Donation_{make_donation(project, person=person).id}",
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_KNOW = {Role.STAFF, Role.UNIT_CONTACT, Role.AUDITOR, *OFFICERS}
READS = {
    "donation": ('donation(id: "%(gift of the unit)s") { id }', _KNOW),
    "donations": ('donations(filter: {id: {eq: "%(gift of the unit)s"}}) { totalCount nodes { id } }', _KNOW),
    "donationAggregate": ('donationAggregate(filter: {id: {eq: "%(gift of the unit)s"}}) { count }', _KNOW),
    "expense": ('expense(id: "%(expense)s") { id }', _PUBLIC),
    "expenses": ('expenses(filter: {id: {eq: "%(expense)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "expenseAggregate": ('expenseAggregate(filter: {id: {eq: "%(expense)s"}}) { count }', _PUBLIC),
}
KNOWN = dict.fromkeys(("receiveDonation", "cancelDonation"), _KNOW)
_CHAIRS = {Role.DIRECTOR, Role.DEPUTY_DIRECTOR}
_GIVERS, _BOOKKEEPERS = {Role.UNIT_CONTACT, Role.STAFF}, {Role.DIRECTOR, Role.STAFF}
_PAID = {"day": TODAY, "amount": "10.50", "payee": "示范园林公司", "purpose": WORDS, "voucher": "2026-0002"}
MAY = {
    "pledgeDonation": (_GIVERS,),
    "pledgeDonation by name": ({Role.STAFF},),
    "receiveDonation": ({Role.STAFF},),
    "cancelDonation": (_GIVERS,),
    "recordExpense": (_BOOKKEEPERS,),
    "reverseExpense": (_BOOKKEEPERS,),
    "updateProject": (_CHAIRS,),
    "addAttachment to a project": (_CHAIRS | {Role.STAFF},),
    "addAttachment to an expense": (_BOOKKEEPERS,),
}
INPUTS |= {
    "pledgeDonation": lambda at: {
        "recipientId": at.row("project"), "kind": "MONEY", "amount": "100", "donorId": at.row("unit"),
    },
    "pledgeDonation by name": lambda at: {
        "recipientId": at.row("project"), "kind": "GOODS", "item": "长椅", "unit": "把", "quantity": "4",
        "donorName": "示范商户",
    },
    "receiveDonation": lambda at: {"donationId": at.row("gift of the unit")},
    "cancelDonation": lambda at: {"donationId": at.row("gift of the unit"), "reason": WORDS},
    "recordExpense": lambda at: {"projectId": at.row("project"), **_PAID},
    "reverseExpense": lambda at: {"expenseId": at.row("expense"), "reason": WORDS, "voucher": "2026-0003"},
    "updateProject": lambda at: {"projectId": at.row("project"), "kind": "CORNER_PARK"},
    "addAttachment to a project": lambda at: {
        "subjectId": at.row("project"), "kind": "PHOTO", "description": WORDS,
    },
    "addAttachment to an expense": lambda at: {
        "subjectId": at.row("expense"), "kind": "DOCUMENT", "description": WORDS,
    },
}  # fmt: skip
