"""Gates in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.gates.scans import secret_of
from db.kernel.calendar import SHANGHAI
from tests.factories import MAKERS, TODAY
from tests.gates import factories
from tests.gates.factories import make_access_day, make_access_pass, make_access_point
from tests.gates.rows import fill
from tests.graph.evaluator import AGGREGATES, LISTS, LOOKUPS, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import OFFICERS, ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, UNTIL, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.issues.capacities import covers
from tests.people.nouns import OFFICES
from tests.services import nouns as _services  # noqa: F401 - its people come first.
from tests.sites.factories import make_site

FILLS.append(fill)
MAKERS.update(factories.MAKERS)


def sees(viewer: Viewer, row: Any) -> bool:
    """Return whether a viewer knows of a pass: its holder, whoever is on duty at a gate, and the offices."""
    person, code = viewer.world.get("Person", row.person_id), row.division_code
    is_self = viewer.account_id is not None and person.account_id == viewer.account_id
    knows = any(grant.role in {*OFFICES, "GATE_KEEPER"} and covers(grant, code) for grant in viewer.held())
    return viewer.is_good(code) and (is_self or knows)


def _own(world: World, account: Any, _: str) -> list[Any]:
    people = {row.id for row in world.rows["Person"] if row.account_id == account.id}
    return [row for row in world.rows["AccessPass"] if row.person_id in people]


def _scans_today(viewer: Viewer, part: Any) -> int:
    today = viewer.now.astimezone(SHANGHAI).date()
    days = scoped("AccessDay")(viewer.world, part.row, part.scope)
    return sum(row.passed + row.refused for row in days if row.day == today)


RULES["AccessPass"] = sees
HIDDEN_SUBJECTS.add("AccessPass")
PERSONAL["DivisionStats", "scanCount"] = _scans_today
LISTS |= {
    ("Division", "accessPoints"): (scoped("AccessPoint"), ""),
    ("Site", "accessPoints"): (by_column("site_id", "AccessPoint"), ""),
    ("AccessPoint", "days"): (by_column("access_point_id", "AccessDay"), "-day"),
    ("Viewer", "passes"): (_own, "-id"),
}
AGGREGATES["accessDayAggregate"] = "AccessDay"
LOOKUPS |= {"accessPoint": "AccessPoint", "accessPass": "AccessPass"}
ROOT_LISTS |= {
    "accessPoints": ("AccessPoint", ""), "accessPasses": ("AccessPass", "-id"), "accessDays": ("AccessDay", "-day"),
}  # fmt: skip


def add_to_place(place: Place) -> dict[str, str]:
    """Add a gate of a compound with what was counted there, and the pass of the member."""
    home = models.Division.get_by_id(place.committee.division_id)
    site = make_site(home, code="M-01")
    holder = models.Person.get(models.Person.account == place.accounts[Role.MEMBER])
    point = make_access_point(site)
    # The day is there, as the clock makes it: on PostgreSQL that takes statements of its own.
    secret_of(TODAY)
    made = {
        "gate": point, "pass": make_access_pass(site, person=holder), "gate day": make_access_day(point),
        "gated site": site, "pass holder": holder,
    }  # fmt: skip
    return {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_STAFF, _GATE = {Role.STAFF}, {Role.GATE_KEEPER}
_KNOW = _STAFF | _GATE | {*OFFICERS, Role.MEMBER}


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "accessPoint": ('accessPoint(id: "%(gate)s") { id }', _PUBLIC),
    "accessPoints": (_page("accessPoints", "gate"), _PUBLIC),
    "accessPass": ('accessPass(id: "%(pass)s") { id }', _KNOW),
    "accessPasses": (_page("accessPasses", "pass"), _KNOW),
    "accessDays": (_page("accessDays", "gate day"), _PUBLIC),
    "accessDayAggregate": ('accessDayAggregate(filter: {id: {eq: "%(gate day)s"}}) { count }', _PUBLIC),
}
MAY = {
    "registerAccessPoint": (_STAFF,),
    "closeAccessPoint": (_STAFF,),
    "issuePass": (_STAFF | _GATE,),
    "revokePass": (_STAFF | _GATE,),
    "recordScans": (_GATE,),
    "traceScans": ({Role.HEALTH_WORKER},),
}
KNOWN = {"revokePass": _KNOW}
INPUTS |= {
    "registerAccessPoint": lambda at: {
        "divisionCode": at.place.code, "name": "示范小区南门", "siteId": at.row("gated site"),
    },
    "closeAccessPoint": lambda at: {"accessPointId": at.row("gate"), "reason": WORDS},
    "issuePass": lambda at: {
        "siteId": at.row("gated site"), "personId": at.row("pass holder"), "validUntil": UNTIL[:10],
    },
    "revokePass": lambda at: {"accessPassId": at.row("pass"), "reason": WORDS},
    "recordScans": lambda at: {
        "accessPointId": at.row("gate"),
        "rows": [{"at": "2026-01-05T01:00:00Z", "direction": "IN", "result": "PASSED", "passCode": "A-1"}],
    },
    "traceScans": lambda at: {
        "accessPointId": at.row("gate"), "incidentId": at.row("HANDLING incident"), "from": "2026-01-05T00:00:00Z",
        "to": "2026-01-06T00:00:00Z", "reason": WORDS,
    },
}  # fmt: skip
