"""Who takes an issue on: a unit, a team, a member, or an account for itself: a resident, or staff on the spot."""

from typing import Any

from db.access.commands import Call
from db.access.models.account import Role
from db.committees.models.committee import Member
from db.issues.models.issue import Issue
from db.issues.policy import may_claim
from db.kernel.errors import DomainError, ErrorCode
from db.organizations.models.organization import Organization
from db.places.models.division import part_at
from db.teams.models.team import TeamState, VolunteerTeam

# What it is and the row's id: ("VolunteerTeam", 7); of a "Resident" the account's.
Party = tuple[str, int]
TABLES: dict[str, Any] = {"Organization": Organization, "VolunteerTeam": VolunteerTeam, "Member": Member}
_COLUMNS = {
    "Organization": "organization_id", "VolunteerTeam": "team_id", "Member": "member_id", "Resident": "account_id",
}  # fmt: skip
NO_HANDLER: dict[str, Any] = {f"handler_{column}": None for column in _COLUMNS.values()}


def columns_of(party: Party) -> dict[str, int]:
    """Return the claim's columns that hold a party."""
    return {_COLUMNS[party[0]]: party[1]}


def handled_by(party: Party) -> dict[str, Any]:
    """Return all of an issue's columns that say who handles it."""
    return NO_HANDLER | {f"handler_{_COLUMNS[party[0]]}": party[1]}


def party_of(row: Any, prefix: str = "") -> Party | None:
    """Read the party out of a claim, or with `handler_` out of an issue."""
    found = {table: getattr(row, prefix + column) for table, column in _COLUMNS.items()}
    return next(((table, row_id) for table, row_id in found.items() if row_id is not None), None)


def seat_of(call: Call, committee_id: int) -> Member | None:
    """Find the actor's own seat in a committee.

    Raises:
        DomainError: TERM_EXPIRED, the seat's term is over.
    """
    account = call.actor.account_id
    seat = Member.find(committee=committee_id, account=account, is_active=True)
    if seat is not None:
        in_office(call, seat)
    return seat


def seat_in_office(call: Call, committee_id: int) -> Member | None:
    """Find the actor's own seat in a committee, unless its term is over."""
    seats = Member.find_all(committee=committee_id, account=call.actor.account_id, is_active=True)
    return next((seat for seat in seats if seat.term_end is None or seat.term_end >= call.day), None)


def in_office(call: Call, member: Member, field: str = "") -> None:
    """Check that a member's term is not over.

    Raises:
        DomainError: TERM_EXPIRED.
    """
    end = member.term_end
    if end is not None and end < call.day:
        raise DomainError(
            ErrorCode.TERM_EXPIRED,
            f"The term of {member.name} ended on {end}; renew the seat first.",
            (field,) if field else (),
            chinese=f"委员{member.name}的任期已于{end}届满，请先办理续任。",
        )


def claimants(call: Call, issue: Issue) -> dict[Party, Role]:
    """Find for whom the actor may claim an issue: units and teams that they speak for, their seat, and themselves.

    A seat whose term is over counts for nothing.
    """
    found: dict[Party, Role] = {}
    for held in call.actor.held:
        if not may_claim(held, issue):
            continue
        match held.role.powers.speaks_for:
            case "organization":
                found.setdefault(("Organization", held.organization_id or 0), held.role)
            case "team":
                found.setdefault(("VolunteerTeam", held.team_id or 0), held.role)
            case "account":
                found.setdefault(("Resident", call.actor.account_id or 0), held.role)
            case _:
                seat = seat_in_office(call, issue.committee_id)
                if seat is not None:
                    found.setdefault(("Member", seat.id), held.role)
    return found


def within_reach(call: Call, issue: Issue, party: Party, field: str = "handlerId") -> None:
    """Check that whoever answers for an issue may give it to a party: it belongs to their part of the city.

    Raises:
        DomainError: NOT_FOUND, there is no such unit, team or active member there; TERM_EXPIRED.
    """
    table, row_id = party
    row = TABLES[table].find(id=row_id)
    part = part_at(issue.responsible_code, issue.current_level)
    is_there = row is not None and part.covers(row.division_code)
    is_gone = (isinstance(row, Member) and not row.is_active) or (
        isinstance(row, VolunteerTeam) and row.state is TeamState.DISBANDED
    )
    if not is_there or is_gone:
        raise DomainError(
            ErrorCode.NOT_FOUND,
            (
                "There is no such unit, team or active member in the responsible division; choose one from there, "
                "or escalate the issue."
            ),
            (field,),
            chinese="责任辖区内没有该单位、志愿服务队或在任委员；请另选办理人，或将事项上报。",
        )
    if isinstance(row, Member):
        in_office(call, row, field)
