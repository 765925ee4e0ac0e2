"""The rules of `db.policy` as SQL, for lists: what an account is towards each issue, as the bits of a whole number.

What a role over the community makes of its holder is asked of `db.policy` itself, for every role and level.
"""

from collections.abc import Iterable
from typing import Any

from peewee import SQL, Case, fn

from db.lifecycle import Capacity
from db.models.access import RoleGrant, is_held
from db.models.account import Account, Role
from db.models.committee import Member
from db.models.division import DivisionLevel
from db.policy import LEVELS, SEATS, over_the_community

_BITS = {capacity: 1 << at for at, capacity in enumerate(Capacity)}


def mask(capacities: Iterable[Capacity]) -> int:
    """Give the bits of capacities."""
    return sum(_BITS[capacity] for capacity in set(capacities))


def may(issue: Any, who: Any, account_id: Any, now: Any) -> Any:
    """Say that an account is something towards an issue that is among `who`.

    issue: an alias of its table. who: a mask, or the expression for one. account_id: 0 for nobody.
    """
    grant, holder = RoleGrant.alias("held"), Account.alias("holder")
    by_role = (
        grant.select(SQL("1"))
        .join(holder, on=(holder.id == grant.account) & holder.is_active)
        .where(
            grant.account == account_id,
            is_held(grant, now),
            _granted(issue, grant).bin_and(who) != 0,
        )
    )
    return (_own(issue, account_id).bin_and(who) != 0) | fn.EXISTS(by_role)


def _own(issue: Any, account_id: Any) -> Any:
    """Give what an account is by itself, whatever roles it holds."""
    return _sum(
        (SQL("0") < account_id, Capacity.ANYBODY),
        ((issue.reporter == account_id) | _is_member(issue.submitter, account_id), Capacity.REPORTER),
        (
            (issue.handler_account == account_id) | _is_member(issue.handler_member, account_id),
            Capacity.HANDLER,
        ),
    )


def _granted(issue: Any, grant: Any) -> Any:
    """Give what one role makes of its holder."""
    covers = issue.division_code.between(grant.division_code, grant.last_code)
    sits = grant.role.in_([role.value for role in SEATS]) & (grant.committee == issue.committee)
    speaks = (
        (grant.role == Role.UNIT_CONTACT.value) & grant.organization.is_null(False)
        | (grant.role == Role.TEAM_CAPTAIN.value) & grant.team.is_null(False)
        | (grant.role == Role.RESIDENT.value)
    ) & covers
    handles = (grant.organization == issue.handler_organization) | (grant.team == issue.handler_team)
    leads = sits & (grant.role != Role.MEMBER.value) & (issue.current_level == DivisionLevel.COMMUNITY.value)
    by_place = [(covers & (grant.role == role.value), _by_level(issue, role)) for role in Role if _reaches(role)]
    found = _sum(
        (sits | speaks, Capacity.CLAIMANT),
        (handles, Capacity.HANDLER),
        (sits, Capacity.MEMBER),
        (leads, Capacity.DIRECTOR),
    )
    is_system = grant.role == Role.SYSTEM.value
    return Case(None, [(is_system, _BITS[Capacity.SYSTEM])], found + Case(None, by_place, 0))


def _by_level(issue: Any, role: Role) -> Any:
    levels = [(level.value, mask(over_the_community(role, level))) for level in LEVELS]
    return Case(issue.current_level, levels, 0)


def _reaches(role: Role) -> bool:
    return any(over_the_community(role, level) for level in LEVELS)


def _is_member(member_id: Any, account_id: Any) -> Any:
    seated = Member.alias("seated")
    is_theirs = (seated.id == member_id) & (seated.account == account_id) & seated.is_active
    return fn.EXISTS(seated.select(SQL("1")).where(is_theirs))


def _sum(*parts: tuple[Any, Capacity]) -> Any:
    first, *others = (Case(None, [(condition, _BITS[capacity])], 0) for condition, capacity in parts)
    for other in others:
        first = first + other
    return first
