"""How seats are taken and left, with the role that follows from a seat and the entry in the committee's journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from db.access.commands import Call
from db.access.journal import By, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.role_changes import end_roles, grant_from_now
from db.committees.lifecycle import COMMITTEE_LIFECYCLE
from db.committees.models.candidacy import Candidacy, CandidacyState
from db.committees.models.committee import (
    DIRECTOR_POSTS,
    MAX_MEMBERS,
    Committee,
    EndReason,
    Member,
    MemberCategory,
    MemberPosition,
    MemberPost,
    NominationChannel,
    Seat,
    SeatKind,
    posts_text,
)
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.places.models.division import Division

A = JournalAction
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who takes a seat, and how. replaces: the member whose seat it was. renewals: how often the term was renewed."""

    person: Person
    category: MemberCategory
    kind: SeatKind
    channel: NominationChannel
    posts: tuple[MemberPost, ...]
    term_start: date
    replaces: Member | None = None
    position: MemberPosition = MemberPosition.MEMBER
    renewals: int = 0

    @property
    def term_end(self) -> date | None:
        """The last day of the term: a year for a rotating seat, and another one for each renewal."""
        return None if self.kind is SeatKind.STANDING else next_year(self.term_start, 1 + self.renewals)


def next_year(day: date, years: int = 1) -> date:
    """Return the last day of a year, or several, that begin on a day: of 29 February it is 28 February."""
    try:
        return day.replace(year=day.year + years) - _DAY
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def seat_of(member: Member) -> Seat:
    """Read the seat that a member holds, or held."""
    return Seat.get_by_id(member.seat_id)


def free_seat(committee_id: int, kind: SeatKind, on: date) -> Seat | None:
    """Find a seat that nobody holds on a day or later: one of the kind first, and the lowest number."""
    free = _free_seats.all(committee_id, on.isoformat())
    return min(free, key=lambda seat: (seat.kind is not kind, seat.number), default=None)


@compiled
def _free_seats(committee_id: Any, on: Any) -> Any:
    holder = Member.alias("holder")
    is_held = holder.is_active | (holder.ended_on >= on)
    held = holder.select(holder.seat).where(holder.committee == committee_id, is_held)
    return Seat.select().where(Seat.committee == committee_id, Seat.id.not_in(held))


def require_room(committee: Committee, replaces_id: int | None = None, field: tuple[str, ...] = ()) -> None:
    """Check that one more member keeps within fifteen, public notices counted. replaces_id: whose seat it is.

    Of several notices for the seat of one member, one is for that seat and the others are for another.

    Raises:
        DomainError: COMPOSITION_RULE_BROKEN.
    """
    held = {member.id for member in Member.find_all(committee=committee.id, is_active=True)}
    noticed = Candidacy.find_all(committee=committee.id, state=CandidacyState.PUBLIC_NOTICE)
    passed_on = held.intersection(one.replaces_id for one in noticed)
    promised = len(noticed) - len(passed_on)
    if len(held) + promised >= MAX_MEMBERS and replaces_id not in held - passed_on:
        raise DomainError(
            ErrorCode.COMPOSITION_RULE_BROKEN,
            f"C2: {len(held)} members and {promised} public notices take all fifteen seats; end or replace one first.",
            field,
            chinese=f"C2：在任 {len(held)} 人、公示 {promised} 人，已满十五席，请先办理离任或接替。",
        )


def require_director_posts(call: Call, committee: Committee, posts: str, field: tuple[str, ...]) -> None:
    """Check that whoever is to be director holds both posts, or the one that is not waived. posts: as it is stored.

    Raises:
        DomainError: COMPOSITION_RULE_BROKEN.
    """
    is_waived = committee.lead_waiver_until is not None and committee.lead_waiver_until >= call.day
    waived = committee.lead_waiver_post if is_waived else None
    if not {post.value for post in DIRECTOR_POSTS if post is not waived} <= set(posts.split()):
        raise DomainError(
            ErrorCode.COMPOSITION_RULE_BROKEN,
            "C3: the director is both PARTY_SECRETARY and RESIDENTS_DIRECTOR; set the posts (setMemberPosts), or ask "
            "the subdistrict for a waiver (grantLeadWaiver).",
            field,
            chinese="C3：主任须同时担任党组织书记和居委会主任；请先设定任职（setMemberPosts），或报街道豁免（grantLeadWaiver）。",
        )


def take_seat(call: Call, committee: Committee, by: By, taken: Appointment) -> Member:
    """Seat somebody, grant their account the role of a member, and journal it. committee: locked.

    Raises:
        DomainError: COMPOSITION_RULE_BROKEN, no seat is free on the day.
    """
    before = taken.replaces
    seat = seat_of(before) if before else free_seat(committee.id, taken.kind, taken.term_start)
    if seat is None:
        raise no_free_seat()
    if seat.kind is not taken.kind:
        seat.change(kind=taken.kind)
    person, end = taken.person, taken.term_end
    member = Member.create(
        committee=committee.id, seat=seat, account=person.account_id, division_code=committee.division_code,
        name=person.name, phone=person.phone, category=taken.category, position=taken.position,
        nomination_channel=taken.channel, term_start=taken.term_start, term_end=end, renewal_count=taken.renewals,
        is_active=True, person=person, posts=posts_text(taken.posts), replaces=before and before.id,
    )  # fmt: skip
    give_role(call, committee, member)
    facts = {"member": member, "seat": seat.number, "termStart": member.term_start}
    facts |= {"termEnd": end} if end else {}
    facts |= {"position": taken.position} if taken.position is not MemberPosition.MEMBER else {}
    move(call, COMMITTEE_LIFECYCLE, committee, A.SEAT, by, facts=facts)
    return member


def leave_seat(call: Call, committee: Committee, by: By, member: Member, reason: EndReason, last_day: date) -> None:
    """End a member's time in office, with the role, and journal it; the history of the seat stays."""
    last_day = max(last_day, member.term_start - _DAY)
    member.change(is_active=False, ended_on=last_day, end_reason=reason)
    take_role(call, committee, member)
    facts = {"member": member, "seat": seat_of(member).number, "lastDay": last_day, "reason": reason}
    if committee.state in COMMITTEE_LIFECYCLE.transitions[A.UNSEAT].sources:
        move(call, COMMITTEE_LIFECYCLE, committee, A.UNSEAT, by, facts=facts)


def settle_positions(call: Call, committee: Committee, by: By, director: Member, deputies: Sequence[Member]) -> None:
    """Settle who is director and who is a deputy, all others being members, and journal it."""
    named = {director.id: MemberPosition.DIRECTOR} | {one.id: MemberPosition.DEPUTY_DIRECTOR for one in deputies}
    seated = Member.find_all(committee=committee.id, is_active=True)
    changed = [one for one in seated if one.position is not named.get(one.id, MemberPosition.MEMBER)]
    # Who gives a position up does so first: there is one director at any moment.
    for member in changed:
        take_role(call, committee, member)
        member.change(position=MemberPosition.MEMBER)
    for member in changed:
        if member.id in named:
            member.change(position=named[member.id])
        give_role(call, committee, member)
    others = {f"deputy{at}": one for at, one in enumerate(sorted(deputies, key=lambda one: one.id), start=1)}
    move(call, COMMITTEE_LIFECYCLE, committee, A.SETTLE_LEADS, by, facts={"director": director, **others})


def give_role(call: Call, committee: Committee, member: Member) -> None:
    """Grant a member's account the role of their position; somebody without an account has none."""
    if member.account_id is not None:
        role, why = Role[member.position.value], f"Member_{member.id}"
        division = Division.get_by_id(committee.division_id)
        grant_from_now(call, role, member.account_id, division.part, why, committee=committee.id)


def take_role(call: Call, committee: Committee, member: Member) -> None:
    """End the role of a member's account in their committee."""
    if member.account_id is not None:
        end_roles(call, f"Member_{member.id}", account=member.account_id, committee=committee.id)


def no_free_seat() -> DomainError:
    """Build the refusal of a sixteenth member."""
    return DomainError(
        ErrorCode.COMPOSITION_RULE_BROKEN,
        "C2: all fifteen seats are held or promised; end or replace a member first.",
        chinese="C2：十五个席位均已有人或已在公示，请先办理离任或接替。",
    )
