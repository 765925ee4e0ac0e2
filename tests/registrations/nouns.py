"""Registrations and agreements in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.registrations.models.registration import RegistrationKind, RegistrationState
from tests.graph.evaluator import COMPUTED, LISTS, ROOT_LISTS, by_column, scoped
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, TODAY, WORDS, Spot
from tests.registrations.factories import make_agreement, make_agreement_item, make_registration
from tests.registrations.rows import fill

FILLS.append(fill)
LISTS |= {
    ("Division", "registrations"): (scoped("Registration"), ""),
    ("Division", "agreements"): (scoped("PartnershipAgreement"), ""),
    ("Organization", "registrations"): (by_column("organization_id", "Registration"), ""),
    ("Organization", "cadres"): (by_column("work_unit_id", "Registration"), ""),
    ("Organization", "agreements"): (by_column("organization_id", "PartnershipAgreement"), ""),
    ("Person", "registrations"): (by_column("person_id", "Registration"), ""),
    ("PartnershipAgreement", "renewals"): (by_column("renews_id", "PartnershipAgreement"), ""),
    ("PartnershipAgreement", "items"): (by_column("agreement_id", "AgreementItem"), "position"),
}
ROOT_LISTS |= {"registrations": ("Registration", ""), "partnershipAgreements": ("PartnershipAgreement", "")}
COMPUTED |= {
    ("Registration", "duties"): lambda _, row: row.duties.split(),
    ("Registration", "party"): lambda world, row: (
        world.get("Organization", row.organization_id) or world.get("Person", row.person_id)
    ),
}


def add_to_place(place: Place) -> dict[str, str]:
    """Add what the unit of a place has registered and drafted."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    waiting = make_registration(unit, state=RegistrationState.SUBMITTED, confirmed_on=None, renew_by=None)
    active = make_registration(unit, kind=RegistrationKind.UNIT)
    item = make_agreement_item(make_agreement(unit))
    return {
        "waiting registration": f"Registration_{waiting.id}", "registration": f"Registration_{active.id}",
        "agreement": f"PartnershipAgreement_{item.agreement_id}", "agreement item": f"AgreementItem_{item.id}",
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
READS = {
    "registration": ('registration(id: "%(registration)s") { id }', _PUBLIC),
    "registrations": ('registrations(filter: {id: {eq: "%(registration)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "registrationAggregate": ('registrationAggregate(filter: {id: {eq: "%(registration)s"}}) { count }', _PUBLIC),
    "partnershipAgreement": ('partnershipAgreement(id: "%(agreement)s") { id }', _PUBLIC),
    "partnershipAgreements": (
        'partnershipAgreements(filter: {id: {eq: "%(agreement)s"}}) { totalCount nodes { id } }',
        _PUBLIC,
    ),
}
_STAFF, _CONTACT = {Role.STAFF}, {Role.UNIT_CONTACT}
_SIDES = {Role.STAFF, Role.SUBDISTRICT_OFFICER, Role.UNIT_CONTACT}
MAY = {
    "submitRegistration": (_STAFF | _CONTACT,),
    "submitRegistration of themselves": (_STAFF | {Role.RESIDENT},),
    "submitRegistrations": (_STAFF | _CONTACT,),
    "reviewRegistration": (_STAFF,),
    "renewRegistration": (_STAFF | _CONTACT,),
    "endRegistration": (_STAFF | _CONTACT,),
    "transferRegistration": (_CONTACT,),
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
    "draftAgreement": lambda at: {
        "divisionCode": at.place.code, "organizationId": at.row("unit"), "startsOn": TODAY, "endsOn": "2028-12-31",
        "items": [{"side": "UNIT", "kind": "NEED", "text": WORDS}],
    },
    "signAgreement": lambda at: {"agreementId": at.row("agreement")},
    "endAgreement": lambda at: {"agreementId": at.row("agreement"), "reason": WORDS},
}  # fmt: skip
