"""Access points, passes for them, and how many people come through a day. No type shows a scan."""

from peewee import Node, fn

from db.gates import models, visibility
from db.kernel.calendar import today
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, many, model_type, number, one
from schema.catalog.fields import CatalogField, FieldArgument, FieldContext, Kind
from schema.graph.places.types import within
from schema.graph.viewer import ASKER, seen_by


@model_type(models.AccessPoint, "A gate of a site, or a door of a unit, at which passes are scanned (出入口).")
class AccessPoint:
    """Public, with how many people come through it."""

    division = one("Division", "The community of the access point.")
    division_code = column("The 12-digit code of the community.")
    site = one("Site", "The site that it leads into; null for the door of a unit.")
    organization = one("Organization", "The unit that it leads into; null for the gate of a site.")
    name = column("What the access point is called.")
    is_only_gate = column("Whether it is the only one of its site.")
    needs_pass = column("Whether nobody is let through without a pass.")
    days = many("AccessDay", "How many people came through, the newest day first.", on="access_point", order="-day")
    state = column("The state of the access point.")
    created_at = column("When it was registered.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(models.AccessPass, "A pass of a person for the gates of a site (出入证).", visible=seen_by(visibility.PASS))
class AccessPass:
    """Known to its holder, to whoever is on duty at the gates, to staff, and to the offices above."""

    site = one("Site", "The site whose gates it opens.")
    division_code = column("The 12-digit code of the community.")
    person = one("Person", "The person whose pass it is.")
    valid_until = column("The last day of the pass.")
    state = column("The state of the pass.")
    created_at = column("When the pass was issued.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(models.AccessDay, "How many people came through an access point in one direction on a day (日流量).")
class AccessDay:
    """Kept for ever; the scans that were counted are not."""

    access_point = one("AccessPoint", "The access point that was counted.")
    division_code = column("The 12-digit code of the community.")
    day = column("The day in Asia/Shanghai.")
    direction = column("Which way they went.")
    passed = column("How many were let through.")
    refused = column("How many were not let through.")


def _scans(division: Row, given: FieldContext) -> Node:
    row, asked = models.AccessDay.alias("counted"), given.argument("day")
    on_day = row.day == (ASKER.when(today) if asked is None else asked)
    counted = row.select(fn.SUM(row.passed + row.refused)).where(within(row.division_code, division, given), on_day)
    return number(counted)


FIGURES: dict[str, CatalogField] = {
    "scan_count": computed(
        int,
        _scans,
        "The number of scans on a day, whether people were let through or not (扫码次数).",
        cost=5,
        arguments=(FieldArgument("day", Kind.DATE, "The day in Asia/Shanghai; today when left out."),),
    ),
}
TYPES = (AccessPoint, AccessPass, AccessDay)
