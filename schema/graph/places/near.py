"""Lists of what lies near a point that a caller names, with the distance of each row from it."""

from peewee import Node, Value

from db.kernel.expressions import Row
from db.kernel.plane import distance_sql, is_near_sql, metres_of_sql
from schema.catalog.declare import Taking, column, computed
from schema.catalog.fields import FieldArgument, FieldContext, InputType, Kind

WITHIN = FieldArgument(
    "within_meters",
    Kind.INT,
    "The maximum distance in a straight line, in metres.",
    default=1000,
    between=(1, 50_000),
)
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
            WITHIN,
        ),
    ),
    "Only rows within this distance; the nearest come first unless `orderBy` is given.",
    cost=5,
)


def _distance(row: Row, given: FieldContext) -> Node | None:
    """Write how far a row lies from the point of `near`; null without one."""
    near = given.argument("near")
    if near is None:
        return Value(None).cast("bigint")
    return distance_sql(row, *metres_of_sql(near["latitude"], near["longitude"]))


def _is_near(row: Row, given: FieldContext) -> Node | None:
    near = given.argument("near")
    if near is None:
        return None
    return is_near_sql(row, *metres_of_sql(near["latitude"], near["longitude"]), near["within_meters"])


LATITUDE = column("The latitude in degrees north (WGS-84), if it is known.")
LONGITUDE = column("The longitude in degrees east (WGS-84), if it is known.")
DISTANCE = computed(
    int,
    _distance,
    "The distance to the point of `near` in a straight line, in whole metres; null without it.",
    nullable=True,
)
TAKING_NEAR = Taking((NEAR,), _is_near, order_with={"near": "distance_meters"})
