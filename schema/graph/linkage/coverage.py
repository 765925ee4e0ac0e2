"""How far the targets of a division are sponsored and visited; each target counts once (包抓覆盖)."""

from collections.abc import Callable
from functools import reduce
from typing import Any

from peewee import SQL, Case, ColumnBase, Node, Select, SelectQuery, fn

from db.incidents.models import belongs_to
from db.kernel.expressions import Row
from db.linkage.coverage import TARGETS, TargetKind, is_sponsored
from db.linkage.models.visit import Visit, VisitForm
from db.places.models.division import Division
from schema.catalog.declare import computed, derived, part_type
from schema.catalog.fields import FieldArgument, Kind
from schema.graph.incidents import in_incident
from schema.graph.places.types import within

Condition = Callable[[Any], Node]


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
    model, is_target = TARGETS[kind]
    row, visit = model.alias("target"), Visit.alias("paid")
    paid = (getattr(visit, model.__name__.lower()) == row.id) & (visit.form != VisitForm.PHONE.value) & counts(visit)
    is_visited = fn.EXISTS(visit.select(SQL("1")).where(paid))
    counted = row.select(
        fn.COUNT(row.id).alias("total"), _sum(is_sponsored(row, kind)).alias("sponsored"),
        _sum(is_visited).alias("visited"),
    )  # fmt: skip
    found = counted.where(lies_in(row.division_code), is_target(row)).alias("found")
    # Per mille, half up: (2 * 1000 * part + whole) / (2 * whole) in whole numbers.
    share = (found.c.sponsored * 2000 + found.c.total) / fn.NULLIF(found.c.total * 2, 0)
    columns = (
        SQL(f"'{kind.value}'").alias("target_kind"), found.c.total.alias("total"),
        found.c.sponsored.alias("sponsored"), fn.COALESCE(share, 0).alias("sponsored_share"),
        found.c.visited.alias("visited"),
    )  # fmt: skip
    return Select(columns=columns).from_(found)


def _sum(condition: Node) -> ColumnBase:
    """Count the rows for which a condition holds."""
    return fn.COALESCE(fn.SUM(Case(None, [(condition, 1)], 0)), 0)


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
