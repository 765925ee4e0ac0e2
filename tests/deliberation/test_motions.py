"""Motions: members put matters on the next meeting's agenda (rule M2)."""

from datetime import timedelta
from typing import Any

from peewee import DatabaseProxy

from db.city import models
from db.deliberation import meetings, motions
from db.deliberation import resolutions as deliberation
from db.deliberation.models.meeting import MeetingState
from db.issues.lifecycle import IssueState
from db.issues.models.duty import Duty
from db.kernel.errors import DomainError, ErrorCode
from tests import factories as make
from tests.factories import AT
from tests.threads import at_once
from tests.town import Town, build, issue_of, last_of

DAY = timedelta(days=1)
DUTY = Duty.CIVILITY_PROMOTION


def propose(town: Town, who: str = "member", **given: Any) -> models.AgendaItem:
    inputs = {"committee_id": town.home.id, "title": "邻里节", "duty": DUTY, **given}
    return models.AgendaItem.get_by_id(town.act(who, motions.propose_agenda_item, **inputs).rows["agendaItem"])


def items_of(meeting: models.Meeting) -> list[models.AgendaItem]:
    items = models.AgendaItem.select().where(models.AgendaItem.meeting == meeting)
    return list(items.order_by(models.AgendaItem.position))


def titles(meeting: models.Meeting) -> list[str]:
    return [item.title for item in items_of(meeting)]


def test_a_motion_is_on_the_next_meeting_that_can_be_told(town: Town) -> None:
    too_soon, soon, later = (make.make_meeting(town.home, scheduled_at=AT + days * DAY) for days in (2, 3, 9))
    make.make_meeting(town.home, scheduled_at=AT + 4 * DAY, state=MeetingState.CANCELLED)
    first = make.make_agenda_item(soon)

    item = propose(town, needs_hearing=True)

    seat = models.Member.get(models.Member.account == town.accounts["member"])
    assert (item.meeting, item.position, item.title, item.proposed_by) == (soon, first.position + 1, "邻里节", seat)
    assert (item.duty, item.issue_id, item.needs_hearing) == (DUTY, None, True)
    assert titles(too_soon) == titles(later) == []


def test_only_members_of_the_committee_propose(town: Town) -> None:
    make.make_meeting(town.home)
    make.make_meeting(town.next_door)
    given: dict[str, Any] = {"committee_id": town.home.id, "title": "邻里节", "duty": DUTY}
    expired = models.Member.account == town.accounts["director"]
    models.Member.update(term_start=AT.date() - 9 * DAY, term_end=AT.date() - DAY).where(expired).execute()

    refused = [
        town.refused("staff", motions.propose_agenda_item, **given),
        town.refused("member", motions.propose_agenda_item, **{**given, "committee_id": town.next_door.id}),
        town.refused("director", motions.propose_agenda_item, **given),
        town.refused("member", motions.propose_agenda_item, **{**given, "title": " "}),
    ]

    assert refused == [
        (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.TERM_EXPIRED, ""),
        (ErrorCode.INVALID_INPUT, "title"),
    ]  # fmt: skip


def test_a_motion_needs_a_meeting_that_can_be_told(town: Town) -> None:
    make.make_meeting(town.home, scheduled_at=AT + 2 * DAY)

    refused = town.refused("member", motions.propose_agenda_item, committee_id=town.home.id, title="邻里节", duty=DUTY)

    assert refused == (ErrorCode.NOT_FOUND, "meetingId")


def test_five_motions_of_a_member_wait_at_most(town: Town) -> None:
    meeting = make.make_meeting(town.home)
    given: dict[str, Any] = {"committee_id": town.home.id, "title": "邻里节", "duty": DUTY}
    for _ in range(5):
        propose(town)
    refused = town.refused("member", motions.propose_agenda_item, **given)
    others = propose(town, "director")
    tabled = town.accept(duty=DUTY)
    models.Issue.update(submitter=others.proposed_by_id).where(models.Issue.id == tabled).execute()
    town.act("director", deliberation.table_issue, issue_id=tabled)
    for _ in range(4):
        propose(town, "director")
    also_refused = town.refused("director", motions.propose_agenda_item, **given)

    meeting.change(state=MeetingState.CLOSED, held_at=AT)
    make.make_meeting(town.home, scheduled_at=AT + 9 * DAY)
    after = propose(town)

    assert refused == also_refused == (ErrorCode.LIMIT_REACHED, "")
    assert after.position == 1


def test_a_motion_about_an_issue_leaves_it_and_the_director_tables_that_item(town: Town) -> None:
    meeting = make.make_meeting(town.home)
    issue = town.accept()

    item = propose(town, issue_id=issue)
    before = issue_of(issue).state
    again = town.refused(
        "director", motions.propose_agenda_item, committee_id=town.home.id, title="路灯", duty=DUTY, issue_id=issue
    )
    town.act("director", deliberation.table_issue, issue_id=issue, needs_hearing=True)
    tabled = models.AgendaItem.get_by_id(item.id)

    assert (before, issue_of(issue).state) == (IssueState.ACCEPTED, IssueState.IN_DELIBERATION)
    assert again == (ErrorCode.ALREADY_EXISTS, "issueId")
    assert (last_of(issue).told["agenda_item_id"], len(titles(meeting))) == (item.id, 1)
    assert (tabled.proposed_by_id, tabled.needs_hearing, tabled.duty) == (item.proposed_by_id, True, DUTY)


def test_which_issues_a_motion_may_be_about(town: Town) -> None:
    make.make_meeting(town.home)
    given: dict[str, Any] = {"committee_id": town.home.id, "title": "路灯", "duty": DUTY}
    private, elsewhere = town.submit(), make.make_issue(IssueState.ACCEPTED, town.next_door).id
    closed = make.make_issue(IssueState.CLOSED, town.home).id
    waiting = town.accept()
    models.Issue.update(state=IssueState.IN_DELIBERATION).where(models.Issue.id == waiting).execute()

    refused = [
        town.refused("member", motions.propose_agenda_item, **given, issue_id=issue)
        for issue in (private, elsewhere, closed, waiting)
    ]
    models.RoleGrant.delete().where(models.RoleGrant.account == town.accounts["member"]).execute()
    hidden = town.refused("member", motions.propose_agenda_item, **given, issue_id=private)

    assert refused == [
        (ErrorCode.ILLEGAL_TRANSITION, "issueId"), (ErrorCode.NOT_FOUND, "issueId"),
        (ErrorCode.ILLEGAL_TRANSITION, "issueId"), (ErrorCode.ALREADY_EXISTS, "issueId"),
    ]  # fmt: skip
    assert hidden == (ErrorCode.NOT_FOUND, "issueId")


def test_items_about_an_issue_and_its_project_carry_the_issues_duty(town: Town) -> None:
    seat = models.Member.get(models.Member.account == town.accounts["member"])
    agenda = [
        {"title": "邻里节", "proposed_by_id": seat.id, "duty": DUTY},
        {"title": "其他", "proposed_by_id": seat.id},
    ]
    when = {"scheduled_at": AT + 3 * DAY, "place": "示范社区议事室", "committee_id": town.home.id}
    proposals = [meetings.Proposal(**item) for item in agenda]
    meeting = town.act("director", meetings.schedule_meeting, **when, agenda=proposals).rows["meeting"]
    town.act("director", deliberation.table_issue, issue_id=town.accept())

    duties = [item.duty for item in items_of(models.Meeting.get_by_id(meeting))]
    assert duties == [DUTY, None, Duty.DISPUTE_RESOLUTION]


def test_a_member_who_proposes_at_once_has_five_motions_in_order(database: DatabaseProxy) -> None:
    town = build()
    meeting = make.make_meeting(town.home)

    def one() -> str:
        try:
            propose(town)
        except DomainError as refusal:
            return refusal.code
        return ""

    answers = at_once(8, one)

    positions = [item.position for item in items_of(meeting)]
    assert sorted(answers) == ["", "", "", "", "", *["LIMIT_REACHED"] * 3]
    assert positions == [1, 2, 3, 4, 5]
