"""Publishing the three lists: one edition for each committee and month, which is never changed (rule L5)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from db.committees.models.committee import Committee, CommitteeState, Member
from db.deliberation.models.edition import ListEdition
from db.issues.models.claim import TAKING_STATES, Claim, Need, NeedState, Project, ProjectState
from db.issues.models.issue import Issue
from db.kernel.calendar import SHANGHAI
from db.kernel.database import locked, tuples_of, write
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource, ResourceState
from db.places.models.division import Division

# Committees whose editions are one transaction, and whose lists one statement each.
BATCH = 100


def publish_lists(at: datetime, division_code: str | None = None) -> int:
    """Publish this month's edition for every committee at work, of a division and below it where one is named.

    A committee that has one for the month is passed over, so that it can be run again, and twice at once. A hundred
    committees are a transaction. Returns how many editions were published.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    there = Committee.select(Committee.id).where(Committee.state != CommitteeState.DISSOLVED)
    if division_code is not None:
        division = Division.get_or_none(Division.code == division_code)
        if division is None:
            raise DomainError(ErrorCode.NOT_FOUND, f"There is no division {division_code}; check the 12-digit code.")
        there = there.where(division.part.has(Committee.division_code))
    ids = [row.id for row in there.order_by(Committee.division_code)]
    return sum(_publish(ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


def _publish(ids: Sequence[int], at: datetime) -> int:
    month = f"{at.astimezone(SHANGHAI):%Y-%m}"
    with write():
        # Locked in one order, so that two that publish at once wait for each other.
        committees = list(locked(Committee.select().where(Committee.id.in_(ids)).order_by(Committee.id)))
        earlier: dict[int, list[str]] = defaultdict(list)
        query = ListEdition.select(ListEdition.committee, ListEdition.month).where(ListEdition.committee.in_(ids))
        for committee_id, published in tuples_of(query):
            earlier[committee_id].append(published)
        lacking = [committee for committee in committees if month not in earlier[committee.id]]
        lists = lists_of(lacking)
        for committee in lacking:
            content = json.dumps(lists[committee.id], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            ListEdition.create(
                committee=committee.id, division_code=committee.division_code, number=len(earlier[committee.id]) + 1,
                month=month, published_at=at, content=content, sha256=hashlib.sha256(content.encode()).hexdigest(),
            )  # fmt: skip
    return len(lacking)


def lists_of(committees: Sequence[Committee]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """Return the lists of committees as they stand, by committee: open needs, projects under way, resources on offer.

    Quantities and money are texts with two decimal places; days and times are as the API writes them.
    """
    lists = {committee.id: {"needs": [], "projects": [], "resources": []} for committee in committees}
    ids = {committee.division_code: committee.id for committee in committees}
    for need in _needs(list(lists)):
        lists[need["committee"]]["needs"].append(
            {
                "issue": need["issue_number"], "title": need["title"], "wanted": need["wanted"], "unit": need["unit"],
                "quantity": _text(need["wanted_quantity"]),
                "claimUntil": need["claim_until"] and utc_text(need["claim_until"]), "state": str(need["state"]),
            }
        )  # fmt: skip
    for project in _projects(list(lists)):
        lists[project["committee"]]["projects"].append(
            {
                "title": project["title"], "lead": project["lead_name"], "budget": _text(project["budget"]),
                "dueOn": str(project["due_on"]), "state": str(project["state"]),
            }
        )  # fmt: skip
    taken = _taken(list(ids))
    for resource in _resources(list(ids)):
        quantity = resource["quantity"]
        left = None if quantity is None else quantity - taken.get(resource["id"], 0)
        lists[ids[resource["division_code"]]]["resources"].append(
            {
                "name": resource["name"], "unit": resource["unit"], "quantity": _text(quantity),
                "organization": resource["organization_name"], "left": _text(left),
            }
        )  # fmt: skip
    return lists


def _needs(committees: Sequence[int]) -> Any:
    on_the_list = Need.committee.in_(committees) & Need.state.in_([NeedState.OPEN, NeedState.MET])
    query = Need.select(Need, Issue.number.alias("issue_number")).join(Issue).where(on_the_list)
    return query.order_by(Need.id).dicts()


def _projects(committees: Sequence[int]) -> Any:
    under_way = Project.committee.in_(committees) & Project.state.in_([ProjectState.PLANNED, ProjectState.ACTIVE])
    query = Project.select(Project, Member.name.alias("lead_name"))
    return query.left_outer_join(Member, on=Project.lead == Member.id).where(under_way).order_by(Project.id).dicts()


def _resources(codes: Sequence[str]) -> Any:
    there = Resource.division_code.in_(codes) & (Resource.state == ResourceState.ON_OFFER)
    query = Resource.select(Resource, Organization.name.alias("organization_name")).left_outer_join(Organization)
    return query.where(there).order_by(Resource.id).dicts()


def _taken(codes: Sequence[str]) -> Mapping[int, Any]:
    there = Claim.resource.in_(Resource.select(Resource.id).where(Resource.division_code.in_(codes)))
    sums = Claim.select(Claim.resource, fn.SUM(Claim.quantity)).where(there, Claim.state.in_(TAKING_STATES))
    rows = tuples_of(sums.group_by(Claim.resource))
    return {resource_id: Claim.quantity.python_value(int(total or 0)) for resource_id, total in rows}


def _text(quantity: Any) -> str | None:
    return None if quantity is None else f"{quantity:.2f}"
