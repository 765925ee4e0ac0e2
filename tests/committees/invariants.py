"""What holds of a committee whatever was done with it (I13 to I17), read from its rows and its journal."""

import json
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from db.city import models
from db.kernel.fields import utc_text

DAY = timedelta(days=1)
LAST = date(9999, 1, 1)


def check(committee_id: int, at: Any) -> None:
    """Check every invariant of a committee. at: now."""
    committee = models.Committee.get_by_id(committee_id)
    members = list(models.Member.select().where(models.Member.committee == committee).order_by(models.Member.id))
    active = [member for member in members if member.is_active]
    _seats_are_not_overfull(committee, active)
    _works_as_its_state_says(committee, active, at)
    _seats_have_one_holder_a_day(members)
    _roles_follow_from_seats(committee, active, at)
    check_replay(committee, active)


def _seats_are_not_overfull(committee: Any, active: list[Any]) -> None:
    """I13: no committee has sixteen live seats and notices together."""
    held = {member.id for member in active}
    noticed = models.Candidacy.select().where(
        models.Candidacy.committee == committee, models.Candidacy.state == "PUBLIC_NOTICE"
    )
    passed_on = held & {candidacy.replaces_id for candidacy in noticed}
    assert len(active) + len(noticed) - len(passed_on) <= 15


def _works_as_its_state_says(committee: Any, active: list[Any], at: Any) -> None:
    """I14: an active committee keeps C2 to C4, one that is not keeps not all of them, and events say so."""
    positions = Counter(str(member.position) for member in active)
    directors = [member for member in active if member.position == "DIRECTOR"]
    posts = [post for director in directors for post in director.posts.split()]
    until = committee.lead_waiver_until
    waived = {str(committee.lead_waiver_post)} if until and until >= (at + 8 * timedelta(hours=1)).date() else set()
    lacking = {"PARTY_SECRETARY", "RESIDENTS_DIRECTOR"} - {*posts, *waived}
    broken = {
        "C2": not 13 <= len(active) <= 15,
        "C3": positions["DIRECTOR"] != 1 or (directors[0].has_known_posts and bool(lacking)),
        "C4": positions["DEPUTY_DIRECTOR"] != 4,
    }
    open_events = models.ComplianceEvent.select().where(
        models.ComplianceEvent.committee == committee, models.ComplianceEvent.resolved_on.is_null()
    )
    if committee.state in ("ACTIVE", "NON_COMPLIANT"):
        assert (committee.state == "NON_COMPLIANT") == any(broken.values()) == bool(committee.grace_ends_on)
        assert {rule for rule, is_broken in broken.items() if is_broken} == {
            event.rule for event in open_events if event.rule in broken
        }


def _seats_have_one_holder_a_day(members: list[Any]) -> None:
    """I15: a seat has no two members on one day, and a swap leaves no day without one."""
    by_id = {member.id: member for member in members}
    for seat in {member.seat_id for member in members}:
        spans = [(m.term_start, LAST if m.is_active else m.ended_on) for m in members if m.seat_id == seat]
        held = sorted(span for span in spans if span[0] <= span[1])
        assert all(before[1] < after[0] for before, after in pairwise(held)), held
    for member in members:
        before = by_id.get(member.replaces_id)
        assert before is None or before.ended_on == member.term_start - DAY


def _roles_follow_from_seats(committee: Any, active: list[Any], at: Any) -> None:
    """I16: whoever holds a role of the committee has the seat, and the reverse."""
    row, now = models.RoleGrant, utc_text(at)
    held = row.select().where(
        row.committee == committee, row.starts_at <= now, row.ends_at.is_null() | (row.ends_at > now)
    )
    assert Counter((grant.account_id, str(grant.role)) for grant in held) == Counter(
        (member.account_id, str(member.position)) for member in active if member.account_id is not None
    )


def check_replay(committee: Any, active: list[Any]) -> None:
    """I17: replaying the journal gives the seats, the positions and the terms."""
    entry = models.JournalEntry
    own = (entry.subject_type == "Committee") & (entry.subject_id == committee.id)
    known: dict[str, dict[str, Any]] = {}
    seated: dict[str, dict[str, Any]] = {}
    for step in entry.select().where(own).order_by(entry.seq):
        facts = json.loads(step.facts)
        who = facts.get("member", "")
        if step.action == "SEAT":
            known[who] = seated[who] = {"position": "MEMBER", "termEnd": None, **facts}
        elif step.action == "RENEW":
            seated[who] = known[who] | ({} if who in seated else {"position": "MEMBER"}) | facts
        elif step.action == "AMEND" and who:
            seated[who] |= facts
        elif step.action == "UNSEAT":
            del seated[who]
        elif step.action == "SETTLE_LEADS":
            leads = {key: "DIRECTOR" if name == "director" else "DEPUTY_DIRECTOR" for name, key in facts.items()}
            seated = {key: one | {"position": leads.get(key, "MEMBER")} for key, one in seated.items()}
        known |= seated
    numbers = {seat.id: seat.number for seat in models.Seat.select().where(models.Seat.committee == committee)}
    assert {key: (one["seat"], one["position"], one["termStart"], one["termEnd"]) for key, one in seated.items()} == {
        f"Member_{m.id}": (numbers[m.seat_id], str(m.position), str(m.term_start), m.term_end and str(m.term_end))
        for m in active
    }
