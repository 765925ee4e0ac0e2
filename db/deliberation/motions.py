"""Motions: what members put on the next meeting's agenda themselves (rule M2)."""

from typing import Any

from peewee import fn

from db.access.commands import Call, CommandResult
from db.access.journal import illegal_transition
from db.access.subjects import command
from db.committees.models.committee import Committee, Member
from db.deliberation.agenda import COMMITTEE, Title, newest_item, next_meeting, put_on_agenda, require_seat
from db.deliberation.models.meeting import AgendaItem, Meeting, MeetingState
from db.issues.guards import Guard
from db.issues.lifecycle import ISSUE_LIFECYCLE, IssueState
from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.issues.visibility import may_see
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.kernel.statements import compiled

# How many motions of one member may wait for a decision at a time.
MAX_OPEN_MOTIONS = 5
_UNDECIDED = (MeetingState.SCHEDULED, MeetingState.HELD)
# Where an issue stands that a motion may be about: it was accepted and has not ended.
_ABOUT = (
    IssueState.ACCEPTED, IssueState.OPEN_FOR_CLAIM, IssueState.IN_PROGRESS, IssueState.SUSPENDED,
    IssueState.AWAITING_VERIFICATION,
)  # fmt: skip


@command(COMMITTEE, require_seat)
def propose_agenda_item(
    call: Call,
    committee: Committee,
    seat: Member,
    *,
    title: Title,
    duty: Duty,
    issue_id: int | None = None,
    needs_hearing: bool = False,
) -> CommandResult:
    """Add a matter to the agenda of the next meeting, as a member (委员提案, M2).

    issue_id: what it is about, if it is about an issue; the issue itself stays where it is.

    Raises:
        DomainError: NOT_FOUND, no such committee or issue, or no meeting is scheduled late enough for its papers;
            NOT_PERMITTED, the actor has no seat in the committee; LIMIT_REACHED, five motions of theirs wait for a
            decision; ALREADY_EXISTS, the issue is before a meeting already; ILLEGAL_TRANSITION, the issue was not
            accepted yet, or has ended; TERM_EXPIRED; INVALID_INPUT.
    """
    if _open_motions.scalar(seat.id) >= MAX_OPEN_MOTIONS:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"{MAX_OPEN_MOTIONS} motions of yours wait for a decision; propose more once a meeting has decided one.",
            chinese=f"您已有{MAX_OPEN_MOTIONS}项提案待会议决定，待其议决后再提。",
        )
    issue = None if issue_id is None else _issue(call, committee, issue_id)
    item = put_on_next_meeting(call, committee.id, title, duty, seat.id, issue, needs_hearing)
    return CommandResult({"agendaItem": item.id, "meeting": item.meeting_id})


def put_on_next_meeting(
    call: Call,
    committee_id: int,
    title: Title,
    duty: Duty,
    proposed_by: int,
    issue: Issue | None = None,
    needs_hearing: bool = False,
) -> AgendaItem:
    """Add a matter that a member proposes to the agenda of the next meeting that can still be told of it.

    proposed_by: the member. issue: what it is about; it was accepted and has not ended.

    Raises:
        DomainError: NOT_FOUND, no meeting is scheduled late enough for its papers; ALREADY_EXISTS, the issue is before
            a meeting already.
    """
    meeting = next_meeting(call, committee_id)
    if meeting is None:
        raise Guard.NO_MEETING.refusal()
    if issue is not None and _is_before_meeting(issue):
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            "The issue is before a meeting already; see its agenda items.",
            ("issueId",),
            chinese="该事项已列入会议议程，请查看其议题。",
        )
    return put_on_agenda(meeting, title, proposed_by, issue, needs_hearing, duty)


def _issue(call: Call, committee: Committee, issue_id: int) -> Issue:
    issue = Issue.find(id=issue_id, committee=committee.id)
    if issue is None or not may_see(call.actor, issue):
        raise not_found("issueId", "The committee has no such issue; check the id.", "本社工委没有该事项，请核对 ID。")
    if issue.state not in (*_ABOUT, IssueState.IN_DELIBERATION):
        raise illegal_transition(ISSUE_LIFECYCLE, issue.state, "issueId")
    return issue


def _is_before_meeting(issue: Issue) -> bool:
    item = newest_item(issue)
    is_undecided = item is not None and Meeting.get_by_id(item.meeting_id).state in _UNDECIDED
    return is_undecided or issue.state is IssueState.IN_DELIBERATION


@compiled
def _open_motions(member_id: Any) -> Any:
    """Count the items that a member proposed and no meeting has decided yet, but for issues in deliberation."""
    motions = AgendaItem.select(fn.COUNT(AgendaItem.id)).join(Meeting).switch(AgendaItem)
    waits = (AgendaItem.proposed_by == member_id) & Meeting.state.in_(_UNDECIDED)
    is_motion = Issue.id.is_null() | (Issue.state != IssueState.IN_DELIBERATION)
    return motions.left_outer_join(Issue).where(waits & is_motion)
