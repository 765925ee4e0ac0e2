"""Sessions of the forum are announced, held, made public once every statement is settled, or called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import RULE, By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.steps import offices_over, require
from db.access.subjects import command
from db.bookings.commands import cancel_for_holder
from db.committees.founding import end_with_committee
from db.committees.models.committee import Committee, Member
from db.deliberation.agenda import COMMITTEE
from db.deliberation.standing import to_committee
from db.forum.compliance import SESSIONS_HELD
from db.forum.lifecycle import CONVENERS, FORUM_LIFECYCLE
from db.forum.models import PARTICIPANTS, ForumInvitation, ForumSession, ForumState
from db.forum.rooms import book_room
from db.forum.standing import FORUM
from db.issues.parties import in_office, seat_of
from db.kernel.bounds import Ahead, Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found, under
from db.organizations.models.organization import Organization, OrganizationState
from db.people.models.person import Person

A = JournalAction
# How long before a session it is announced at least, and at most in days.
NOTICE, DAYS_AHEAD = timedelta(days=1), 366


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is invited: an organization, a person, or whoever the label names."""

    label: Annotated[str, Length(1, 60, has_lines=False)]
    organization_id: int | None = None
    person_id: int | None = None

    def require(self) -> None:
        """Check that who is named is there.

        Raises:
            DomainError: INVALID_INPUT, an organization and a person are named; NOT_FOUND.
        """
        if self.organization_id is not None and self.person_id is not None:
            raise invalid("personId", "Name an organization or a person, not both.", "单位与人员只能填写一项。")
        unit = Organization.find(id=self.organization_id) if self.organization_id is not None else None
        if self.organization_id is not None and (unit is None or unit.state is not OrganizationState.ACTIVE):
            message = "There is no such organization in existence; check the id."
            raise not_found("organizationId", message, "没有此单位，或已注销，请核对 ID。")
        person = Person.find(id=self.person_id) if self.person_id is not None else None
        if self.person_id is not None and (person is None or person.is_erased):
            raise not_found("personId", "There is no such person; check the id.", "没有此人员，请核对 ID。")


@dataclass(frozen=True, slots=True)
class Where(Inputs):
    """Where a session is held: in a room that is booked for it, or at a place in words."""

    room_id: int | None = None
    place: Annotated[str, Length(1, 100, has_lines=False)] | None = None


def _require_convener(call: Call, committee: Committee) -> Role:
    found = {**offices_over(call, committee.division_code), **to_committee(call, committee.id)}
    return require(found, CONVENERS)


@command(COMMITTEE, _require_convener)
def schedule_forum(
    call: Call,
    committee: Committee,
    role: Role,
    *,
    title: Annotated[str, Length(2, 60, has_lines=False)],
    scheduled_at: Annotated[datetime, Ahead(DAYS_AHEAD)],
    where: Where,
    host_id: int | None = None,
    invited: Annotated[Sequence[Guest], Items(0, 20)] = (),
) -> CommandResult:
    """Announce a session of the forum at least a day ahead, and take the room where one is named (预告居民说事).

    Raises:
        DomainError: NOT_FOUND, no such committee, room, host or guest; NOT_PERMITTED; INVALID_INPUT, also where neither
            a room nor a place is named; LIMIT_REACHED, too little notice; TERM_EXPIRED, of the host; what `book_room`
            refuses.
    """
    if scheduled_at < call.at + NOTICE:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            "A session is announced at least one day ahead; choose a later time.",
            ("scheduledAt",),
            chinese="居民说事须至少提前一天预告，请另选时间。",
        )
    if where.room_id is None and where.place is None:
        raise invalid("place", "Name a room (roomId), or say where it is (place).", "请指明场地（roomId）或填写地点。")
    host = _host(call, committee, host_id)
    _require_guests(invited)
    code = committee.division_code
    by = By.actor(call, role, code)
    booking = book_room(call, by, committee, where.room_id, scheduled_at) if where.room_id is not None else None
    session = begin(
        call, FORUM_LIFECYCLE, ForumSession, by, committee=committee.id, division=committee.division_id,
        division_code=code, title=title, booking=booking and booking.id, place=where.place, scheduled_at=scheduled_at,
        host=host.id, created_at=call.at,
    )  # fmt: skip
    for guest in invited:
        ForumInvitation.create(
            session=session.id, division_code=code, organization=guest.organization_id, person=guest.person_id,
            label=guest.label,
        )  # fmt: skip
    return _done(session, entry_of(FORUM_LIFECYCLE, session))


def _require_guests(invited: Sequence[Guest]) -> None:
    for at, guest in enumerate(invited):
        with under("invited", str(at)):
            guest.require()


def _host(call: Call, committee: Committee, host_id: int | None) -> Member:
    """Return the member who is to host a session; the actor's own seat where none is named."""
    if host_id is None:
        seat = seat_of(call, committee.id)
        if seat is None:
            raise invalid("hostId", "Name the member who hosts the session.", "请指明主持的委员。")
        return seat
    host = Member.find(id=host_id, committee=committee.id, is_active=True)
    if host is None:
        message = "The committee has no such active member; check the id."
        raise not_found("hostId", message, "本社工委没有此在任委员，请核对 ID。")
    in_office(call, host, "hostId")
    return host


@command(FORUM, "holdForum")
def hold_forum(
    call: Call, session: ForumSession, role: Role, *, participant_count: Annotated[int, PARTICIPANTS]
) -> CommandResult:
    """Open a session, and say how many people came (召开居民说事).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, STALE_OBJECT, INVALID_INPUT; ILLEGAL_TRANSITION, also before its time.
    """
    by = By.actor(call, role, session.division_code)
    event = move(call, FORUM_LIFECYCLE, session, A.HOLD, by, held_at=call.at, participant_count=participant_count)
    SESSIONS_HELD.recompute(call, session.division_code)
    return _done(session, event)


@command(FORUM, "closeForum")
def close_forum(
    call: Call, session: ForumSession, role: Role, *, summary: Annotated[str, Length(1, 5000)]
) -> CommandResult:
    """Close a session with a summary, which makes it public with its statements (公布居民说事).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_ALL_SETTLED, with
            the statements that have no outcome.
    """
    by = By.actor(call, role, session.division_code)
    event = move(call, FORUM_LIFECYCLE, session, A.COMPLETE, by, summary=summary, published_at=call.at)
    return _done(session, event)


@command(FORUM, "cancelForum")
def cancel_forum(call: Call, session: ForumSession, role: Role, *, reason: Prose) -> CommandResult:
    """Call a session off before it is opened; its room is free for others again (取消居民说事).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    return _done(session, _call_off(call, session, By.actor(call, role, session.division_code), reason))


def _call_off(call: Call, session: ForumSession, by: By, reason: str) -> int:
    if session.booking_id is not None:
        cancel_for_holder(call, session.booking_id, by, reason)
    return move(call, FORUM_LIFECYCLE, session, A.CANCEL, by, note=reason)


def _call_off_all(call: Call, committee: Committee) -> None:
    for session in ForumSession.lock_all(committee=committee.id, state=ForumState.ANNOUNCED):
        _call_off(call, session, RULE, "社工委已撤销")


end_with_committee(_call_off_all)


def _done(session: ForumSession, event: int) -> CommandResult:
    return CommandResult({"forumSession": session.id, "event": event})
