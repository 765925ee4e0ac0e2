"""Entering who already sits on a committee that the system has not kept until now (录入在任委员).

A committee that is forming takes such members with their terms and posts as they are. For a time after it begins its
work it still takes those whose term began before, so that a roster can be completed. From then on its members come by
candidacies alone, with their public notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, illegal_transition, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction, JournalEntry
from db.access.subjects import command
from db.committees.candidacies import Origin, require_no_other, require_origin, seat_kind
from db.committees.compliance import recompute_compliance
from db.committees.lifecycle import CANDIDACY_LIFECYCLE, COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import Candidacy
from db.committees.models.committee import (
    DEPUTIES,
    FIRST_DAY,
    Committee,
    CommitteeState,
    Member,
    MemberCategory,
    MemberPosition,
    MemberPost,
    SeatKind,
    posts_text,
)
from db.committees.seating import Appointment, require_director_posts, require_room, take_seat
from db.committees.standing import COMMITTEE
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Between, Days
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid
from db.kernel.statements import compiled_finding
from db.people.finding import living_person
from db.settings.models import SettingKey
from db.settings.values import setting

A, P = JournalAction, MemberPosition
MAX_POSTS, MAX_RENEWALS = len(MemberPost), 25


@dataclass(frozen=True, slots=True)
class Office(Inputs):
    """What somebody is in the committee, and since when. renewal_count: how often the term was renewed."""

    category: MemberCategory
    term_start: Annotated[date, Days(FIRST_DAY, 0)]
    position: MemberPosition = MemberPosition.MEMBER
    seat_kind: SeatKind | None = None
    posts: Sequence[MemberPost] = ()
    renewal_count: Annotated[int, Between(0, MAX_RENEWALS)] = 0


@command(COMMITTEE, Capacity.SUBDISTRICT_OFFICER)
def enter_member(
    call: Call, committee: Committee, role: Role, *, person_id: int, office: Office, origin: Origin
) -> CommandResult:
    """Enter somebody who sat on a committee before it began its work here, with the term and the posts as they are.

    Raises:
        DomainError: NOT_FOUND, no such committee, person or unit; NOT_PERMITTED; STALE_OBJECT; ILLEGAL_TRANSITION, the
            committee was at work before the term began, or for too long; INVALID_INPUT, the term
            is over (C6), or a seat by post is to rotate (C5);
            NOT_ELIGIBLE, too few residents recommended the person; ALREADY_EXISTS, the person has a seat there;
            COMPOSITION_RULE_BROKEN, a sixteenth member (C2), a second director or one without the posts (C3), a fifth
            deputy (C4).
    """
    _require_open(call, committee, office.term_start)
    person = living_person(person_id)
    require_no_other(call, committee, person)
    require_origin(call, committee, origin)
    kind = seat_kind(office.category, office.seat_kind, is_by_post=bool(office.posts))
    taken = Appointment(
        person, office.category, kind, origin.channel, tuple(office.posts), office.term_start,
        position=office.position, renewals=office.renewal_count,
    )  # fmt: skip
    _require_term(call, taken)
    _require_position(call, committee, taken)
    require_room(committee, field=("committeeId",))
    by = By.actor(call, role, committee.division_code)
    candidacy = begin(
        call, CANDIDACY_LIFECYCLE, Candidacy, by,
        committee=committee.id, division_code=committee.division_code, person=person.id,
        category=taken.category, seat_kind=taken.kind, channel=origin.channel, organization=origin.organization_id,
        recommender_count=origin.recommender_count, ex_officio_post=next(iter(taken.posts), None), created_at=call.at,
    )  # fmt: skip
    member = take_seat(call, committee, by, taken)
    event = move(
        call, CANDIDACY_LIFECYCLE, candidacy, A.ENTER, by, facts={"member": member}, member=member.id,
        decided_on=taken.term_start,
    )  # fmt: skip
    recompute_compliance(call, committee)
    return CommandResult({"member": member.id, "candidacy": candidacy.id, "event": event})


def _require_open(call: Call, committee: Committee, term_start: date) -> None:
    """Check that a committee is forming, or began its work after the term and not long ago."""
    if committee.state is CommitteeState.FORMING:
        return
    began, days = _began.first(committee.id), setting(SettingKey.COMMITTEE_GRACE_DAYS, committee.division_code)
    began_on = began and began.at.astimezone(SHANGHAI).date()
    if began_on and term_start <= began_on >= call.day - timedelta(days=days):
        return
    refusal = illegal_transition(COMMITTEE_LIFECYCLE, committee.state, "committeeId")
    raise DomainError(
        refusal.code,
        f"A committee takes members without a candidacy until {days} days after it began its work, and with a term "
        "that began before; nominate the person (nominateMember).",
        refusal.field,
        chinese=f"仅在社工委启用后 {days} 天内、且任期始于启用之前的委员可直接录入；请提名该人员（nominateMember）。",
    )


@compiled_finding(JournalEntry)
def _began(subject_id: Any) -> Any:
    own = (JournalEntry.subject_type == COMMITTEE_LIFECYCLE.noun) & (JournalEntry.subject_id == subject_id)
    return JournalEntry.select(JournalEntry.at).where(own, JournalEntry.action == A.ACTIVATE.value)


def _require_term(call: Call, taken: Appointment) -> None:
    """Check that the term runs, and was not renewed where it has no end."""
    end = taken.term_end
    if end is None and taken.renewals:
        raise invalid("renewalCount", "A standing seat has no term to renew; leave it out.", "常任委员无续任次数。")
    if end is not None and end < call.day:
        raise invalid(
            "termStart",
            f"C6: the term of the rotating seat ended on {end}; give the first day of the present term, or how often "
            "it was renewed.",
            f"C6：轮值委员任期已于 {end} 届满；请填写现任期的开始日期，或续任次数。",
        )


def _require_position(call: Call, committee: Committee, taken: Appointment) -> None:
    """Check that the committee has no director yet (C3), and fewer than four deputies (C4)."""
    if taken.position is P.MEMBER:
        return
    there = len(Member.find_all(committee=committee.id, is_active=True, position=taken.position))
    if taken.position is P.DIRECTOR:
        require_director_posts(call, committee, posts_text(taken.posts), ("posts",))
    if taken.position is P.DIRECTOR and there:
        raise _broken("C3: the committee has a director already.", "C3：该社工委已有主任。")
    if taken.position is P.DEPUTY_DIRECTOR and there >= DEPUTIES:
        raise _broken(
            f"C4: the committee has {DEPUTIES} deputy directors already.", f"C4：该社工委已有{DEPUTIES}名副主任。"
        )


def _broken(english: str, chinese: str) -> DomainError:
    message = f"{english} Correct the position of one of them."
    return DomainError(
        ErrorCode.COMPOSITION_RULE_BROKEN, message, ("position",), chinese=f"{chinese}请更正其中一人的职务。"
    )
