"""The demo city's donations: the corner park of the article (F10), and money that was claimed for projects."""

from decimal import Decimal

from peewee import DatabaseProxy

from db.city import models
from db.funds.models import Donation, DonationKind, DonationState, Expense
from db.issues.models.claim import ProjectKind, ProjectState
from db.organizations.models.organization import OrganizationKind
from db.places.models.division import Division


def test_the_corner_park_was_given_by_a_company_and_all_of_it_was_spent(demo_city: DatabaseProxy) -> None:
    home = Division.get(Division.name == "牌坊路社区")
    [park] = models.Project.find_all(kind=ProjectKind.CORNER_PARK, division_code=home.code)
    [gift] = Donation.find_all(project=park.id)
    unit = models.Organization.get_by_id(gift.organization_id)

    assert (gift.state, gift.amount, unit.kind) == (
        DonationState.RECEIVED, Decimal("100000.00"), OrganizationKind.ENTERPRISE,
    )  # fmt: skip
    assert sum(row.amount for row in Expense.find_all(project=park.id)) == Decimal("100000.00")
    assert park.state is ProjectState.CLOSED
    [garden] = models.Project.find_all(kind=ProjectKind.SHARED_GARDEN)
    assert Division.get(Division.code == garden.division_code).name == "杨家园社区"


def test_closed_projects_spent_what_they_received(demo_city: DatabaseProxy) -> None:
    gifts = Donation.find_all()
    spent: dict[int, Decimal] = {}
    for row in Expense.find_all():
        spent[row.project_id] = spent.get(row.project_id, Decimal(0)) + row.amount
    received: dict[int, Decimal] = {}
    for gift in gifts:
        # Goods were given to committees.
        assert (gift.project_id is None) == (gift.kind is DonationKind.GOODS)
        if gift.project_id is None:
            continue
        received[gift.project_id] = received.get(gift.project_id, Decimal(0)) + (gift.amount or 0)
    closed = {row.id for row in models.Project.find_all(state=ProjectState.CLOSED)}

    assert {key: value for key, value in received.items() if key in closed} == spent
    assert len({gift.receipt_number for gift in gifts}) == len(gifts) > 20
