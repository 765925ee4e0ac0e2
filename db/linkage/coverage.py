"""What is to be sponsored and visited, by kind, and whether it is sponsored now."""

from collections.abc import Callable
from typing import Any

from peewee import SQL, Node, fn

from db.committees.models.committee import Committee, CommitteeState
from db.kernel.enumeration import DomainEnum
from db.linkage.models.sponsorship import Sponsorship, SponsorshipState
from db.organizations.models.organization import Organization, OrganizationState
from db.sites.models import Site, SiteKind, SiteState


class TargetKind(DomainEnum):
    """The kind of what is sponsored and visited (包抓对象类别)."""

    GRID = "GRID", "Grids that are in use.", "网格"
    COMPOUND = "COMPOUND", "Compounds that are in use.", "小区"
    COURTYARD_BUILDING = "COURTYARD_BUILDING", "Courtyards and buildings that are in use.", "楼院"
    UNIT = "UNIT", "Active target units.", "包抓单位"
    COMMITTEE = "COMMITTEE", "Committees that are not dissolved.", "社工委"


def _site(kind: SiteKind) -> Callable[[Any], Node]:
    return lambda row: (row.kind == kind.value) & (row.state == SiteState.ACTIVE.value)


# The table of each kind, and the condition of its targets.
TARGETS: dict[TargetKind, tuple[Any, Callable[[Any], Node]]] = {
    TargetKind.GRID: (Site, _site(SiteKind.GRID)),
    TargetKind.COMPOUND: (Site, _site(SiteKind.COMPOUND)),
    TargetKind.COURTYARD_BUILDING: (Site, _site(SiteKind.COURTYARD_BUILDING)),
    TargetKind.UNIT: (
        Organization, lambda row: row.is_target_unit & (row.state == OrganizationState.ACTIVE.value)
    ),
    TargetKind.COMMITTEE: (Committee, lambda row: row.state != CommitteeState.DISSOLVED.value),
}  # fmt: skip


def is_sponsored(target: Any, kind: TargetKind) -> Node:
    """Build the condition that a sponsorship of a target runs."""
    model, _ = TARGETS[kind]
    row: Any = Sponsorship.alias("covering")
    runs = (getattr(row, model.__name__.lower()) == target.id) & (row.state == SponsorshipState.ACTIVE.value)
    return fn.EXISTS(row.select(SQL("1")).where(runs))
