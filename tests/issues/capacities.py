"""What an account is towards an issue, in plain Python and without `db.issues.policy`: the tests' own reading.

Rows are anything with the columns of `role_grant` and `issue` as attributes.
"""

from collections.abc import Collection, Iterable
from typing import Any

LEVELS = ("COMMUNITY", "SUBDISTRICT", "DISTRICT", "CITY")
SEATS = ("MEMBER", "DEPUTY_DIRECTOR", "DIRECTOR")


def capacities(account_id: int, grants: Iterable[Any], seats: Collection[int], issue: Any) -> set[str]:
    """Return what an account is towards an issue.

    grants: the roles that the account holds now. seats: the ids of the active members that the account is.
    """
    found = {"ANYBODY"}
    if issue.reporter_id == account_id or issue.submitter_id in seats:
        found.add("REPORTER")
    if issue.handler_account_id == account_id or issue.handler_member_id in seats:
        found.add("HANDLER")
    for grant in grants:
        found |= _by_grant(grant, issue)
    return found


def is_held(grant: Any, now: Any) -> bool:
    """Return whether a role is held at a time."""
    return grant.starts_at <= now and (grant.ends_at is None or grant.ends_at > now)


def covers(grant: Any, code: str) -> bool:
    """Return whether a division lies where a role is held."""
    return grant.division_code <= code <= grant.last_code


def reaches(grant: Any, issue: Any) -> bool:
    """Return whether an issue lies where a role is held: of one grid, only what lies in it."""
    is_there = grant.site_id is None or grant.site_id in getattr(issue, "lies_in", ())
    return is_there and covers(grant, issue.division_code)


def _by_grant(grant: Any, issue: Any) -> set[str]:
    if grant.role == "SYSTEM":
        return set()
    unit, team = issue.handler_organization_id, issue.handler_team_id
    handles = (unit is not None and grant.organization_id == unit) or (team is not None and grant.team_id == team)
    return ({"HANDLER"} if handles else set()) | _by_role(grant, issue)


def _by_role(grant: Any, issue: Any) -> set[str]:
    role, level = grant.role, LEVELS.index(issue.current_level)
    if role in SEATS:
        if grant.committee_id != issue.committee_id:
            return set()
        leads = role != "MEMBER" and level == 0
        return {"MEMBER", "CLAIMANT", "DIRECTOR"} if leads else {"MEMBER", "CLAIMANT"}
    if not covers(grant, issue.division_code):
        return set()
    if role == "GRID_WORKER":
        return {role} if reaches(grant, issue) else set()
    if role.endswith("_OFFICER"):
        return _by_office(LEVELS.index(role.removesuffix("_OFFICER")), level)
    if role in ("UNIT_CONTACT", "TEAM_CAPTAIN", "RESIDENT"):
        return {"CLAIMANT"}
    if role == "STAFF":
        return {"STAFF"} if level == 0 else set()
    return {role} & {"LEADER"}


def _by_office(office: int, level: int) -> set[str]:
    is_next = office == min(level + 1, len(LEVELS) - 1)
    return (
        ({"OFFICER"} if office == level else set())
        | ({"SUPERIOR"} if is_next else set())
        | ({"OVERSEER"} if office > level else set())
    )
