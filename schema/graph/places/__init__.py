"""Divisions of the country, and their figures."""

from schema.catalog.declare import every, lookup
from schema.catalog.registry import Context
from schema.graph.places.types import Division, DivisionStats, MemberCategoryCount

CONTEXT = Context(
    types=(Division, DivisionStats, MemberCategoryCount),
    roots={
        "division": lookup(
            "Division",
            "Find a division by id or code.",
            code=("code", "The 12-digit statistical code of the division."),
        ),
        "divisions": every("Division", "All divisions, in the order of their codes.", order="code"),
    },
)
