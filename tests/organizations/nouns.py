"""Organizations in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.kernel.calendar import SHANGHAI
from db.organizations.models.organization import OrganizationKind, OrganizationState, SocialOrganizationKind
from db.organizations.models.resource import ResourceState
from tests.graph.evaluator import COMPUTED, LISTS, PERSONAL, by_column
from tests.graph.places import OFFICERS, SEATS, THINGS, Place
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import Viewer
from tests.organizations.factories import make_organization, make_resource
from tests.people.nouns import WELL_KNOWN

LISTS[("Person", "headedOrganizations")] = (by_column("head_id", "Organization"), "")
LISTS[("Person", "resources")] = (by_column("person_id", "Resource"), "")


def is_stale(viewer: Viewer, resource: Any) -> bool:
    """Return whether a resource was last looked at more than a year ago."""
    today = viewer.now.astimezone(SHANGHAI).date()
    is_leap_day = (today.month, today.day) == (2, 29)
    before = today.replace(year=today.year - 1, day=28 if is_leap_day else today.day)
    return resource.verified_on is not None and resource.verified_on < before


COMPUTED[("Resource", "isActive")] = lambda _, resource: resource.state == "ON_OFFER"
PERSONAL[("Resource", "isStale")] = is_stale


def is_head(viewer: Viewer, person: Any) -> bool:
    """Return whether a person heads an organization that is registered, or waits for it."""
    units = viewer.world.rows["Organization"]
    return any(unit.head_id == person.id and unit.state in ("PENDING", "ACTIVE") for unit in units)


WELL_KNOWN.append(is_head)


def add_to_place(place: Place) -> dict[str, str]:
    """Add a social organization that waits for its review, and a unit that nobody speaks for and that does nothing."""
    home = models.Division.get(models.Division.code == place.code)
    waiting = make_organization(
        home, name="示范书画社", kind=OrganizationKind.SOCIAL_ORGANIZATION, state=OrganizationState.PENDING,
        social_kind=SocialOrganizationKind.CULTURE_SPORT,
    )  # fmt: skip
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    added = {
        f"{state.value.lower()} resource": f"Resource_{make_resource(unit, state=state, version=1).id}"
        for state in (ResourceState.OFFERED, ResourceState.ON_OFFER, ResourceState.SUSPENDED)
    }
    idle = make_organization(home)
    return added | {"waiting unit": f"Organization_{waiting.id}", "idle unit": f"Organization_{idle.id}"}


THINGS.append(add_to_place)
_LOCAL = {
    Role.RESIDENT, Role.GRID_WORKER, *SEATS, Role.STAFF, Role.UNIT_CONTACT, Role.TEAM_CAPTAIN, *OFFICERS,
}  # fmt: skip
MAY = {
    "registerOrganization": (_LOCAL,),
    "registerOrganizations": (_LOCAL,),
    "reviewOrganization": ({Role.SUBDISTRICT_OFFICER},),
    "updateOrganization": ({Role.STAFF, Role.UNIT_CONTACT},),
    "closeOrganization": ({Role.STAFF, Role.SUBDISTRICT_OFFICER},),
    **dict.fromkeys(
        (
            "registerResource",
            "registerResources",
            "updateResource",
            "suspendResource",
            "resumeResource",
            "retireResource",
        ),
        ({Role.STAFF, Role.UNIT_CONTACT},),
    ),
    "reviewResource": ({Role.STAFF},),
}


def registered(spot: Spot) -> dict[str, Any]:
    """Return the input that registers a company."""
    return {"divisionCode": spot.place.code, "name": WORDS, "kind": "NON_PUBLIC_ENTERPRISE"}


def offered(spot: Spot) -> dict[str, Any]:
    """Return the input that offers a room of the unit on Mondays."""
    window = {"weekday": 1, "startsMinute": 540, "endsMinute": 720, "quantity": "2"}
    return {
        "divisionCode": spot.place.code, "organizationId": spot.row("unit"), "name": WORDS, "description": WORDS,
        "duty": "RESOURCE_COORDINATION", "capacityModel": "RECURRING_WINDOW", "quantity": "2", "windows": [window],
    }  # fmt: skip


INPUTS |= {
    "registerResource": offered,
    "registerResources": lambda at: {"rows": [offered(at)]},
    "reviewResource": lambda at: {
        "resourceId": at.row("offered resource"), "decision": "APPROVED", "checkedOn": "2026-01-05",
    },
    "updateResource": lambda at: {"resourceId": at.row("on_offer resource"), "name": WORDS},
    "suspendResource": lambda at: {"resourceId": at.row("on_offer resource"), "reason": WORDS},
    "resumeResource": lambda at: {"resourceId": at.row("suspended resource")},
    "retireResource": lambda at: {"resourceId": at.row("on_offer resource"), "reason": WORDS},
    "registerOrganization": registered,
    "registerOrganizations": lambda at: {"rows": [registered(at)]},
    "reviewOrganization": lambda at: {
        "organizationId": at.row("waiting unit"), "decision": "DECLINED", "reason": WORDS,
    },
    "updateOrganization": lambda at: {"organizationId": at.row("unit"), "address": WORDS},
    "closeOrganization": lambda at: {"organizationId": at.row("idle unit"), "reason": WORDS},
}  # fmt: skip
