"""Linkage in the tests that span all nouns."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.kernel.calendar import SHANGHAI
from db.kernel.fields import utc_text
from db.linkage.models.sponsorship import SponsorshipKind
from db.places.models.division import DivisionLevel
from tests.factories import MAKERS as ALL_MAKERS
from tests.factories import make_organization, make_person, make_site
from tests.graph.evaluator import COMPUTED, LISTS, PERSONAL, ROOT_LISTS, Part, World, by_column, scoped
from tests.graph.places import ROLES, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import Viewer
from tests.issues.capacities import covers, is_held
from tests.linkage.factories import (
    MAKERS,
    make_sponsorship,
    make_task_force,
    make_task_force_member,
    make_visit,
)
from tests.linkage.rows import fill
from tests.people.nouns import OFFICES, WELL_KNOWN
from tests.registrations.factories import make_registration

ALL_MAKERS.update(MAKERS)
FILLS.append(fill)
TARGETS = ("Committee", "Site", "Organization")


def target(world: World, row: Any) -> Any:
    found = (world.get(name, getattr(row, f"{name.lower()}_id")) for name in TARGETS)
    return next(other for other in found if other)


def sponsor(world: World, row: Any) -> Any:
    unit = row.sponsor_organization_id
    return world.get("Organization", unit) if unit else world.get("Person", row.sponsor_person_id)


def paid(world: World, row: Any) -> list[Any]:
    return [one for one in world.rows["Visit"] if one.sponsorship_id == row.id and one.form != "PHONE"]


def running(world: World, committee: Any, kind: str) -> Any:
    rows = (row for row in world.rows["Sponsorship"] if row.committee_id == committee.id and row.kind == kind)
    return next((row for row in rows if row.state == "ACTIVE"), None)


def leader(world: World, committee: Any) -> Any:
    contact = running(world, committee, "LEADER_CONTACT")
    return contact and world.get("Person", contact.sponsor_person_id)


def brought(world: World, visit: Any, _: str = "") -> list[Any]:
    ids = {row.issue_id for row in world.rows["VisitIssue"] if row.visit_id == visit.id}
    return [issue for issue in world.rows["Issue"] if issue.id in ids]


def visit_of(world: World, issue: Any) -> Any:
    found = (row.visit_id for row in world.rows["VisitIssue"] if row.issue_id == issue.id)
    return world.get("Visit", next(found, None))


def helped(world: World, registration: Any) -> Any:
    rows = (row for row in world.rows["SponsorshipHelper"] if row.registration_id == registration.id)
    return next((world.get("Sponsorship", row.sponsorship_id) for row in rows), None)


def helpers(world: World, sponsorship: Any, _: str = "") -> list[Any]:
    ids = {row.registration_id for row in world.rows["SponsorshipHelper"] if row.sponsorship_id == sponsorship.id}
    return [row for row in world.rows["Registration"] if row.id in ids]


def findings(viewer: Viewer, visit: Any) -> str | None:
    visitor = viewer.world.get("Person", visit.visitor_id)
    is_own = viewer.account_id is not None and visitor.account_id == viewer.account_id
    is_office = any(grant.role in OFFICES and covers(grant, visit.division_code) for grant in viewer.held())
    return visit.findings if viewer.is_good(visit.division_code) and (is_own or is_office) else None


def is_due(viewer: Viewer, row: Any) -> bool:
    return row.state == "ACTIVE" and row.visit_by < viewer.now.astimezone(SHANGHAI).date()


HELD = ("CITY_OFFICER", "DISTRICT_OFFICER", "SUBDISTRICT_OFFICER", "STAFF", "GRID_WORKER")


def offices(viewer: Viewer, division: Any) -> list[dict[str, Any]]:
    accounts = viewer.world.by_id["Account"]
    held = [
        (HELD.index(grant.role), grant.starts_at, grant.id, grant)
        for grant in viewer.world.rows["RoleGrant"]
        if grant.role in HELD and grant.division_code == division.code and is_held(grant, viewer.now)
    ]
    rows = [(grant, accounts[grant.account_id]) for *_, grant in sorted(held, key=lambda one: one[:3])]
    return [
        {"role": grant.role, "name": who.name, "since": utc_text(grant.starts_at)}
        for grant, who in rows
        if who.is_active
    ]


def coverage(viewer: Viewer, part: Part) -> list[dict[str, Any]]:
    return covered(viewer.world, part, viewer.world.rows["Visit"])


def covered(world: World, part: Part, visits: list[Any]) -> list[dict[str, Any]]:
    """Count the targets of each kind in a part of the city. visits: those that count."""

    def counted(kind: str, name: str, holds: Callable[[Any], bool]) -> dict[str, Any]:
        key = f"{name.lower()}_id"
        run = {getattr(row, key) for row in world.rows["Sponsorship"] if row.state == "ACTIVE"}
        seen = {getattr(row, key) for row in visits if row.form != "PHONE"}
        ids = {row.id for row in scoped(name)(world, part.row, part.scope) if holds(row)}
        total, sponsored = len(ids), len(ids & run)
        share = Decimal((sponsored * 2000 + total) // (total * 2) if total else 0).scaleb(-1)
        return {
            "targetKind": kind, "total": total, "sponsored": sponsored, "sponsoredShare": share,
            "visited": len(ids & seen),
        }  # fmt: skip

    sites = ("GRID", "COMPOUND", "COURTYARD_BUILDING")
    return [
        *(counted(kind, "Site", lambda row, kind=kind: row.kind == kind and row.state == "ACTIVE") for kind in sites),
        counted("UNIT", "Organization", lambda row: row.is_target_unit and row.state == "ACTIVE"),
        counted("COMMITTEE", "Committee", lambda row: row.state != "DISSOLVED"),
    ]


COMPUTED |= {
    ("Sponsorship", "target"): target,
    ("Sponsorship", "sponsor"): sponsor,
    ("Sponsorship", "lastVisitedOn"): lambda world, row: max(
        (one.visited_on for one in paid(world, row)), default=None
    ),
    ("Sponsorship", "visitCount"): lambda world, row: len(paid(world, row)),
    ("Visit", "target"): target,
    ("Visit", "issueCount"): lambda world, row: len(brought(world, row)),
    ("Committee", "leader"): leader,
    ("Committee", "patch"): lambda world, row: running(world, row, "PATCH"),
    ("Issue", "visit"): visit_of,
    ("Registration", "sponsorship"): helped,
}
PERSONAL |= {
    ("Visit", "findings"): findings,
    ("Sponsorship", "isVisitDue"): is_due,
    ("Division", "offices"): offices,
    ("DivisionStats", "coverage"): coverage,
}
LISTS |= {
    ("Division", "taskForces"): (scoped("TaskForce"), ""),
    ("Division", "sponsorships"): (scoped("Sponsorship"), ""),
    ("Division", "visits"): (scoped("Visit"), "-visitedAt"),
    ("TaskForce", "members"): (by_column("task_force_id", "TaskForceMember"), ""),
    ("Sponsorship", "helpers"): (helpers, ""),
    ("Sponsorship", "visits"): (by_column("sponsorship_id", "Visit"), "-visitedAt"),
    ("Visit", "issues"): (brought, ""),
    ("Organization", "ledSponsorships"): (by_column("sponsor_organization_id", "Sponsorship"), ""),
    ("Person", "sponsorships"): (by_column("sponsor_person_id", "Sponsorship"), ""),
    ("Person", "visits"): (by_column("visitor_id", "Visit"), "-visitedAt"),
    **{(name, "sponsorships"): (by_column(f"{name.lower()}_id", "Sponsorship"), "") for name in TARGETS},
    **{(name, "visits"): (by_column(f"{name.lower()}_id", "Visit"), "-visitedAt") for name in TARGETS},
}
ROOT_LISTS |= {
    "taskForces": ("TaskForce", ""), "sponsorships": ("Sponsorship", ""), "visits": ("Visit", "-visitedAt"),
}  # fmt: skip


def takes_part(viewer: Viewer, person: Any) -> bool:
    """Return whether a person has a place in a task force that works, or a sponsorship that runs."""
    rows = viewer.world.rows
    at_work = {force.id for force in rows["TaskForce"] if force.state == "ACTIVE"}
    places = (one for one in rows["TaskForceMember"] if one.person_id == person.id)
    run = (row for row in rows["Sponsorship"] if row.state == "ACTIVE")
    return any(one.task_force_id in at_work for one in places) or any(
        person.id in (row.sponsor_person_id, row.lead_person_id) for row in run
    )


WELL_KNOWN.append(takes_part)


def add_to_place(place: Place) -> dict[str, str]:
    """Add a task force, people for the accounts that visit, sponsors of each kind, targets, and a visit."""
    home, street = place.offices[DivisionLevel.COMMUNITY], place.offices[DivisionLevel.SUBDISTRICT]
    unit = models.Organization.get_by_id(int(place.rows["unit"].rpartition("_")[2]))
    people = {
        role: make_person(home, account=place.accounts[role]) for role in (*SEATS, Role.LEADER, Role.UNIT_CONTACT)
    }
    site, free = make_site(home), make_site(home)
    place.committee.division = home
    contact = make_sponsorship(SponsorshipKind.LEADER_CONTACT, place.committee, sponsor_person=people[Role.LEADER])
    patch = make_sponsorship(SponsorshipKind.PATCH, place.committee, sponsor_person=people[Role.LEADER])
    by_unit = make_sponsorship(target=site, sponsor_organization=unit)
    force = make_task_force(street)
    visit = make_visit(site, visitor=people[Role.UNIT_CONTACT], sponsorship=by_unit)
    neighbour = models.Committee.get(models.Committee.division_code == place.next_code)
    registered = make_organization(home)
    make_registration(registered)
    cadre = make_registration(make_person(home, work_unit=unit), work_unit=unit)
    rows = {
        "registered unit": registered, "helping cadre": cadre, "task force": force,
        "force member": make_task_force_member(force, person=people[Role.LEADER]),
        "contact": contact, "patch": patch, "by unit": by_unit, "sponsored site": site, "free site": free,
        "visit": visit, "next committee": neighbour, "own committee": place.committee, "leading": people[Role.LEADER],
    }  # fmt: skip
    return {name: f"{type(row).__name__}_{row.id}" for name, row in rows.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}


def _reads(noun: str, row: str) -> dict[str, tuple[str, set[Any]]]:
    page = f'{noun}s(filter: {{id: {{eq: "%({row})s"}}}}) {{ totalCount nodes {{ id }} }}'
    return {noun: (f'{noun}(id: "%({row})s") {{ id }}', _PUBLIC), f"{noun}s": (page, _PUBLIC)}


READS = {
    **_reads("taskForce", "task force"), **_reads("sponsorship", "contact"), **_reads("visit", "visit"),
    "sponsorshipAggregate": ('sponsorshipAggregate(filter: {id: {eq: "%(contact)s"}}) { count }', _PUBLIC),
    "visitAggregate": ('visitAggregate(filter: {id: {eq: "%(visit)s"}}) { count }', _PUBLIC),
}  # fmt: skip
OFFICES_HELD = {Role.STAFF, Role.SUBDISTRICT_OFFICER, Role.DISTRICT_OFFICER, Role.CITY_OFFICER}
_STREET, _ABOVE, _STAFF = {Role.SUBDISTRICT_OFFICER}, {Role.DISTRICT_OFFICER, Role.CITY_OFFICER}, {Role.STAFF}
MAY = {
    "formTaskForce": (_STREET,),
    "changeTaskForce": (_STREET,),
    "endTaskForce": (_STREET,),
    "assignSponsor of a leader": (_ABOVE,),
    "assignSponsor of a unit": (_STAFF,),
    "assignPatch": (_STREET,),
    "replaceSponsor": (_STREET,),
    "setRegistrationSponsorship": (_STAFF | {Role.UNIT_CONTACT},),
    "endSponsorship of a leader": (_ABOVE,),
    "endSponsorship of a unit": (_STAFF | {Role.UNIT_CONTACT},),
    "logVisit": ({Role.LEADER, *SEATS},),
    "logVisit of a unit": ({Role.LEADER, *SEATS, Role.UNIT_CONTACT},),
    "addAttachment to a visit": ({Role.UNIT_CONTACT},),
}
# Who knows what was found; others do not know that something could be attached.
KNOWN = {"addAttachment to a visit": OFFICES_HELD | {Role.UNIT_CONTACT}}


def visited(at: Spot, name: str) -> dict[str, Any]:
    """Return the input that logs a visit which brought an issue."""
    issue = {
        "title": "示范小区路灯不亮", "description": WORDS, "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL",
    }  # fmt: skip
    return {
        "targetId": at.row(name), "visitedAt": at.now.isoformat(), "form": "ON_SITE", "findings": WORDS,
        "issues": [issue],
    }  # fmt: skip


def members(at: Spot) -> list[dict[str, Any]]:
    """Return the members of a task force: its lead alone."""
    return [{"personId": at.row("leading"), "role": "LEAD", "work": WORDS}]


INPUTS |= {
    "formTaskForce": lambda at: {
        "divisionCode": at.place.offices[DivisionLevel.SUBDISTRICT].code, "kind": "COORDINATION_BODY", "name": WORDS,
        "members": members(at),
    },
    "changeTaskForce": lambda at: {"taskForceId": at.row("task force"), "name": WORDS, "members": members(at)},
    "endTaskForce": lambda at: {"taskForceId": at.row("task force"), "reason": WORDS},
    "assignSponsor of a leader": lambda at: {
        "kind": "LEADER_CONTACT", "sponsorId": at.row("leading"), "rows": [{"targetId": at.row("next committee")}],
    },
    "assignSponsor of a unit": lambda at: {
        "kind": "TARGET", "sponsorId": at.row("registered unit"), "rows": [{"targetId": at.row("free site")}],
    },
    "assignPatch": lambda at: {
        "divisionCode": at.place.offices[DivisionLevel.SUBDISTRICT].code, "patchName": WORDS,
        "supervisorId": at.row("leading"), "rows": [{"committeeId": at.row("next committee")}],
    },
    "replaceSponsor": lambda at: {
        "sponsorshipId": at.row("patch"), "sponsorId": at.row("leading"), "reason": WORDS,
    },
    "setRegistrationSponsorship": lambda at: {
        "registrationId": at.row("helping cadre"), "sponsorshipId": at.row("by unit"),
    },
    "endSponsorship of a leader": lambda at: {"sponsorshipId": at.row("contact"), "reason": WORDS},
    "endSponsorship of a unit": lambda at: {"sponsorshipId": at.row("by unit"), "reason": WORDS},
    "logVisit": lambda at: visited(at, "own committee"),
    "addAttachment to a visit": lambda at: {"subjectId": at.row("visit"), "kind": "PHOTO", "description": WORDS},
    "logVisit of a unit": lambda at: visited(at, "sponsored site"),
}  # fmt: skip
