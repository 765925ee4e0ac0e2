"""The role of a unit's contact, which a confirmed registration gives to whom it names and ends with itself."""

from typing import Any

from db.access.commands import Call
from db.access.models.access import RoleGrant, is_held
from db.access.models.account import Role
from db.access.role_changes import RoleFact, end_roles, give_with_account, require_not_own
from db.kernel.codes import CodeRange
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.registrations.models.registration import Registration, RegistrationState

NAMED = RoleFact("报到登记", "endRegistration", lambda grant: Registration.find(contact_grant=grant.id))


def contact_role(call: Call, registration: Registration) -> dict[str, Any]:
    """Grant the contact whom a registration names the role for its unit; return the column that keeps it.

    Somebody without an account gets none: there is nobody who could sign in.
    """
    contact = Person.find(id=registration.contact_person_id) if registration.contact_person_id else None
    if contact is None or contact.account_id is None:
        return {}
    part = CodeRange(registration.division_code, registration.division_code)
    reason = f"contact of Registration_{registration.id}"
    grant = NAMED.grant(
        call, Role.UNIT_CONTACT, contact.account_id, part, reason, organization=registration.organization_id
    )
    return {"contact_grant": grant.id}


def _open_account(call: Call, person: Person) -> None:
    """Let the contact of registered units speak for them once they have got an account."""
    named = {"contact_person": person.id, "state": RegistrationState.ACTIVE}
    for registration in Registration.lock_all(**named):
        if registration.contact_grant_id is None:
            registration.change(**contact_role(call, registration))


give_with_account(_open_account)


def end_contact_role(call: Call, registration: Registration) -> None:
    """End the role that a registration gave."""
    if registration.contact_grant_id is not None:
        end_roles(call, f"Registration_{registration.id} ended", id=registration.contact_grant_id)


def require_other_contact(call: Call, registration: Registration) -> None:
    """Check that the actor does not give themselves the role of a contact.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    contact = Person.find(id=registration.contact_person_id) if registration.contact_person_id else None
    require_not_own(call, contact and contact.account_id, "registrationId")


def unit_contacts(call: Call, registration: Registration) -> list[int]:
    """List the accounts that speak for the unit that is registered, or that a registered person works for."""
    unit_id = registration.organization_id or registration.work_unit_id
    return [account_id for (account_id,) in _contacts.tuples(unit_id, call.now)] if unit_id is not None else []


@compiled
def _contacts(unit_id: Any, now: Any) -> Any:
    of_unit = (RoleGrant.role == Role.UNIT_CONTACT.value) & (RoleGrant.organization == unit_id)
    held = of_unit & is_held(RoleGrant, now)
    return RoleGrant.select(RoleGrant.account).where(held).distinct().order_by(RoleGrant.account)
