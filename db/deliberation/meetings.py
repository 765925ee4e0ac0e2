"""Meetings of a committee: called in time, held with a quorum, voted in, or called off (rules M1-M3, M5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted
from db.access.subjects import command
from db.committees.models.committee import Committee, Member
from db.deliberation.agenda import (
    AGENDA_ITEM,
    COMMITTEE,
    Title,
    active_members,
    by,
    lead,
    leads,
    next_meeting,
    proposer,
    put_on_agenda,
    require_heard,
    take_over,
)
from db.deliberation.demands import may_call, meet, reopen
from db.deliberation.lifecycle import MEETING_LIFECYCLE
from db.deliberation.models.meeting import (
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Meeting,
    MeetingState,
    Vote,
    VoteChoice,
)
from db.deliberation.standing import CHAIRS, MEETING
from db.issues.guards import NOTICE, URGENT_NOTICE
from db.issues.lifecycle import Capacity
from db.issues.models.duty import Duty
from db.issues.parties import in_office, seat_of
from db.kernel.bounds import Days, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled


@dataclass(frozen=True, slots=True)
class Proposal:
    """A member's proposal for the agenda."""

    title: Title
    proposed_by_id: int
    needs_hearing: bool = False
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """The attendance of one member."""

    member_id: int
    status: AttendanceStatus


def _require_convener(call: Call, committee: Committee) -> By:
    if not leads(call, committee.id) and not may_call(call, committee.id):
        raise not_permitted(Capacity.DIRECTOR)
    return by(call, committee.id)


@command(COMMITTEE, _require_convener)
def schedule_meeting(
    call: Call,
    committee: Committee,
    convener: By,
    *,
    scheduled_at: datetime,
    place: Annotated[str, Length(1, 100)],
    is_urgent: bool = False,
    agenda: Sequence[Proposal] = (),
) -> CommandResult:
    """Call a meeting of a committee (通知会议, M3); issues that earlier meetings did not settle are on its agenda.

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, director and deputies call meetings, and members of whom half demand one;
            LIMIT_REACHED, too little notice.
    """
    notice = URGENT_NOTICE if is_urgent else NOTICE
    if scheduled_at < call.at + notice:
        raise _short_notice(is_urgent)
    meeting = begin(
        call, MEETING_LIFECYCLE, Meeting, convener,
        committee=committee.id, division_code=committee.division_code,
        scheduled_at=scheduled_at, announced_at=call.at, is_urgent=is_urgent, place=place,
    )  # fmt: skip
    for at, item in enumerate(agenda):
        member = proposer(call, committee.id, item.proposed_by_id, ("agenda", str(at), "proposedById"))
        put_on_agenda(meeting, item.title, member.id, needs_hearing=item.needs_hearing, duty=item.duty)
    take_over(meeting)
    meet(meeting)
    return CommandResult({"meeting": meeting.id, "event": entry_of(MEETING_LIFECYCLE, meeting)})


@command(MEETING, "holdMeeting")
def hold_meeting(
    call: Call, meeting: Meeting, role: Role, *, attendance: Sequence[Presence], chair_id: int | None = None
) -> CommandResult:
    """Open a meeting: who came, and who is in the chair (召开会议, M3).

    attendance: active members who are left out are absent.
    chair_id: a member; the actor's own seat where it is left out.

    Raises:
        DomainError: QUORUM_NOT_MET, not more than half of the active members are present, or neither director nor
            deputy is in the chair; ILLEGAL_TRANSITION, it is not to be held, or not yet; INVALID_INPUT.
    """
    members = {member.id: member for member in active_members(meeting.committee_id)}
    statuses = _statuses(members, attendance)
    present = {member_id for member_id, status in statuses.items() if status is AttendanceStatus.PRESENT}
    seat = seat_of(call, meeting.committee_id) if chair_id is None else None
    chair = members.get(seat.id if seat else chair_id or 0)
    _has_quorum(len(present), len(members), chair is not None and chair.id in present and chair.position in CHAIRS)
    assert chair is not None
    for member_id, status in statuses.items():
        Attendance.create(meeting=meeting.id, member=member_id, division_code=meeting.division_code, status=status)
    recorder = By.actor(call, role)
    event = move(call, MEETING_LIFECYCLE, meeting, JournalAction.HOLD, recorder, held_at=call.at, chair=chair.id)
    return CommandResult({"meeting": meeting.id, "event": event})


@command(AGENDA_ITEM, (MeetingState.HELD,))
def cast_vote(
    call: Call,
    item: AgendaItem,
    meeting: Meeting,
    *,
    choice: VoteChoice,
    interest: Annotated[str, Length(1, 200)] | None = None,
    member_id: int | None = None,
) -> CommandResult:
    """Vote on an agenda item of a meeting that is being held (表决, M3); who declares an interest does not vote.

    member_id: whose vote director or deputy note, when that member has no account; otherwise it is the actor's own.

    Raises:
        DomainError: NOT_PERMITTED, the member is not present, or votes for themselves; LIMIT_REACHED, they have voted;
            ILLEGAL_TRANSITION, the meeting is not being held; HEARING_REQUIRED, its hearing was not held yet (M5);
            TERM_EXPIRED; INVALID_INPUT.
    """
    require_heard(item, "agendaItemId")
    voter = _voter(call, meeting, member_id)
    here = Attendance.find(meeting=meeting.id, member=voter.id)
    if here is None or here.status is not AttendanceStatus.PRESENT:
        raise DomainError(
            ErrorCode.NOT_PERMITTED, "Only members who are present can vote.", chinese="只有出席会议的委员可以表决。"
        )
    if choice is VoteChoice.RECUSED and not interest:
        raise invalid(
            "interest", "State the conflict of interest for which the member does not vote.", "回避须说明利害关系。"
        )
    if Vote.find(agenda_item=item.id, member=voter.id):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"{voter.name} has already voted on this item; a vote cannot be changed.",
            chinese=f"{voter.name}已就此议题表决，表决后不得更改。",
        )
    vote = Vote.create(
        agenda_item=item.id, member=voter.id, division_code=item.division_code,
        choice=VoteChoice.RECUSED if interest is not None else choice,
        interest=interest,
    )  # fmt: skip
    return CommandResult({"meeting": meeting.id, "vote": vote.id})


@command(AGENDA_ITEM, (MeetingState.SCHEDULED, MeetingState.HELD))
def record_hearing(
    call: Call,
    item: AgendaItem,
    meeting: Meeting,
    *,
    record: Annotated[str, Length(1, 5000)],
    held_on: Annotated[date, Days(last=0)] | None = None,
) -> CommandResult:
    """Record that the hearing which an agenda item needs was held, and what it said (听证, M5).

    held_on: today where it is left out.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED; ILLEGAL_TRANSITION, the meeting is over; LIMIT_REACHED, no hearing is
            needed or it was recorded; INVALID_INPUT, the day is in the future.
    """
    lead(call, meeting.committee_id)
    if not _hear.change(item.id, held_on or call.day, record):
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "The item needs no hearing, or its hearing is already recorded.",
            ("agendaItemId",),
            chinese="该议题无须听证，或听证已有记录。",
        )
    return CommandResult({"meeting": meeting.id, "agendaItem": item.id})


@compiled
def _hear(item_id: Any, held_on: Any, record: Any) -> Any:
    unheard = (AgendaItem.id == item_id) & AgendaItem.needs_hearing & AgendaItem.hearing_held_on.is_null()
    day = held_on.through(AgendaItem.hearing_held_on.db_value)
    return AgendaItem.update(hearing_held_on=day, hearing_record=record).where(unheard)


@command(MEETING, "cancelMeeting")
def cancel_meeting(call: Call, meeting: Meeting, role: Role) -> CommandResult:
    """Call a meeting off, or give up one that found no quorum; its issues go to the next one (取消会议).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED; ILLEGAL_TRANSITION, it was held.
    """
    event = move(call, MEETING_LIFECYCLE, meeting, JournalAction.CANCEL, By.actor(call, role))
    reopen(meeting)
    upcoming = next_meeting(call, meeting.committee_id)
    if upcoming is not None:
        take_over(upcoming)
    return CommandResult({"meeting": meeting.id, "event": event})


# --- What the commands check ------------------------------------------------------------------------------------------


def _statuses(members: Mapping[int, Member], attendance: Sequence[Presence]) -> dict[int, AttendanceStatus]:
    statuses = dict.fromkeys(members, AttendanceStatus.ABSENT)
    for at, entry in enumerate(attendance):
        if entry.member_id not in members:
            raise DomainError(
                ErrorCode.NOT_FOUND,
                "The committee has no such active member.",
                ("attendance", str(at), "memberId"),
                chinese="本社工委没有该在任委员。",
            )
        statuses[entry.member_id] = entry.status
    return statuses


def _has_quorum(present: int, active: int, is_chaired: bool) -> None:
    if present * 2 <= active:
        raise DomainError(
            ErrorCode.QUORUM_NOT_MET,
            f"{present} of {active} members are present; more than half are needed. Schedule another meeting.",
            ("attendance",),
            chinese=f"应到委员{active}人，实到{present}人，未超过半数，请另行召集会议。",
        )
    if not is_chaired:
        raise DomainError(
            ErrorCode.QUORUM_NOT_MET,
            "The director or a deputy who is present must chair the meeting.",
            ("chairId",),
            chinese="会议须由出席的主任或副主任主持。",
        )


def _voter(call: Call, meeting: Meeting, member_id: int | None) -> Member:
    own = seat_of(call, meeting.committee_id)
    if member_id is None or (own is not None and own.id == member_id):
        if own is None:
            raise not_permitted(Capacity.MEMBER)
        return own
    lead(call, meeting.committee_id)
    voter = Member.find(id=member_id, committee=meeting.committee_id, is_active=True)
    if voter is None:
        raise not_found("memberId", "The committee has no such active member.", "本社工委没有该在任委员。")
    if voter.account_id is not None:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            f"{voter.name} has an account and must vote in person.",
            ("memberId",),
            chinese=f"委员{voter.name}有本人账号，须由本人表决。",
        )
    in_office(call, voter, "memberId")
    return voter


def _short_notice(is_urgent: bool) -> DomainError:
    english = "A meeting must be announced at least 3 days ahead; mark it urgent to announce it 2 hours ahead."
    chinese = "会议须至少提前3天通知；确需紧急召开的请标明紧急（提前2小时）。"
    if is_urgent:
        english, chinese = (
            "An urgent meeting must be announced at least 2 hours ahead.",
            "紧急会议须至少提前2小时通知。",
        )
    return DomainError(ErrorCode.LIMIT_REACHED, english, ("scheduledAt",), chinese=chinese)
