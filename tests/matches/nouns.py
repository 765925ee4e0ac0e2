"""Matches in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.issues.lifecycle import IssueState
from db.kernel.calendar import SHANGHAI
from tests.bookings.nouns import available
from tests.factories import MAKERS
from tests.graph.evaluator import COMPUTED, LISTS, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import OFFICERS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers
from tests.issues.factories import make_issue, make_need
from tests.matches import factories
from tests.matches.rows import fill
from tests.organizations.factories import make_resource
from tests.people.nouns import OFFICES

FILLS.append(fill)
MAKERS.update(factories.MAKERS)
MOST_FITTING = 20


def sees(viewer: Viewer, match: Any) -> bool:
    """Return whether a viewer knows of a match: the owner of the resource, staff and the offices above."""
    world, code = viewer.world, match.division_code
    resource = world.get("Resource", match.resource_id)
    skilled = world.get("Person", resource.person_id)
    is_self = skilled is not None and skilled.account_id is not None and skilled.account_id == viewer.account_id
    speaks = any(
        grant.role == "UNIT_CONTACT" and grant.organization_id in {resource.organization_id} - {None}
        for grant in viewer.held()
    )
    is_office = any(grant.role in OFFICES and covers(grant, code) for grant in viewer.held())
    return viewer.is_good(code) and (is_self or speaks or is_office)


def _of_unit(world: World, unit: Any, _: str) -> list[Any]:
    own = {row.id for row in world.rows["Resource"] if row.organization_id == unit.id}
    return [row for row in world.rows["Match"] if row.resource_id in own]


def fitting(viewer: Viewer, need: Any) -> list[Any]:
    """List the resources that fit a need, the nearest first."""
    found = [row for row in viewer.world.rows["Resource"] if _fits(viewer, need, row)]
    return sorted(found, key=lambda row: (row.division_code != need.division_code, row.id))[:MOST_FITTING]


def _fits(viewer: Viewer, need: Any, row: Any) -> bool:
    world, today = viewer.world, viewer.now.astimezone(SHANGHAI).date()
    issue = world.get("Issue", need.issue_id)
    is_drawn = any(terms.resource_id == row.id and terms.allotment == "LOTTERY" for terms in world.rows["BookingTerms"])
    family = _family(issue.topic_code)
    is_about = issue.duty == row.duty or (family is not None and family == _family(row.topic_code))
    is_offered = row.state == "ON_OFFER" and (row.valid_until is None or row.valid_until >= today)
    has_owner = row.organization_id is not None or row.person_id is not None
    is_near = need.division_code[:9] == row.division_code[:9]
    return is_near and is_offered and has_owner and is_about and not is_drawn and _is_enough(viewer, need, row)


def _is_enough(viewer: Viewer, need: Any, row: Any) -> bool:
    left: Any = available(viewer, row)
    if left is None:
        return True
    is_alike = need.unit is not None and need.unit == row.unit and need.wanted_quantity is not None
    return left >= need.wanted_quantity if is_alike else left > 0


def _family(code: str | None) -> str | None:
    return None if code is None else code.rstrip("0123456789")


def note(world: World, match: Any) -> str | None:
    """Return what its journal begins with."""
    own = (row for row in world.rows["JournalEntry"] if row.subject_type == "Match" and row.subject_id == match.id)
    return next((row.note for row in own if row.seq == 1), None)


RULES["Match"] = sees
COMPUTED["Match", "note"] = note
HIDDEN_SUBJECTS.add("Match")
PERSONAL["Need", "fittingResources"] = fitting
LISTS |= {
    ("Division", "matches"): (scoped("Match"), "-id"),
    ("Need", "matches"): (by_column("need_id", "Match"), "-id"),
    ("Resource", "matches"): (by_column("resource_id", "Match"), "-id"),
    ("Organization", "matches"): (_of_unit, "-id"),
}
ROOT_LISTS["matches"] = ("Match", "-id")


def add_to_place(place: Place) -> dict[str, str]:
    """Add a need that is open, with a match that waits for the unit's answer, and another offer of the unit."""
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    issue = make_issue(IssueState.OPEN_FOR_CLAIM, place.committee, number=f"LZ-{models.Issue.select().count()}")
    need, offers = make_need(issue), [make_resource(unit, quantity=None, version=1) for _ in range(2)]
    match = factories.make_match(need, resource=offers[0])
    return {"wanting": f"Need_{need.id}", "match": f"Match_{match.id}", "fitting": f"Resource_{offers[1].id}"}


THINGS.append(add_to_place)
_KNOW = {Role.STAFF, Role.UNIT_CONTACT, *OFFICERS}
READS = {
    "match": ('match(id: "%(match)s") { id }', _KNOW),
    "matches": ('matches(filter: {id: {eq: "%(match)s"}}) { totalCount nodes { id } }', _KNOW),
    "matchAggregate": ('matchAggregate(filter: {id: {eq: "%(match)s"}}) { count }', _KNOW),
}
KNOWN = {"answerMatch": _KNOW}
MAY = {"suggestMatch": ({Role.STAFF},), "answerMatch": ({Role.UNIT_CONTACT},)}
INPUTS |= {
    "suggestMatch": lambda at: {"needId": at.row("wanting"), "resourceId": at.row("fitting"), "note": WORDS},
    "answerMatch": lambda at: {
        "matchId": at.row("match"), "answer": "ACCEPTED", "promise": WORDS, "promisedOn": "2026-01-10",
    },
}  # fmt: skip
