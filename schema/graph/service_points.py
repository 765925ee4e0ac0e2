"""Service points and what is done with them; distances from a point that a caller names."""

from peewee import Case, Node, Value

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.kernel.plane import distance_sql, is_near_sql, metres_of_sql
from db.service_points.commands import SERVICE_POINTS
from db.service_points.models import CATEGORIES, ServiceCategory, ServiceKind, ServiceTier
from db.service_points.models import ServicePoint as Table
from schema.catalog.declare import Taking, aggregate, column, computed, every, lookup, many, model_type, one
from schema.catalog.fields import FieldArgument, FieldContext, InputType, Kind
from schema.catalog.mutations import Argument, Mutation
from schema.catalog.registry import Context
from schema.graph.places.types import within

NEAR = FieldArgument(
    "near",
    InputType(
        "NearFilter",
        "A point and a distance around it.",
        (
            FieldArgument(
                "latitude",
                Kind.DECIMAL,
                "The latitude in degrees north (WGS-84).",
                required=True,
                between=(-90, 90),
                places=6,
            ),
            FieldArgument(
                "longitude",
                Kind.DECIMAL,
                "The longitude in degrees east (WGS-84).",
                required=True,
                between=(-180, 180),
                places=6,
            ),
            FieldArgument(
                "within_meters",
                Kind.INT,
                "The maximum distance in a straight line, in metres.",
                default=1000,
                between=(1, 50_000),
            ),
        ),
    ),
    "Only rows within this distance; the nearest come first unless `orderBy` is given.",
    cost=5,
)


def distance(point: Row, given: FieldContext) -> Node | None:
    """Write how far a service point lies from the point of `near`; null without one."""
    near = given.argument("near")
    if near is None:
        return Value(None).cast("bigint")
    return distance_sql(point, *metres_of_sql(near["latitude"], near["longitude"]))


def is_near(point: Row, given: FieldContext) -> Node | None:
    """Write that a service point lies within the distance of `near`."""
    near = given.argument("near")
    if near is None:
        return None
    return is_near_sql(point, *metres_of_sql(near["latitude"], near["longitude"]), near["within_meters"])


def kind(point: Row) -> Node:
    """Write which need a service point meets, by its category."""
    return Case(
        None,
        [
            (point.category.in_([category.value for category in categories]), kind.value)
            for kind, categories in CATEGORIES.items()
        ],
    )


@model_type(Table, "A shop, stop or room within a walk of the people who live there (便民点).")
class ServicePoint:
    """Everybody sees all of them, closed ones included."""

    name = column("The name of the service point.")
    kind = computed(ServiceKind, kind, "The need of daily life that the service point meets.")
    category = column("The category of the service point.")
    tier = column("Whether the service point meets a basic need.")
    organization = one("Organization", "The organization that runs the service point.")
    division = one("Division", "The community where the service point lies.")
    division_code = column("The 12-digit code of the community.")
    latitude = column("The latitude in degrees north (WGS-84).")
    longitude = column("The longitude in degrees east (WGS-84).")
    distance_meters = computed(
        int,
        distance,
        "The distance to the point of `near` in a straight line, in whole metres; null without it.",
        nullable=True,
    )
    open_from = column("When the service point opens, in minutes after midnight; null when it never closes.")
    open_to = column("When the window closes, in minutes after midnight; above 1440 on the next day.")
    phone = column("The public telephone number of the service point.")
    verified_on = column("The day of the last check on site.")
    state = column("The state of the service point.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")


def _arguments(required: bool) -> tuple[Argument, ...]:
    """List what describes a service point. required: when it is new; else what is left out stays as it is."""
    return (
        Argument("name", Kind.LINE, "The name of the service point.", required),
        Argument("category", ServiceCategory, "The category of the service point.", required),
        Argument("tier", ServiceTier, "Whether the service point meets a basic need.", required),
        Argument("latitude", Kind.DECIMAL, "The latitude in degrees north (WGS-84).", required),
        Argument("longitude", Kind.DECIMAL, "The longitude in degrees east (WGS-84).", required),
        Argument("verified_on", Kind.DATE, "The day of the last check on site.", required),
        Argument(
            "organization_id",
            Kind.ID,
            "The organization that runs the service point.",
            False,
            ("Organization",),
            is_clearable=True,
        ),
        Argument("open_from", Kind.INT, "When the window opens, in minutes after midnight.", False, is_clearable=True),
        Argument(
            "open_to", Kind.INT, "When the service point closes, in minutes after midnight.", False, is_clearable=True
        ),
        Argument("phone", Kind.LINE, "The public telephone number of the service point.", False, is_clearable=True),
    )


_SHOWN = {"servicePoint": "ServicePoint"}
_NEAR = Taking((NEAR,), is_near, order_with={"near": "distance_meters"})

CONTEXT = Context(
    types=(ServicePoint,),
    roots={
        "service_point": lookup("ServicePoint", "Find a service point by id."),
        "service_points": every("ServicePoint", "All service points, in the order of their ids.", taking=_NEAR),
        "service_point_aggregate": aggregate("ServicePoint", "Count and group service points.", taking=_NEAR),
    },
    additions={
        "Division": {
            "service_points": many(
                "ServicePoint",
                "Service points of the communities in the scope.",
                on=lambda division, point, given: within(point.division_code, division, given),
                scoped=True,
                taking=_NEAR,
            ),
        },
        "Organization": {
            "service_points": many(
                "ServicePoint",
                "Service points that the organization runs.",
                on="organization",
            ),
        },
    },
    mutations={
        TokenScope.WRITE: (
            Mutation(
                "registerServicePoint",
                "Register a service point; for staff, and for the contact of its organization (登记便民点).",
                SERVICE_POINTS.create,
                (
                    Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
                    *_arguments(required=True),
                ),
                _SHOWN,
            ),
            Mutation(
                "updateServicePoint",
                "Change the given fields of a service point; null clears an optional field (更新便民点).",
                SERVICE_POINTS.change,
                _arguments(required=False),
                _SHOWN,
            ),
            Mutation(
                "closeServicePoint",
                "Close a service point permanently (关闭便民点).",
                SERVICE_POINTS.end,
                shows=_SHOWN,
            ),
        ),
    },
)
