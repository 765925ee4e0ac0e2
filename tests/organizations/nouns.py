"""Organizations in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.organizations.models.organization import OrganizationKind, OrganizationState, SocialOrganizationKind
from tests.graph.evaluator import LISTS, by_column
from tests.graph.places import OFFICERS, SEATS, THINGS, Place
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import Viewer
from tests.organizations.factories import make_organization
from tests.people.nouns import WELL_KNOWN

LISTS[("Person", "headedOrganizations")] = (by_column("head_id", "Organization"), "")


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
    return {"waiting unit": f"Organization_{waiting.id}", "idle unit": f"Organization_{make_organization(home).id}"}


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
}


def registered(spot: Spot) -> dict[str, Any]:
    """Return the input that registers a company."""
    return {"divisionCode": spot.place.code, "name": WORDS, "kind": "NON_PUBLIC_ENTERPRISE"}


INPUTS |= {
    "registerOrganization": registered,
    "registerOrganizations": lambda at: {"rows": [registered(at)]},
    "reviewOrganization": lambda at: {
        "organizationId": at.row("waiting unit"), "decision": "DECLINED", "reason": WORDS,
    },
    "updateOrganization": lambda at: {"organizationId": at.row("unit"), "address": WORDS},
    "closeOrganization": lambda at: {"organizationId": at.row("idle unit"), "reason": WORDS},
}  # fmt: skip
