"""Incidents in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.incidents.models import IncidentState
from db.places.models.division import DivisionLevel
from tests.emergency import factories
from tests.emergency.factories import make_incident, make_situation_report
from tests.factories import MAKERS
from tests.graph.evaluator import (
    AGGREGATES,
    COMPUTED,
    FIGURES,
    LISTS,
    LOOKUPS,
    PERSONAL,
    ROOT_LISTS,
    Part,
    World,
    by_column,
    scoped,
)
from tests.graph.places import OFFICERS, ROLES, SEATS, THINGS, Place
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers
from tests.linkage.nouns import covered
from tests.people.nouns import OFFICES

MAKERS.update(factories.MAKERS)
PUBLIC = ("GRADED", "HANDLING", "STOOD_DOWN", "REVIEWED")
NUMBERS = {"FIRE": "119", "PUBLIC_ORDER": "110", "EPIDEMIC": "120", "SAFETY": "120"}
LEADS = {"DIRECTOR", "DEPUTY_DIRECTOR"}


def deals_with(viewer: Viewer, incident: Any) -> bool:
    """Return whether a viewer noticed an incident, or is of those who deal with it."""
    code = incident.division_code
    is_own = viewer.account_id is not None and incident.detected_by_id == viewer.account_id
    held = any(grant.role in {*OFFICES, *LEADS} and covers(grant, code) for grant in viewer.held())
    return viewer.is_good(code) and (is_own or held)


def family(world: World, incident: Any, noun: str) -> list[Any]:
    """List the rows of a noun that belong to an incident or to a part of it."""
    ids = {row.id for row in world.rows["Incident"] if incident.id in (row.id, row.parent_id)}
    return [row for row in world.rows[noun] if row.incident_id in ids]


TIED = {
    "Issue": ("issues", "-createdAt"), "Deployment": ("deployments", "-calledAt"), "Shift": ("shifts", "-startsAt"),
    "Visit": ("visits", "-visitedAt"), "Publication": ("publications", "-validFrom"), "Donation": ("donations", "-id"),
    "StockMove": ("stockMoves", "-at"),
    "MonitoringCase": ("monitoringCases", "-startsOn"),
}  # fmt: skip
RULES["Incident"] = lambda viewer, incident: incident.state in PUBLIC or deals_with(viewer, incident)
HIDDEN_SUBJECTS.add("Incident")
COMPUTED |= {
    ("Incident", "emergencyNumber"): lambda _, incident: NUMBERS.get(incident.kind),
    ("Incident", "responsibleDivision"): lambda world, incident: next(
        (row for row in world.rows["Division"] if row.code == incident.responsible_code), None
    ),
}
COMPUTED["Incident", "coverage"] = lambda world, row: covered(
    world, Part("DivisionStats", world.get("Division", row.division_id), "SUBTREE"), family(world, row, "Visit")
)
PERSONAL["Incident", "place"] = lambda viewer, row: row.place if deals_with(viewer, row) else None
LISTS |= {
    ("Division", "incidents"): (scoped("Incident"), "-detectedAt"),
    ("Incident", "children"): (by_column("parent_id", "Incident"), "-detectedAt"),
    ("Incident", "reports"): (by_column("incident_id", "SituationReport"), "-at"),
    ("Committee", "incidents"): (
        lambda world, committee, _: [
            row for row in world.rows["Incident"] if row.division_code == committee.division_code
        ],
        "-detectedAt",
    ),
    **{
        ("Incident", name): (lambda world, row, _, noun=noun: family(world, row, noun), order)
        for noun, (name, order) in TIED.items()
    },
}
AGGREGATES["incidentAggregate"] = "Incident"
LOOKUPS["incident"] = "Incident"
ROOT_LISTS |= {"incidents": ("Incident", "-detectedAt"), "situationReports": ("SituationReport", "-at")}
FIGURES["openIncidentCount"] = lambda rows: len(
    rows("Incident", lambda row: row.state in ("DETECTED", "CALLED", "GRADED", "HANDLING"))
)


def add_to_place(place: Place) -> dict[str, str]:
    """Add incidents in the states that steps need; the resident noticed the first."""
    home = place.committee.division
    made = {
        f"{state.value} incident": make_incident(
            home, state=state, detected_by=place.accounts[Role.RESIDENT], title=f"示范{state.value}"
        )
        for state in IncidentState
    }
    # A district's own, which another office answers for.
    made["district incident"] = make_incident(place.offices[DivisionLevel.DISTRICT])
    report = make_situation_report(made["HANDLING incident"])
    return {name: f"Incident_{row.id}" for name, row in made.items()} | {"report": f"SituationReport_{report.id}"}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_LEADS = {Role.DIRECTOR, Role.DEPUTY_DIRECTOR}
_IN_CHARGE = {Role.STAFF, *_LEADS}
_KNOW = {*_IN_CHARGE, *OFFICERS, Role.RESIDENT}
_DETECT = {Role.STAFF, Role.GRID_WORKER, *SEATS, Role.RESIDENT}
READS = {
    "incident": ('incident(id: "%(DETECTED incident)s") { id }', _KNOW),
    "incidents": ('incidents(filter: {id: {eq: "%(GRADED incident)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "incidentAggregate": ('incidentAggregate(filter: {id: {eq: "%(CALLED incident)s"}}) { count }', _KNOW),
    "situationReports": ('situationReports(filter: {id: {eq: "%(report)s"}}) { totalCount nodes { id } }', _PUBLIC),
}
MAY = {
    "detectIncident": (_DETECT,),
    "detectIncident of a district": ({Role.DISTRICT_OFFICER},),
    "callIncident": (_IN_CHARGE,),
    "gradeIncident": (_IN_CHARGE,),
    "gradeIncident for the district": ({Role.DISTRICT_OFFICER},),
    "reportSituation": (_IN_CHARGE,),
    "standDownIncident": (_IN_CHARGE,),
    "reviewIncident": ({Role.SUBDISTRICT_OFFICER},),
    "dismissIncident": ({Role.STAFF},),
}
KNOWN = dict.fromkeys(("callIncident", "gradeIncident", "gradeIncident for the district", "dismissIncident"), _KNOW)
_NEW = {"kind": "FIRE", "title": WORDS}
INPUTS |= {
    "detectIncident": lambda at: {"divisionCode": at.place.code, **_NEW},
    "detectIncident of a district": lambda at: {
        "divisionCode": at.place.offices[DivisionLevel.DISTRICT].code, **_NEW,
    },
    "callIncident": lambda at: {"incidentId": at.row("DETECTED incident"), "parties": [at.row("unit")]},
    "gradeIncident": lambda at: {"incidentId": at.row("CALLED incident"), "grade": "IV", "reason": WORDS},
    "gradeIncident for the district": lambda at: {
        "incidentId": at.row("CALLED incident"), "grade": "II", "reason": WORDS,
    },
    "reportSituation": lambda at: {"incidentId": at.row("HANDLING incident"), "text": WORDS},
    "standDownIncident": lambda at: {"incidentId": at.row("HANDLING incident"), "summary": WORDS},
    "reviewIncident": lambda at: {"incidentId": at.row("STOOD_DOWN incident"), "lessons": WORDS},
    "dismissIncident": lambda at: {"incidentId": at.row("CALLED incident"), "reason": WORDS},
}  # fmt: skip
