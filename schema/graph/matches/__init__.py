"""Matches of needs and resources."""

from peewee import ColumnBase

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.organizations.models.resource import Resource
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.registry import Context
from schema.graph.matches.mutations import MUTATIONS
from schema.graph.matches.types import FITTING, Match
from schema.graph.places.types import within


def _of_unit(organization: Row, match: Row) -> ColumnBase:
    offer = Resource.alias("of_unit")
    return match.resource.in_(offer.select(offer.id).where(offer.organization == organization.id))


CONTEXT = Context(
    types=(Match,),
    roots={
        "match": lookup("Match", "Find a match by id."),
        "matches": every("Match", "Matches that the viewer knows of, newest first.", order="-id"),
        "match_aggregate": aggregate("Match", "Count and group matches that the viewer knows of."),
    },
    additions={
        "Need": {
            "fitting_resources": FITTING,
            "matches": many(
                "Match", "Matches of the need that the viewer knows of, newest first.", on="need", order="-id"
            ),
        },
        "Resource": {
            "matches": many(
                "Match", "Matches of the resource that the viewer knows of, newest first.", on="resource", order="-id"
            ),
        },
        "Organization": {
            "matches": many(
                "Match",
                "Matches of resources of the organization that the viewer knows of, newest first.",
                on=_of_unit,
                order="-id",
            ),
        },
        "Division": {
            "matches": many(
                "Match",
                "Matches of needs in the scope that the viewer knows of, newest first (对接).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-id",
                scoped=True,
            ),
        },
    },
    mutations={TokenScope.SHARING: MUTATIONS},
)
