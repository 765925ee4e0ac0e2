"""Sites in the tests that span all nouns."""

from typing import Any

from db.access.models.account import Role
from db.city import models
from db.sites.models import SiteKind
from tests.graph.evaluator import LISTS, ROOT_LISTS, TOGETHER, by_column, scoped
from tests.graph.places import ROLES, THINGS, Place
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.sites.factories import make_site

LISTS |= {
    ("Division", "sites"): (scoped("Site"), ""),
    ("Site", "sites"): (by_column("grid_id", "Site"), ""),
}
ROOT_LISTS["sites"] = ("Site", "")
TOGETHER["Site"] = ("divisionCode", "code")


def add_to_place(place: Place) -> dict[str, str]:
    """Add a grid with a compound in it, and a grid that is empty."""
    home = models.Division.get(models.Division.code == place.code)
    grid, empty = make_site(home), make_site(home)
    compound = make_site(home, kind=SiteKind.COMPOUND, grid=grid, code="X-01")
    return {"grid": f"Site_{grid.id}", "empty grid": f"Site_{empty.id}", "compound": f"Site_{compound.id}"}


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}
READS = {
    "site": ('site(id: "%(compound)s") { id }', _PUBLIC),
    "site, by its code": ('site(divisionCode: "%(code)s", code: "X-01") { id }', _PUBLIC),
    "sites": ('sites(filter: {id: {eq: "%(compound)s"}}) { totalCount nodes { id } }', _PUBLIC),
    "siteAggregate": ('siteAggregate(filter: {id: {eq: "%(compound)s"}}) { count }', _PUBLIC),
}
_STAFF, _STREET = {Role.STAFF}, {Role.SUBDISTRICT_OFFICER}
MAY = {
    "registerSite": (_STAFF,),
    "registerSite of a grid": (_STREET,),
    "registerSites": (_STAFF,),
    "updateSite": (_STAFF,),
    "updateSite of a grid": (_STREET,),
    "retireSite": (_STAFF,),
    "retireSite of a grid": (_STREET,),
}


def registered(spot: Spot) -> dict[str, Any]:
    """Return the input that registers a compound in the grid of a place."""
    return {
        "divisionCode": spot.place.code, "kind": "COMPOUND", "code": "X-99", "name": WORDS, "gridId": spot.row("grid"),
    }  # fmt: skip


INPUTS |= {
    "registerSite": registered,
    "registerSite of a grid": lambda at: {
        "divisionCode": at.place.code, "kind": "GRID", "code": "G-99", "name": WORDS,
    },
    "registerSites": lambda at: {"rows": [registered(at)]},
    "updateSite": lambda at: {"siteId": at.row("compound"), "householdCount": 120},
    "updateSite of a grid": lambda at: {"siteId": at.row("grid"), "name": WORDS},
    "retireSite": lambda at: {"siteId": at.row("compound")},
    "retireSite of a grid": lambda at: {"siteId": at.row("empty grid")},
}  # fmt: skip
