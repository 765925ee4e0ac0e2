"""Services in the tests that span all nouns."""

from decimal import Decimal
from typing import Any

from db.access.models.account import Role
from db.people.models.person import Person
from db.places.models.division import DivisionLevel
from db.services.models.application import ApplicationState
from db.services.models.catalogue import ServiceCatalogue, ServiceItem, ServiceMode
from tests.factories import MAKERS
from tests.graph.evaluator import (
    AGGREGATES,
    COMPUTED,
    FOUND,
    FOUND_BY_NOTHING,
    LISTS,
    LOOKUPS,
    PERSONAL,
    ROOT_LISTS,
    World,
    by_column,
    rounded,
    scoped,
)
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS
from tests.graph.viewers import HIDDEN_SUBJECTS, RULES, Viewer
from tests.health import nouns as _health  # noqa: F401 - its people come first.
from tests.issues.capacities import covers
from tests.services import factories
from tests.services.factories import make_service_application, make_service_catalogue, make_service_item
from tests.services.rows import fill

FILLS.append(fill)
MAKERS.update(factories.MAKERS)
ACCEPTING = {"COMMUNITY": "STAFF", "SUBDISTRICT": "SUBDISTRICT_OFFICER"}
ABOVE = {"SUBDISTRICT_OFFICER", "DISTRICT_OFFICER", "CITY_OFFICER"}


def sees(viewer: Viewer, application: Any) -> bool:
    """Return whether a viewer knows of an application: who applies or filed it, and the offices that answer."""
    code, held = application.division_code, viewer.held()
    person = viewer.world.get("Person", application.applicant_id)
    is_self = viewer.account_id is not None and person is not None and person.account_id == viewer.account_id
    over = {grant.role for grant in held if covers(grant, code)}
    assists = viewer.account_id is not None and application.assisted_by_id == viewer.account_id and "STAFF" in over
    decides = any(grant.role in ABOVE and grant.division_code == application.forwarded_to for grant in held)
    return viewer.is_good(code) and (is_self or assists or ACCEPTING[application.level] in over or decides)


def newest(world: World) -> Any:
    return max(world.rows["ServiceCatalogue"], key=lambda row: row.version, default=None)


def changes(viewer: Viewer, catalogue: Any) -> list[dict[str, Any]]:
    """List what changed since the version before, as it is without arguments."""
    rows = viewer.world.rows
    former = {row.id for row in rows["ServiceCatalogue"] if row.version == catalogue.version - 1}
    new = {row.code: row for row in rows["ServiceItem"] if row.catalogue_id == catalogue.id}
    old = {row.code: row for row in rows["ServiceItem"] if row.catalogue_id in former}
    found = []
    for code in sorted({*new, *old}):
        change = "ADDED" if code not in old else "REMOVED" if code not in new else "CHANGED"
        if change != "CHANGED" or new[code].digest != old[code].digest:
            found.append({"code": code, "change": change, "name": (new.get(code) or old[code]).name})
    return found


def _own(world: World, account: Any, _: str) -> list[Any]:
    people = {row.id for row in world.rows["Person"] if row.account_id == account.id}
    return [row for row in world.rows["ServiceApplication"] if row.applicant_id in people]


RULES |= {
    "ServiceApplication": sees,
    "ApplicationMaterial": lambda viewer, row: sees(viewer, viewer.world.get("ServiceApplication", row.application_id)),
}
HIDDEN_SUBJECTS.add("ServiceApplication")
COMPUTED |= {
    ("ServiceCatalogue", "isInForce"): lambda world, row: row is newest(world),
    ("ServiceItem", "isInForce"): lambda world, row: row.catalogue_id == newest(world).id,
    ("ServiceApplication", "requestedMaterials"): lambda _, row: row.requested.split(),
    ("ServiceApplication", "dueAt"): lambda _, row: None if row.state == "NEEDS_MATERIALS" else row.due_at,
}
PERSONAL["ServiceCatalogue", "changes"] = changes
LISTS |= {
    ("Division", "applications"): (scoped("ServiceApplication"), "-createdAt"),
    ("Viewer", "applications"): (_own, "-createdAt"),
    ("ServiceCatalogue", "items"): (by_column("catalogue_id", "ServiceItem"), "code"),
    ("ServiceItem", "materials"): (by_column("item_id", "ServiceMaterial"), "position"),
    ("ServiceApplication", "materials"): (by_column("application_id", "ApplicationMaterial"), ""),
}
AGGREGATES["applicationAggregate"] = "ServiceApplication"
LOOKUPS["application"] = "ServiceApplication"
FOUND["ServiceItem"] = lambda world, row: row.catalogue_id == newest(world).id
FOUND_BY_NOTHING["ServiceCatalogue"] = lambda world, row: row is newest(world)
ROOT_LISTS |= {
    "applications": ("ServiceApplication", "-createdAt"), "serviceCatalogues": ("ServiceCatalogue", "-version"),
    "serviceItems": ("ServiceItem", "code"),
}  # fmt: skip

# --- Figures, which count also what the viewer does not know of -------------------------------------------------------


def _in_time(viewer: Viewer, part: Any) -> Decimal:
    found = _there(viewer, part)
    decided = [row for row in found if row.state in ("DECIDED", "RATED")]
    late = [row for row in found if row.state in ("ACCEPTED", "FORWARDED") and row.due_at < viewer.now]
    in_time = [row for row in decided if row.decided_at <= row.due_at]
    return rounded(Decimal(100 * len(in_time)) / (len(decided) + len(late) or 1), Decimal("0.1"))


def _there(viewer: Viewer, part: Any) -> list[Any]:
    return scoped("ServiceApplication")(viewer.world, part.row, part.scope)


def _rating(viewer: Viewer, part: Any) -> Decimal | None:
    ratings = [row.rating for row in _there(viewer, part) if row.state == "RATED"]
    return rounded(Decimal(sum(ratings)) / len(ratings), Decimal("0.01")) if ratings else None


def items_in_force(world: World) -> int:
    """Return how many services the newest version of the catalogue has."""
    return max(((row.version, row.item_count) for row in world.rows["ServiceCatalogue"]), default=(0, 0))[1]


PERSONAL |= {
    ("DivisionStats", "applicationCount"): lambda viewer, part: len(_there(viewer, part)),
    ("DivisionStats", "decidedInTimeShare"): _in_time,
    ("DivisionStats", "serviceRating"): _rating,
    ("DivisionStats", "serviceItemCount"): lambda viewer, part: items_in_force(viewer.world),
}

# --- Who may do what --------------------------------------------------------------------------------------------------


def add_to_place(place: Place) -> dict[str, str]:
    """Add applications of the member in the states that steps need, all to be decided in the community but one."""
    city = place.offices[DivisionLevel.CITY]
    # The member is a person whom no other test erases.
    person = Person.get(account=place.accounts[Role.MEMBER])
    # One catalogue is for all places: that of home's city, which is built first.
    catalogue = ServiceCatalogue.find(version=1) or make_service_catalogue(city)
    item = ServiceItem.find(code="MZ-001") or make_service_item(catalogue)
    filed = ServiceItem.find(code="CJ-001") or make_service_item(catalogue, code="CJ-001", mode=ServiceMode.ASSISTED)
    states = ApplicationState
    made = {
        "application": make_service_application(person, item=item),
        "application short of papers": make_service_application(person, item=item, state=states.NEEDS_MATERIALS),
        "accepted application": make_service_application(person, item=item, state=states.ACCEPTED),
        "application to forward": make_service_application(person, item=filed, state=states.ACCEPTED),
        "forwarded application": make_service_application(person, item=filed, state=states.FORWARDED),
        "decided application": make_service_application(person, item=item, state=states.DECIDED),
        "service": item, "catalogue": catalogue, "applicant": person,
    }  # fmt: skip
    return {name: f"{type(row).__name__}_{row.id}" for name, row in made.items()}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
_OFFICE, _OWN = {Role.STAFF}, {Role.MEMBER}
_KNOW = _OFFICE | _OWN


def _page(name: str, thing: str) -> str:
    return f'{name}(filter: {{id: {{eq: "%({thing})s"}}}}) {{ totalCount nodes {{ id }} }}'


READS = {
    "serviceCatalogue": ('serviceCatalogue(id: "%(catalogue)s") { id }', _PUBLIC),
    "serviceCatalogues": (_page("serviceCatalogues", "catalogue"), _PUBLIC),
    "serviceItem": ('serviceItem(id: "%(service)s") { id }', _PUBLIC),
    "serviceItems": (_page("serviceItems", "service"), _PUBLIC),
    "application": ('application(id: "%(application)s") { id }', _KNOW),
    "applications": (_page("applications", "application"), _KNOW),
    "applicationAggregate": ('applicationAggregate(filter: {id: {eq: "%(application)s"}}) { count }', _KNOW),
}
MAY = {
    "publishServiceCatalogue": ({Role.CITY_OFFICER},),
    "submitApplication": (_KNOW,),
    "requestApplicationMaterials": (_OFFICE,),
    "supplementApplication": (_KNOW,),
    "acceptApplication": (_OFFICE,),
    "forwardApplication": (_OFFICE,),
    "decideApplication": (_OFFICE,),
    "decideApplication that was forwarded": ({Role.SUBDISTRICT_OFFICER},),
    "rateApplication": (_OWN,),
    "withdrawApplication": (_OWN,),
    "addAttachment to an application": (_OWN,),
}
_STEPS = (
    "requestApplicationMaterials", "supplementApplication", "acceptApplication", "forwardApplication",
    "decideApplication", "rateApplication", "withdrawApplication", "addAttachment to an application",
)  # fmt: skip
KNOWN = dict.fromkeys(_STEPS, _KNOW) | {
    "decideApplication that was forwarded": _KNOW | {Role.SUBDISTRICT_OFFICER},
}
_ITEM = {
    "code": "MZ-001", "name": "临时救助申请", "area": "CIVIL_AFFAIRS", "department": "民政局", "mode": "AUTHORIZED",
    "level": "COMMUNITY", "promisedDays": 5, "materials": [{"code": "M-1", "name": "身份证"}],
}  # fmt: skip
INPUTS |= {
    "publishServiceCatalogue": lambda at: {"divisionCode": at.place.code[:4].ljust(12, "0"), "items": [_ITEM]},
    "submitApplication": lambda at: {
        "itemCode": "MZ-001", "applicantId": at.row("applicant"),
        **({"consent": "SIGNED"} if at.role is Role.STAFF else {}),
    },
    "requestApplicationMaterials": lambda at: {"applicationId": at.row("application"), "materials": ["M-1"]},
    "supplementApplication": lambda at: {"applicationId": at.row("application short of papers"), "note": WORDS},
    "acceptApplication": lambda at: {"applicationId": at.row("application")},
    "forwardApplication": lambda at: {
        "applicationId": at.row("application to forward"), "forwardedTo": at.place.code[:9] + "000",
        "outsideNumber": "2026-1",
    },
    "decideApplication": lambda at: {"applicationId": at.row("accepted application"), "decision": "APPROVED"},
    "decideApplication that was forwarded": lambda at: {
        "applicationId": at.row("forwarded application"), "decision": "APPROVED",
    },
    "rateApplication": lambda at: {"applicationId": at.row("decided application"), "rating": 5},
    "withdrawApplication": lambda at: {"applicationId": at.row("application"), "reason": WORDS},
    "addAttachment to an application": lambda at: {
        "subjectId": at.row("application"), "kind": "DOCUMENT", "description": WORDS,
    },
}  # fmt: skip
