"""Registrations and agreements in the tests that span all nouns."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from db.access.models.account import Role
from db.access.models.journal import JournalAction, JournalEntry
from db.city import models
from db.registrations.models.registration import RegistrationKind, RegistrationState
from db.registrations.models.service import HourState
from tests.factories import make_person, make_team_membership
from tests.graph.evaluator import (
    COMPUTED,
    FIGURES,
    LISTS,
    PERSONAL,
    ROOT_LISTS,
    VIEWS,
    World,
    by_column,
    scoped,
)
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, TODAY, WORDS, Spot
from tests.graph.viewers import RULES, Viewer
from tests.issues.capacities import covers
from tests.people.nouns import OFFICES
from tests.registrations.factories import (
    make_agreement,
    make_agreement_item,
    make_appraisal,
    make_hour_record,
    make_pledge,
    make_registration,
)
from tests.registrations.rows import fill

FILLS.append(fill)


def _of_unit(world: World, unit: Any, scope: str) -> list[Any]:
    registered = {
        row.id for row in world.rows["Registration"] if unit.id in (row.organization_id, row.work_unit_id)
    }  # fmt: skip
    return [row for row in world.rows["Appraisal"] if row.registration_id in registered]


LISTS |= {
    ("Division", "registrations"): (scoped("Registration"), ""),
    ("Division", "agreements"): (scoped("PartnershipAgreement"), ""),
    ("Organization", "registrations"): (by_column("organization_id", "Registration"), ""),
    ("Organization", "cadres"): (by_column("work_unit_id", "Registration"), ""),
    ("Organization", "agreements"): (by_column("organization_id", "PartnershipAgreement"), ""),
    ("Organization", "appraisals"): (_of_unit, "-year"),
    ("Person", "registrations"): (by_column("person_id", "Registration"), ""),
    ("Person", "hours"): (by_column("person_id", "HourRecord"), "-day"),
    ("Registration", "pledges"): (by_column("registration_id", "Pledge"), ""),
    ("Registration", "hours"): (by_column("registration_id", "HourRecord"), "-day"),
    ("Registration", "appraisals"): (by_column("registration_id", "Appraisal"), "-year"),
    ("PartnershipAgreement", "renewals"): (by_column("renews_id", "PartnershipAgreement"), ""),
    ("PartnershipAgreement", "items"): (by_column("agreement_id", "AgreementItem"), "position"),
}
ROOT_LISTS |= {
    "registrations": ("Registration", ""),
    "pledges": ("Pledge", ""),
    "hourRecords": ("HourRecord", "-day"),
    "appraisals": ("Appraisal", ""),
    "partnershipAgreements": ("PartnershipAgreement", ""),
}


def _done(world: World, pledge: Any) -> Decimal:
    done = (row.hours for row in world.rows["HourRecord"] if row.pledge_id == pledge.id and row.state == "CONFIRMED")
    return sum(done, Decimal("0.00"))


def done_hours(viewer: Viewer, pledge: Any) -> Decimal | None:
    """Return what was done for a pledge, for those who may know the hours of whoever made it."""
    registration = viewer.world.get("Registration", pledge.registration_id)
    is_public = registration.person_id is None
    return _done(viewer.world, pledge) if is_public or _knows_registered(viewer, registration) else None


def _knows_registered(viewer: Viewer, registration: Any) -> bool:
    own = SimpleNamespace(
        person_id=registration.person_id, registration_id=registration.id, division_code=registration.division_code
    )
    return knows_person(viewer, own)


def _division(world: World, row: Any) -> Any:
    return next((division for division in world.rows["Division"] if division.code == row.division_code), None)


def knows_person(viewer: Viewer, row: Any) -> bool:
    """Return whether a viewer knows what a person did: themselves, their unit's contact, staff and offices above."""
    person = viewer.world.get("Person", row.person_id)
    registration = viewer.world.get("Registration", row.registration_id)
    units = {person.work_unit_id, registration.work_unit_id if registration else None} - {None}
    is_self = viewer.account_id is not None and person.account_id == viewer.account_id
    return viewer.is_good(row.division_code) and (
        is_self
        or any(grant.role in OFFICES and covers(grant, row.division_code) for grant in viewer.held())
        or any(grant.role == "UNIT_CONTACT" and grant.organization_id in units for grant in viewer.held())
    )


def sees_hours(viewer: Viewer, record: Any) -> bool:
    """Return whether a viewer sees a record of hours: also as captain of the team."""
    teams = {grant.team_id for grant in viewer.held() if grant.role == "TEAM_CAPTAIN"}
    is_captain = record.team_id is not None and record.team_id in teams and viewer.is_good(record.division_code)
    return is_captain or knows_person(viewer, record)


RULES |= {
    "HourRecord": sees_hours,
    "Appraisal": lambda viewer, row: row.person_id is None or knows_person(viewer, row),
}
COMPUTED |= {
    ("Registration", "duties"): lambda _, row: row.duties.split(),
    ("HourRecord", "sourceId"): lambda _, row: row.source_type and f"{row.source_type}_{row.source_id}",
    **{(noun, "division"): _division for noun in ("Pledge", "HourRecord", "Appraisal")},
    ("Registration", "party"): lambda world, row: (
        world.get("Organization", row.organization_id) or world.get("Person", row.person_id)
    ),
}


PERSONAL["Pledge", "doneHours"] = done_hours
# The line of a journal that says that a registration was confirmed two years ago.
BEGUN: dict[str, Any] = {
    "subject_type": "Registration", "seq": 1, "at": "2024-01-05T08:00:00Z", "action": JournalAction.APPROVE,
    "actor_role": Role.STAFF, "to_state": "ACTIVE", "prev_hash": "0" * 64, "hash": "0" * 64,
}  # fmt: skip


@dataclass(frozen=True)
class Hour:
    """A record of hours as sums show it."""

    id: int
    duty: Any
    month: str
    team_id: str | None
    division_code: str
    hours: Decimal
    state: Any

    @property
    def _pk(self) -> int:
        return self.id


def _team(row: Any) -> str | None:
    return None if row.team_id is None else f"VolunteerTeam_{row.team_id}"


def _hours(world: World) -> list[Any]:
    return [
        Hour(row.id, row.duty, row.day.isoformat()[:7], _team(row), row.division_code, row.hours, row.state)
        for row in world.rows["HourRecord"]
    ]


VIEWS["Hour"] = _hours


def _registered(kind: str) -> Callable[[Callable[..., list[Any]]], int]:
    return lambda rows: len(rows("Registration", lambda row: row.kind == kind and row.state == "ACTIVE"))


def _confirmed(rows: Callable[..., list[Any]]) -> Decimal:
    return sum((row.hours for row in rows("Hour", lambda row: row.state == "CONFIRMED")), Decimal("0.00"))


FIGURES |= {
    "partnerPartyOrganizationCount": _registered("PARTY_ORG"),
    "registeredCadreCount": _registered("PARTY_MEMBER"),
    # Without its days; tests/registrations has some.
    "confirmedHours": _confirmed,
}


def add_to_place(place: Place) -> dict[str, str]:
    """Add what the unit of a place has registered and drafted."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    waiting = make_registration(unit, state=RegistrationState.SUBMITTED, confirmed_on=None, renew_by=None)
    active = make_registration(unit, kind=RegistrationKind.UNIT)
    item = make_agreement_item(make_agreement(unit))
    worker = make_person(unit.division, name="周示范", work_unit=unit)
    cadre = make_registration(worker, kind=RegistrationKind.PUBLIC_OFFICIAL, work_unit=unit)
    JournalEntry.create(**BEGUN, subject_id=cadre.id, division_code=place.code)
    counted, plain = make_pledge(cadre), make_pledge(cadre, hours=None)
    team = models.VolunteerTeam.get_by_id(int(place.rows["team"].rpartition("_")[2]))
    make_team_membership(team, worker)
    logged = make_hour_record(worker, registration=cadre, team=team, pledge=counted, state=HourState.LOGGED)
    graded = make_appraisal(cadre)
    return {
        "waiting registration": f"Registration_{waiting.id}", "registration": f"Registration_{active.id}",
        "cadre person": f"Person_{worker.id}", "cadre": f"Registration_{cadre.id}",
        "pledge": f"Pledge_{counted.id}", "plain pledge": f"Pledge_{plain.id}",
        "hours": f"HourRecord_{logged.id}", "appraisal": f"Appraisal_{graded.id}",
        "agreement": f"PartnershipAgreement_{item.agreement_id}", "agreement item": f"AgreementItem_{item.id}",
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
# Who knows of a person's hours and grades, besides the person, who has no account.
_TELLS = {Role.STAFF, Role.UNIT_CONTACT, *OFFICERS}
READS = {
    "registration": ('registration(id: "%(registration)s") { id }', _PUBLIC),
    "registrations": ('registrations(filter: {id: {eq: "%(registration)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "registrationAggregate": ('registrationAggregate(filter: {id: {eq: "%(registration)s"}}) { count }', _PUBLIC),
    "pledge": ('pledge(id: "%(pledge)s") { id }', _PUBLIC),
    "pledges": ('pledges(filter: {id: {eq: "%(pledge)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "hourRecord": ('hourRecord(id: "%(hours)s") { id }', _TELLS | {Role.TEAM_CAPTAIN}),
    "hourRecords": (
        'hourRecords(filter: {id: {eq: "%(hours)s"}}) { totalCount nodes { id } }',
        _TELLS | {Role.TEAM_CAPTAIN},
    ),
    "hourAggregate": ('hourAggregate(filter: {divisionCode: {eq: "%(code)s"}}) { count }', _PUBLIC),
    "appraisal": ('appraisal(id: "%(appraisal)s") { id }', _TELLS),
    "appraisals": ('appraisals(filter: {id: {eq: "%(appraisal)s"}}) { totalCount nodes { id } }', _TELLS),
    "partnershipAgreement": ('partnershipAgreement(id: "%(agreement)s") { id }', _PUBLIC),
    "partnershipAgreements": (
        'partnershipAgreements(filter: {id: {eq: "%(agreement)s"}}) { totalCount nodes { id } }',
        _PUBLIC,
    ),
}
_STAFF, _CONTACT = {Role.STAFF}, {Role.UNIT_CONTACT}
_SIDES = {Role.STAFF, Role.SUBDISTRICT_OFFICER, Role.UNIT_CONTACT}
KNOWN = {"reviewHours": _TELLS | {Role.TEAM_CAPTAIN}}
MAY = {
    "submitRegistration": (_STAFF | _CONTACT,),
    "submitRegistration of themselves": (_STAFF | {Role.RESIDENT},),
    "submitRegistrations": (_STAFF | _CONTACT,),
    "reviewRegistration": (_STAFF,),
    "renewRegistration": (_STAFF | _CONTACT,),
    "endRegistration": (_STAFF | _CONTACT,),
    "transferRegistration": (_CONTACT,),
    "makePledge": (_CONTACT,),
    "confirmPledge": (_STAFF,),
    "cancelPledge": (_CONTACT,),
    "logHours": (_CONTACT | {Role.TEAM_CAPTAIN},),
    "reviewHours": (_STAFF | {Role.TEAM_CAPTAIN},),
    "appraiseRegistration": (_STAFF,),
    "draftAgreement": (_SIDES,),
    "signAgreement": (_SIDES,),
    "endAgreement": (_SIDES,),
}


def submitted(spot: Spot, party: str = "worker") -> dict[str, Any]:
    """Return the input that registers somebody of a place, as a party member who agreed."""
    return {
        "divisionCode": spot.place.code, "kind": "PARTY_MEMBER", "partyId": spot.row(party),
        "duties": ["JOINT_PREVENTION"], "yearlyHours": "24.00", "hasConsent": True,
    }  # fmt: skip


INPUTS |= {
    "submitRegistration": submitted,
    "submitRegistration of themselves": lambda at: submitted(at, "person"),
    "submitRegistrations": lambda at: {"rows": [submitted(at)]},
    "reviewRegistration": lambda at: {
        "registrationId": at.row("waiting registration"), "decision": "DECLINED", "reason": WORDS,
    },
    "renewRegistration": lambda at: {"registrationId": at.row("registration")},
    "endRegistration": lambda at: {"registrationId": at.row("registration"), "reason": "OTHER"},
    "transferRegistration": lambda at: {
        "registrationId": at.row("registration"), "divisionCode": at.place.next_code,
    },
    "makePledge": lambda at: {
        "registrationId": at.row("cadre"), "duty": "JOINT_PREVENTION", "text": WORDS, "dueOn": "2026-03-01",
    },
    "confirmPledge": lambda at: {"pledgeId": at.row("plain pledge")},
    "cancelPledge": lambda at: {"pledgeId": at.row("pledge")},
    "logHours": lambda at: {"rows": [{
        "personId": at.row("cadre person"), "day": TODAY, "hours": "1.5", "duty": "JOINT_PREVENTION", "text": WORDS,
        "teamId": at.row("team"), "pledgeId": at.row("pledge"),
    }]},
    "reviewHours": lambda at: {"hourRecordId": at.row("hours"), "decision": "CONFIRMED"},
    "appraiseRegistration": lambda at: {
        "registrationId": at.row("cadre"), "year": 2024, "grade": "GOOD", "comment": WORDS,
    },
    "draftAgreement": lambda at: {
        "divisionCode": at.place.code, "organizationId": at.row("unit"), "startsOn": TODAY, "endsOn": "2028-12-31",
        "items": [{"side": "UNIT", "kind": "NEED", "text": WORDS}],
    },
    "signAgreement": lambda at: {"agreementId": at.row("agreement")},
    "endAgreement": lambda at: {"agreementId": at.row("agreement"), "reason": WORDS},
}  # fmt: skip
