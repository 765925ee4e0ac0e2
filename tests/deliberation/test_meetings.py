"""Meetings: calling, holding with a quorum, voting, closing with minutes, and what follows (M1-M5, T9, T10, L2)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.city import models
from db.committees.models.committee import MemberPosition
from db.deliberation import demands, meetings, minutes, projects
from db.deliberation import resolutions as deliberation
from db.deliberation.models.meeting import AttendanceStatus, MeetingState, ResolutionOutcome, VoteChoice
from db.issues import claims, closing, handling
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ProjectState
from db.issues.models.issue import EvidenceKind, Urgency
from db.kernel.errors import ErrorCode
from tests import factories as make
from tests.factories import AT, TODAY
from tests.town import Town, issue_of, last_of, ledger_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIZE = 13
# The meeting of these tests: announced on Monday, held on Thursday.
HELD = AT + 3 * DAY


@pytest.fixture
def hall(town: Town) -> Town:
    """Return the home committee its thirteen members: a director, four deputies, and one who may sign in besides."""
    positions = [MemberPosition.DEPUTY_DIRECTOR] * 4
    director = models.Member.account == town.accounts["director"]
    models.Member.update(position=MemberPosition.DIRECTOR).where(director).execute()
    town.accounts["deputy"] = make.make_account(name="示范deputy")
    make.make_role_grant(Role.DEPUTY_DIRECTOR, town.home.division, account=town.accounts["deputy"], committee=town.home)
    accounts = [town.accounts["deputy"]]
    while len(members(town)) < SIZE:
        position = positions.pop() if positions else MemberPosition.MEMBER
        make.make_member(town.home, position=position, account=accounts.pop() if accounts else None)
    return town


def members(town: Town) -> list[models.Member]:
    return list(models.Member.select().where(models.Member.committee == town.home).order_by(models.Member.id))


def schedule(town: Town, who: str = "director", at: Any = AT, **inputs: Any) -> int:
    given = {"scheduled_at": at + 3 * DAY, "place": "示范社区议事室", "committee_id": town.home.id, **inputs}
    return town.act(who, meetings.schedule_meeting, at, **given).rows["meeting"]


def present(town: Town, count: int) -> list[dict[str, Any]]:
    return [{"member_id": member.id, "status": AttendanceStatus.PRESENT} for member in members(town)[:count]]


def hold(town: Town, meeting_id: int, count: int = SIZE, who: str = "director", at: Any = HELD) -> None:
    town.act(who, meetings.hold_meeting, at, meeting_id=meeting_id, attendance=present(town, count))


def vote(town: Town, item_id: int, in_favour: int, against: int = 0) -> None:
    for at, member in enumerate(members(town)[: in_favour + against]):
        choice = VoteChoice.FOR if at < in_favour else VoteChoice.AGAINST
        own = [who for who, account in town.accounts.items() if account.id == member.account_id]
        whose = {} if own else {"member_id": member.id}
        who = own[0] if own else "director"
        town.act(who, meetings.cast_vote, HELD, agenda_item_id=item_id, choice=choice, **whose)


def close(town: Town, meeting_id: int, at: Any = HELD, **inputs: Any) -> None:
    town.act("director", minutes.close_meeting, at, meeting_id=meeting_id, minutes="会议议定如下", **inputs)


def tabled(town: Town, issue_id: int, meeting_id: int | None = None, at: Any = AT) -> int:
    town.act("director", deliberation.table_issue, at, issue_id=issue_id, meeting_id=meeting_id)
    return last_of(issue_id).told["agenda_item_id"]


def resolved(town: Town, in_favour: int = 7, against: int = 0, **issue: Any) -> tuple[int, int]:
    """Take an issue through a meeting; return it and the resolution."""
    issue_id, meeting_id = town.accept(**issue), schedule(town)
    item_id = tabled(town, issue_id)
    hold(town, meeting_id)
    vote(town, item_id, in_favour, against)
    close(town, meeting_id)
    return issue_id, resolution_of(item_id).id


def resolution_of(item_id: int) -> models.Resolution:
    return models.Resolution.get(models.Resolution.agenda_item == item_id)


def meeting_of(meeting_id: int) -> Any:
    return models.Meeting.get_by_id(meeting_id)


def agenda(meeting_id: int) -> list[Any]:
    items = models.AgendaItem.select().where(models.AgendaItem.meeting == meeting_id)
    return list(items.order_by(models.AgendaItem.position))


def record(town: Town, issue_id: int, resolution_id: int, state: IssueState, **inputs: Any) -> Any:
    given = {"issue_id": issue_id, "resolution_id": resolution_id, "next_state": state, **inputs}
    return town.act("director", deliberation.record_resolution, HELD + HOUR, **given).rows


# Calling.


@pytest.mark.parametrize("who", ["director", "deputy"])
def test_director_and_deputies_call_meetings(hall: Town, who: str) -> None:
    proposer = members(hall)[5]

    meeting_id = schedule(hall, who, agenda=[{"title": "邻里节", "proposed_by_id": proposer.id}])

    meeting = meeting_of(meeting_id)
    assert (meeting.state, meeting.scheduled_at, meeting.announced_at) == (MeetingState.SCHEDULED, HELD, AT)
    assert [(item.title, item.proposed_by_id, item.position) for item in agenda(meeting_id)] == [
        ("邻里节", proposer.id, 1)
    ]


@pytest.mark.parametrize("who", ["member", "staff", "resident", "subdistrict", "contact"])
def test_nobody_else_calls_meetings(hall: Town, who: str) -> None:
    given = {"scheduled_at": HELD, "place": "议事室", "committee_id": hall.home.id}

    assert hall.refused(who, meetings.schedule_meeting, **given) == (ErrorCode.NOT_PERMITTED, "")


def test_a_director_calls_no_other_committees_meetings(hall: Town) -> None:
    given = {"scheduled_at": HELD, "place": "议事室", "division_code": hall.next_door.division_code}

    assert hall.refused("director", meetings.schedule_meeting, **given) == (ErrorCode.NOT_PERMITTED, "")


def test_meetings_are_announced_in_time(hall: Town) -> None:
    given: Any = {"place": "议事室", "committee_id": hall.home.id}
    second = timedelta(seconds=1)

    short = hall.refused("director", meetings.schedule_meeting, scheduled_at=HELD - second, **given)
    urgent = hall.refused(
        "director", meetings.schedule_meeting, scheduled_at=AT + 2 * HOUR - second, is_urgent=True, **given
    )
    meeting_id = schedule(hall, scheduled_at=AT + 2 * HOUR, is_urgent=True)

    assert short == urgent == (ErrorCode.LIMIT_REACHED, "scheduledAt")
    assert meeting_of(meeting_id).is_urgent is True


def test_schedule_refuses(hall: Town) -> None:
    given: Any = {"scheduled_at": HELD, "place": "议事室"}
    stranger = make.make_member(hall.next_door)
    proposal = [{"title": "邻里节", "proposed_by_id": stranger.id}]

    refused = [
        hall.refused("director", meetings.schedule_meeting, **given),
        hall.refused("director", meetings.schedule_meeting, committee_id=-1, **given),
        hall.refused("director", meetings.schedule_meeting, division_code="1", **given),
        hall.refused("director", meetings.schedule_meeting, committee_id=hall.home.id, agenda=proposal, **given),
        hall.refused("director", meetings.schedule_meeting, committee_id=hall.home.id, **{**given, "place": " "}),
    ]

    assert refused == [
        (ErrorCode.INVALID_INPUT, "committeeId"), (ErrorCode.NOT_FOUND, "committeeId"),
        (ErrorCode.NOT_FOUND, "divisionCode"), (ErrorCode.NOT_FOUND, "agenda.0.proposedById"),
        (ErrorCode.INVALID_INPUT, "place"),
    ]  # fmt: skip


# Tabling.


def test_an_issue_is_tabled_for_the_next_meeting_its_papers_reach(hall: Town) -> None:
    issue_id = hall.accept()
    schedule(hall)
    later = schedule(hall, scheduled_at=AT + 4 * DAY)
    schedule(hall, scheduled_at=AT + 5 * DAY)

    tabled(hall, issue_id, at=AT + HOUR)

    issue = issue_of(issue_id)
    assert (issue.state, issue.due_at) == (IssueState.IN_DELIBERATION, AT + 4 * DAY)
    assert [item.issue_id for item in agenda(later)] == [issue_id]
    director = models.Member.get(models.Member.account == hall.accounts["director"])
    assert agenda(later)[0].proposed_by_id == director.id
    assert last_of(issue_id).told == {"meeting_id": later, "agenda_item_id": agenda(later)[0].id}


def test_who_brought_an_issue_proposes_it(hall: Town) -> None:
    issue_id = hall.accept(who="staff")
    member = models.Member.get(models.Member.account == hall.accounts["member"])
    models.Issue.update(submitter=member).where(models.Issue.id == issue_id).execute()
    meeting_id = schedule(hall)

    tabled(hall, issue_id, meeting_id)

    assert agenda(meeting_id)[0].proposed_by_id == member.id


@pytest.mark.parametrize("who", ["staff", "member", "resident", "subdistrict"])
def test_only_director_and_deputies_table(hall: Town, who: str) -> None:
    issue_id = hall.accept()
    schedule(hall)

    assert hall.refused(who, deliberation.table_issue, issue_id=issue_id) == (ErrorCode.NOT_PERMITTED, "")


def test_table_refuses(hall: Town) -> None:
    issue_id, emergency = hall.accept(), hall.accept(urgency=Urgency.EMERGENCY)
    none = hall.refused("director", deliberation.table_issue, issue_id=issue_id)
    soon, elsewhere = schedule(hall), make.make_meeting(hall.next_door)
    too_soon = hall.refused("director", deliberation.table_issue, AT + HOUR, issue_id=issue_id)
    make.make_meeting(hall.home, scheduled_at=AT + 9 * DAY)
    stranger = make.make_member(hall.next_door)
    given: Any = {"issue_id": issue_id}

    refused = [
        hall.refused("director", deliberation.table_issue, AT + HOUR, meeting_id=soon, **given),
        hall.refused("director", deliberation.table_issue, meeting_id=elsewhere.id, **given),
        hall.refused("director", deliberation.table_issue, meeting_id=-1, **given),
        hall.refused("director", deliberation.table_issue, proposed_by_id=stranger.id, **given),
        hall.refused("director", deliberation.table_issue, issue_id=emergency),
    ]

    assert none == too_soon == (ErrorCode.NOT_FOUND, "meetingId")
    assert refused == [
        (ErrorCode.LIMIT_REACHED, "meetingId"), (ErrorCode.NOT_FOUND, "meetingId"),
        (ErrorCode.NOT_FOUND, "meetingId"), (ErrorCode.NOT_FOUND, "proposedById"),
        (ErrorCode.ILLEGAL_TRANSITION, ""),
    ]  # fmt: skip


# Holding.


def test_a_meeting_is_held_with_a_quorum(hall: Town) -> None:
    meeting_id = schedule(hall)

    hold(hall, meeting_id, 7)

    meeting = meeting_of(meeting_id)
    assert (meeting.state, meeting.held_at) == (MeetingState.HELD, HELD)
    assert meeting.chair.account_id == hall.accounts["director"].id
    here = models.Attendance.select().where(models.Attendance.meeting == meeting_id)
    assert here.count() == SIZE
    assert here.where(models.Attendance.status == AttendanceStatus.PRESENT).count() == 7


def test_half_of_the_members_are_no_quorum(hall: Town) -> None:
    make.make_member(hall.home)
    meeting_id = schedule(hall)
    given = {"meeting_id": meeting_id, "attendance": present(hall, 7)}

    assert hall.refused("director", meetings.hold_meeting, HELD, **given) == (ErrorCode.QUORUM_NOT_MET, "attendance")


def test_director_or_deputy_who_is_there_takes_the_chair(hall: Town) -> None:
    meeting_id = schedule(hall)
    ordinary, deputy = members(hall)[0], members(hall)[3]
    assert (ordinary.position, deputy.position) == (MemberPosition.MEMBER, MemberPosition.DEPUTY_DIRECTOR)
    attendance = [entry for entry in present(hall, 9) if entry["member_id"] != deputy.id]
    given: Any = {"meeting_id": meeting_id, "attendance": attendance}

    refused = [
        hall.refused("director", meetings.hold_meeting, HELD, chair_id=ordinary.id, **given),
        hall.refused("director", meetings.hold_meeting, HELD, chair_id=deputy.id, **given),
    ]
    hall.act("director", meetings.hold_meeting, HELD, chair_id=members(hall)[4].id, **given)

    assert refused == [(ErrorCode.QUORUM_NOT_MET, "chairId")] * 2
    assert meeting_of(meeting_id).chair_id == members(hall)[4].id


def test_hold_refuses(hall: Town) -> None:
    meeting_id = schedule(hall)
    stranger = [{"member_id": make.make_member(hall.next_door).id, "status": AttendanceStatus.PRESENT}]
    given: Any = {"meeting_id": meeting_id, "attendance": present(hall, 9)}

    refused = [
        hall.refused("director", meetings.hold_meeting, HELD - HOUR, **given),
        hall.refused("member", meetings.hold_meeting, HELD, **given),
        hall.refused("director", meetings.hold_meeting, HELD, **given | {"meeting_id": -1}),
        hall.refused("director", meetings.hold_meeting, HELD, **given | {"attendance": stranger}),
    ]
    hold(hall, meeting_id)
    twice = hall.refused("director", meetings.hold_meeting, HELD, **given)

    assert refused == [
        (ErrorCode.ILLEGAL_TRANSITION, "meetingId"), (ErrorCode.NOT_PERMITTED, ""),
        (ErrorCode.NOT_FOUND, "meetingId"), (ErrorCode.NOT_FOUND, "attendance.0.memberId"),
    ]  # fmt: skip
    assert twice == (ErrorCode.ILLEGAL_TRANSITION, "meetingId")


def test_a_meeting_without_a_quorum_is_called_off_and_its_issues_wait_for_the_next(hall: Town) -> None:
    issue_id, first = hall.accept(), schedule(hall)
    tabled(hall, issue_id)
    second = schedule(hall, scheduled_at=AT + 9 * DAY)

    hall.act("director", meetings.cancel_meeting, HELD, meeting_id=first)

    assert meeting_of(first).state == MeetingState.CANCELLED
    assert [item.issue_id for item in agenda(second)] == [issue_id]
    assert issue_of(issue_id).state == IssueState.IN_DELIBERATION


# Voting.


@pytest.fixture
def item(hall: Town) -> int:
    """Return an agenda item of a meeting that is being held, with the last two members away."""
    meeting_id = schedule(hall, agenda=[{"title": "邻里节", "proposed_by_id": members(hall)[0].id}])
    hold(hall, meeting_id, SIZE - 2)
    return agenda(meeting_id)[0].id


def test_a_member_votes_once(hall: Town, item: int) -> None:
    done = hall.act("member", meetings.cast_vote, HELD, agenda_item_id=item, choice=VoteChoice.FOR)

    again = hall.refused("member", meetings.cast_vote, HELD, agenda_item_id=item, choice=VoteChoice.AGAINST)

    assert models.Vote.get_by_id(done.rows["vote"]).choice == VoteChoice.FOR
    assert again == (ErrorCode.LIMIT_REACHED, "")


def test_who_declares_an_interest_does_not_vote(hall: Town, item: int) -> None:
    silent = hall.refused("member", meetings.cast_vote, HELD, agenda_item_id=item, choice=VoteChoice.RECUSED)
    given = {"agenda_item_id": item, "choice": VoteChoice.FOR, "interest": "承办单位是本人公司"}
    done = hall.act("member", meetings.cast_vote, HELD, **given)

    vote = models.Vote.get_by_id(done.rows["vote"])
    assert silent == (ErrorCode.INVALID_INPUT, "interest")
    assert (vote.choice, vote.interest) == (VoteChoice.RECUSED, "承办单位是本人公司")


def test_cast_vote_refuses(hall: Town, item: int) -> None:
    away, other = members(hall)[-1], members(hall)[0]
    given: Any = {"choice": VoteChoice.FOR, "agenda_item_id": item}
    waiting = make.make_agenda_item(make.make_meeting(hall.home))

    refused = [
        hall.refused("resident", meetings.cast_vote, HELD, **given),
        hall.refused("director", meetings.cast_vote, HELD, member_id=away.id, **given),
        hall.refused("deputy", meetings.cast_vote, HELD, member_id=other.id, **given),
        hall.refused("member", meetings.cast_vote, HELD, member_id=members(hall)[5].id, **given),
        hall.refused("director", meetings.cast_vote, HELD, member_id=-1, **given),
        hall.refused("member", meetings.cast_vote, HELD, **given | {"agenda_item_id": -1}),
        hall.refused("member", meetings.cast_vote, HELD, **given | {"agenda_item_id": waiting.id}),
    ]

    assert other.account_id is not None
    assert refused == [
        (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.NOT_PERMITTED, "memberId"),
        (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.NOT_FOUND, "memberId"), (ErrorCode.NOT_FOUND, "agendaItemId"),
        (ErrorCode.ILLEGAL_TRANSITION, "agendaItemId"),
    ]  # fmt: skip


def test_a_member_whose_term_is_over_does_not_vote(hall: Town, item: int) -> None:
    own = models.Member.account == hall.accounts["member"]
    models.Member.update(term_end=TODAY + DAY).where(own).execute()

    refused = hall.refused("member", meetings.cast_vote, HELD, agenda_item_id=item, choice=VoteChoice.FOR)

    assert refused[0] == ErrorCode.TERM_EXPIRED


# Closing.


@pytest.mark.parametrize(
    ("in_favour", "against", "outcome"),
    [
        (7, 6, ResolutionOutcome.CARRIED),
        (6, 0, ResolutionOutcome.LOST),
        (0, 0, ResolutionOutcome.DEFERRED),
    ],
)
def test_more_than_half_of_all_members_carry(
    hall: Town, in_favour: int, against: int, outcome: ResolutionOutcome
) -> None:
    meeting_id = schedule(hall, agenda=[{"title": "邻里节", "proposed_by_id": members(hall)[0].id}])
    hold(hall, meeting_id)
    item_id = agenda(meeting_id)[0].id
    vote(hall, item_id, in_favour, against)

    close(hall, meeting_id, resolutions=[{"agenda_item_id": item_id, "text": "同意举办"}])

    found = resolution_of(item_id)
    assert (found.outcome, found.for_count, found.against_count) == (outcome, in_favour, against)
    assert (found.text, found.adopted_at) == ("同意举办", HELD)
    assert (meeting_of(meeting_id).state, meeting_of(meeting_id).minutes) == (MeetingState.CLOSED, "会议议定如下")


def test_minutes_are_signed_and_published_in_time(hall: Town) -> None:
    meeting_id = schedule(hall)
    hold(hall, meeting_id)
    # Held on a Thursday: three working days later is Tuesday, five is Thursday.
    tuesday, thursday, second = HELD + 5 * DAY, HELD + 7 * DAY, timedelta(seconds=1)
    given: Any = {"meeting_id": meeting_id, "minutes": "会议议定如下"}

    signed = hall.refused("director", minutes.close_meeting, tuesday + second, **given)
    before = hall.refused("director", minutes.close_meeting, HELD, signed_at=HELD - HOUR, **given)
    close(hall, meeting_id, tuesday)
    published = hall.refused("director", minutes.publish_minutes, thursday + second, meeting_id=meeting_id)
    hall.act("director", minutes.publish_minutes, thursday, meeting_id=meeting_id)
    twice = hall.refused("director", minutes.publish_minutes, thursday, meeting_id=meeting_id)

    assert signed == (ErrorCode.LIMIT_REACHED, "signedAt")
    assert before == (ErrorCode.INVALID_INPUT, "signedAt")
    assert published == (ErrorCode.LIMIT_REACHED, "lateReason")
    assert twice == (ErrorCode.LIMIT_REACHED, "")
    meeting = meeting_of(meeting_id)
    assert (meeting.minutes_signed_at, meeting.minutes_published_at) == (tuesday, thursday)


def test_late_minutes_say_why(hall: Town) -> None:
    meeting_id = schedule(hall)
    hold(hall, meeting_id)

    close(hall, meeting_id, HELD + 9 * DAY, late_reason="主持人住院")

    assert meeting_of(meeting_id).minutes == "会议议定如下\n逾期说明：主持人住院"


def test_close_refuses(hall: Town) -> None:
    meeting_id, other = schedule(hall), make.make_agenda_item(make.make_meeting(hall.home))
    given: Any = {"meeting_id": meeting_id, "minutes": "会议议定如下"}
    early = hall.refused("director", minutes.close_meeting, HELD, **given)
    hold(hall, meeting_id)

    refused = [
        hall.refused("member", minutes.close_meeting, HELD, **given),
        hall.refused("director", minutes.close_meeting, HELD, **given | {"minutes": " "}),
        hall.refused(
            "director", minutes.close_meeting, HELD, resolutions=[{"agenda_item_id": other.id, "text": "同意"}], **given
        ),
    ]

    assert early == (ErrorCode.ILLEGAL_TRANSITION, "meetingId")
    assert refused == [
        (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.INVALID_INPUT, "minutes"),
        (ErrorCode.NOT_FOUND, "resolutions.0.agendaItemId"),
    ]  # fmt: skip


def test_a_lost_issue_comes_before_the_next_meeting(hall: Town) -> None:
    issue_id, lost = resolved(hall, 6)

    refused = hall.refused(
        "director", deliberation.record_resolution, HELD, issue_id=issue_id, resolution_id=lost,
        next_state=IssueState.ACCEPTED,
    )  # fmt: skip
    following = schedule(hall, at=HELD + HOUR)
    again = schedule(hall, at=HELD + 2 * HOUR)

    assert refused == (ErrorCode.ILLEGAL_TRANSITION, "resolutionId")
    assert [item.issue_id for item in agenda(following)] == [issue_id]
    assert agenda(again) == []


# Carrying out.


def test_a_resolution_opens_an_issue_for_claim(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    until = HELD + 5 * DAY

    record(hall, issue_id, resolution_id, IssueState.OPEN_FOR_CLAIM, wanted_help="梯子", claim_until=until)

    issue = issue_of(issue_id)
    assert (issue.state, issue.due_at) == (IssueState.OPEN_FOR_CLAIM, until)
    assert models.Need.get(models.Need.issue == issue_id).wanted == "梯子"
    assert ledger_of(issue_id) == ["CREATE", "ACCEPT", "TABLE", "RESOLVE_MEETING"]


def test_a_resolution_names_who_handles(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    member = members(hall)[6]

    record(hall, issue_id, resolution_id, IssueState.IN_PROGRESS, handler_id=("Member", member.id))

    issue = issue_of(issue_id)
    assert (issue.handler_member_id, issue.due_at) == (member.id, HELD + HOUR + 7 * DAY)
    assert last_of(issue_id).told["handler_member_id"] == member.id


def plan(town: Town, **values: Any) -> dict[str, Any]:
    return {
        "lead_id": members(town)[6].id, "budget": Decimal("100000.00"), "due_on": TODAY + 60 * DAY,
        "milestones": [
            {"title": "方案", "due_on": TODAY + 10 * DAY}, {"title": "施工", "due_on": TODAY + 60 * DAY},
        ],
        **values,
    }  # fmt: skip


def test_a_resolution_makes_a_project_that_its_lead_handles(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall, urgency=Urgency.COMPLEX)

    rows = record(hall, issue_id, resolution_id, IssueState.IN_PROGRESS, project=plan(hall))

    project: Any = models.Project.get_by_id(rows["project"])
    assert (project.state, project.budget, project.lead_id) == (
        ProjectState.ACTIVE, Decimal(100000), members(hall)[6].id,
    )  # fmt: skip
    assert (project.title, project.resolution_id) == ("示范小区路灯不亮", resolution_id)
    assert [step.title for step in project.milestones.order_by(models.ProjectMilestone.position)] == ["方案", "施工"]
    assert [row.issue_id for row in project.project_issues] == [issue_id]
    issue = issue_of(issue_id)
    assert issue.handler_member_id == members(hall)[6].id
    # It may take as long as the project: until the end of its last day in Lanzhou.
    assert issue.due_at == AT.replace(hour=15, minute=59, second=59) + 60 * DAY


def test_a_project_serves_further_issues(hall: Town) -> None:
    first, resolution_id = resolved(hall)
    project_id = record(hall, first, resolution_id, IssueState.IN_PROGRESS, project=plan(hall))["project"]
    meeting_id, second = schedule(hall), hall.accept()
    item_id = tabled(hall, second)
    hold(hall, meeting_id)
    vote(hall, item_id, 7)
    close(hall, meeting_id)

    record(hall, second, resolution_of(item_id).id, IssueState.IN_PROGRESS, project_id=project_id)

    linked: Any = models.ProjectIssue.select().where(models.ProjectIssue.project == project_id)
    assert {row.issue_id for row in linked} == {first, second}


def test_a_project_closes_with_its_last_milestone_and_issue(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    project_id = record(hall, issue_id, resolution_id, IssueState.IN_PROGRESS, project=plan(hall))["project"]
    lead = members(hall)[6]
    models.Member.update(account=hall.accounts["contact"]).where(models.Member.id == lead.id).execute()
    proof = [{"kind": EvidenceKind.PHOTO, "description": "建成"}]
    hall.act(
        "contact", handling.report_issue_done, HELD + DAY, issue_id=issue_id, result="建成", evidence=proof,
        done_on=TODAY + 3 * DAY, outcome=IssueOutcome.RESOLVED,
    )  # fmt: skip
    hall.act("staff", closing.close_issue, HELD + DAY, issue_id=issue_id, verification="属实", rating=5)
    steps = [step.id for step in models.ProjectMilestone.select().order_by(models.ProjectMilestone.position)]
    late = HELD + 2 * DAY
    states = []

    for who, step in zip(("contact", "director"), steps, strict=True):
        hall.act(who, projects.complete_milestone, late, milestone_id=step)
        states.append(models.Project.get_by_id(project_id).state)

    assert states == [ProjectState.ACTIVE, ProjectState.CLOSED]
    refused = [
        hall.refused("director", projects.complete_milestone, late, milestone_id=steps[0]),
        hall.refused("director", projects.complete_milestone, late, milestone_id=-1),
        hall.refused("member", projects.complete_milestone, late, milestone_id=steps[0]),
    ]
    assert refused == [
        (ErrorCode.LIMIT_REACHED, "milestoneId"), (ErrorCode.NOT_FOUND, "milestoneId"), (ErrorCode.NOT_PERMITTED, ""),
    ]  # fmt: skip


def test_a_planned_project_is_under_way_once_somebody_claims(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    help_ = {"wanted_help": "梯子", "claim_until": HELD + 5 * DAY, "project": plan(hall)}
    project_id = record(hall, issue_id, resolution_id, IssueState.OPEN_FOR_CLAIM, **help_)["project"]
    planned = models.Project.get_by_id(project_id).state
    given = {"issue_id": issue_id, "promise": "修好", "promised_on": TODAY + 9 * DAY}
    claim_id = hall.act("contact", claims.claim_issue, HELD + DAY, **given).rows["claim"]

    hall.act("staff", claims.confirm_claim, HELD + DAY, issue_id=issue_id, claim_id=claim_id)

    assert (planned, models.Project.get_by_id(project_id).state) == (ProjectState.PLANNED, ProjectState.ACTIVE)
    assert models.Claim.get_by_id(claim_id).project_id == project_id


def test_an_issue_is_put_off_twice_at_most(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    models.Issue.update(deferral_count=2).where(models.Issue.id == issue_id).execute()
    given = {"issue_id": issue_id, "resolution_id": resolution_id, "next_state": IssueState.ACCEPTED}

    refused = hall.refused("director", deliberation.record_resolution, HELD, **given)
    models.Issue.update(deferral_count=1).where(models.Issue.id == issue_id).execute()
    record(hall, issue_id, resolution_id, IssueState.ACCEPTED)

    assert refused == (ErrorCode.LIMIT_REACHED, "nextState")
    assert (issue_of(issue_id).state, issue_of(issue_id).deferral_count) == (IssueState.ACCEPTED, 2)


def test_a_resolution_is_carried_out_once(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    record(hall, issue_id, resolution_id, IssueState.ACCEPTED)
    schedule(hall, at=HELD + DAY)
    hall.act("director", deliberation.table_issue, HELD + DAY, issue_id=issue_id)

    refused = hall.refused(
        "director", deliberation.record_resolution, HELD + DAY, issue_id=issue_id, resolution_id=resolution_id,
        next_state=IssueState.ACCEPTED,
    )  # fmt: skip

    assert refused == (ErrorCode.NOT_FOUND, "resolutionId")


def test_a_meeting_settles_an_issue_with_its_minutes(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)

    record(hall, issue_id, resolution_id, IssueState.AWAITING_VERIFICATION, outcome=IssueOutcome.NOT_FEASIBLE)

    issue = issue_of(issue_id)
    proof = models.Evidence.get(models.Evidence.issue == issue_id)
    assert (issue.state, issue.outcome) == (IssueState.AWAITING_VERIFICATION, IssueOutcome.NOT_FEASIBLE)
    assert (proof.kind, proof.description) == (EvidenceKind.MINUTES, "2026-01-08 会议纪要")
    chair = models.Member.get(models.Member.account == hall.accounts["director"])
    assert issue.handler_member_id == chair.id
    given: Any = {"issue_id": issue_id, "verification": "暂无条件", "rating": 3}
    assert hall.refused("staff", closing.close_issue, HELD + DAY, **given) == (ErrorCode.NOT_PERMITTED, "outcome")
    hall.act("subdistrict", closing.close_issue, HELD + DAY, **given)


def test_record_refuses(hall: Town) -> None:
    issue_id, resolution_id = resolved(hall)
    _, others = resolved(hall)
    given: Any = {"issue_id": issue_id, "resolution_id": resolution_id}
    work, handler = IssueState.IN_PROGRESS, ("Member", members(hall)[0].id)

    def refused(who: str = "director", **inputs: Any) -> tuple[ErrorCode, str]:
        return hall.refused(who, deliberation.record_resolution, HELD, **given | inputs)

    def refused_plan(**values: Any) -> tuple[ErrorCode, str]:
        return refused(next_state=work, project=plan(hall, **values))

    invalid = ErrorCode.INVALID_INPUT
    late = [{"title": "方案", "due_on": TODAY + 61 * DAY}]
    assert refused("staff", next_state=IssueState.ACCEPTED) == (ErrorCode.NOT_PERMITTED, "")
    assert refused(resolution_id=others, next_state=work, handler_id=handler) == (ErrorCode.NOT_FOUND, "resolutionId")
    assert refused(next_state=IssueState.CLOSED) == (invalid, "nextState")
    assert refused(next_state=work) == (invalid, "handlerId")
    assert refused(next_state=IssueState.OPEN_FOR_CLAIM) == (invalid, "wantedHelp")
    assert refused(next_state=IssueState.OPEN_FOR_CLAIM, wanted_help="梯子") == (invalid, "claimUntil")
    assert refused(next_state=IssueState.AWAITING_VERIFICATION) == (invalid, "outcome")
    assert refused(next_state=IssueState.ACCEPTED, project=plan(hall)) == (invalid, "project")
    assert refused(next_state=work, project=plan(hall), project_id=1) == (invalid, "projectId")
    assert refused(next_state=work, project_id=-1) == (ErrorCode.NOT_FOUND, "projectId")
    assert refused_plan(lead_id=-1) == (ErrorCode.NOT_FOUND, "project.leadId")
    assert refused_plan(budget=Decimal("-0.01")) == (invalid, "project.budget")
    assert refused_plan(budget=Decimal("0.001")) == (invalid, "project.budget")
    assert refused_plan(milestones=[]) == (invalid, "project.milestones")
    assert refused_plan(milestones=late) == (invalid, "project.milestones.0.dueOn")
    assert refused_plan(due_on=TODAY - DAY) == (invalid, "project.dueOn")


# Demands (M3) and hearings (M5).


@pytest.fixture
def four(hall: Town) -> Town:
    """Leave the committee four members, of whom director, deputy and one more may sign in."""
    signed_in = models.Member.account.is_null(False)
    rest = models.Member.select().where(models.Member.committee == hall.home, ~signed_in).order_by(models.Member.id)
    models.Member.update(is_active=False).where(models.Member.id.in_([member.id for member in rest[1:]])).execute()
    return hall


def demand(town: Town, who: str, at: Any = AT) -> int:
    given = {"reason": "路灯问题久拖未决", "committee_id": town.home.id}
    return town.act(who, demands.demand_meeting, at, **given).rows["demand"]


def called_for() -> list[tuple[Any, str, str]]:
    told: Any = models.Notice.select().where(models.Notice.kind == NoticeKind.MEETING_DEMANDED)
    return [(row.role, row.office_code, row.text) for row in told]


def test_half_of_the_members_may_call_the_meeting_that_they_demand(four: Town) -> None:
    when = {"scheduled_at": AT + 3 * DAY, "place": "示范社区议事室", "committee_id": four.home.id}
    alone = demand(four, "member")
    too_few = four.refused("member", meetings.schedule_meeting, **when)
    told_too_early = called_for()

    joined = demand(four, "deputy")
    told = called_for()
    meeting_id = schedule(four, "member")

    assert (too_few, told_too_early) == ((ErrorCode.NOT_PERMITTED, ""), [])
    assert told == [("DIRECTOR", four.home.division_code, "已有2名委员提议召开会议，达到半数，请召集会议。")]
    met = models.MeetingDemand.select().where(models.MeetingDemand.meeting == meeting_id)
    assert {row.id for row in met} == {alone, joined}
    assert four.refused("member", meetings.schedule_meeting, **when) == (ErrorCode.NOT_PERMITTED, "")


def test_who_did_not_demand_it_does_not_call_it(four: Town) -> None:
    demand(four, "director")
    demand(four, "deputy")
    when = {"scheduled_at": AT + 3 * DAY, "place": "示范社区议事室", "committee_id": four.home.id}

    assert four.refused("member", meetings.schedule_meeting, **when) == (ErrorCode.NOT_PERMITTED, "")


def test_demands_are_for_members_once_and_with_a_reason(four: Town) -> None:
    demand(four, "member")
    given: dict[str, Any] = {"reason": "再议", "committee_id": four.home.id}

    refused = [
        four.refused("member", demands.demand_meeting, AT, **given),
        four.refused("staff", demands.demand_meeting, AT, **given),
        four.refused("deputy", demands.demand_meeting, AT, **given | {"reason": " "}),
        four.refused("deputy", demands.demand_meeting, AT, **given | {"committee_id": 999}),
    ]

    assert refused == [
        (ErrorCode.LIMIT_REACHED, ""), (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.INVALID_INPUT, "reason"),
        (ErrorCode.NOT_FOUND, "committeeId"),
    ]  # fmt: skip


def test_a_demand_stands_again_when_the_meeting_is_called_off(four: Town) -> None:
    first = demand(four, "member")
    meeting_id = schedule(four)
    anew = demand(four, "member")
    demand(four, "deputy")

    four.act("director", meetings.cancel_meeting, meeting_id=schedule(four))
    four.act("director", meetings.cancel_meeting, meeting_id=meeting_id)

    open_now = models.MeetingDemand.select().where(models.MeetingDemand.meeting.is_null())
    assert anew in {row.id for row in open_now}
    assert first not in {row.id for row in open_now}
    assert len(open_now) == 2


def test_what_needs_a_hearing_is_not_decided_before_it(hall: Town) -> None:
    meeting_id = schedule(hall)
    issue_id = hall.accept()
    given = {"issue_id": issue_id, "meeting_id": meeting_id, "needs_hearing": True}
    hall.act("director", deliberation.table_issue, **given)
    item_id = agenda(meeting_id)[0].id
    hold(hall, meeting_id)
    words = {"agenda_item_id": item_id, "text": "同意改造"}
    ending = {"meeting_id": meeting_id, "minutes": "会议纪要", "resolutions": [words]}

    voted = hall.refused("member", meetings.cast_vote, HELD, agenda_item_id=item_id, choice=VoteChoice.FOR)
    closed = hall.refused("director", minutes.close_meeting, HELD, **ending)
    hearing = {"agenda_item_id": item_id, "record": "居民代表12人参加，8人赞成"}
    hall.act("deputy", meetings.record_hearing, HELD, **hearing)
    vote(hall, item_id, 7)
    hall.act("director", minutes.close_meeting, HELD, **ending)

    assert voted == (ErrorCode.HEARING_REQUIRED, "agendaItemId")
    assert closed == (ErrorCode.HEARING_REQUIRED, "resolutions.0.agendaItemId")
    assert resolution_of(item_id).outcome is ResolutionOutcome.CARRIED
    assert agenda(meeting_id)[0].hearing_held_on == HELD.date()


def test_what_was_not_heard_comes_before_the_next_meeting_and_still_needs_its_hearing(hall: Town) -> None:
    meeting_id = schedule(hall)
    issue_id = hall.accept()
    hall.act("director", deliberation.table_issue, issue_id=issue_id, needs_hearing=True)
    hold(hall, meeting_id)
    close(hall, meeting_id)

    following = schedule(hall, at=HELD)

    [item] = agenda(following)
    assert (item.issue_id, item.needs_hearing, item.hearing_held_on) == (issue_id, True, None)


def test_a_hearing_that_was_held_counts_at_the_next_meeting(hall: Town) -> None:
    meeting_id = schedule(hall)
    issue_id = hall.accept()
    hall.act("director", deliberation.table_issue, issue_id=issue_id, needs_hearing=True)
    hearing = {"agenda_item_id": agenda(meeting_id)[0].id, "record": "双方陈述"}
    hall.act("director", meetings.record_hearing, AT + DAY, **hearing)
    hall.act("director", meetings.cancel_meeting, AT + DAY, meeting_id=meeting_id)

    following = schedule(hall, at=HELD)

    [item] = agenda(following)
    assert (item.needs_hearing, item.hearing_record) == (True, "双方陈述")


def test_recording_a_hearing_refuses(hall: Town) -> None:
    proposal = {"title": "邻里节", "proposed_by_id": members(hall)[0].id}
    meeting_id = schedule(hall, agenda=[proposal, proposal | {"needs_hearing": True}])
    plain, wide = (row.id for row in agenda(meeting_id))
    given: dict[str, Any] = {"agenda_item_id": wide, "record": "双方陈述"}

    refused = [
        hall.refused("member", meetings.record_hearing, AT, **given),
        hall.refused("director", meetings.record_hearing, AT, **given | {"agenda_item_id": plain}),
        hall.refused("director", meetings.record_hearing, AT, **given | {"agenda_item_id": 999}),
        hall.refused("director", meetings.record_hearing, AT, **given | {"held_on": TODAY + DAY}),
        hall.refused("director", meetings.record_hearing, AT, **given | {"record": " "}),
    ]
    hall.act("director", meetings.record_hearing, AT, **given)

    assert refused == [
        (ErrorCode.NOT_PERMITTED, ""), (ErrorCode.LIMIT_REACHED, "agendaItemId"), (ErrorCode.NOT_FOUND, "agendaItemId"),
        (ErrorCode.INVALID_INPUT, "heldOn"), (ErrorCode.INVALID_INPUT, "record"),
    ]  # fmt: skip
    assert hall.refused("director", meetings.record_hearing, AT, **given)[0] == ErrorCode.LIMIT_REACHED
