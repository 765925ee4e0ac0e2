"""Publishing the three lists: one edition for each committee and month, which is never changed (rule L5)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import fn

from db.database import locked, write
from db.deadlines import SHANGHAI
from db.errors import DomainError, ErrorCode
from db.fields import utc_text
from db.models.claim import TAKING_STATES, Claim, Need, NeedState, Project, ProjectState
from db.models.committee import Committee, CommitteeState, Member
from db.models.division import Division
from db.models.edition import ListEdition
from db.models.issue import Issue
from db.models.organization import Organization
from db.models.resource import Resource


def publish_lists(at: datetime, division_code: str | None = None) -> int:
    """Publish this month's edition for every committee at work, of a division and below it where one is named.

    A committee that has one for the month is passed over, so that it can be run again, and twice at once. Each edition
    is a transaction. Gives how many were published.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    there = Committee.select(Committee.id).where(Committee.state != CommitteeState.DISSOLVED)
    if division_code is not None:
        division = Division.get_or_none(Division.code == division_code)
        if division is None:
            raise DomainError(ErrorCode.NOT_FOUND, f"There is no division {division_code}.")
        there = there.where(Committee.division_code.between(division.code, division.last_code))
    ids = [row.id for row in there.order_by(Committee.division_code)]
    return sum(_publish(committee_id, at) for committee_id in ids)


def _publish(committee_id: int, at: datetime) -> bool:
    month = f"{at.astimezone(SHANGHAI):%Y-%m}"
    with write():
        committee = locked(Committee.select().where(Committee.id == committee_id)).get()
        earlier = ListEdition.select().where(ListEdition.committee == committee_id)
        if earlier.where(ListEdition.month == month).exists():
            return False
        content = json.dumps(lists_of(committee), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        ListEdition.create(
            committee=committee_id, division_code=committee.division_code, number=earlier.count() + 1, month=month,
            published_at=at, content=content, sha256=hashlib.sha256(content.encode()).hexdigest(),
        )  # fmt: skip
    return True


def lists_of(committee: Committee) -> dict[str, list[dict[str, Any]]]:
    """Give a committee's lists as they stand: open needs, projects under way and resources on offer.

    Quantities and money are texts with two decimal places; days and times are as the API writes them.
    """
    return {"needs": _needs(committee), "projects": _projects(committee), "resources": _resources(committee)}


def _needs(committee: Committee) -> list[dict[str, Any]]:
    on_the_list = Need.state.in_([NeedState.OPEN, NeedState.MET])
    query = Need.select(Need, Issue).join(Issue).where(Need.committee == committee.id, on_the_list).order_by(Need.id)
    return [
        {
            "issue": need.issue.number, "title": need.title, "wanted": need.wanted, "unit": need.unit,
            "quantity": _text(need.wanted_quantity), "claimUntil": need.claim_until and utc_text(need.claim_until),
            "state": str(need.state),
        }
        for need in query
    ]  # fmt: skip


def _projects(committee: Committee) -> list[dict[str, Any]]:
    under_way = Project.state.in_([ProjectState.PLANNED, ProjectState.ACTIVE])
    query = Project.select(Project, Member).left_outer_join(Member, on=Project.lead == Member.id)
    return [
        {
            "title": project.title, "lead": project.lead and project.lead.name, "budget": _text(project.budget),
            "dueOn": str(project.due_on), "state": str(project.state),
        }
        for project in query.where(Project.committee == committee.id, under_way).order_by(Project.id)
    ]  # fmt: skip


def _resources(committee: Committee) -> list[dict[str, Any]]:
    here = Resource.division_code == committee.division_code
    query = Resource.select(Resource, Organization).left_outer_join(Organization).where(here, Resource.is_active)
    taken = _taken(committee)
    return [
        {
            "name": resource.name, "unit": resource.unit, "quantity": _text(resource.quantity),
            "organization": resource.organization and resource.organization.name,
            "left": None if resource.quantity is None else _text(resource.quantity - taken.get(resource.id, 0)),
        }
        for resource in query.order_by(Resource.id)
    ]  # fmt: skip


def _taken(committee: Committee) -> Mapping[int, Any]:
    here = Claim.resource.in_(Resource.select(Resource.id).where(Resource.division_code == committee.division_code))
    sums = Claim.select(Claim.resource, fn.SUM(Claim.quantity)).where(here, Claim.state.in_(TAKING_STATES))
    rows: Any = sums.group_by(Claim.resource).tuples()
    return {resource_id: Claim.quantity.python_value(int(total or 0)) for resource_id, total in rows}


def _text(quantity: Any) -> str | None:
    return None if quantity is None else f"{quantity:.2f}"
