"""People in the tests that span all nouns."""

from collections.abc import Callable
from typing import Any

from db.access.models.account import Role
from db.city import models
from tests.graph.evaluator import COMPUTED, LISTS, PERSONAL, ROOT_LISTS, by_column, scoped
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import Viewer, masked, masked_phone
from tests.issues.capacities import covers, is_held
from tests.people.factories import make_person

OFFICES = {"STAFF", "SUBDISTRICT_OFFICER", "DISTRICT_OFFICER", "CITY_OFFICER"}
KNOWN_BY_NAME = {*OFFICES, "GRID_WORKER", "LEADER"}
PRIVATE = {"ELDER", "DISABLED"}


# Who else is known to everybody or to a viewer, as other contexts have it: asked of the viewer and a person.
WELL_KNOWN: list[Callable[[Viewer, Any], bool]] = []


def _over(viewer: Viewer, person: Any) -> list[Any]:
    """List the roles that the viewer holds over the community of a person."""
    over = [grant for grant in viewer.held() if covers(grant, person.division_code)]
    return over if viewer.is_good(person.division_code) else []


def is_self(viewer: Viewer, person: Any) -> bool:
    is_own = viewer.account_id is not None and person.account_id == viewer.account_id
    return is_own and viewer.is_good(person.division_code)


def is_office(viewer: Viewer, person: Any, *roles: str) -> bool:
    return any(grant.role in (roles or OFFICES) for grant in _over(viewer, person))


def is_well_known(viewer: Viewer, person: Any) -> bool:
    """Return whether a person holds a seat, has an office, or is known for something else."""
    rows = viewer.world.rows
    seats = [row for row in rows["Member"] if row.person_id == person.id]
    offices = (grant for grant in rows["RoleGrant"] if person.account_id and grant.account_id == person.account_id)
    return (
        any(seat.is_active for seat in seats)
        or any(grant.role in KNOWN_BY_NAME and is_held(grant, viewer.now) for grant in offices)
        or any(is_known(viewer, person) for is_known in WELL_KNOWN)
    )  # fmt: skip


def name(viewer: Viewer, person: Any) -> str | None:
    by_unit = person.work_unit_id is not None and any(
        grant.role == "UNIT_CONTACT" and grant.organization_id == person.work_unit_id for grant in _over(viewer, person)
    )
    is_known = person.is_erased or is_self(viewer, person) or is_office(viewer, person) or by_unit
    return person.name if is_known or is_well_known(viewer, person) else masked(person.name, 1)


def phone(viewer: Viewer, person: Any) -> str | None:
    if is_self(viewer, person):
        return person.phone
    return masked_phone(person.phone) if is_office(viewer, person) else None


def account_id(viewer: Viewer, person: Any) -> str | None:
    is_known = person.account_id is not None and (is_self(viewer, person) or is_office(viewer, person))
    return f"Account_{person.account_id}" if is_known else None


def knows_all_groups(viewer: Viewer, person: Any) -> bool:
    return is_self(viewer, person) or is_office(viewer, person, "STAFF")


def groups(viewer: Viewer, person: Any) -> list[str] | None:
    if knows_all_groups(viewer, person):
        return person.groups.split()
    return [group for group in person.groups.split() if group not in PRIVATE] if is_office(viewer, person) else None


def verified_on(viewer: Viewer, person: Any) -> Any:
    return person.groups_verified_on if knows_all_groups(viewer, person) or groups(viewer, person) else None


def note(viewer: Viewer, person: Any) -> str | None:
    return person.groups_note if knows_all_groups(viewer, person) else None


PERSONAL |= {
    ("Person", "name"): name,
    ("Person", "phone"): phone,
    ("Person", "accountId"): account_id,
    ("Person", "groups"): groups,
    ("Person", "groupsVerifiedOn"): verified_on,
    ("Person", "groupsNote"): note,
}
COMPUTED |= {
    ("Viewer", "person"): lambda world, row: next(
        (person for person in world.rows["Person"] if person.account_id == row.id), None
    ),
}
LISTS |= {
    ("Division", "persons"): (scoped("Person"), ""),
    ("Person", "members"): (by_column("person_id", "Member"), ""),
}
ROOT_LISTS["persons"] = ("Person", "")


def add_to_place(place: Place) -> dict[str, str]:
    """Add the person that a resident is, and somebody who works for the unit and has no account."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    resident = make_person(unit.division, name="王示范", phone="13800000001", account=place.accounts[Role.RESIDENT])
    worker = make_person(unit.division, name="李示范", phone="13800000002", work_unit=unit)
    return {"person": f"Person_{resident.id}", "worker": f"Person_{worker.id}"}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_STAFF = {Role.STAFF}
READS = {
    "person": ('person(id: "%(person)s") { id }', _PUBLIC),
    "persons": ('persons(filter: {id: {eq: "%(person)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "personAggregate": ('personAggregate(filter: {id: {eq: "%(person)s"}}) { count }', _PUBLIC),
}
_REGISTRARS = {Role.STAFF, Role.TEAM_CAPTAIN, Role.UNIT_CONTACT, *OFFICERS}
MAY = {
    "registerPerson": (_REGISTRARS,),
    "registerPersons": (_REGISTRARS,),
    "verifyPersonGroups": (_STAFF,),
    "updatePerson": (_STAFF | {Role.RESIDENT},),
    "revealPersonContact": (_STAFF | {*OFFICERS},),
    "erasePerson by staff": (_STAFF,),
    "erasePerson by themselves": (_STAFF | {Role.RESIDENT},),
}


def registered(spot: Spot) -> dict[str, Any]:
    """Return the input that registers somebody who works for the unit of a place."""
    return {"divisionCode": spot.place.code, "name": "赵示范", "workUnitId": spot.row("unit")}


INPUTS |= {
    "registerPerson": registered,
    "registerPersons": lambda at: {"rows": [registered(at)]},
    "verifyPersonGroups": lambda at: {"personId": at.row("person"), "groups": ["VETERAN"], "note": WORDS},
    "updatePerson": lambda at: {"personId": at.row("person"), "name": "周示范", "workUnitId": at.row("unit")},
    "revealPersonContact": lambda at: {"personId": at.row("person"), "reason": WORDS},
    "erasePerson by staff": lambda at: {"personId": at.row("worker")},
    "erasePerson by themselves": lambda at: {"personId": at.row("person")},
}
