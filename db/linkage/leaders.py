"""The role of a leader in contact: given with the contact, and ended with it (R4)."""

from db.access.commands import Call
from db.access.models.access import RoleGrant
from db.access.models.account import Role, roles_with
from db.access.role_changes import RoleFact
from db.kernel.codes import CodeRange
from db.kernel.errors import DomainError, ErrorCode
from db.linkage.models.sponsorship import Sponsorship, SponsorshipState
from db.linkage.targets import Target
from db.people.models.person import Person


def _contact_of(grant: RoleGrant) -> Sponsorship | None:
    """Return the contact that gave a role, and that still holds."""
    key = grant.get_id()
    return Sponsorship.find(grant=key, state=SponsorshipState.ACTIVE) if key is not None else None


OF_LEADERS = roles_with(lambda powers: powers.capacity == "LEADER")
CONTACT = RoleFact("包抓任务", "endSponsorship", _contact_of, OF_LEADERS, "assignSponsor")


def give_role(call: Call, person: Person, target: Target) -> RoleGrant:
    """Grant a leader their role over the community of a committee.

    Raises:
        DomainError: NOT_ELIGIBLE, they have no account; NOT_PERMITTED, they are the actor.
    """
    account_id, code = person.account_id, target.division_code
    if account_id is None:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "The leader has no account yet; let them sign in and register themselves (registerPerson with isSelf).",
            chinese="该领导尚无账号，请其先登录并登记本人（registerPerson，isSelf）。",
        )
    reason = f"in contact with Committee_{target.row.id}"
    return CONTACT.grant(call, Role.LEADER, account_id, CodeRange(code, code), reason)
