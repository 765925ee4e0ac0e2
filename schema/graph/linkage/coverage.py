"""How far the targets of a division are sponsored and visited; each target counts once (包抓覆盖)."""

from collections.abc import Callable
from functools import reduce
from typing import Any

from peewee import SQL, Case, ColumnBase, Node, Select, SelectQuery, fn

from db.committees.models.committee import Committee, CommitteeState
from db.incidents.models import belongs_to
from db.kernel.enumeration import DomainEnum
from db.kernel.expressions import Row
from db.linkage.models.sponsorship import Sponsorship, SponsorshipState
from db.linkage.models.visit import Visit, VisitForm
from db.organizations.models.organization import Organization, OrganizationState
from db.places.models.division import Division
from db.sites.models import Site, SiteKind, SiteState
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import FieldArgument, Kind
from schema.graph.incidents import in_incident
from schema.graph.places.types import within


class TargetKind(DomainEnum):
    """The kind of what is sponsored and visited (包抓对象类别)."""

    GRID = "GRID", "Grids that are in use.", "网格"
    COMPOUND = "COMPOUND", "Compounds that are in use.", "小区"
    COURTYARD_BUILDING = "COURTYARD_BUILDING", "Courtyards and buildings that are in use.", "楼院"
    UNIT = "UNIT", "Active target units.", "包抓单位"
    COMMITTEE = "COMMITTEE", "Committees that are not dissolved.", "社工委"


def _site(kind: SiteKind) -> Callable[[Any], Node]:
    return lambda row: (row.kind == kind.value) & (row.state == SiteState.ACTIVE.value)


Condition = Callable[[Any], Node]
# The table of each kind, and the condition of its targets.
_TARGETS: dict[TargetKind, tuple[Any, Callable[[Any], Node]]] = {
    TargetKind.GRID: (Site, _site(SiteKind.GRID)),
    TargetKind.COMPOUND: (Site, _site(SiteKind.COMPOUND)),
    TargetKind.COURTYARD_BUILDING: (Site, _site(SiteKind.COURTYARD_BUILDING)),
    TargetKind.UNIT: (
        Organization, lambda row: row.is_target_unit & (row.state == OrganizationState.ACTIVE.value)
    ),
    TargetKind.COMMITTEE: (Committee, lambda row: row.state != CommitteeState.DISSOLVED.value),
}  # fmt: skip


@part_type("How many targets of one kind there are, and how many of them are sponsored and visited.")
class Coverage:
    """One kind of targets in the scope."""

    target_kind = computed(TargetKind, lambda row: row.target_kind, "The kind of targets that is counted.")
    total = computed(int, lambda row: row.total, "The number of targets of the kind.")
    sponsored = computed(int, lambda row: row.sponsored, "The number of targets with a sponsorship that runs.")
    sponsored_share = computed(
        Kind.DECIMAL,
        lambda row: row.sponsored_share,
        "The share of targets with a sponsorship that runs, in per cent, rounded half up to one decimal.",
        places=1,
    )
    visited = computed(
        int, lambda row: row.visited, "The number of targets that were visited at least once; calls do not count."
    )


def _covered(lies_in: Condition, counts: Condition) -> Node:
    """Count the targets of each kind. lies_in: of a target's division code; counts: of a visit."""
    return reduce(SelectQuery.union_all, (_of_kind(kind, lies_in, counts) for kind in TargetKind))


def _of_kind(kind: TargetKind, lies_in: Condition, counts: Condition) -> Select:
    model, is_target = _TARGETS[kind]
    row, name = model.alias("target"), model.__name__.lower()
    sponsorship, visit = Sponsorship.alias("covering"), Visit.alias("paid")
    runs = (getattr(sponsorship, name) == row.id) & (sponsorship.state == SponsorshipState.ACTIVE.value)
    paid = (getattr(visit, name) == row.id) & (visit.form != VisitForm.PHONE.value) & counts(visit)
    counted = row.select(
        fn.COUNT(row.id).alias("total"), _sum(sponsorship, runs).alias("sponsored"), _sum(visit, paid).alias("visited")
    )
    found = counted.where(lies_in(row.division_code), is_target(row)).alias("found")
    # Per mille, half up: (2 * 1000 * part + whole) / (2 * whole) in whole numbers.
    share = (found.c.sponsored * 2000 + found.c.total) / fn.NULLIF(found.c.total * 2, 0)
    columns = (
        SQL(f"'{kind.value}'").alias("target_kind"), found.c.total.alias("total"),
        found.c.sponsored.alias("sponsored"), fn.COALESCE(share, 0).alias("sponsored_share"),
        found.c.visited.alias("visited"),
    )  # fmt: skip
    return Select(columns=columns).from_(found)


def _sum(other: Any, condition: Node) -> ColumnBase:
    """Count the rows for which another one is there."""
    return fn.COALESCE(fn.SUM(Case(None, [(fn.EXISTS(other.select(SQL("1")).where(condition)), 1)], 0)), 0)


COVERAGE = derived(
    "Coverage",
    "How many targets of each kind are sponsored and visited; each target counts once (包抓覆盖).",
    query=lambda division, given: _covered(
        lambda code: within(code, division, given), lambda visit: in_incident(visit, given)
    ),
    bound=len(TargetKind),
    arguments=(
        FieldArgument(
            "incident_id", Kind.ID, "Only visits that belong to this incident, or to a part of it.", of="Incident"
        ),
    ),
)


def _around(incident: Row, code: ColumnBase) -> Node:
    """Build the condition that a division is the one of an incident, or lies in it."""
    home = Division.alias("home")
    last = home.select(home.last_code).where(home.id == incident.division)
    return (code >= incident.division_code) & (code <= last)


COVERAGE_OF_INCIDENT = derived(
    "Coverage",
    "How many targets of each kind in the incident's division are sponsored, and were visited in the incident.",
    query=lambda incident, given: _covered(
        lambda code: _around(incident, code), lambda visit: belongs_to(visit, incident.id)
    ),
    bound=len(TargetKind),
)
