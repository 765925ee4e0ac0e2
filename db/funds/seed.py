"""Donations and expenses of the demo city: for the corner park of 牌坊路 (F10), for projects, and in the outbreak (F7).

The article tells that a company gave over 100,000 yuan for the park. What was paid from it is of the demo city.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import RULE, Actor, Step, add_with_journal
from db.deliberation.seed.projects import Projects
from db.funds import models
from db.funds.lifecycle import DONATION_LIFECYCLE
from db.funds.models import DonationKind, DonationState
from db.issues.models.claim import ClaimState, ProjectState
from db.issues.seed.cases import CASES
from db.issues.seed.claims import Claim
from db.issues.seed.story import Story
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import DAY, HOUR, day, utc
from db.organizations.models.organization import OrganizationKind
from db.organizations.seed.units import Units
from db.people.seed import Home
from db.stocks.seed import Goods

A, S = JournalAction, DonationState
_STAFF, _CONTACT = Actor("社区“两委”", Role.STAFF), Actor("示范企业联络人", Role.UNIT_CONTACT)
_PARK = CASES["牌坊路社区"]
# What was paid for the park, of each 100 yuan: what for, and to whom.
_PAID = (
    (58, "铺装地面、砌筑花池", "示范园林工程公司"),
    (27, "栽植乔木和绿篱", "示范苗圃"),
    (15, "座椅和健身器材", "示范体育用品公司"),
)
# Of other projects.
_WORK = ((100, "项目实施费用", "示范施工单位"),)


@dataclass(frozen=True)
class _Gift:
    """What was received. donor, to: the columns that name who gave and for what, each with its value.

    amount: of money, in whole yuan. given: columns besides.
    """

    donor: tuple[str, Any]
    to: tuple[str, Any]
    pledged_at: int
    received_at: int
    by: tuple[Actor, Actor] = (RULE, RULE)
    amount: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)


def add_funds(
    rows: Rows,
    home: Home,
    units: Units,
    projects: Projects,
    claims: Sequence[Claim],
    persons: Mapping[int, int],
    goods: tuple[int, Sequence[Goods]],
) -> None:
    """Add what the projects of a community and its committee received, and what those that are closed paid from it.

    persons: who the members are, by their ids. goods: the committee, and the goods that it was given.
    """
    begun = {story.id: at for story, _, at, _ in projects.begun}
    gifts = [_of_claim(claim, persons) for claim in claims if _is_for_project(claim, begun)]
    gifts += [_for_park(story, at, units) for story, _, at, _ in projects.begun if story.title == _PARK.title]
    gifts += [_of_goods(goods[0], one) for one in goods[1]]
    last: dict[str, int] = {}
    for gift in sorted(gifts, key=lambda gift: gift.received_at):
        year = day(gift.received_at)[:4]
        last[year] = last.get(year, 0) + 1
        _add_donation(rows, home, gift, f"JZ-{home.code}-{year}-{last[year]:06}")
    for year, number in last.items():
        rows.add(models.DonationSerial, division_code=home.code, year=int(year), last=number)
    for story, _, at, _ in projects.begun:
        received = [gift for gift in gifts if gift.to == ("project_id", story.project)]
        if received and projects.state_of(story, at) is ProjectState.CLOSED:
            _add_expenses(rows, home, story, sum(gift.amount or 0 for gift in received), received[-1].received_at)


def _is_for_project(claim: Claim, begun: Mapping[int, int]) -> bool:
    """Return whether a claim on money was fulfilled while a project served its issue."""
    is_money = claim.offer is not None and claim.offer.unit == "元"
    ended = claim.ended_at or 0
    return is_money and claim.state is ClaimState.FULFILLED and begun.get(claim.story.id, ended + 1) <= ended


def _of_claim(claim: Claim, persons: Mapping[int, int]) -> _Gift:
    who = claim.claimant
    donor = {
        "organization_id": ("organization_id", who.id), "team_id": ("donor_name", who.name),
        "member_id": ("person_id", persons.get(who.id)),
    }[who.column]  # fmt: skip
    assert claim.ended_at is not None
    assert claim.amount is not None
    return _Gift(
        donor, ("project_id", claim.story.project), claim.created_at, claim.ended_at, amount=claim.amount,
        given={"claim_id": claim.id},
    )  # fmt: skip


def _for_park(story: Story, begun: int, units: Units) -> _Gift:
    company, span = units.of(OrganizationKind.ENTERPRISE)[0], story.at - begun
    return _Gift(
        ("organization_id", company.id), ("project_id", story.project), begun + span // 8, begun + span // 4,
        (_CONTACT, _STAFF), _PARK.budget, {"purpose_note": "用于闲置地块改造为街角公园。"},
    )  # fmt: skip


def _of_goods(committee: int, goods: Goods) -> _Gift:
    columns = {
        "id": goods.donation, "item": goods.item, "unit": goods.unit, "quantity": hundredths(goods.amount),
        "value": hundredths(goods.value), "incident_id": goods.incident, "purpose_note": "用于疫情防控。",
    }  # fmt: skip
    at = goods.received_at
    return _Gift(goods.by, ("committee_id", committee), at - 6 * HOUR, at, (_STAFF, _STAFF), None, columns)


def _add_donation(rows: Rows, home: Home, gift: _Gift, receipt: str) -> None:
    giving, receiving = gift.by
    steps = [
        Step(gift.received_at if "claim_id" in gift.given else gift.pledged_at, A.CREATE, S.PLEDGED, giving),
        Step(gift.received_at, A.RECEIVE, S.RECEIVED, receiving),
    ]
    add_with_journal(
        rows, DONATION_LIFECYCLE, models.Donation, steps, division_id=home.division_id, division_code=home.code,
        kind=DonationKind.GOODS if gift.amount is None else DonationKind.MONEY, is_name_hidden=False,
        amount=hundredths(gift.amount), pledged_on=day(gift.pledged_at), received_on=day(gift.received_at),
        receipt_number=receipt, created_at=utc(steps[0].at), **dict([gift.donor, gift.to]), **gift.given,
    )  # fmt: skip


def _add_expenses(rows: Rows, home: Home, story: Story, amount: int, since: int) -> None:
    """Add expenses to the same sum, the last one when the project was closed. amount: whole yuan."""
    paid = _PAID if story.title == _PARK.title else _WORK
    for at, (share, purpose, payee) in enumerate(paid, start=1):
        when = max(since, story.at - (len(paid) - at) * DAY)
        rows.add(
            models.Expense, project_id=story.project, division_code=home.code, day=day(when),
            amount=amount * share, payee=payee, purpose=purpose,
            voucher=f"{day(when)[:4]}-{story.project:04}-{at}", created_at=utc(when),
        )  # fmt: skip
