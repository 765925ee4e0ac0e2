"""A committee's agenda: which meeting is next, who may lead it, and what comes before it (rules M2, M3)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from db.database import locked
from db.errors import DomainError, ErrorCode
from db.issues.core import within
from db.issues.parties import in_office
from db.lifecycle import Capacity, IssueState
from db.models.account import Role
from db.models.committee import Member
from db.models.issue import Issue
from db.models.meeting import AgendaItem, Meeting, MeetingState, Resolution, ResolutionOutcome
from db.policy import not_permitted
from db.verbs import Call

# How long before it a meeting, and what is put on its agenda, must be announced; and an urgent one.
NOTICE, URGENT_NOTICE = timedelta(days=3), timedelta(hours=2)
_LEADS = (Role.DIRECTOR, Role.DEPUTY_DIRECTOR)


def find_meeting(call: Call, meeting_id: int, state: MeetingState, field: str = "meetingId") -> Meeting:
    """Find a meeting and lock it, so that what is done with it happens in turn.

    Raises:
        DomainError: NOT_FOUND; ILLEGAL_TRANSITION, it is in another state.
    """
    meeting = locked(Meeting.select().where(Meeting.id == meeting_id)).first()
    if meeting is None:
        raise not_found(field, "There is no such meeting.", "没有这次会议。")
    if meeting.state is not state:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            f"The meeting is {meeting.state}; this needs one that is {state}.",
            (field,),
            chinese=f"会议{meeting.state.chinese}，此操作要求{state.chinese}。",
        )
    return meeting


def next_meeting(call: Call, committee_id: int) -> Meeting | None:
    """Find the committee's first meeting that something can still be put before in time, and lock it."""
    waiting = Meeting.select().where(Meeting.committee == committee_id, Meeting.state == MeetingState.SCHEDULED)
    meetings = list(waiting.order_by(Meeting.scheduled_at, Meeting.id))
    found = next((meeting for meeting in meetings if is_in_time(call, meeting)), None)
    return find_meeting(call, found.id, MeetingState.SCHEDULED) if found else None


def is_in_time(call: Call, meeting: Meeting) -> bool:
    """Tell whether what is put on the agenda now reaches members with the notice that is due."""
    begins: Any = meeting.scheduled_at
    return begins >= call.at + (URGENT_NOTICE if meeting.is_urgent else NOTICE)


def put_on_agenda(meeting: Meeting, title: str, proposed_by: int | None, issue_id: int | None = None) -> AgendaItem:
    """Add a matter at the end of a meeting's agenda; the meeting is locked."""
    return AgendaItem.create(
        meeting=meeting.id, division_code=meeting.division_code, position=agenda_of(meeting).count() + 1,
        title=within("title", title, 1, 200), proposed_by=proposed_by, issue=issue_id,
    )  # fmt: skip


def agenda_of(meeting: Meeting) -> Any:
    """Select a meeting's agenda, in order."""
    return AgendaItem.select().where(AgendaItem.meeting == meeting.id).order_by(AgendaItem.position)


def active_members(committee_id: int) -> Any:
    """Select a committee's active members."""
    return Member.select().where(Member.committee == committee_id, Member.is_active)


def newest_item(issue: Issue) -> AgendaItem | None:
    """Find where an issue was last on an agenda."""
    return AgendaItem.select().where(AgendaItem.issue == issue.id).order_by(AgendaItem.id.desc()).first()


def lead(call: Call, committee_id: int) -> None:
    """Check that the actor is the committee's director or a deputy.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    if not any(held.role in _LEADS and held.committee_id == committee_id for held in call.actor.held):
        raise not_permitted(Capacity.DIRECTOR)


def proposer(call: Call, committee_id: int, member_id: int, path: Sequence[str]) -> Member:
    """Find the member who proposes a matter.

    Raises:
        DomainError: NOT_FOUND, no active member of the committee (M2); TERM_EXPIRED.
    """
    member = active_members(committee_id).where(Member.id == member_id).first()
    if member is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "Proposals come from active members of the committee (M2).",
            path,
            chinese="议题须由本社工委在任委员提出。",
        )
    in_office(call, member)
    return member


def take_over(meeting: Meeting) -> None:
    """Put on the agenda the issues before the committee that no meeting, held or to come, has settled."""
    waiting = Issue.select().where(Issue.committee == meeting.committee_id, Issue.state == IssueState.IN_DELIBERATION)
    for issue in waiting.order_by(Issue.id):
        item = newest_item(issue)
        if item is None or not _is_pending(item):
            put_on_agenda(meeting, issue.title, item.proposed_by_id if item else None, issue.id)


def _is_pending(item: AgendaItem) -> bool:
    """Tell whether an agenda item still leads somewhere: it will be decided, or was and carried."""
    if Meeting.get_by_id(item.meeting_id).state in (MeetingState.SCHEDULED, MeetingState.HELD):
        return True
    resolution = Resolution.get_or_none(Resolution.agenda_item == item.id)
    return resolution is not None and resolution.outcome is ResolutionOutcome.CARRIED


def not_found(field: str, message: str, chinese: str) -> DomainError:
    """Make the refusal of a name that nothing has. field: as the API names it."""
    return DomainError(ErrorCode.NOT_FOUND, message, (field,), chinese=chinese)
