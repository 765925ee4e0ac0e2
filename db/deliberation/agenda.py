"""A committee's agenda: which meeting is next, who may lead it, and what comes before it (rules M2, M3, M5)."""

from collections.abc import Sequence
from typing import Annotated, Any

from db.access.commands import Call
from db.access.journal import By, illegal_transition
from db.access.models.account import Role
from db.access.steps import not_permitted
from db.access.subjects import Subject
from db.committees.models.committee import Committee, CommitteeState, Member
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.deliberation.models.meeting import AgendaItem, Meeting, MeetingState, Resolution, ResolutionOutcome
from db.issues.guards import NOTICE, URGENT_NOTICE
from db.issues.lifecycle import Capacity, IssueState
from db.issues.models.duty import Duty
from db.issues.models.issue import Issue
from db.issues.parties import in_office, seat_of
from db.kernel.bounds import Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.kernel.statements import compiled

# The title of an agenda item.
Title = Annotated[str, Length(1, 200)]


# A committee at work. Its commands name a function that returns what the actor is towards it, or refuses.
COMMITTEE = Subject(
    model=Committee,
    keys={"committee_id": "id", "division_code": "division_code"},
    missing=(
        "There is no such active committee; check the id or code.",
        "没有该社工委，或其已撤销；请核对 ID 或代码。",
    ),
    stand=lambda call, committee, require: require(call, committee),
    only=Committee.state != CommitteeState.DISSOLVED,
)
# An item on the agenda of a meeting, which is locked and has to be in one of some states.
AGENDA_ITEM = Subject(
    model=AgendaItem,
    keys={"agenda_item_id": "id"},
    missing=("There is no such agenda item; check the id.", "没有这个议题。"),
    stand=lambda call, item, states: find_meeting(call, item.meeting_id, *states, field="agendaItemId"),
    is_locked=False,
)


def find_meeting(call: Call, meeting_id: int, *states: MeetingState, field: str = "meetingId") -> Meeting:
    """Find a meeting and lock it, so that what is done with it happens in turn.

    Raises:
        DomainError: NOT_FOUND; ILLEGAL_TRANSITION, it is in another state.
    """
    meeting = Meeting.lock(id=meeting_id)
    if meeting is None:
        raise not_found(field, "There is no such meeting; check the id.", "没有这次会议。")
    if meeting.state not in states:
        raise illegal_transition(MEETING_LIFECYCLE, meeting.state, field)
    return meeting


def next_meeting(call: Call, committee_id: int) -> Meeting | None:
    """Find the committee's first meeting that something can still be put before in time, and lock it."""
    waiting = Meeting.find_all(committee=committee_id, state=MeetingState.SCHEDULED)
    in_time = (meeting for meeting in waiting if is_in_time(call, meeting))
    found = min(in_time, key=lambda meeting: (meeting.scheduled_at, meeting.id), default=None)
    return find_meeting(call, found.id, MeetingState.SCHEDULED) if found else None


def is_in_time(call: Call, meeting: Meeting) -> bool:
    """Return whether what is put on the agenda now reaches members with the notice that is due."""
    begins = meeting.scheduled_at
    return begins >= call.at + (URGENT_NOTICE if meeting.is_urgent else NOTICE)


def put_on_agenda(
    meeting: Meeting,
    title: Title,
    proposed_by: int | None,
    issue: Issue | None = None,
    needs_hearing: bool = False,
    duty: Duty | None = None,
) -> AgendaItem:
    """Add a matter at the end of a meeting's agenda; the meeting is locked.

    needs_hearing: or it did when the issue was on an agenda before, whose hearing then counts. duty: the issue's where
    it is left out.
    """
    before = newest_item(issue) if issue else None
    heard = {"hearing_held_on": before.hearing_held_on, "hearing_record": before.hearing_record} if before else {}
    return AgendaItem.create(
        meeting=meeting.id, division_code=meeting.division_code, position=len(agenda_of(meeting)) + 1,
        title=title, proposed_by=proposed_by, issue=issue,
        needs_hearing=needs_hearing or bool(before and before.needs_hearing),
        duty=duty or (issue and issue.duty), **heard,
    )  # fmt: skip


def agenda_of(meeting: Meeting) -> list[AgendaItem]:
    """List a meeting's agenda, in order."""
    return sorted(AgendaItem.find_all(meeting=meeting.id), key=lambda item: item.position)


def active_members(committee_id: int) -> list[Member]:
    """List a committee's active members."""
    return Member.find_all(committee=committee_id, is_active=True)


def newest_item(issue: Issue) -> AgendaItem | None:
    """Find where an issue was last on an agenda."""
    return _newest_item.first(issue.id)


@compiled
def _newest_item(issue_id: Any) -> Any:
    return AgendaItem.select().where(AgendaItem.issue == issue_id).order_by(AgendaItem.id.desc()).limit(1)


def require_seat(call: Call, committee: Committee) -> Member:
    """Find the actor's own seat in a committee.

    Raises:
        DomainError: NOT_PERMITTED, they have none; TERM_EXPIRED.
    """
    seat = seat_of(call, committee.id)
    if seat is None:
        raise not_permitted(Capacity.MEMBER)
    return seat


def lead(call: Call, committee_id: int) -> None:
    """Check that the actor is the committee's director or a deputy.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    if not leads(call, committee_id):
        raise not_permitted(Capacity.DIRECTOR)


def leads(call: Call, committee_id: int) -> bool:
    """Return whether the actor is the committee's director or a deputy."""
    return any(held.role.powers.leads and held.committee_id == committee_id for held in call.actor.held)


def by(call: Call, committee_id: int) -> By:
    """Return as whom the journal records the actor: in the role of their seat in a committee."""
    roles = (held.role for held in call.actor.held if held.committee_id == committee_id and held.role.powers.leads)
    return By.actor(call, next(roles, Role.MEMBER))


def require_heard(item: AgendaItem, *path: str) -> None:
    """Check that a wide or disputed matter is not decided before its hearing (M5). path: of the input.

    Raises:
        DomainError: HEARING_REQUIRED.
    """
    if item.needs_hearing and item.hearing_held_on is None:
        raise DomainError(
            ErrorCode.HEARING_REQUIRED,
            (
                "The item needs a hearing first; hold and record it (recordHearing), or leave the item to a later "
                "meeting."
            ),
            path,
            chinese="该议题须先行听证；请组织听证并记录（recordHearing），或留待下次会议。",
        )


def proposer(call: Call, committee_id: int, member_id: int, path: Sequence[str]) -> Member:
    """Find the member who proposes a matter.

    Raises:
        DomainError: NOT_FOUND, no active member of the committee (M2); TERM_EXPIRED.
    """
    member = Member.find(id=member_id, committee=committee_id, is_active=True)
    if member is None:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            "Only active members of the committee can propose an item (M2).",
            path,
            chinese="议题须由本社工委在任委员提出。",
        )
    in_office(call, member)
    return member


def take_over(meeting: Meeting) -> None:
    """Add to the agenda the issues in deliberation that no meeting, held or to come, has settled."""
    for issue in Issue.find_all(committee=meeting.committee_id, state=IssueState.IN_DELIBERATION):
        item = newest_item(issue)
        if item is None or not _is_pending(item):
            put_on_agenda(meeting, issue.title, item.proposed_by_id if item else None, issue)


def _is_pending(item: AgendaItem) -> bool:
    """Return whether an agenda item still leads somewhere: it will be decided, or was and carried."""
    if Meeting.get_by_id(item.meeting_id).state in (MeetingState.SCHEDULED, MeetingState.HELD):
        return True
    resolution = Resolution.find(agenda_item=item.id)
    return resolution is not None and resolution.outcome is ResolutionOutcome.CARRIED
