"""Who may do what with an issue: what an actor is towards it, and whether that is enough.

`db.issues.policy_sql` says the same in SQL, for lists.
"""

from db.access.actor import Actor, Held
from db.access.models.account import Role
from db.committees.models.committee import Member
from db.issues.lifecycle import OPEN_STATES, Capacity
from db.issues.models.issue import Issue
from db.places.models.division import OFFICE_LEVELS, DivisionLevel, level_above


def is_reporter(actor: Actor, issue: Issue) -> bool:
    """Return whether an actor reported an issue, or brought it as a member."""
    account_id = actor.account_id
    return account_id is not None and (account_id == issue.reporter_id or _is_member(account_id, issue.submitter_id))


def knows_reporter(actor: Actor, issue: Issue) -> bool:
    """Return whether an actor may learn who reported an open issue and how to reach them.

    Those who answer for it may, and who handles it, unless the report is anonymous.
    """
    found = capacities(actor, issue)
    return issue.state in OPEN_STATES and any(capacity in found for capacity in knowing(issue.is_anonymous))


def knowing(is_anonymous: bool) -> tuple[Capacity, ...]:
    """List the capacities of which one is enough to learn who reported an issue."""
    office = (Capacity.STAFF, Capacity.OFFICER)
    return office if is_anonymous else (*office, Capacity.HANDLER)


def capacities(actor: Actor, issue: Issue) -> dict[Capacity, Role]:
    """Return what an actor is towards an issue, and by which role; nothing where the actor's token does not reach."""
    found: dict[Capacity, Role] = {}
    if not actor.mandate.part.covers(issue.division_code):
        return found
    level = issue.current_level
    for held in actor.held:
        for capacity in _by_role(held, issue, level):
            found.setdefault(capacity, held.role)
    if actor.account_id is not None:
        found[Capacity.ANYBODY] = next(iter(found.values()), actor.held[0].role if actor.held else Role.RESIDENT)
        if is_reporter(actor, issue):
            found[Capacity.REPORTER] = found.get(Capacity.MEMBER, Role.RESIDENT)
        if _is_member(actor.account_id, issue.handler_member_id):
            found[Capacity.HANDLER] = Role.MEMBER
        if actor.account_id == issue.handler_account_id:
            found.setdefault(Capacity.HANDLER, found[Capacity.ANYBODY])
    return found


def _by_role(held: Held, issue: Issue, level: DivisionLevel) -> list[Capacity]:
    found: list[Capacity] = []
    if held.role is Role.SYSTEM:
        return [Capacity.SYSTEM]
    if may_claim(held, issue):
        found.append(Capacity.CLAIMANT)
    if held.organization_id is not None and held.organization_id == issue.handler_organization_id:
        found.append(Capacity.HANDLER)
    if held.team_id is not None and held.team_id == issue.handler_team_id:
        found.append(Capacity.HANDLER)
    if held.role.powers.speaks_for == "committee" and held.committee_id == issue.committee_id:
        leads = held.role.powers.leads and level is DivisionLevel.COMMUNITY
        found += [Capacity.MEMBER, Capacity.DIRECTOR] if leads else [Capacity.MEMBER]
    if held.reaches(issue):
        found += over_the_community(held.role, level)
    return found


def may_claim(held: Held, issue: Issue) -> bool:
    """Return whether a role lets its holder claim an issue: for their unit or team, their seat, or as a resident."""
    match held.role.powers.speaks_for:
        case None:
            return False
        case "committee":
            return held.committee_id == issue.committee_id
        case "account":
            is_named = True
        case "organization":
            is_named = held.organization_id is not None
        case "team":
            is_named = held.team_id is not None
    return is_named and held.part.covers(issue.division_code)


def over_the_community(role: Role, level: DivisionLevel) -> list[Capacity]:
    """Return what a role over an issue's community makes of its holder. level: the one that answers for the issue."""
    if role.powers.capacity is None:
        return []
    office, capacity = role.powers.level, Capacity(role.powers.capacity)
    if office is None:
        return [capacity]
    found = [capacity] if office is level else []
    if office is level_above(level):
        found.append(Capacity.SUPERIOR)
    if OFFICE_LEVELS.index(office) > OFFICE_LEVELS.index(level):
        found.append(Capacity.OVERSEER)
    return found


def _is_member(account_id: int, member_id: int | None) -> bool:
    if member_id is None:
        return False
    return Member.find(id=member_id, account=account_id, is_active=True) is not None
