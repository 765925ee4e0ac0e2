"""Roles that follow from a fact, such as a seat: given and ended in the transaction that makes or ends the fact."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from peewee import Model

from db.access.commands import Call, record_act
from db.access.models.access import RoleGrant
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.kernel.codes import CodeRange
from db.kernel.errors import DomainError, ErrorCode
from db.people.models.person import Person

_SECOND = timedelta(seconds=1)
FACTS: list["RoleFact"] = []


@dataclass(frozen=True, slots=True, eq=False)
class RoleFact:
    """A kind of fact that roles follow from, such as a seat; all other roles are granted by officers (`grantRole`).

    chinese: what it is called. verb: the mutation that ends it. find: the row that a role follows from now, or None.
    roles: those that nothing else gives. begins: the mutation that makes the fact, where there are such roles.
    """

    chinese: str
    verb: str
    find: Callable[[RoleGrant], Model | None]
    roles: tuple[Role, ...] = ()
    begins: str = ""

    def __post_init__(self) -> None:
        """Declare the kind, so that nobody ends a role that follows from it."""
        FACTS.append(self)

    def grant(
        self, call: Call, role: Role, account_id: int, part: CodeRange, reason: str, **speaks_for: int | None
    ) -> RoleGrant:
        """Grant an account a role over a part of the city from now on. speaks_for: `committee`, for example.

        Raises:
            DomainError: NOT_PERMITTED, the account is the actor's own.
        """
        require_not_own(call, account_id)
        grant = RoleGrant.create(
            account=account_id, role=role, division_code=part.first, last_code=part.last, starts_at=call.at,
            granted_by=call.actor.account_id, **speaks_for,
        )  # fmt: skip
        record_act(call, AuditAction.GRANTED, grant, f"{role.value} Account_{account_id}: {reason}")
        return grant


def require_given(grant: RoleGrant) -> None:
    """Check that a role was given by itself, so that it can be ended by itself.

    Raises:
        DomainError: ILLEGAL_TRANSITION, it follows from a fact that still holds.
    """
    for fact in FACTS:
        if (row := fact.find(grant)) is not None:
            name = f"{type(row).__name__}_{row.get_id()}"
            raise DomainError(
                ErrorCode.ILLEGAL_TRANSITION,
                f"The role follows from {name}; end it with {fact.verb}, and the role ends with it.",
                ("grantId",),
                chinese=f"该角色源于{fact.chinese} {name}，请用 {fact.verb} 办理，角色随之终止。",
            )


def require_fact(grant: RoleGrant) -> None:
    """Check that a role which follows from facts alone has the fact behind it. grant: not kept yet.

    Raises:
        DomainError: NOT_ELIGIBLE.
    """
    for fact in FACTS:
        if grant.role in fact.roles and fact.find(grant) is None:
            raise DomainError(
                ErrorCode.NOT_ELIGIBLE,
                f"The role {grant.role.value} follows from a fact and is not granted by itself; use {fact.begins}.",
                ("role",),
                chinese=f"{grant.role.chinese}角色随{fact.chinese}产生，不单独授予；请用 {fact.begins} 办理。",
            )


def require_not_own(call: Call, account_id: int | None, field: str = "") -> None:
    """Check that an actor does not give themselves a role, by whatever fact. field: of the input, that names whom.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    if account_id is not None and account_id == call.actor.account_id:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            "This would give you a role yourself; ask somebody else in the same office to do it. Where the community "
            "has nobody else, an officer of the subdistrict grants another person the role STAFF (grantRole).",
            (field,) if field else (),
            chinese="不能给自己授权，请由同一岗位的其他人员办理；社区没有其他工作人员的，由街道干部授予他人 STAFF 角色"
            "（grantRole）后办理。",
        )


def end_roles(call: Call, reason: str, **of: int) -> None:
    """End the roles that have not ended. reason: for the audit. of: whose, as `organization`, for example."""
    for grant in RoleGrant.lock_all(**of):
        if grant.ends_at is not None and grant.ends_at <= call.at:
            continue
        # A role that began this very second, or has not begun, never holds again either.
        starts_at = grant.starts_at if grant.starts_at < call.at else call.at - _SECOND
        grant.change(starts_at=starts_at, ends_at=call.at)
        record_act(call, AuditAction.REVOKED, grant, f"{grant.role} Account_{grant.account_id}: {reason}")


_OPENINGS: list[Callable[[Call, Person], None]] = []


def give_with_account(opening: Callable[[Call, Person], None]) -> None:
    """Declare what gives the roles that follow from the facts of a person who gets an account, in its transaction.

    A context declares one for each kind of fact that may be there before the account. The person is locked.
    """
    _OPENINGS.append(opening)


def give_roles(call: Call, person: Person) -> None:
    """Grant a person who has got an account the roles that follow from what they are already."""
    for opening in _OPENINGS:
        opening(call, person)
