"""Publishing the three lists: one edition for each committee and month, which is never changed (rule L5)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from peewee import fn

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call, CommandResult
from db.access.subjects import command
from db.bookings.openings import available
from db.committees.models.committee import Committee, CommitteeState, Member
from db.deliberation.agenda import COMMITTEE, lead
from db.deliberation.models.edition import ListEdition
from db.issues.models.claim import Claim, Need, NeedState, Project, ProjectState
from db.issues.models.issue import Issue
from db.kernel.calendar import SHANGHAI
from db.kernel.database import locked, write
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.organizations.models.organization import Organization
from db.organizations.models.resource import Resource, ResourceState
from db.places.models.division import Division

# Committees whose editions are one transaction.
BATCH = 100


def publish_lists(at: datetime, division_code: str | None = None) -> int:
    """Publish this month's edition for every committee at work, of a division and below it where one is named.

    A committee that has one for the month is passed over, so that it can be run again, and twice at once. A hundred
    committees are a transaction. Returns how many editions were published.

    Raises:
        DomainError: NOT_FOUND, there is no such division.
    """
    there = _lacking(_month(at))
    if division_code is not None:
        division = Division.get_or_none(Division.code == division_code)
        if division is None:
            raise DomainError(ErrorCode.NOT_FOUND, f"There is no division {division_code}; check the 12-digit code.")
        there = there.where(division.part.has(Committee.division_code))
    ids = [row.id for row in there]
    return sum(_publish(ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


def publish_at_the_end(call: Call, report: TickReport) -> None:
    """Publish, on the last day of a month, the editions that nobody has published."""
    if (call.day + timedelta(days=1)).day == 1 and _any_lacking.exists(_month(call.at)):
        report.counts["list editions published"] += publish_lists(call.at)


RULES: tuple[ClockRule, ...] = (publish_at_the_end,)


@command(COMMITTEE, lambda call, committee: lead(call, committee.id))
def publish_list_edition(call: Call, committee: Committee, standing: None) -> CommandResult:
    """Publish this month's edition of a committee's lists, once (公布清单, L5).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, director and deputies publish; ALREADY_EXISTS, the month has its edition.
    """
    month = _month(call.at)
    if ListEdition.find(committee=committee.id, month=month):
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The edition of {month} is published already; the next one is due next month (see `listEditions`).",
            chinese=f"{month}的清单已经公布，下月再公布下一期。",
        )
    return CommandResult({"edition": _seal(committee, call.at).id})


def _month(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m}"


def _lacking(month: Any) -> Any:
    """Select the committees at work that have no edition of a month yet."""
    published = ListEdition.select(ListEdition.committee).where(ListEdition.month == month)
    lacking = (Committee.state != CommitteeState.DISSOLVED) & Committee.id.not_in(published)
    return Committee.select(Committee.id).where(lacking).order_by(Committee.division_code)


@compiled
def _any_lacking(month: Any) -> Any:
    return _lacking(month).limit(1)


def _publish(ids: Sequence[int], at: datetime) -> int:
    """Publish the editions of some committees that still have none of the month; return how many."""
    with write():
        # Locked in one order, so that two that publish at once wait for each other.
        committees = list(locked(Committee.select().where(Committee.id.in_(ids)).order_by(Committee.id)))
        lacking = [one for one in committees if not ListEdition.find(committee=one.id, month=_month(at))]
        for committee in lacking:
            _seal(committee, at)
    return len(lacking)


def _seal(committee: Committee, at: datetime) -> ListEdition:
    """Write the edition of a committee, which is locked."""
    content = json.dumps(lists_of(committee, at), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ListEdition.create(
        committee=committee.id, division_code=committee.division_code, number=_count.scalar(committee.id) + 1,
        month=_month(at), published_at=at, content=content, sha256=hashlib.sha256(content.encode()).hexdigest(),
    )  # fmt: skip


@compiled
def _count(committee_id: Any) -> Any:
    return ListEdition.select(fn.COUNT(ListEdition.id)).where(ListEdition.committee == committee_id)


# --- What the lists hold ----------------------------------------------------------------------------------------------


def lists_of(committee: Committee, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return the lists of a committee as they stand: open needs, projects under way, resources on offer.

    What is left of a resource is what may still be claimed of it; of one that opens in windows, the next opening's free
    places.

    Quantities and money are texts with two decimal places; days and times are as the API writes them.
    """
    needs = [
        {
            "issue": number, "title": title, "wanted": wanted, "unit": unit, "quantity": _text(quantity),
            "claimUntil": until and utc_text(until), "state": str(state),
        }
        for number, title, wanted, unit, quantity, until, state in _needs.tuples(committee.id)
    ]  # fmt: skip
    projects = [
        {"title": title, "lead": lead, "budget": _text(budget), "dueOn": str(due_on), "state": str(state)}
        for title, lead, budget, due_on, state in _projects.tuples(committee.id)
    ]
    resources = [
        {
            "name": name, "unit": unit, "quantity": _text(quantity), "organization": organization,
            "left": None if left is None else _text(Claim.quantity.python_value(int(left))),
        }
        for name, unit, quantity, organization, left in _resources.tuples(committee.division_code, utc_text(at))
    ]  # fmt: skip
    return {"needs": needs, "projects": projects, "resources": resources}


@compiled
def _needs(committee_id: Any) -> Any:
    shown = (Need.title, Need.wanted, Need.unit, Need.wanted_quantity, Need.claim_until, Need.state)
    on_the_list = (Need.committee == committee_id) & Need.state.in_([NeedState.OPEN, NeedState.MET])
    return Need.select(Issue.number, *shown).join(Issue).where(on_the_list).order_by(Need.id)


@compiled
def _projects(committee_id: Any) -> Any:
    under_way = (Project.committee == committee_id) & Project.state.in_([ProjectState.PLANNED, ProjectState.ACTIVE])
    query = Project.select(Project.title, Member.name, Project.budget, Project.due_on, Project.state)
    return query.left_outer_join(Member, on=Project.lead == Member.id).where(under_way).order_by(Project.id)


@compiled
def _resources(division_code: Any, now: Any) -> Any:
    there = (Resource.division_code == division_code) & (Resource.state == ResourceState.ON_OFFER)
    left = available(cast(Any, Resource), now.through)
    query = Resource.select(Resource.name, Resource.unit, Resource.quantity, Organization.name, left)
    return query.left_outer_join(Organization).where(there).order_by(Resource.id)


def _text(quantity: Any) -> str | None:
    return None if quantity is None else f"{quantity:.2f}"
