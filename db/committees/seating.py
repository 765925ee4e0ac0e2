"""How seats are taken and left, with the role that follows from a seat and the entry in the committee's journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from peewee import fn

from db.access.commands import Call
from db.access.journal import By, move
from db.access.models.access import RoleGrant
from db.access.models.account import Role, roles_with
from db.access.models.journal import JournalAction
from db.access.role_changes import RoleFact, end_roles, give_with_account
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


def _seat_of_role(grant: RoleGrant) -> Member | None:
    """Return who holds the seat that a role follows from."""
    if grant.committee_id is None:
        return None
    held = Member.find_all(committee=grant.committee_id, account=grant.account_id, is_active=True)
    return next((member for member in held if member.position.value == grant.role.value), None)


OF_SEATS = roles_with(lambda powers: powers.speaks_for == "committee")
SEAT = RoleFact("委员席位", "endMember", _seat_of_role, OF_SEATS, "appointMember")


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
    held, passed_on, promised = _places(committee)
    if len(held) + promised >= MAX_MEMBERS and replaces_id not in held - passed_on:
        raise _too_many(held, promised, field)


def require_places(committee: Committee, field: tuple[str, ...]) -> None:
    """Check that the members and the public notices of a committee need no more than its fifteen seats.

    Raises:
        DomainError: COMPOSITION_RULE_BROKEN.
    """
    held, _, promised = _places(committee)
    if len(held) + promised > MAX_MEMBERS:
        raise _too_many(held, promised, field)


def _places(committee: Committee) -> tuple[set[int], set[int], int]:
    """Return who holds a seat, whose seat passes on after a public notice, and how many notices are for another."""
    held = {member.id for member in Member.find_all(committee=committee.id, is_active=True)}
    noticed = Candidacy.find_all(committee=committee.id, state=CandidacyState.PUBLIC_NOTICE)
    passed_on = held.intersection(one.replaces_id for one in noticed)
    return held, passed_on, len(noticed) - len(passed_on)


def _too_many(held: set[int], promised: int, field: tuple[str, ...]) -> DomainError:
    return DomainError(
        ErrorCode.COMPOSITION_RULE_BROKEN,
        f"C2: {len(held)} members and {promised} public notices for other seats take all fifteen; end or replace a "
        "member, or decline a candidacy, first.",
        field,
        chinese=f"C2：在任 {len(held)} 人、另行公示 {promised} 人，已满十五席，请先办理离任、接替或不予任命。",
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
        raise _no_free_seat(committee, taken.term_start)
    if seat.kind is not taken.kind:
        seat.change(kind=taken.kind)
    person, end = taken.person, taken.term_end
    member = Member.create(
        committee=committee.id, seat=seat, account=person.account_id, division_code=committee.division_code,
        name=person.name, phone=person.phone, category=taken.category, position=taken.position,
        nomination_channel=taken.channel, term_start=taken.term_start, term_end=end, renewal_count=taken.renewals,
        is_active=True, person=person, posts=posts_text(taken.posts), has_known_posts=True,
        replaces=before and before.id,
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
    seated = Member.lock_all(committee=committee.id, is_active=True)
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
        SEAT.grant(call, role, member.account_id, division.part, why, committee=committee.id)


def _open_account(call: Call, person: Person) -> None:
    """Tie the seats of a person who has got an account to it, with the role of the position that they hold."""
    for member in Member.lock_all(person=person.id):
        if member.account_id is None:
            member.change(account=person.account_id)
            if member.is_active:
                give_role(call, Committee.get_by_id(member.committee_id), member)


give_with_account(_open_account)


def take_role(call: Call, committee: Committee, member: Member) -> None:
    """End the role of a member's account in their committee."""
    if member.account_id is not None:
        end_roles(call, f"Member_{member.id}", account=member.account_id, committee=committee.id)


def _no_free_seat(committee: Committee, on: date) -> DomainError:
    """Build the refusal of a member for whom no seat is free on a day, which says from when one is (I15)."""
    [(until,)] = _held_until.tuples(committee.id, on.isoformat())
    if until is None:
        return DomainError(
            ErrorCode.COMPOSITION_RULE_BROKEN,
            "C2: all fifteen seats are held or promised; end or replace a member first.",
            chinese="C2：十五个席位均已有人或已在公示，请先办理离任或接替。",
        )
    free_on = date.fromisoformat(str(until)) + _DAY
    return DomainError(
        ErrorCode.COMPOSITION_RULE_BROKEN,
        f"C2: no seat is free on {on}; whoever left holds theirs to the end of the day, and the first is free on "
        f"{free_on}. Begin the term then.",
        chinese=f"C2：{on} 没有空缺席位，离任委员的席位至当日结束；最早自 {free_on} 起空缺，请自该日起任。",
    )


@compiled
def _held_until(committee_id: Any, on: Any) -> Any:
    """Select the last day of the seat that falls free first, of those that somebody left on a day or later."""
    left, holder = Member.alias("left"), Member.alias("holder")
    held = holder.select(holder.seat).where(holder.committee == committee_id, holder.is_active)
    is_left = (left.committee == committee_id) & (left.ended_on >= on) & left.seat.not_in(held)
    return left.select(fn.MIN(left.ended_on)).where(is_left)
