"""Random rows of committees for the tests that compare the engine with an independent reading."""

from datetime import date
from typing import Any

from db.city import models
from db.committees.models.committee import CommitteeState, MemberCategory, MemberPosition, NominationChannel, SeatKind
from tests.graph.maker import DAYS, LINES, PHONES, Maker


def committees(maker: Maker) -> None:
    made: list[dict[str, Any]] = []
    for home in maker.homes:
        states = [maker.one(list(CommitteeState)[:3])] if maker.random.random() < 0.85 else []
        states += [CommitteeState.DISSOLVED] if maker.random.random() < 0.25 else []
        maker.random.shuffle(states)
        made += [
            {
                "division": home["id"], "division_code": home["code"], "name": maker.one(LINES), "state": state,
                "established_on": maker.one(DAYS), "is_pilot": maker.random.random() < 0.3,
            }
            for state in states
        ]  # fmt: skip
    maker.boards = maker.add(models.Committee, made)
    seats: list[dict[str, Any]] = []
    for board in maker.boards:
        full = maker.random.random() < 0.3
        seats += [
            {"committee": board["id"], "division_code": board["division_code"], "number": number,
             "kind": maker.one(list(SeatKind)), "full": full}
            for number in range(1, 15 if full else maker.random.randint(1, 5))
        ]  # fmt: skip
    full_seats = {id(seat): seat.pop("full") for seat in seats}
    maker.add(models.Seat, seats)
    members: list[dict[str, Any]] = []
    for seat in sorted(seats, key=lambda row: (row["committee"], row["number"])):
        full = full_seats[id(seat)]
        members += [_member(maker, seat, False, full) for _ in maker.few(1)]
        members += [_member(maker, seat, True, full)] if full or maker.random.random() < 0.8 else []
    taken: set[tuple[int, int]] = set()
    for row in members:
        account = maker.maybe(maker.ids(maker.people), 0.3)
        row["account"] = None if (row["committee"], account) in taken else account
        taken.add((row["committee"], account))
    maker.members = maker.add(models.Member, members)


def _member(maker: Maker, seat: dict[str, Any], active: bool, full: bool) -> dict[str, Any]:
    number = seat["number"]
    lead = (number == 1, MemberPosition.DIRECTOR), (1 < number < 6, MemberPosition.DEPUTY_DIRECTOR)
    position = next((named for holds, named in lead if holds), MemberPosition.MEMBER)
    return {
        "committee": seat["committee"], "seat": seat["id"], "division_code": seat["division_code"],
        "name": maker.one(LINES),
        "phone": maker.maybe(PHONES, 0.7), "category": maker.one(list(MemberCategory)),
        "position": position if full or maker.random.random() < 0.7 else MemberPosition.MEMBER,
        "nomination_channel": maker.one(list(NominationChannel)), "term_start": date(2020, 1, 1),
        "term_end": maker.maybe(DAYS), "renewal_count": maker.random.randint(0, 2), "is_active": active,
        "person": maker.maybe(maker.ids(maker.persons)),
    }  # fmt: skip
