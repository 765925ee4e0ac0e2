"""What makes somebody one who records an activity, and attaches files to it."""

from collections.abc import Container
from typing import Any

from db.access.commands import Call
from db.access.steps import offices_over, require
from db.access.viewers import Rule
from db.activities.models import Activity, ActivityOrganization
from db.committees.seating import OF_SEATS
from db.issues.lifecycle import Capacity

_WHO = (Capacity.COMMUNITY_STAFF, Capacity.MEMBER, Capacity.TEAM_CAPTAIN, Capacity.UNIT_CONTACT)


def require_holder(call: Call, division_code: str, team_id: int | None, unit_ids: Container[Any], field: str) -> None:
    """Check that the actor is staff or a member there, or speaks for the team or a unit that held an activity.

    field: of the input, that a refusal names; "" for none.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    found: dict[Capacity, Any] = {**offices_over(call, division_code)}
    for held in call.actor.held:
        is_there = held.part.covers(division_code)
        if is_there and held.role in OF_SEATS:
            found[Capacity.MEMBER] = held.role
        if is_there and held.team_id is not None and held.team_id == team_id:
            found[Capacity.TEAM_CAPTAIN] = held.role
        # A unit may sit elsewhere than where it helps.
        if held.organization_id in unit_ids and call.actor.mandate.part.covers(division_code):
            found[Capacity.UNIT_CONTACT] = held.role
    require(found, _WHO, field)


def require_writer(call: Call, activity: Activity) -> None:
    """Check that the actor could have recorded an activity.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    units = {row.organization_id for row in ActivityOrganization.find_all(activity=activity.id)}
    require_holder(call, activity.division_code, activity.team_id, units, "subjectId")


# Everybody sees activities, and what was attached to them.
ACTIVITY = Rule(Activity, lambda actor, activity: True, lambda activity, viewer: None)
