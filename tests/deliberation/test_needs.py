"""Needs that a meeting resolves on a matter that is no issue: a lead, a deadline, and one for each resolution (M4)."""

from decimal import Decimal
from typing import Any

from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.deliberation.models.meeting import ResolutionOutcome
from db.deliberation.needs import list_need
from db.deliberation.projects import start_project
from db.issues.claims import claim_issue, confirm_claim
from db.issues.intake import withdraw_issue
from db.issues.ledger_check import verify
from db.issues.lifecycle import IssueState
from db.issues.models.claim import NeedState
from db.issues.models.duty import Duty
from db.issues.models.issue import Channel, Urgency
from db.kernel.errors import DomainError, ErrorCode
from tests import factories as make
from tests.deliberation.test_projects import DAY, DUTY, lead, plan, resolved
from tests.factories import AT, TODAY
from tests.threads import at_once
from tests.town import Town, build, issue_of, last_of, ledger_of, needs_of


def wanted(town: Town, **values: Any) -> dict[str, Any]:
    return {
        "lead_id": lead(town).id, "urgency": Urgency.NORMAL, "wanted_help": "十二名志愿者", "claim_until": AT + 9 * DAY,
        "wanted_quantity": Decimal(12), "unit": "人", **values,
    }  # fmt: skip


def test_a_carried_motion_becomes_a_need_that_is_claimed_and_struck_off_as_any(town: Town) -> None:
    resolution = resolved(town)
    site = make.make_site(town.home.division)

    rows = town.act("director", list_need, resolution_id=resolution, **wanted(town, site_id=site.id)).rows
    issue, need = issue_of(rows["issue"]), models.Need.get_by_id(rows["need"])
    item = models.Resolution.get_by_id(resolution).agenda_item

    assert (issue.title, issue.duty, issue.channel, issue.site) == ("邻里节", DUTY, Channel.MEMBER_PROPOSAL, site)
    assert (issue.description, issue.reporter, issue.committee) == (
        models.Resolution.get_by_id(resolution).text, town.accounts["director"], town.home,
    )  # fmt: skip
    assert (issue.state, issue.due_at, item.issue) == (IssueState.OPEN_FOR_CLAIM, AT + 9 * DAY, issue)
    assert ledger_of(issue.id) == ["CREATE", "ACCEPT", "TABLE", "RESOLVE_MEETING"]
    assert (last_of(issue.id).actor_role, last_of(issue.id).told["resolution_id"]) == (Role.DIRECTOR, resolution)
    assert (need.issue, need.lead, need.claim_until, need.unit) == (issue, lead(town), AT + 9 * DAY, "人")
    assert (need.wanted, need.wanted_quantity, need.state) == ("十二名志愿者", Decimal(12), NeedState.OPEN)
    assert verify().is_intact

    offer = {"promise": "派十二人", "promised_on": TODAY, "quantity": Decimal(12)}
    claim = town.act("contact", claim_issue, issue_id=issue.id, **offer).rows["claim"]
    town.act("staff", confirm_claim, issue_id=issue.id, claim_id=claim)

    assert (issue_of(issue.id).state, needs_of(issue.id)) == (IssueState.IN_PROGRESS, ["MET"])


def test_the_lead_stays_when_the_need_is_struck_off(town: Town) -> None:
    rows = town.act("director", list_need, resolution_id=resolved(town), **wanted(town, title="邻里节缺人手")).rows

    town.act("director", withdraw_issue, issue_id=rows["issue"], reason="改期")

    need = models.Need.get_by_id(rows["need"])
    assert (need.title, need.state, need.lead) == ("邻里节缺人手", NeedState.STRUCK_OFF, lead(town))


def test_what_stands_in_the_way_of_a_need(town: Town) -> None:
    carried, lost = resolved(town), resolved(town, ResolutionOutcome.LOST)
    tabled = resolved(town, issue=make.make_issue(IssueState.IN_DELIBERATION, town.home))
    of_an_issue = resolved(town, issue=make.make_issue(IssueState.ACCEPTED, town.home))
    without, long = resolved(town, duty=None), resolved(town, title="长" * 61)
    elsewhere = make.make_site(town.next_door.division).id

    def refused(who: str, resolution: int, **values: Any) -> tuple[ErrorCode, str]:
        return town.refused(who, list_need, resolution_id=resolution, **wanted(town, **values))

    answers = [
        *(refused(who, carried) for who in ("member", "staff", "subdistrict")),
        refused("director", lost),
        refused("director", tabled),
        refused("director", of_an_issue),
        refused("director", without),
        refused("director", long),
        refused("director", 999),
        refused("director", carried, lead_id=make.make_member(town.next_door).id),
        refused("director", carried, site_id=elsewhere),
        refused("director", carried, unit=None),
        refused("director", carried, claim_until=AT + 32 * DAY),
        refused("director", carried, urgency=Urgency.EMERGENCY),
    ]
    town.act("director", list_need, resolution_id=without, **wanted(town, duty=Duty.CIVILITY_PROMOTION))
    town.act("director", start_project, resolution_id=carried, project=plan(town))

    assert answers == [
        *[(ErrorCode.NOT_PERMITTED, "")] * 3,
        *[(ErrorCode.ILLEGAL_TRANSITION, "resolutionId")] * 2, (ErrorCode.ALREADY_EXISTS, "resolutionId"),
        (ErrorCode.INVALID_INPUT, "duty"), (ErrorCode.INVALID_INPUT, "title"), (ErrorCode.NOT_FOUND, "resolutionId"),
        (ErrorCode.NOT_FOUND, "leadId"), (ErrorCode.NOT_FOUND, "siteId"), (ErrorCode.INVALID_INPUT, "unit"),
        (ErrorCode.INVALID_INPUT, "claimUntil"), (ErrorCode.ILLEGAL_TRANSITION, ""),
    ]  # fmt: skip
    assert [refused("director", resolution) for resolution in (without, carried)] == [
        (ErrorCode.ALREADY_EXISTS, "resolutionId")
    ] * 2


def test_a_resolution_has_one_entry_however_many_list_it_at_once(database: DatabaseProxy) -> None:
    town = build()
    resolution = resolved(town)

    def one() -> str:
        try:
            town.act("director", list_need, resolution_id=resolution, **wanted(town))
        except DomainError as refusal:
            return refusal.code
        return ""

    answers = at_once(6, one)

    assert sorted(answers) == ["", *["ALREADY_EXISTS"] * 5]
    assert (models.Need.select().count(), models.Issue.select().count()) == (1, 1)
