"""Candidacies, and what comes of them, in the tests that span all nouns."""

from datetime import datetime, timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.committees.models.candidacy import CandidacyState
from db.committees.models.committee import CommitteeState, MemberPosition, MemberPost, SeatKind, posts_text
from tests.access.factories import make_role_grant
from tests.committees.factories import (
    make_candidacy,
    make_candidacy_objection,
    make_committee,
    make_compliance_event,
    make_member,
    make_seat,
    make_two_committees_meeting,
)
from tests.graph.evaluator import (
    COMPUTED,
    FIGURES,
    FIGURES_OF_NOW,
    LISTS,
    PERSONAL,
    ROOT_LISTS,
    SHANGHAI,
    by_column,
    scoped,
)
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import RULES, Viewer
from tests.people.factories import make_person
from tests.people.nouns import WELL_KNOWN, is_office
from tests.places.factories import make_division
from tests.times import TODAY

# --- Reading ----------------------------------------------------------------------------------------------------------
LISTS |= {
    ("Division", "candidacies"): (scoped("Candidacy"), ""),
    ("Division", "complianceEvents"): (scoped("ComplianceEvent"), ""),
    ("Division", "twoCommitteesMeetings"): (scoped("TwoCommitteesMeeting"), ""),
    ("Committee", "candidacies"): (by_column("committee_id", "Candidacy"), ""),
    ("Committee", "complianceEvents"): (by_column("committee_id", "ComplianceEvent"), ""),
    ("Candidacy", "objections"): (by_column("candidacy_id", "CandidacyObjection"), ""),
    ("TwoCommitteesMeeting", "decisions"): (by_column("meeting_id", "Candidacy"), ""),
    ("Person", "candidacies"): (by_column("person_id", "Candidacy"), ""),
}
ROOT_LISTS |= {
    "candidacies": ("Candidacy", ""),
    "complianceEvents": ("ComplianceEvent", ""),
    "twoCommitteesMeetings": ("TwoCommitteesMeeting", ""),
}


def vacant_seats(world: Any, committee: Any) -> int:
    held = {member.seat_id for member in world.rows["Member"] if member.is_active}
    return sum(seat.committee_id == committee.id and seat.id not in held for seat in world.rows["Seat"])


def minutes(viewer: Viewer, meeting: Any) -> str | None:
    return meeting.minutes if is_office(viewer, meeting) else None


def all_vacant_seats(rows: Any) -> int:
    works = {committee.id for committee in rows("Committee") if committee.state != "DISSOLVED"}
    held = {member.seat_id for member in rows("Member") if member.is_active}
    return sum(seat.committee_id in works and seat.id not in held for seat in rows("Seat"))


def terms_ending(rows: Any, now: datetime) -> int:
    """Count the terms that end within thirty days."""
    today = (now + SHANGHAI).date()
    last = today + timedelta(days=30)
    return len(rows("Member", lambda row: row.is_active and row.term_end and today <= row.term_end <= last))


def without_meeting(rows: Any, now: datetime) -> int:
    """Count the committees that held no meeting in the month before this one."""
    month = f"{(now + SHANGHAI).replace(day=1) - timedelta(days=1):%Y-%m}"
    return len(rows("ComplianceEvent", lambda row: row.rule == "M1" and row.month == month))


# Without their days; `test_figures` has some.
FIGURES_OF_NOW |= {"termsEndingCount": terms_ending, "committeesWithoutMeeting": without_meeting}
FIGURES |= {
    "compliantCommitteeCount": lambda rows: len(rows("Committee", lambda row: row.state == "ACTIVE")),
    "vacantSeatCount": all_vacant_seats,
}
COMPUTED |= {
    ("Committee", "vacantSeatCount"): vacant_seats,
    ("Member", "posts"): lambda _, member: member.posts.split(),
}
PERSONAL[("TwoCommitteesMeeting", "minutes")] = minutes


def is_local_office(viewer: Viewer, row: Any) -> bool:
    return is_office(viewer, row, "STAFF", "SUBDISTRICT_OFFICER")


def sees_candidacy(viewer: Viewer, candidacy: Any) -> bool:
    if candidacy.state in ("PUBLIC_NOTICE", "APPOINTED") or is_local_office(viewer, candidacy):
        return True
    person = viewer.world.get("Person", candidacy.person_id)
    theirs = {candidacy.nominator_id, person.account_id if person else None} - {None}
    return viewer.account_id in theirs and viewer.is_good(candidacy.division_code)


def sees_objection(viewer: Viewer, objection: Any) -> bool:
    is_own = viewer.account_id is not None and objection.account_id == viewer.account_id
    return (is_own and viewer.is_good(objection.division_code)) or is_local_office(viewer, objection)


RULES |= {"Candidacy": sees_candidacy, "CandidacyObjection": sees_objection}


def is_public_candidate(viewer: Viewer, person: Any) -> bool:
    """Return whether the public notice of a candidacy names a person."""
    rows = viewer.world.rows["Candidacy"]
    return any(row.person_id == person.id and row.state == "PUBLIC_NOTICE" for row in rows)


WELL_KNOWN.append(is_public_candidate)


# --- A place ----------------------------------------------------------------------------------------------------------
_LEADS = ("DIRECTOR", *["DEPUTY_DIRECTOR"] * 4)
DIRECTOR_POSTS = posts_text([MemberPost.PARTY_SECRETARY, MemberPost.RESIDENTS_DIRECTOR])


def make_complete_committee(division: models.Division | None = None, count: int = 13, **values: Any) -> Any:
    """Make a committee that meets every rule: a director by posts, four deputies, and fifteen seats."""
    committee = make_committee(division, **values)
    for number in range(1, 16):
        is_lead = number == 1
        seat = make_seat(committee, number=number, kind=SeatKind.STANDING if is_lead else SeatKind.ROTATING)
        if number > count:
            continue
        position = MemberPosition[_LEADS[number - 1]] if number <= len(_LEADS) else MemberPosition.MEMBER
        of_lead = {"posts": DIRECTOR_POSTS, "has_known_posts": True, "term_end": None} if is_lead else {}
        make_member(committee, seat=seat, position=position, person=make_person(committee.division), **of_lead)
    return committee


def add_to_place(place: Place) -> dict[str, str]:
    """Add a community without a committee, one whose committee can begin its work, and candidacies in each state."""
    street, staff = models.Division.get(models.Division.code == place.code).parent, place.accounts[Role.STAFF]
    ready = make_complete_committee(make_division(parent=street), state=CommitteeState.FORMING)
    make_role_grant(Role.STAFF, ready.division, account=staff)
    members = list(models.Member.select().where(models.Member.committee == ready).order_by(models.Member.id))
    models.Member.update(term_end=TODAY).where(models.Member.id == members[-1].id).execute()
    make_seat(place.committee)
    resident, yesterday = place.accounts[Role.RESIDENT], TODAY - timedelta(days=1)
    open_notice = make_candidacy(place.committee)
    made = {
        "candidacy": make_candidacy(place.committee, state=CandidacyState.SUBMITTED, nominator=resident),
        "noticed": open_notice,
        "noticed until yesterday": make_candidacy(place.committee, notice_until=yesterday),
        "successor": make_candidacy(ready, notice_until=yesterday),
        "objection": make_candidacy_objection(open_notice),
        "broken rule": make_compliance_event(place.committee),
        "decision": make_two_committees_meeting(place.committee.division),
        "decision of the ready": make_two_committees_meeting(ready.division),
        "ready": ready,
        "director of the ready": members[0],
        "last of the ready": members[-1],
        "candidate": make_person(place.committee.division),
        **{f"deputy {at} of the ready": members[at] for at in range(1, 5)},
    }
    of_place = {"empty community": make_division(parent=street).code, "community": place.code}
    return of_place | {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_PUBLIC, _OFFICES = {*ROLES, None, Role.ANONYMOUS}, {Role.STAFF, Role.SUBDISTRICT_OFFICER}


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "candidacy": ('candidacy(id: "%(candidacy)s") { id }', _OFFICES | {Role.RESIDENT}),
    "candidacy, in public notice": ('candidacy(id: "%(noticed)s") { id }', _PUBLIC),
    "candidacies": (_page("candidacies", "candidacy"), _OFFICES | {Role.RESIDENT}),
    "candidacyAggregate": (
        'candidacyAggregate(filter: {id: {eq: "%(candidacy)s"}}) { count }',
        _OFFICES | {Role.RESIDENT},
    ),
    "complianceEvents": (_page("complianceEvents", "broken rule"), _PUBLIC),
    "twoCommitteesMeetings": (_page("twoCommitteesMeetings", "decision"), _PUBLIC),
}
KNOWN = dict.fromkeys(("discussCandidacy", "withdrawCandidacy"), _OFFICES | {Role.RESIDENT})
_STAFF, _STREET, _DISTRICT = {Role.STAFF}, {Role.SUBDISTRICT_OFFICER}, {Role.DISTRICT_OFFICER}
MAY = {
    "foundCommittee": (_STREET,),
    "enterMember": (_STREET,),
    "enterMembers": (_STREET,),
    "activateCommittee": (_STREET,),
    "grantLeadWaiver": (_STREET,),
    "dissolveCommittee": (_DISTRICT,),
    "designatePilot": (_DISTRICT | {Role.CITY_OFFICER},),
    "nominateMember by staff": (_STAFF,),
    "nominateMember by residents": (_STAFF | {Role.RESIDENT},),
    "nominateMember by a unit": (_STAFF | {Role.UNIT_CONTACT},),
    "discussCandidacy": (_STAFF,),
    "objectToCandidacy": ({Role.RESIDENT},),
    "appointMember": (_STAFF,),
    "declineCandidacy": (_STAFF | _STREET,),
    "withdrawCandidacy": ({Role.RESIDENT},),
    "recordTwoCommitteesMeeting": (_STAFF,),
    "settleCommitteeLeads": (_STAFF,),
    "setMemberPosts": (_STAFF,),
    "renewMember": (_STAFF,),
    "endMember": (_STAFF | {Role.MEMBER},),
    "replaceMember": (_STAFF,),
}


def nominated(spot: Spot, channel: str, **more: Any) -> dict[str, Any]:
    """Return the input that nominates somebody of a place."""
    return {
        "committeeId": f"Committee_{spot.place.committee.id}", "personId": spot.row("candidate"), "channel": channel,
        "category": "NOTABLE_RESIDENT", "personConsent": WORDS, **more,
    }  # fmt: skip


def _leads(spot: Spot) -> dict[str, Any]:
    deputies = [spot.row(f"deputy {at} of the ready") for at in range(1, 5)]
    return {"directorId": spot.row("director of the ready"), "deputyIds": deputies}


def _entered(spot: Spot) -> dict[str, Any]:
    return {
        "committeeId": spot.row("ready"), "personId": spot.row("candidate"), "category": "OTHER",
        "channel": "SELF_NOMINATION", "termStart": str(TODAY),
    }  # fmt: skip


INPUTS |= {
    "foundCommittee": lambda at: {
        "divisionCode": at.row("empty community"), "name": WORDS, "establishedOn": str(TODAY),
    },
    "enterMember": _entered,
    "enterMembers": lambda at: {"rows": [_entered(at)]},
    "activateCommittee": lambda at: {"committeeId": at.row("ready")},
    "grantLeadWaiver": lambda at: {
        "committeeId": at.row("ready"), "post": "PARTY_SECRETARY", "reason": WORDS,
        "until": str(TODAY + timedelta(days=30)),
    },
    "dissolveCommittee": lambda at: {"committeeId": at.row("ready"), "reason": WORDS},
    "designatePilot": lambda at: {"divisionCode": at.row("community"), "isPilot": True, "since": str(TODAY)},
    "nominateMember by staff": lambda at: nominated(at, "SELF_NOMINATION"),
    "nominateMember by residents": lambda at: nominated(at, "RESIDENT_RECOMMENDATION", recommenderCount=5),
    "nominateMember by a unit": lambda at: nominated(at, "UNIT_RECOMMENDATION", organizationId=at.row("unit")),
    "discussCandidacy": lambda at: {"candidacyId": at.row("candidacy")},
    "objectToCandidacy": lambda at: {"candidacyId": at.row("noticed"), "text": WORDS},
    "appointMember": lambda at: {"candidacyId": at.row("noticed until yesterday")},
    "declineCandidacy": lambda at: {"candidacyId": at.row("noticed"), "reason": "NO_SEAT", "note": WORDS},
    "withdrawCandidacy": lambda at: {"candidacyId": at.row("candidacy")},
    "recordTwoCommitteesMeeting": lambda at: {
        "committeeId": at.row("ready"), "heldOn": str(TODAY), "expectedCount": 9, "presentCount": 5, "minutes": WORDS,
        "leads": _leads(at),
    },
    "settleCommitteeLeads": lambda at: {
        "committeeId": at.row("ready"), "meetingId": at.row("decision of the ready"), **_leads(at),
    },
    "setMemberPosts": lambda at: {"memberId": at.row("MEMBER"), "posts": ["RESIDENTS_MEMBER"]},
    "renewMember": lambda at: {
        "memberId": at.row("last of the ready"), "meetingId": at.row("decision of the ready"),
    },
    "endMember": lambda at: {"memberId": at.row("MEMBER"), "reason": "RESIGNED", "endsOn": str(TODAY)},
    "replaceMember": lambda at: {"memberId": at.row("last of the ready"), "candidacyId": at.row("successor")},
}  # fmt: skip
