"""Monitoring at home in the tests that span all nouns."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.kernel.calendar import SHANGHAI
from db.monitoring.models import AidState, MonitoringState
from tests.factories import MAKERS
from tests.graph.evaluator import (
    AGGREGATES,
    COMPUTED,
    LISTS,
    LOOKUPS,
    PERSONAL,
    ROOT_LISTS,
    VIEWS,
    World,
    by_column,
    scoped,
)
from tests.graph.places import OFFICERS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, UNTIL, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers
from tests.monitoring import factories
from tests.monitoring.factories import make_aid_task, make_helping_team, make_monitoring_case, make_outbreak
from tests.monitoring.rows import fill
from tests.people.nouns import OFFICES
from tests.services import nouns as _services  # noqa: F401 - its people come first.
from tests.sites.factories import make_site
from tests.teams.factories import make_team_membership

FILLS.append(fill)
MAKERS.update(factories.MAKERS)

# --- Who sees what ----------------------------------------------------------------------------------------------------


def is_viewer(viewer: Viewer, person_id: int | None) -> bool:
    """Return whether a viewer is a person."""
    person = viewer.world.get("Person", person_id)
    return viewer.account_id is not None and person is not None and person.account_id == viewer.account_id


def cares(viewer: Viewer, case: Any) -> bool:
    """Return whether a viewer looks after somebody who is monitored."""
    roles = {"HEALTH_WORKER", "STAFF"} if case.state == "OPEN" else {"HEALTH_WORKER"}
    held = any(grant.role in roles and covers(grant, case.division_code) for grant in viewer.held())
    return viewer.is_good(case.division_code) and held


def sees(viewer: Viewer, case: Any) -> bool:
    """Return whether a viewer knows of a case."""
    return cares(viewer, case) or (viewer.is_good(case.division_code) and is_viewer(viewer, case.person_id))


def sees_reading(viewer: Viewer, reading: Any) -> bool:
    """Return whether a viewer reads what was measured: who opened the case, and who it is of."""
    case = viewer.world.get("MonitoringCase", reading.case_id)
    opened = any(
        (entry.account_id, entry.action, entry.subject_type, entry.subject_id)
        == (viewer.account_id, "REVEALED", "MonitoringCase", case.id)
        for entry in viewer.world.rows["AuditEntry"]
    )
    is_own = viewer.is_good(case.division_code) and is_viewer(viewer, case.person_id)
    return is_own or (viewer.account_id is not None and opened and cares(viewer, case))


def sees_case_of(viewer: Viewer, task: Any) -> bool:
    """Return whether a viewer knows of the case that a task is of."""
    return sees(viewer, viewer.world.get("MonitoringCase", task.case_id))


def sees_task(viewer: Viewer, task: Any) -> bool:
    """Return whether a viewer knows of a task: also its taker, and the volunteers who may take it or have it."""
    live = [row for row in viewer.world.rows["TeamMembership"] if row.team_id == task.team_id and row.until is None]
    may_take = task.state in ("OPEN", "TAKEN") and any(is_viewer(viewer, row.person_id) for row in live)
    is_theirs = may_take or is_viewer(viewer, task.taker_id)
    return viewer.is_good(task.division_code) and (is_theirs or sees_case_of(viewer, task))


def counts(viewer: Viewer, code: str) -> bool:
    """Return whether a viewer may count what there is in a division."""
    held = any(grant.role in {*OFFICES, "HEALTH_WORKER"} and covers(grant, code) for grant in viewer.held())
    return viewer.is_good(code) and held


@dataclass(frozen=True)
class AidCount:
    """A task as offices count it."""

    id: int
    incident_id: str
    division_code: str
    kind: Any
    hours: Decimal | None
    rating: int | None
    state: Any

    @property
    def _pk(self) -> int:
        return self.id


def _counted(world: World) -> list[Any]:
    incidents = {case.id: case.incident_id for case in world.rows["MonitoringCase"]}
    return [
        AidCount(
            row.id, f"Incident_{incidents[row.case_id]}", row.division_code, row.kind, row.hours, row.rating, row.state
        )
        for row in world.rows["AidTask"]
    ]


VIEWS["AidCount"] = _counted
RULES |= {
    "MonitoringCase": sees,
    "MonitoringReading": sees_reading,
    "AidTask": sees_task,
    "AidCount": lambda viewer, row: counts(viewer, row.division_code),
}
HIDDEN_SUBJECTS.update(("MonitoringCase", "AidTask"))

# --- Fields -----------------------------------------------------------------------------------------------------------


def _readings_due(viewer: Viewer, case: Any) -> int:
    today = viewer.now.astimezone(SHANGHAI).date()
    if case.state != "OPEN" or case.ends_on < today:
        return 0
    code, world = case.division_code, viewer.world
    codes = [code, code[:9] + "0" * 3, code[:6] + "0" * 6, code[:4] + "0" * 8, code[:2] + "0" * 10]
    values = {row.division_code: row.value for row in world.rows["Setting"] if row.key == "MONITORING_READINGS_A_DAY"}
    wanted = next((values[one] for one in codes if one in values), 2)
    readings = [row for row in world.rows["MonitoringReading"] if row.case_id == case.id]
    return max(0, wanted - sum(row.at.astimezone(SHANGHAI).date() >= today for row in readings))


def _first_name(viewer: Viewer, task: Any) -> str | None:
    person = viewer.world.get("Person", viewer.world.get("MonitoringCase", task.case_id).person_id)
    if task.state != "TAKEN" or person is None:
        return None
    name = person.name
    return {1: name, 2: name[1:], 3: name[1:], 4: name[2:]}.get(len(name), name[:1])


def _site(world: World, task: Any) -> Any:
    case = world.get("MonitoringCase", task.case_id)
    return world.get("Site", case.site_id) if task.state == "TAKEN" else None


def _own(world: World, account: Any, _: str) -> list[Any]:
    people = {row.id for row in world.rows["Person"] if row.account_id == account.id}
    return [row for row in world.rows["MonitoringCase"] if row.person_id in people]


def _figure(noun: str, *states: str) -> Any:
    def count(viewer: Viewer, part: Any) -> int | None:
        found = scoped(noun)(viewer.world, part.row, part.scope)
        return sum(row.state in states for row in found) if counts(viewer, part.row.code) else None

    return count


COMPUTED |= {
    ("AidTask", "site"): _site,
    ("AidTask", "case"): lambda world, task: world.get("MonitoringCase", task.case_id),
}
PERSONAL |= {
    ("MonitoringCase", "readingsDue"): _readings_due,
    ("AidTask", "firstName"): _first_name,
    ("AidTask", "text"): lambda viewer, task: (
        task.text if task.state == "TAKEN" or sees_case_of(viewer, task) else None
    ),
    ("DivisionStats", "openMonitoringCount"): _figure("MonitoringCase", "OPEN"),
    ("DivisionStats", "openAidTaskCount"): _figure("AidTask", "OPEN", "TAKEN"),
}
LISTS |= {
    ("Division", "monitoringCases"): (scoped("MonitoringCase"), "-startsOn"),
    ("Viewer", "monitoringCases"): (_own, "-startsOn"),
    ("MonitoringCase", "readings"): (by_column("case_id", "MonitoringReading"), "-at"),
    ("MonitoringCase", "aidTasks"): (by_column("case_id", "AidTask"), "-id"),
}
AGGREGATES["aidTaskAggregate"] = "AidCount"
LOOKUPS |= {"monitoringCase": "MonitoringCase", "aidTask": "AidTask"}
ROOT_LISTS |= {
    "monitoringCases": ("MonitoringCase", "-startsOn"), "monitoringReadings": ("MonitoringReading", "-at"),
    "aidTasks": ("AidTask", "wantedBy"),
}  # fmt: skip

# --- Who may do what --------------------------------------------------------------------------------------------------


def add_to_place(place: Place) -> dict[str, str]:
    """Add the case of the member, with tasks in the states that steps need; the director is a volunteer."""
    home = models.Division.get_by_id(place.committee.division_id)
    team, outbreak, site = make_helping_team(home), make_outbreak(home), make_site(home, code="M-02")
    member = models.Person.get(models.Person.account == place.accounts[Role.MEMBER])
    director = models.Person.get(models.Person.account == place.accounts[Role.DIRECTOR])
    make_team_membership(team, director)
    case = make_monitoring_case(home, person=member, team=team, incident=outbreak, site=site)
    tasks = {f"{state.value} task": make_aid_task(case, director, state=state) for state in AidState}
    made = {
        "monitoring": case, "ended monitoring": make_monitoring_case(home, team=team, state=MonitoringState.CLOSED),
        "helping team": team, "outbreak": outbreak, "monitored site": site, "unmonitored person": director,
        "aid volunteer": director, "reading": factories.make_monitoring_reading(case), **tasks,
    }  # fmt: skip
    return {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_STAFF, _HEALTH, _SELF, _TAKER = {Role.STAFF}, {Role.HEALTH_WORKER}, {Role.MEMBER}, {Role.DIRECTOR}
_CARERS = _STAFF | _HEALTH
_KNOW = _CARERS | _SELF
_KNOW_TASK = _KNOW | _TAKER


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "monitoringCase": ('monitoringCase(id: "%(monitoring)s") { id }', _KNOW),
    "monitoringCases": (_page("monitoringCases", "ended monitoring"), _HEALTH),
    "monitoringReadings": (_page("monitoringReadings", "reading"), _SELF),
    "aidTask": ('aidTask(id: "%(OPEN task)s") { id }', _KNOW_TASK),
    "aidTasks": (_page("aidTasks", "CANCELLED task"), _KNOW),
    "aidTaskAggregate": (
        'aidTaskAggregate(filter: {divisionCode: {eq: "%(code)s"}}) { count }', _CARERS | {*OFFICERS},
    ),
}  # fmt: skip
MAY = {
    "openMonitoring": (_CARERS,),
    "recordReading": (_HEALTH | _SELF,),
    "extendMonitoring": (_CARERS,),
    "closeMonitoring": (_CARERS,),
    "transferMonitoring": (_HEALTH,),
    "revealMonitoring": (_CARERS,),
    "requestAid": (_STAFF | _SELF,),
    "takeAidTask": (_STAFF,),
    "returnAidTask": (_STAFF | _TAKER,),
    "completeAidTask": (_STAFF | _TAKER,),
    "confirmAidTask": (_STAFF | _SELF,),
    "cancelAidTask": (_STAFF | _SELF,),
}
_OF_CASE = ("recordReading", "extendMonitoring", "closeMonitoring", "transferMonitoring", "revealMonitoring")
KNOWN = {
    **dict.fromkeys((*_OF_CASE, "requestAid"), _KNOW),
    **dict.fromkeys((name for name in MAY if name.endswith("AidTask")), _KNOW_TASK),
}


def _name(person: str) -> str:
    return models.Person.get_by_id(int(person.partition("_")[2])).name


INPUTS |= {
    "openMonitoring": lambda at: {
        "divisionCode": at.place.code, "incidentId": at.row("outbreak"), "personId": at.row("unmonitored person"),
        "hasConsent": True, "consentBy": "SELF", "siteId": at.row("monitored site"), "address": WORDS,
        "teamId": at.row("helping team"), "personName": _name(at.row("unmonitored person")),
    },
    "recordReading": lambda at: {"caseId": at.row("monitoring"), "temperature": "36.5"},
    "extendMonitoring": lambda at: {"caseId": at.row("monitoring"), "endsOn": "2026-02-01"},
    "closeMonitoring": lambda at: {"caseId": at.row("monitoring"), "outcome": "COMPLETED"},
    "transferMonitoring": lambda at: {"caseId": at.row("monitoring")},
    "revealMonitoring": lambda at: {"caseId": at.row("monitoring"), "reason": WORDS},
    "requestAid": lambda at: {
        "caseId": at.row("monitoring"), "kind": "MEALS", "text": WORDS, "wantedBy": UNTIL,
    },
    # Whoever is a volunteer takes it without a name.
    "takeAidTask": lambda at: {"taskId": at.row("OPEN task"), "takerId": at.row("aid volunteer")},
    "returnAidTask": lambda at: {"taskId": at.row("TAKEN task")},
    "completeAidTask": lambda at: {"taskId": at.row("TAKEN task"), "hours": "1.5"},
    "confirmAidTask": lambda at: {"taskId": at.row("DONE task"), "rating": 5},
    "cancelAidTask": lambda at: {"taskId": at.row("OPEN task")},
}  # fmt: skip
