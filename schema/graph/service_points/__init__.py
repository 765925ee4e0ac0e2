"""Service points and what is done with them; distances from a point that a caller names."""

from peewee import Node

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.kernel.plane import is_near_sql
from db.service_points.commands import SERVICE_POINTS
from db.service_points.models import ServiceCategory, ServiceTier
from schema.catalog.declare import Taking, aggregate, every, lookup, many
from schema.catalog.fields import FieldContext, Kind
from schema.catalog.mutations import Argument, Mutation
from schema.catalog.registry import Context
from schema.graph.places.near import TAKING_NEAR, WITHIN
from schema.graph.places.types import within
from schema.graph.service_points.circle import CIRCLE, STATS, ServiceCircle
from schema.graph.service_points.types import ServicePoint


def _around(site: Row, point: Row, given: FieldContext) -> Node:
    return is_near_sql(point, site.x_m, site.y_m, given.argument("within_meters"))


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

CONTEXT = Context(
    types=(ServicePoint, ServiceCircle),
    roots={
        "service_point": lookup("ServicePoint", "Find a service point by id."),
        "service_points": every("ServicePoint", "All service points, in the order of their ids.", taking=TAKING_NEAR),
        "service_point_aggregate": aggregate("ServicePoint", "Count and group service points.", taking=TAKING_NEAR),
    },
    additions={
        "Division": {
            "service_points": many(
                "ServicePoint",
                "Service points of the communities in the scope.",
                on=lambda division, point, given: within(point.division_code, division, given),
                scoped=True,
                taking=TAKING_NEAR,
            ),
            "service_circle": CIRCLE,
        },
        "DivisionStats": STATS,
        "Site": {
            "service_points": many(
                "ServicePoint",
                "Service points within a distance of the site; none where the place of the site is not known.",
                on=_around,
                taking=Taking((WITHIN,)),
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
