"""Demands for a meeting: half of a committee's members may have one (rule M3), and then any of them may call it."""

from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.subjects import command
from db.committees.models.committee import Committee, Member
from db.deliberation.agenda import COMMITTEE, active_members, require_seat
from db.deliberation.models.meeting import Meeting, MeetingDemand
from db.issues.parties import seat_of
from db.kernel.bounds import Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled


@command(COMMITTEE, require_seat)
def demand_meeting(
    call: Call, committee: Committee, seat: Member, *, reason: Annotated[str, Length(1, 500)]
) -> CommandResult:
    """Demand a meeting as a member; once half of the members do, the director is notified (提议开会, M3).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, the actor has no seat in the committee; LIMIT_REACHED, they have demanded
            one that was not called yet; TERM_EXPIRED; INVALID_INPUT.
    """
    if _demands(committee.id, seat):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "You have already demanded a meeting, and none was called yet; ask other members to join.",
            chinese="您已提议召开会议，会议尚未召集；请联络其他委员共同提议。",
        )
    demand = MeetingDemand.create(
        committee=committee.id, division_code=committee.division_code, member=seat.id, reason=reason,
        demanded_at=call.at,
    )  # fmt: skip
    if is_due(committee.id):
        _tell_director(call, committee)
    return CommandResult({"demand": demand.id})


@compiled
def open_demands(committee_id: Any) -> Any:
    """Find the demands of a committee's active members that no meeting was called for yet, oldest first."""
    active = Member.select(Member.id).where(Member.committee == committee_id, Member.is_active)
    demands = MeetingDemand.select().where(MeetingDemand.meeting.is_null(), MeetingDemand.member.in_(active))
    return demands.order_by(MeetingDemand.id)


def _demands(committee_id: int, seat: Member) -> bool:
    """Return whether a member demands a meeting that was not called yet."""
    return any(demand.member_id == seat.id for demand in open_demands.all(committee_id))


def is_due(committee_id: int) -> bool:
    """Return whether half of the active members demand a meeting."""
    count = len(open_demands.all(committee_id))
    return count > 0 and count * 2 >= len(active_members(committee_id))


def may_call(call: Call, committee_id: int) -> bool:
    """Return whether the actor is one of half the members who demand a meeting, and may call it themselves."""
    seat = seat_of(call, committee_id)
    return seat is not None and is_due(committee_id) and _demands(committee_id, seat)


def meet(meeting: Meeting) -> None:
    """Record that a scheduled meeting meets all open demands."""
    _meet.change(meeting.id, meeting.committee_id)


@compiled
def _meet(meeting_id: Any, committee_id: Any) -> Any:
    waiting = (MeetingDemand.committee == committee_id) & MeetingDemand.meeting.is_null()
    return MeetingDemand.update(meeting=meeting_id).where(waiting)


def reopen(meeting: Meeting) -> None:
    """Reopen the demands that a meeting was called for when it is called off, but for those made anew."""
    _reopen.change(meeting.id, meeting.committee_id)


@compiled
def _reopen(meeting_id: Any, committee_id: Any) -> Any:
    anew = MeetingDemand.alias()
    again = anew.select(anew.member).where(anew.committee == committee_id, anew.meeting.is_null())
    return MeetingDemand.update(meeting=None).where(
        MeetingDemand.meeting == meeting_id, MeetingDemand.member.not_in(again)
    )


def _tell_director(call: Call, committee: Committee) -> None:
    demands = open_demands.all(committee.id)
    text = f"已有{len(demands)}名委员提议召开会议，达到半数，请召集会议。"
    notify(
        call, NoticeKind.MEETING_DEMANDED, f"{committee.id}:{demands[0].id}",
        Recipient(Role.DIRECTOR, committee.division_code), text, division_code=committee.division_code,
    )  # fmt: skip
