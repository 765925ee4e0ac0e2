"""Who may take the steps of a site, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import By, stale_by_journal
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, not_permitted, offices_over
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.sites.lifecycle import SITE_LIFECYCLE
from db.sites.models import Site, SiteKind, SiteState

# What later contexts end with a site, in the transaction that retires it.
ENDS_WITH_IT: list[Callable[[Call, Site, By], None]] = []
# What later contexts work out of the place and the state of a site, in the transaction that sets them.
PLACED: list[Callable[[Site], None]] = []


def is_placed(site: Site) -> None:
    """Update what later contexts work out of the place and the state of a site, which are new."""
    for follow in PLACED:
        follow(site)


def keeper_of(kind: SiteKind) -> Capacity:
    """Return who keeps the sites of a kind: the subdistrict the grids, staff of the community the others."""
    return Capacity.SUBDISTRICT_OFFICER if kind is SiteKind.GRID else Capacity.COMMUNITY_STAFF


def require_keeper(call: Call, kind: SiteKind, division_code: str) -> Role:
    """Check that the actor keeps the sites of a kind in a community; return the role in which they do.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    found = offices_over(call, division_code).get(keeper_of(kind))
    if found is None:
        raise not_permitted(keeper_of(kind))
    return found


def _to_site(call: Call, site: Site) -> dict[Capacity, Role]:
    keeper = keeper_of(site.kind)
    return {capacity: role for capacity, role in offices_over(call, site.division_code).items() if capacity is keeper}


def _bits(facts: RowFacts) -> Any:
    is_grid = facts.row.kind == SiteKind.GRID.value
    return Case(
        None,
        [(is_grid, facts.office_bits(Capacity.SUBDISTRICT_OFFICER))],
        facts.office_bits(Capacity.COMMUNITY_STAFF),
    )


def _has_sites(facts: RowFacts) -> Any:
    """Build the condition that sites which are in use lie in a grid."""
    other = Site.alias("in_grid")
    lies_in_it = (other.grid == facts.row.id) & (other.state == SiteState.ACTIVE.value)
    return fn.EXISTS(other.select(SQL("1")).where(lies_in_it))


SITE_STEPS = RowSteps(Site, SITE_LIFECYCLE, _to_site, _bits, {RowGuard.SITES_IN_GRID: _has_sites}, serves_issue=False)
SITE = Subject(
    model=Site,
    keys={"site_id": "id"},
    missing=("There is no such site; check the id.", "没有此点位，请核对 ID。"),
    stale=stale_by_journal(SITE_LIFECYCLE),
    stand=lambda call, site, mutation: SITE_STEPS.require(call, site, mutation, "siteId"),
)
