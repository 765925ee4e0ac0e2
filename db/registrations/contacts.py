"""The role of a unit's contact, which a confirmed registration gives to whom it names and ends with itself."""

from typing import Any

from db.access.commands import Call, record_act
from db.access.models.access import RoleGrant
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.access.role_changes import end_roles
from db.people.models.person import Person
from db.registrations.models.registration import Registration


def contact_role(call: Call, registration: Registration) -> dict[str, Any]:
    """Grant the contact whom a registration names the role for its unit; return the column that keeps it.

    Somebody without an account gets none: there is nobody who could sign in.
    """
    contact = Person.find(id=registration.contact_person_id) if registration.contact_person_id else None
    if contact is None or contact.account_id is None:
        return {}
    grant = RoleGrant.create(
        account=contact.account_id, role=Role.UNIT_CONTACT, division_code=registration.division_code,
        last_code=registration.division_code, organization=registration.organization_id, starts_at=call.at,
        granted_by=call.actor.account_id,
    )  # fmt: skip
    told = f"{grant.role} Account_{grant.account_id}: contact of Registration_{registration.id}"
    record_act(call, AuditAction.GRANTED, grant, told)
    return {"contact_grant": grant.id}


def end_contact_role(call: Call, registration: Registration) -> None:
    """End the role that a registration gave."""
    if registration.contact_grant_id is not None:
        end_roles(call, f"Registration_{registration.id} ended", id=registration.contact_grant_id)
