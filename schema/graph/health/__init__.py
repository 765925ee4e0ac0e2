"""Health work of communities: sub-committees, and the figures of each month."""

from peewee import Node

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from schema.catalog.declare import aggregate, every, lookup, many
from schema.catalog.fields import FieldContext
from schema.catalog.registry import Context
from schema.graph.health.mutations import MUTATIONS
from schema.graph.health.types import HEALTH_TYPES
from schema.graph.places.types import within


def _in_scope(division: Row, other: Row, given: FieldContext) -> Node:
    return within(other.division_code, division, given)


CONTEXT = Context(
    types=HEALTH_TYPES,
    roots={
        "sub_committee": lookup("SubCommittee", "Find a sub-committee by id."),
        "sub_committees": every("SubCommittee", "All sub-committees, in the order of their ids."),
        "sub_committee_aggregate": aggregate("SubCommittee", "Count and group sub-committees."),
        "health_figures": every("HealthFigure", "All figures of health work, newest month first.", order="-month"),
        "health_figure_aggregate": aggregate("HealthFigure", "Count, sum and group figures of health work."),
    },
    additions={
        "Committee": {
            "sub_committees": many(
                "SubCommittee", "Sub-committees for health work, dissolved ones included.", on="committee"
            ),
        },
        "Division": {
            "sub_committees": many(
                "SubCommittee",
                "Sub-committees for health work in the scope, dissolved ones included.",
                on=_in_scope,
                scoped=True,
            ),
            "health_figures": many(
                "HealthFigure",
                "Figures of health work of the communities in the scope, newest month first.",
                on=_in_scope,
                order="-month",
                scoped=True,
            ),
        },
        "Person": {
            "sub_committee_memberships": many(
                "SubCommitteeMember", "Places in sub-committees that the person has or had.", on="person"
            ),
        },
    },
    mutations={TokenScope.COMPOSITION: MUTATIONS},
)
