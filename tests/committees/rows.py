"""Random rows of committees for the tests that compare the engine with an independent reading."""

from datetime import date
from typing import Any

from db.city import models
from db.committees.models.candidacy import LIVE, CandidacyState, DeclineReason
from db.committees.models.committee import (
    DIRECTOR_POSTS,
    CommitteeState,
    EndReason,
    MemberCategory,
    MemberPosition,
    MemberPost,
    NominationChannel,
    SeatKind,
    posts_text,
)
from tests.graph.maker import DAYS, LINES, MOMENTS, PHONES, PROSE, Maker


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
                "lead_waiver_post": maker.maybe(list(DIRECTOR_POSTS), 0.3), "lead_waiver_until": maker.maybe(DAYS, 0.3),
                "lead_waiver_reason": maker.maybe(PROSE, 0.3), "grace_ends_on": maker.maybe(DAYS, 0.3),
                "dissolved_on": maker.maybe(DAYS, 0.3),
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
    row = {
        "committee": seat["committee"], "seat": seat["id"], "division_code": seat["division_code"],
        "name": maker.one(LINES),
        "phone": maker.maybe(PHONES, 0.7), "category": maker.one(list(MemberCategory)),
        "position": position if full or maker.random.random() < 0.7 else MemberPosition.MEMBER,
        "nomination_channel": maker.one(list(NominationChannel)), "term_start": date(2020, 1, 1),
        "term_end": maker.maybe(DAYS), "renewal_count": maker.random.randint(0, 2), "is_active": active,
        "person": maker.maybe(maker.ids(maker.persons)), "posts": posts_text(maker.several(list(MemberPost), 3)),
        "replaces": None, "end_reason": maker.maybe(list(EndReason), 0.3), "ended_on": maker.maybe(DAYS, 0.3),
    }  # fmt: skip
    return row | {"has_known_posts": bool(row["posts"]) or seat["id"] % 2 == 0}


def candidacies(maker: Maker) -> None:
    """Fill the tables of how members come to be."""
    meetings = maker.add(
        models.TwoCommitteesMeeting,
        [
            {
                "division": home["id"], "division_code": home["code"], "held_on": maker.one(DAYS), "expected_count": 9,
                "present_count": maker.random.randint(5, 9), "minutes": maker.one(PROSE),
                "created_at": maker.one(MOMENTS),
            }
            for home in maker.homes
            for _ in maker.few(2)
        ],
    )  # fmt: skip
    free = maker.several(maker.members, len(maker.members))
    made = [_candidacy(maker, board, meetings, free) for board in maker.boards for _ in maker.few(4)]
    found = maker.add(models.Candidacy, _one_live_each(made))
    maker.add(
        models.CandidacyObjection,
        [
            {
                "candidacy": row["id"], "division_code": row["division_code"], "account": account,
                "author_name": maker.one(LINES), "text": maker.one(PROSE), "created_at": maker.one(MOMENTS),
            }
            for row in found
            for account in maker.several(maker.ids(maker.people), 2)
        ],
    )  # fmt: skip
    maker.add(
        models.ComplianceEvent,
        [
            {
                "committee": board["id"], "division_code": board["division_code"], "rule": rule,
                "month": "2025-12" if rule == "M1" else None, "since": maker.one(DAYS),
                "grace_ends_on": maker.maybe(DAYS), "resolved_on": maker.maybe(DAYS),
            }
            for board in maker.boards
            for rule in maker.several(["C2", "C3", "C5", "M1"], 3)
        ],
    )  # fmt: skip


def _candidacy(
    maker: Maker, board: dict[str, Any], meetings: list[dict[str, Any]], free: list[dict[str, Any]]
) -> dict[str, Any]:
    state = maker.one(list(CandidacyState))
    member = free.pop() if state is CandidacyState.APPOINTED and free else None
    state = CandidacyState.SUBMITTED if state is CandidacyState.APPOINTED and member is None else state
    is_over = state in (CandidacyState.DECLINED, CandidacyState.WITHDRAWN) or not maker.persons
    return {
        "committee": board["id"], "division_code": board["division_code"],
        "person": maker.maybe(maker.ids(maker.persons), 0.6 if is_over else 1),
        "nominator": maker.maybe(maker.ids(maker.people)), "category": maker.one(list(MemberCategory)),
        "seat_kind": maker.one(list(SeatKind)), "channel": maker.one(list(NominationChannel)),
        "organization": maker.maybe(maker.ids(maker.units), 0.3), "recommender_count": maker.maybe([5, 12]),
        "ex_officio_post": maker.maybe(list(MemberPost), 0.3), "statement": maker.maybe(PROSE),
        "replaces": maker.maybe(maker.ids(maker.members), 0.2), "meeting": maker.maybe(maker.ids(meetings)),
        "notice_until": maker.one(DAYS) if state is CandidacyState.PUBLIC_NOTICE else maker.maybe(DAYS),
        "is_objected": maker.random.random() < 0.3, "objection_answer": maker.maybe(PROSE, 0.3),
        "decline_reason": maker.maybe(list(DeclineReason), 0.3), "decline_note": maker.maybe(PROSE, 0.3),
        "decided_on": maker.maybe(DAYS), "member": member and member["id"], "created_at": maker.one(MOMENTS),
        "state": state, "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _one_live_each(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop what no database holds: a second live candidacy of a person, and one of nobody."""
    taken, kept = set[tuple[int, int]](), list[dict[str, Any]]()
    for row in made:
        key, is_live = (row["committee"], row["person"]), row["state"] in LIVE
        is_over = row["state"] in (CandidacyState.DECLINED, CandidacyState.WITHDRAWN)
        if (is_live and key in taken) or (row["person"] is None and not is_over):
            continue
        taken |= {key} if is_live else set()
        kept.append(row)
    return kept
