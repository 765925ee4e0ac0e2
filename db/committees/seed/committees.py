"""One community's committee: its fifteen seats and the members that hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import RULE, Actor, Step, add_with_journal
from db.committees.lifecycle import COMMITTEE_LIFECYCLE
from db.committees.models import committee as models
from db.committees.models.committee import (
    DEPUTIES,
    DIRECTOR_POSTS,
    MAX_MEMBERS,
    CommitteeState,
    MemberCategory,
    MemberPosition,
    MemberPost,
    NominationChannel,
    SeatKind,
    posts_text,
)
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import Present, midnight
from db.people.models.person import PeopleGroup
from db.people.seed import Home, add_person
from db.places.seed.plan import Place

CAPTAIN_SEAT = 3
# Who recommends whom (rule C7); residents recommend the rest.
_RECOMMENDED_BY_A_UNIT = {
    MemberCategory.DEPUTY_DELEGATE_CPPCC,
    MemberCategory.COMMUNITY_POLICE,
    MemberCategory.NON_PUBLIC_ECONOMY,
    MemberCategory.SOCIAL_ORGANIZATION,
    MemberCategory.PROPERTY_COMPANY,
}
# Who works for a partner unit of the community, as long as there is one for each, and registered from there.
_OF_A_UNIT = {MemberCategory.DEPUTY_DELEGATE_CPPCC, MemberCategory.OTHER}
# The group of people that a category is about.
_GROUPS = {MemberCategory.VETERAN: (PeopleGroup.VETERAN,), MemberCategory.COMMUNITY_POLICE: (PeopleGroup.POLICE,)}
# The committees of the pilot district were founded a month before the others.
_PILOT_DISTRICT = "城关区"
# How long ago, in days, the terms of rotating seats began where clocks run: the first end after a month, of which the
# clock warns, and the others by and by, so that no day empties a committee.
_TERMS_BEGAN = (1, 333)
_STAFF = Actor("社区两委工作人员1", Role.STAFF)


@dataclass(frozen=True)
class Member:
    """A member as the rest of the load needs to know it."""

    id: int
    seat: int
    name: str
    category: MemberCategory
    position: MemberPosition
    is_standing: bool
    person_id: int
    term_start: date
    term_end: date | None
    channel: NominationChannel
    posts: Sequence[MemberPost]
    # The partner unit that they work for.
    work_unit: int | None


@dataclass(frozen=True)
class Committee:
    """A committee and its members: the director, the four deputies, then the others."""

    id: int
    members: tuple[Member, ...]

    @property
    def director(self) -> Member:
        """The director, who is of the two committees."""
        return self.members[0]

    @property
    def captain(self) -> Member:
        """The veteran who leads the veterans' team, and so holds a standing seat (rule C5)."""
        return self.members[CAPTAIN_SEAT - 1]


def add_committee(
    rows: Rows, place: Place, division_id: int, partners: Sequence[int], accounts: dict[int, int], present: Present,
    rng: Random,
) -> Committee:  # fmt: skip
    """Add the committee, its seats and its members.

    partners: the ids of the partner units there. accounts: by seat number, who may sign in as its holder; empty but for
    the community that demonstrates it.
    """
    is_pilot = place.district == _PILOT_DISTRICT
    founded = date(2020, 6 if is_pilot else 7, rng.randint(1, 28))
    committee = rows.new_id(models.Committee)
    units = iter(partners)
    members = [
        _add_member(
            rows,
            place,
            committee,
            _Holder(number, category, Home(division_id, place.code), _work_unit(category, units)),
            founded,
            accounts,
            present,
            rng,
        )
        for number, category in enumerate(_seating(place, rng), start=1)
    ]
    for number in range(len(members) + 1, MAX_MEMBERS + 1):
        _add_seat(rows, place, committee, number, SeatKind.ROTATING)
    add_with_journal(
        rows,
        COMMITTEE_LIFECYCLE,
        models.Committee,
        _steps(founded, members),
        id=committee,
        division_id=division_id,
        division_code=place.code,
        name=f"{place.name}建设工作委员会",
        established_on=founded.isoformat(),
        is_pilot=is_pilot,
    )
    return Committee(committee, tuple(members))


def _steps(founded: date, members: Sequence[Member]) -> list[Step]:
    """List the life of a committee: its founding, who took which seat for the present term, and its leads."""

    def step(day: date, action: JournalAction, facts: dict[str, Any] | None = None) -> Step:
        return Step(midnight(day.isoformat()), action, CommitteeState.ACTIVE, _STAFF if facts else RULE, facts)

    taken = [
        step(
            one.term_start, JournalAction.SEAT,
            {
                "member": f"Member_{one.id}", "seat": one.seat,
                **({} if one.term_end is None else {"termEnd": one.term_end.isoformat()}),
                "termStart": one.term_start.isoformat(),
            },
        )
        for one in members
    ]  # fmt: skip
    director, *deputies = members[: 1 + DEPUTIES]
    leads = {f"deputy{at}": f"Member_{one.id}" for at, one in enumerate(deputies, start=1)}
    settled = max(one.term_start for one in (director, *deputies))
    taken.append(step(settled, JournalAction.SETTLE_LEADS, leads | {"director": f"Member_{director.id}"}))
    return [step(founded, JournalAction.CREATE), *sorted(taken, key=lambda one: one.at)]


def _seating(place: Place, rng: Random) -> list[MemberCategory]:
    """Order the categories by seat: seats 1 (director), 2 and 6 are of the two committees, 3 is the captain's."""
    two_committees, captain = MemberCategory.TWO_COMMITTEES, MemberCategory.VETERAN
    others = [category for category, count in place.members.items() for _ in range(count)]
    for category in (two_committees, two_committees, two_committees, captain):
        others.remove(category)
    rng.shuffle(others)
    return [two_committees, two_committees, captain, *others[:2], two_committees, *others[2:]]


class _Holder(NamedTuple):
    """Of which category the member on a seat is, where they live, and which partner unit they work for."""

    number: int
    category: MemberCategory
    home: Home
    work_unit: int | None


def _work_unit(category: MemberCategory, units: Iterator[int]) -> int | None:
    return next(units, None) if category in _OF_A_UNIT else None


def _add_member(
    rows: Rows,
    place: Place,
    committee: int,
    holder: _Holder,
    founded: date,
    accounts: dict[int, int],
    present: Present,
    rng: Random,
) -> Member:
    number, category, home, work_unit = holder
    # The two committees and the captain stay while in office (C5); everybody else holds a seat for a year (C6).
    is_standing = category is MemberCategory.TWO_COMMITTEES or number == CAPTAIN_SEAT
    is_renewed = not is_standing and rng.random() < 0.7
    term_start, term_end = (founded, None) if is_standing else _term(founded, present, rng)
    position, posts, channel = _position(number), _posts(number, category), _nomination(category, rng)
    member_id = rows.new_id(models.Member)
    name = f"委员{member_id:04}"
    kind = SeatKind.STANDING if is_standing else SeatKind.ROTATING
    person = add_person(
        rows, home, name, founded.isoformat(), phone=phone(member_id), account=accounts.get(number),
        groups=(PeopleGroup.PARTY_MEMBER,) if work_unit else _GROUPS.get(category, ()), work_unit=work_unit,
    )  # fmt: skip
    rows.add(
        models.Member,
        id=member_id,
        committee_id=committee,
        seat_id=_add_seat(rows, place, committee, number, kind),
        account_id=accounts.get(number),
        division_code=place.code,
        name=name,
        phone=phone(member_id),
        category=category,
        position=position,
        nomination_channel=channel,
        term_start=term_start.isoformat(),
        term_end=term_end and term_end.isoformat(),
        renewal_count=int(is_renewed),
        posts=posts_text(posts),
        has_known_posts=True,
        person_id=person,
    )
    return Member(
        member_id, number, name, category, position, is_standing, person, term_start, term_end, channel, posts,
        work_unit,
    )  # fmt: skip


def _posts(number: int, category: MemberCategory) -> Sequence[MemberPost]:
    """Return the posts of the holder of a seat: those of the two committees have one each, the director two."""
    if number == 1:
        return DIRECTOR_POSTS
    if number == CAPTAIN_SEAT:
        return (MemberPost.VETERAN_CAPTAIN,)
    if category is not MemberCategory.TWO_COMMITTEES:
        return ()
    return (MemberPost.PARTY_ORG_MEMBER if number == 2 else MemberPost.RESIDENTS_MEMBER,)


def _term(founded: date, present: Present, rng: Random) -> tuple[date, date]:
    """Choose the first and the last day of a rotating seat's term of a year.

    At the article's present the second terms run, which all began in the summer of 2021.
    """
    first = present.date - timedelta(rng.randint(*_TERMS_BEGAN)) if present.has_clocks else founded.replace(year=2021)
    is_leap_day = (first.month, first.day) == (2, 29)
    return first, date(first.year + 1, 2, 28) if is_leap_day else first.replace(year=first.year + 1) - timedelta(1)


def _add_seat(rows: Rows, place: Place, committee: int, number: int, kind: SeatKind) -> int:
    return rows.add(models.Seat, committee_id=committee, number=number, kind=kind, division_code=place.code)


def _position(number: int) -> MemberPosition:
    if number == 1:
        return MemberPosition.DIRECTOR
    return MemberPosition.DEPUTY_DIRECTOR if number <= 5 else MemberPosition.MEMBER


def _nomination(category: MemberCategory, rng: Random) -> NominationChannel:
    if category in _RECOMMENDED_BY_A_UNIT:
        return NominationChannel.UNIT_RECOMMENDATION
    if category is MemberCategory.NOTABLE_RESIDENT and rng.random() < 0.5:
        return NominationChannel.SELF_NOMINATION
    return NominationChannel.RESIDENT_RECOMMENDATION


def phone(number: int) -> str:
    """Return a telephone number that clearly belongs to nobody."""
    return f"1380000{number % 10_000:04}"
