"""The fifteen-minute circle: which homes have a basic service of each kind within a walk (15 分钟便民生活圈)."""

from functools import reduce
from typing import Any

from peewee import SQL, ColumnBase, Node, Select, SelectQuery, fn

from db.kernel.expressions import Row
from db.service_points.models import NearestService, ServiceKind
from db.service_points.nearest import is_home
from db.settings.models import SettingKey
from db.settings.values import setting_sql
from db.sites.models import Site
from schema.catalog.declare import computed, derived, number, part_type
from schema.catalog.fields import FieldArgument, FieldContext, Kind
from schema.graph.places.types import within

_BOUND = SettingKey.CIRCLE_RADIUS_M.bound
_WITHIN = FieldArgument(
    "within_meters",
    Kind.INT,
    "The length of the walk in a straight line, in metres; the setting CIRCLE_RADIUS_M when left out.",
    between=(int(_BOUND.least), int(_BOUND.most)),
)
_KIND = FieldArgument("kind", ServiceKind, "The need of daily life; any of the five when left out.")


@part_type("How many homes have a basic service of one kind within a walk.")
class ServiceCircle:
    """One kind of services, for the compounds and courtyards in use whose place is known."""

    kind = computed(ServiceKind, lambda row: row.kind, "The need of daily life that the services meet.")
    site_count = computed(
        int, lambda row: row.site_count, "The number of compounds and courtyards in use whose place is known."
    )
    served_site_count = computed(
        int, lambda row: row.served_site_count, "The number of them with a basic service of the kind within the walk."
    )
    nearest_meters = computed(
        int,
        lambda row: row.nearest_meters,
        "The shortest walk from one of them to such a service, in metres; null when none is served.",
        nullable=True,
    )
    is_gap = computed(bool, lambda row: row.is_gap, "Whether at least one of them is not served.")


def _circle(division: Row, given: FieldContext) -> Node:
    walk = _walk(division, given.argument("within_meters"))
    kinds: Any = reduce(SelectQuery.union_all, (_named(need, place) for place, need in enumerate(ServiceKind)))
    kinds, home, near = kinds.alias("kinds"), Site.alias("home"), NearestService.alias("near")
    homes = home.select(fn.COUNT(home.id).alias("sites"))
    homes = homes.where(is_home(home), within(home.division_code, division, given)).alias("homes")

    def of_kind(what: Node) -> Any:
        is_served = (near.kind == kinds.c.kind) & (near.metres <= walk.c.metres)
        return near.select(what).where(is_served, within(near.division_code, division, given))

    columns = (
        kinds.c.kind.alias("kind"), kinds.c.place.alias("place"), homes.c.sites.alias("sites"),
        of_kind(fn.COUNT(SQL("*"))).alias("served"), of_kind(fn.MIN(near.metres)).alias("metres"),
    )  # fmt: skip
    counted = Select(columns=columns).from_(kinds).join(homes, "CROSS JOIN").join(walk, "CROSS JOIN")
    # With a limit PostgreSQL does not dissolve it into what reads it, and counts each figure once.
    counted = counted.limit(len(ServiceKind)).alias("counted")
    shown = (
        counted.c.kind.alias("kind"), counted.c.sites.alias("site_count"), counted.c.served.alias("served_site_count"),
        counted.c.metres.alias("nearest_meters"), (counted.c.served < counted.c.sites).alias("is_gap"),
    )  # fmt: skip
    return Select(columns=shown).from_(counted).order_by(counted.c.place)


def _named(need: ServiceKind, place: int) -> Any:
    return Select(columns=[SQL(f"'{need.value}'").alias("kind"), SQL(str(place)).alias("place")])


def _walk(division: Row, asked: Any) -> Any:
    """Select how far a walk leads, in one row, so that it is looked up once."""
    metres = setting_sql(SettingKey.CIRCLE_RADIUS_M, division.code) if asked is None else asked
    return Select(columns=[fn.ABS(metres).alias("metres")]).limit(1).alias("walk")


def _with_gap(division: Row, given: FieldContext) -> ColumnBase:
    """Count the communities with a home that has fewer of the wanted kinds near than there are."""
    home, near, walk = Site.alias("home"), NearestService.alias("near"), _walk(division, None)
    asked = given.argument("kind")
    served = near.select(fn.COUNT(near.id)).where(near.site == home.id, near.metres <= walk.c.metres)
    lacks = number(served) < len(ServiceKind) if asked is None else number(served.where(near.kind == asked)) < 1
    counted = Select(columns=[fn.COUNT(home.division_code.distinct())]).from_(walk).join(home, on=is_home(home))
    return number(counted.where(within(home.division_code, division, given), lacks))


CIRCLE = derived(
    "ServiceCircle",
    "For each need of daily life, how many homes of the division have a basic service within a walk of about fifteen "
    "minutes; homes are compounds and courtyards in use whose place is known (15 分钟便民生活圈).",
    query=_circle,
    bound=len(ServiceKind),
    cost=10,
    arguments=(_WITHIN,),
)
STATS = {
    "communities_with_service_gap": computed(
        int,
        _with_gap,
        "The number of communities with a home that lacks a basic service of the kind, or of any kind when none is "
        "given, within the walk of the setting CIRCLE_RADIUS_M (便民生活圈缺口社区).",
        cost=10,
        arguments=(_KIND,),
    ),
}
