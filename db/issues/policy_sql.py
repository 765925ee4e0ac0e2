"""The rules of `db.issues.policy` as SQL, for lists: what somebody is towards an issue, as bits.

What a role over the community makes of its holder is asked of `db.issues.policy` itself, for every role and level.
"""

from typing import Any

from peewee import SQL, Case, ColumnBase, NodeList, Select, fn

from db.access.models.access import RoleGrant, has_power, is_held, part_of, reaches, speaks_for
from db.access.models.account import Role
from db.access.steps import mask
from db.access.viewers import ViewerSql
from db.committees.models.committee import Member
from db.issues.lifecycle import OPEN_STATES, Capacity, IssueState
from db.issues.policy import knowing, over_the_community
from db.kernel.codes import SqlCodeRange
from db.places.models.division import OFFICE_LEVELS, DivisionLevel

_OF_ISSUES = list(Capacity)[: list(Capacity).index(Capacity.LEAD)]


def is_reporter(issue: Any, account_id: Any) -> Any:
    """Build the condition that an account reported an issue, or brought it as a member."""
    return (issue.reporter == account_id) | _is_member(issue.submitter, account_id)


def knows_reporter(issue: Any, asker: ViewerSql) -> Any:
    """Build the condition that somebody may learn who reported an open issue and how to reach them."""
    who = Case(None, [(issue.is_anonymous, mask(knowing(is_anonymous=True)))], mask(knowing(is_anonymous=False)))
    return issue.state.in_([state.value for state in OPEN_STATES]) & may(issue, who, asker)


# Whose step an open issue waits for, by its state.
_AWAITED = {
    IssueState.SUBMITTED: (Capacity.STAFF, Capacity.OFFICER),
    IssueState.NEEDS_INFO: (Capacity.REPORTER,),
    IssueState.ACCEPTED: (Capacity.STAFF, Capacity.OFFICER),
    IssueState.IN_DELIBERATION: (Capacity.DIRECTOR,),
    IssueState.OPEN_FOR_CLAIM: (Capacity.STAFF,),
    IssueState.IN_PROGRESS: (Capacity.HANDLER,),
    IssueState.AWAITING_VERIFICATION: (Capacity.STAFF, Capacity.OFFICER, Capacity.GRID_WORKER),
}


def waits_for(issue: Any, asker: ViewerSql) -> Any:
    """Build the condition that an open issue waits for a step of somebody. issue: an alias of its table."""
    who = Case(issue.state, [(state.value, mask(capacities)) for state, capacities in _AWAITED.items()], 0)
    grant = RoleGrant.alias("part")
    mine = grant.select().where(grant.account == asker.account_id, is_held(grant, asker.now))
    # Each part of this is a range or a key of an index, and leaves few of a city's issues for the closer look.
    near = SqlCodeRange(mine.select(fn.MIN(grant.division_code)), mine.select(fn.MAX(grant.last_code)))
    member = Member.alias("seat")
    seats = member.select(member.id).where(member.account == asker.account_id, member.is_active)
    is_own = (issue.reporter == asker.account_id) | _among(issue.submitter, seats)
    handles = (
        (issue.handler_account == asker.account_id)
        | _among(issue.handler_member, seats)
        | _among(issue.handler_organization, mine.select(grant.organization))
        | _among(issue.handler_team, mine.select(grant.team))
    )
    waiting = issue.state.in_([state.value for state in _AWAITED])
    return waiting & (near.covers(issue.division_code) | is_own | handles) & may(issue, who, asker)


def _among(column: Any, rows: Any) -> Any:
    # Not `in_`, which renders the rows once more to see whether there are any, and knows no bound parameter of ours.
    return NodeList((column, SQL("IN"), rows), parens=True)


def may(issue: Any, who: Any, asker: ViewerSql) -> Any:
    """Build the condition that somebody is something towards an issue that is among `who`.

    issue: an alias of its table. who: a mask, or the expression for one.
    """
    by_role = asker.holds(lambda grant: _granted(issue, grant).bin_and(who) != 0)
    return asker.covers(issue.division_code) & ((_own(issue, asker.account_id).bin_and(who) != 0) | by_role)


def capacity_bits(issue: Any, asker: ViewerSql) -> Any:
    """Return all that somebody is towards an issue, as bits of a number: for statements that ask of it more than once.

    issue: an alias of its table.
    """
    held = asker.grants(lambda grant: _granted(issue, grant).alias("bits"), lambda grant: SQL("TRUE")).alias("each")
    by_role: ColumnBase = SQL("0")
    for capacity in _OF_ISSUES:
        by_role = by_role + fn.COALESCE(fn.MAX(held.c.bits.bin_and(mask([capacity]))), 0)
    granted = Select(columns=[by_role]).from_(held)
    own = _own(issue, asker.account_id)
    return Case(None, [(asker.covers(issue.division_code), own.bin_or(fn.COALESCE(granted, 0)))], 0)


def _own(issue: Any, account_id: Any) -> Any:
    """Return what an account is by itself, whatever roles it holds."""
    return _sum(
        (SQL("0") < account_id, Capacity.ANYBODY),
        (is_reporter(issue, account_id), Capacity.REPORTER),
        (
            (issue.handler_account == account_id) | _is_member(issue.handler_member, account_id),
            Capacity.HANDLER,
        ),
    )


def _granted(issue: Any, grant: Any) -> Any:
    """Return what one role makes of its holder."""
    covers = reaches(grant, issue)
    is_seated = sits(issue, grant)
    handles = (grant.organization == issue.handler_organization) | (grant.team == issue.handler_team)
    is_community = issue.current_level == DivisionLevel.COMMUNITY.value
    leads = is_seated & has_power(grant.role, lambda powers: powers.leads) & is_community
    by_place = [(covers & (grant.role == role.value), _by_level(issue, role)) for role in Role if _reaches(role)]
    found = _sum(
        (is_seated | speaks(issue, grant), Capacity.CLAIMANT),
        (handles, Capacity.HANDLER),
        (is_seated, Capacity.MEMBER),
        (leads, Capacity.DIRECTOR),
    )
    is_system = grant.role == Role.SYSTEM.value
    return Case(None, [(is_system, mask([Capacity.SYSTEM]))], found + Case(None, by_place, 0))


def _by_level(issue: Any, role: Role) -> Any:
    levels = [(level.value, mask(over_the_community(role, level))) for level in OFFICE_LEVELS]
    return Case(issue.current_level, levels, 0)


def _reaches(role: Role) -> bool:
    return any(over_the_community(role, level) for level in OFFICE_LEVELS)


def speaks(issue: Any, grant: Any) -> Any:
    """Build the condition that a role lets its holder claim an issue for a unit, for a team, or as a resident."""
    return (
        speaks_for(grant, "organization") & grant.organization.is_null(False)
        | speaks_for(grant, "team") & grant.team.is_null(False)
        | speaks_for(grant, "account")
    ) & part_of(grant).covers(issue.division_code)


def sits(issue: Any, grant: Any) -> Any:
    """Build the condition that a role is that of a seat on an issue's committee."""
    return speaks_for(grant, "committee") & (grant.committee == issue.committee)


def _is_member(member_id: Any, account_id: Any) -> Any:
    seated = Member.alias("seated")
    is_theirs = (seated.id == member_id) & (seated.account == account_id) & seated.is_active
    return fn.EXISTS(seated.select(SQL("1")).where(is_theirs))


def _sum(*parts: tuple[Any, Capacity]) -> Any:
    first, *others = (Case(None, [(condition, mask([capacity]))], 0) for condition, capacity in parts)
    for other in others:
        first = first + other
    return first
