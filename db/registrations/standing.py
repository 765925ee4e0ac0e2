"""Who may take the steps of registrations and agreements, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable, Iterable
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import speaks_for
from db.access.models.account import Role
from db.access.models.journal import JournalAction, JournalEntry
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.people.models.person import Person
from db.people.themselves import is_person
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE, PLEDGE_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.agreement import AgreementSide, PartnershipAgreement
from db.registrations.models.registration import Registration, is_live
from db.registrations.models.service import Pledge

C, G = Capacity, RowGuard


def role_of_party(call: Call, code: str, person: Person | None, units: Iterable[int | None]) -> Role | None:
    """Return the role in which the actor is, or speaks for, a person or one of some units; None where they do not.

    code: of the division where they act.
    """
    if not call.actor.mandate.part.covers(code):
        return None
    if person is not None and person.account_id is not None and person.account_id == call.actor.account_id:
        return Role.RESIDENT
    return Role.UNIT_CONTACT if speaks_for_one(call, units) else None


def speaks_for_one(call: Call, units: Iterable[int | None]) -> bool:
    """Return whether the actor is the contact of one of some units."""
    named = {unit for unit in units if unit is not None}
    return any(held.role is Role.UNIT_CONTACT and held.organization_id in named for held in call.actor.held)


def to_registration(call: Call, registration: Registration) -> dict[Capacity, Role]:
    """Return what an actor is to a registration, by which role."""
    found = offices_over(call, registration.division_code)
    person = Person.find(id=registration.person_id) if registration.person_id else None
    units = (registration.organization_id, registration.work_unit_id)
    if (role := role_of_party(call, registration.division_code, person, units)) is not None:
        found[C.PARTY] = role
    return found


def party_bits(facts: RowFacts) -> Any:
    """Write whether the asker is the party of a registration, or speaks for it, as bits."""
    row, asker = facts.row, facts.asker
    speaks = asker.holds(
        lambda grant: (
            speaks_for(grant, "organization")
            & ((grant.organization == row.organization) | (grant.organization == row.work_unit))
        )
    )
    return Case(None, [(asker.covers(row.division_code) & (is_person(row.person, asker) | speaks), mask([C.PARTY]))], 0)


def _registration_bits(facts: RowFacts) -> Any:
    return facts.office_bits(C.COMMUNITY_STAFF) + party_bits(facts)


def _is_registered_anew(facts: RowFacts) -> Any:
    """Build the condition that the party of a registration has another live one of the kind."""
    row, other = facts.row, Registration.alias("anew")
    same = (other.organization == row.organization) | (other.person == row.person)
    found = other.select(SQL("1")).where(same & (other.kind == row.kind) & (other.id != row.id) & is_live(other))
    return fn.EXISTS(found)


REGISTRATION_STEPS = RowSteps(
    Registration,
    REGISTRATION_LIFECYCLE,
    to_registration,
    _registration_bits,
    {G.REGISTERED_ANEW: _is_registered_anew, G.REGISTERED_BY_UNIT: lambda facts: facts.row.person.is_null()},
    serves_issue=False,
)
_MISSING = ("There is no such registration; check the id.", "没有此报到登记，请核对 ID。")


def registration_subject(stand: Callable[[Call, Registration, Any], Any]) -> Subject:
    """Return the subject of a command on a registration. stand: as of `Subject`."""
    return Subject(
        model=Registration,
        keys={"registration_id": "id"},
        missing=_MISSING,
        stale=stale_by_journal(REGISTRATION_LIFECYCLE),
        stand=stand,
    )


REGISTRATION = registration_subject(
    lambda call, row, mutation: REGISTRATION_STEPS.require(call, row, mutation, "registrationId")
)


def _to_pledge(call: Call, pledge: Pledge) -> dict[Capacity, Role]:
    registration = Registration.find(id=pledge.registration_id)
    assert registration is not None
    return to_registration(call, registration)


def _pledge_bits(facts: RowFacts) -> Any:
    """Write what the asker is to the registration of a pledge."""
    own = Registration.alias("of_pledge")
    bits = party_bits(facts._replace(row=own))
    return facts.office_bits(C.COMMUNITY_STAFF) + fn.COALESCE(
        own.select(bits).where(own.id == facts.row.registration), 0
    )


PLEDGE_STEPS = RowSteps(
    Pledge,
    PLEDGE_LIFECYCLE,
    _to_pledge,
    _pledge_bits,
    {G.PLEDGE_COUNTS_HOURS: lambda facts: facts.row.hours.is_null(False)},
    serves_issue=False,
)
PLEDGE = Subject(
    model=Pledge,
    keys={"pledge_id": "id"},
    missing=("There is no such pledge; check the id.", "没有此承诺，请核对 ID。"),
    stale=stale_by_journal(PLEDGE_LIFECYCLE),
    stand=lambda call, row, mutation: PLEDGE_STEPS.require(call, row, mutation, "pledgeId"),
)

# Those who act for the side of a division in an agreement.
OF_COMMUNITY = (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER)


def to_agreement(call: Call, agreement: PartnershipAgreement) -> dict[Capacity, Role]:
    """Return what an actor is to an agreement, by which role."""
    found = offices_over(call, agreement.division_code)
    role = role_of_party(call, agreement.division_code, None, (agreement.organization_id,))
    return found if role is None else {**found, C.UNIT_CONTACT: role}


def sides_of(call: Call, agreement: PartnershipAgreement) -> dict[AgreementSide, Role]:
    """Return the sides of an agreement for which an actor may sign, by which role; the unit's first."""
    found = to_agreement(call, agreement)
    office = next((found[capacity] for capacity in OF_COMMUNITY if capacity in found), None)
    sides = {AgreementSide.UNIT: found.get(C.UNIT_CONTACT), AgreementSide.COMMUNITY: office}
    return {side: role for side, role in sides.items() if role is not None}


def _contact_bits(facts: RowFacts) -> Any:
    row, asker = facts.row, facts.asker
    speaks = asker.holds(lambda grant: speaks_for(grant, "organization") & (grant.organization == row.organization))
    return Case(None, [(asker.covers(row.division_code) & speaks, mask([C.UNIT_CONTACT]))], 0)


def _agreement_bits(facts: RowFacts) -> Any:
    return facts.office_bits(*OF_COMMUNITY) + _contact_bits(facts)


def _has_signed(facts: RowFacts) -> Any:
    """Build the condition that each side has signed for which the asker may sign."""
    row = facts.row
    may_for_unit, may_for_community = _contact_bits(facts) > 0, facts.office_bits(*OF_COMMUNITY) > 0
    may_yet = (may_for_unit & row.signed_by_unit_at.is_null()) | (
        may_for_community & row.signed_by_community_at.is_null()
    )
    return (may_for_unit | may_for_community) & ~may_yet


def _signed_for_the_other(facts: RowFacts) -> Any:
    """Build the condition that the asker gave the one signature that an agreement has."""
    entry = JournalEntry.alias("signature")
    of_agreement = (entry.subject_type == PartnershipAgreement.__name__) & (entry.subject_id == facts.row.id)
    is_theirs = (entry.action == JournalAction.SIGN.value) & (entry.actor == facts.asker.account_id)
    return fn.EXISTS(entry.select(SQL("1")).where(of_agreement & is_theirs))


def _other_side_signed(facts: RowFacts) -> Any:
    return facts.row.signed_by_unit_at.is_null(False) | facts.row.signed_by_community_at.is_null(False)


AGREEMENT_STEPS = RowSteps(
    PartnershipAgreement,
    AGREEMENT_LIFECYCLE,
    to_agreement,
    _agreement_bits,
    {
        G.SIGNED_ALREADY: _has_signed,
        G.SIGNED_FOR_THE_OTHER: _signed_for_the_other,
        G.OTHER_SIDE_SIGNED: _other_side_signed,
        G.UNSIGNED: lambda facts: ~_other_side_signed(facts),
    },
    serves_issue=False,
)
AGREEMENT = Subject(
    model=PartnershipAgreement,
    keys={"agreement_id": "id"},
    missing=("There is no such agreement; check the id.", "没有此共建协议，请核对 ID。"),
    stale=stale_by_journal(AGREEMENT_LIFECYCLE),
    stand=lambda call, row, mutation: AGREEMENT_STEPS.require(call, row, mutation, "agreementId"),
)
