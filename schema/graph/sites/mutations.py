"""Mutations of sites."""

from db.sites import commands
from db.sites.models import SiteKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation, bulk

_SHOWN = {"site": "Site", "event": "JournalEntry"}
_GRID = (
    Argument(
        "grid_id",
        Kind.ID,
        "The grid in which the site lies; a compound or courtyard needs this or `gridCode`.",
        required=False,
        of=("Site",),
    ),
    Argument(
        "grid_code",
        Kind.CODE,
        "The code of the grid in which the site lies; give this or `gridId`.",
        required=False,
    ),
)
_REST = tuple(
    Argument(name, kind, description, required=False, is_clearable=True)
    for name, kind, description in (
        ("household_count", Kind.INT, "The number of households."),
        ("latitude", Kind.DECIMAL, "The latitude in degrees north (WGS-84)."),
        ("longitude", Kind.DECIMAL, "The longitude in degrees east (WGS-84)."),
    )
)
_REGISTER = Mutation(
    "registerSite",
    "Register a site: staff the compounds and courtyards of their community, officers of the subdistrict the grids "
    "(登记点位).",
    commands.register_site,
    (
        Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
        Argument("kind", SiteKind, "The kind of the site."),
        Argument("code", Kind.CODE, "The code of the site, which is unique in the community, such as G-03."),
        Argument("name", Kind.LINE, "The name of the site."),
        *_GRID,
        *_REST,
    ),
    _SHOWN,
)
MUTATIONS = (
    _REGISTER,
    bulk("registerSites", "Register many sites at once, grids before what lies in them (批量登记点位).", _REGISTER),
    Mutation(
        "updateSite",
        "Change the given fields of a site; null clears an optional field (更新点位).",
        commands.update_site,
        (Argument("name", Kind.LINE, "The name of the site.", required=False), *_GRID, *_REST),
        _SHOWN,
    ),
    Mutation(
        "retireSite",
        "Retire a site permanently; a grid only once no site in use lies in it (停用点位).",
        commands.retire_site,
        shows=_SHOWN,
    ),
)
