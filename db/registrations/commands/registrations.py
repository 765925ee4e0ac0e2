"""How parties register with a community: they submit, and are reviewed, renewed, transferred and ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.steps import not_permitted, offices_over
from db.access.subjects import command
from db.issues.lifecycle import Capacity
from db.issues.models.duty import Duty
from db.kernel.bounds import Between, Items, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled
from db.organizations.models.organization import Organization, OrganizationState
from db.organizations.standing import ENDS_WITH_IT
from db.people.finding import living_person
from db.people.models.person import Person
from db.places.models.division import Division
from db.registrations.contacts import contact_role, end_contact_role, require_other_contact
from db.registrations.lifecycle import AGREEMENT_LIFECYCLE, REGISTRATION_LIFECYCLE
from db.registrations.models.agreement import PartnershipAgreement
from db.registrations.models.registration import (
    Registration,
    RegistrationEnd,
    RegistrationKind,
    RegistrationReview,
    duties_text,
    is_live,
)
from db.registrations.standing import REGISTRATION, role_of_party
from db.settings.models import SettingKey
from db.settings.values import setting

A = JournalAction
_NAME = Length(2, 100, has_lines=False)


@dataclass(frozen=True, slots=True)
class Offer(Inputs):
    """What a party offers to do in the community."""

    duties: Annotated[Sequence[Duty], Items(1, 3)]
    yearly_hours: Annotated[Decimal, Between(0, 2_000, places=2)]
    skills: Annotated[str, Length(1, 200, has_lines=False)] | None = None


@dataclass(frozen=True, slots=True)
class Belonging(Inputs):
    """Where a party belongs, and who speaks for it."""

    party_organization_name: Annotated[str, _NAME] | None = None
    work_unit_id: int | None = None
    contact_person_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Party:
    """Who registers, locked until the transaction ends."""

    organization: Organization | None = None
    person: Person | None = None


@command()
def submit_registration(
    call: Call,
    *,
    division_code: str,
    kind: RegistrationKind,
    party_id: tuple[str, int],
    offer: Offer,
    belonging: Belonging,
    has_consent: bool = False,
) -> CommandResult:
    """Register a unit or a person with a community, which reviews it (报到).

    party_id: the type that the id names, and the row's id. has_consent: the party agreed, where somebody else registers
    them.

    Raises:
        DomainError: NOT_FOUND, no such community, party, unit or contact; NOT_PERMITTED; INVALID_INPUT;
            CONSENT_REQUIRED; ALREADY_EXISTS, the party has a live registration of the kind, wherever it is.
    """
    home = community_of(division_code)
    party = _party_of(kind, party_id)
    role = _require_registrar(call, home.code, party, has_consent)
    _require_new(party, kind)
    values = {"duties": duties_text(offer.duties), "skills": offer.skills, "yearly_hours": offer.yearly_hours}
    made = _begin(call, role, home, kind=kind, **values, **_party_columns(party), **_belonging(party, belonging))
    return CommandResult({"registration": made.id, "event": entry_of(REGISTRATION_LIFECYCLE, made)})


def _begin(call: Call, role: Role, home: Division, **columns: Any) -> Registration:
    return begin(
        call, REGISTRATION_LIFECYCLE, Registration, By.actor(call, role, home.code), division=home.id,
        division_code=home.code, created_at=call.at, **columns,
    )  # fmt: skip


def _party_of(kind: RegistrationKind, party_id: tuple[str, int]) -> _Party:
    """Find and lock the party that registers, of the type that the kind is for."""
    noun, row_id = party_id
    wanted = "Organization" if kind.is_of_a_unit else "Person"
    if noun != wanted:
        raise invalid(
            "partyId",
            f"A registration of the kind {kind.value} is of a {wanted.lower()}; send the id of one.",
            f"{kind.chinese}的报到人须为{'单位' if kind.is_of_a_unit else '人员'}，请填写其 ID。",
        )
    if not kind.is_of_a_unit:
        return _Party(person=living_person(row_id, "partyId"))
    unit = Organization.lock(id=row_id)
    if unit is None or unit.state is not OrganizationState.ACTIVE:
        message = "There is no such organization in use; check the id, or register the unit first."
        raise not_found("partyId", message, "没有此单位，或单位不在册；请核对 ID，或先登记单位。")
    return _Party(organization=unit)


def _require_registrar(call: Call, code: str, party: _Party, has_consent: bool) -> Role:
    """Check that the actor is the party, speaks for it, or is staff there; return the role in which they act."""
    person, unit = party.person, party.organization
    units = (unit.id if unit else None, person.work_unit_id if person else None)
    role = role_of_party(call, code, person, units)
    # A unit's contact speaks for the unit, and a person for themselves; anybody else asks first.
    needs_consent = role is None if unit else role is not Role.RESIDENT
    if role is None:
        role = offices_over(call, code).get(Capacity.COMMUNITY_STAFF)
    if role is None:
        raise not_permitted(Capacity.PARTY, Capacity.COMMUNITY_STAFF)
    if needs_consent and not has_consent:
        raise DomainError(
            ErrorCode.CONSENT_REQUIRED,
            "You register somebody else: ask whether they agree, and confirm it with hasConsent.",
            ("hasConsent",),
            chinese="代他人报到须征得其同意，并填写 hasConsent 予以确认。",
        )
    return role


def _require_new(party: _Party, kind: RegistrationKind) -> None:
    """Check that the party, which is locked, has no live registration of a kind anywhere."""
    statement, owner = (_of_unit, party.organization) if party.organization else (_of_person, party.person)
    assert owner is not None
    if (other := statement.first(owner.id, kind)) is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The party is registered in this kind already: Registration_{other.id} in {other.division_code}. "
            "Transfer it, or end it first.",
            ("partyId",),
            chinese=f"该报到人已有同类报到：Registration_{other.id}（{other.division_code}）。请办理转移，或先终止。",
        )


def _belonging(party: _Party, given: Belonging) -> dict[str, Any]:
    """Return the columns of where a party belongs, with the unit and the contact found."""
    unit_id, contact_id = given.work_unit_id, given.contact_person_id
    if party.person is None and unit_id is not None:
        raise invalid("workUnitId", "A unit has no work unit; leave it out.", "单位报到不填写工作单位。")
    if party.person is not None and contact_id is not None:
        raise invalid("contactPersonId", "Only a unit names a contact; leave it out.", "仅单位报到填写联络人。")
    if unit_id is not None and Organization.find(id=unit_id) is None:
        raise not_found("workUnitId", "There is no such organization; check the id.", "没有此单位，请核对 ID。")
    contact = living_person(contact_id, "contactPersonId") if contact_id is not None else None
    works_for = party.person.work_unit_id if party.person is not None else None
    return {
        "party_organization_name": given.party_organization_name,
        "work_unit": unit_id if unit_id is not None else works_for,
        "contact_person": contact.id if contact else None,
    }


def _party_columns(party: _Party) -> dict[str, Any]:
    if party.organization is not None:
        return {"organization": party.organization.id}
    assert party.person is not None
    return {"person": party.person.id}


def _confirmed(call: Call, registration: Registration) -> dict[str, Any]:
    """Return the days of a registration that is confirmed today."""
    days = setting(SettingKey.REGISTRATION_RENEW_DAYS, registration.division_code)
    return {"confirmed_on": call.day, "renew_by": call.day + timedelta(days=days)}


@command(REGISTRATION, "reviewRegistration")
def review_registration(
    call: Call,
    registration: Registration,
    role: Role,
    *,
    decision: RegistrationReview,
    reason: Prose | None = None,
) -> CommandResult:
    """Confirm or decline a registration (审核报到); the contact whom a unit names gets the role for it.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, no reason is given.
    """
    step = partial(_move, call, registration, role)
    if decision is RegistrationReview.APPROVED:
        require_other_contact(call, registration)
        event = step(A.APPROVE, note=reason, **_confirmed(call, registration), **contact_role(call, registration))
        return CommandResult({"registration": registration.id, "event": event})
    if reason is None:
        raise invalid("reason", "Give the reason why it is not confirmed.", "请说明不予通过的理由。")
    return CommandResult({"registration": registration.id, "event": step(A.DECLINE, note=reason)})


@command(REGISTRATION, "renewRegistration")
def renew_registration(call: Call, registration: Registration, role: Role) -> CommandResult:
    """Confirm a registration for a further time from today, also one that lapsed (报到续期).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; ALREADY_EXISTS, the party has
            registered anew since.
    """
    # Only one that lapsed has lost the role of its contact.
    given = contact_role(call, registration) if registration.contact_grant_id is None else {}
    event = _move(call, registration, role, A.RENEW, **_confirmed(call, registration), **given)
    return CommandResult({"registration": registration.id, "event": event})


@command(REGISTRATION, "endRegistration")
def end_registration(
    call: Call, registration: Registration, role: Role, *, reason: RegistrationEnd, note: Prose | None = None
) -> CommandResult:
    """End a registration, and with it the role of the contact that it names (终止报到).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    event = end(call, registration, A.END, reason, By.actor(call, role, registration.division_code), note)
    return CommandResult({"registration": registration.id, "event": event})


@command(REGISTRATION, "transferRegistration")
def transfer_registration(call: Call, registration: Registration, role: Role, *, division_code: str) -> CommandResult:
    """End a registration and submit the same one to another community, in one step (转移报到).

    Raises:
        DomainError: NOT_FOUND, no such registration or community; NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT;
            INVALID_INPUT, it is the same community.
    """
    home = community_of(division_code)
    if home.code == registration.division_code:
        message = "The registration is in this community already; name another one."
        raise invalid("divisionCode", message, "已在该社区报到，请填写其他社区。")
    by = By.actor(call, role, registration.division_code)
    event = end(call, registration, A.MOVE, RegistrationEnd.MOVED, by)
    kept = {name: registration.__data__[name] for name in _KEPT}
    made = _begin(call, role, home, **kept)
    return CommandResult({"registration": registration.id, "successor": made.id, "event": event})


# What a transferred registration takes along.
_KEPT = (
    "kind", "organization", "person", "party_organization_name", "work_unit", "duties", "skills", "yearly_hours",
    "contact_person",
)  # fmt: skip


def end(
    call: Call,
    registration: Registration,
    action: JournalAction,
    reason: RegistrationEnd,
    by: By,
    note: str | None = None,
) -> int:
    """End a registration by a step, with the role of its contact; return the id of the entry."""
    end_contact_role(call, registration)
    return move(
        call, REGISTRATION_LIFECYCLE, registration, action, by, note=note, facts={"reason": reason},
        end_reason=reason, ended_on=call.day, contact_grant=None,
    )  # fmt: skip


def _end_of_unit(call: Call, unit: Organization, by: By) -> None:
    """End the registrations and the agreements of an organization that was closed."""
    for registration in Registration.lock_all(organization=unit.id):
        if registration.state in REGISTRATION_LIFECYCLE.transitions[A.END].sources:
            end(call, registration, A.END, RegistrationEnd.OTHER, by)
    for agreement in PartnershipAgreement.lock_all(organization=unit.id):
        if agreement.state in AGREEMENT_LIFECYCLE.transitions[A.END].sources:
            move(call, AGREEMENT_LIFECYCLE, agreement, A.END, by)


ENDS_WITH_IT.append(_end_of_unit)


def _move(call: Call, registration: Registration, role: Role, action: JournalAction, **values: Any) -> int:
    by = By.actor(call, role, registration.division_code)
    return move(call, REGISTRATION_LIFECYCLE, registration, action, by, **values)


@compiled
def _of_unit(unit_id: Any, kind: Any) -> Any:
    return _live_of(Registration.organization == unit_id, kind)


@compiled
def _of_person(person_id: Any, kind: Any) -> Any:
    return _live_of(Registration.person == person_id, kind)


def _live_of(is_own: Any, kind: Any) -> Any:
    return Registration.select().where(is_own & (Registration.kind == kind) & is_live(Registration))
