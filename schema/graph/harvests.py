"""Harvests of garden plots, and how they are recorded."""

from db.access.models.access import TokenScope
from db.harvests.commands import record_harvest
from db.harvests.models import Harvest as Table
from schema.catalog.declare import aggregate, column, every, lookup, many, model_type, one
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.catalog.registry import Context
from schema.graph.places.types import within


@model_type(Table, "What somebody reaped on their plot on a day (收成).")
class Harvest:
    """Everybody sees all of them; who holds the plot, those who know of the booking."""

    booking = one(
        "Booking",
        "The booking that holds the plot, for those who know of it.",
        on=lambda harvest, booking: booking.id == harvest.booking,
    )
    division_code = column("The 12-digit code of the community of the garden.")
    day = column("The day of the harvest.")
    crop = column("The vegetable or fruit that was reaped.")
    kilograms = column("How much was reaped, in kilograms.")
    shared_kilograms = column("How much of it was given away, in kilograms.")
    shared_with = column("Who got what was given away, in words.")
    created_at = column("When the harvest was recorded.")


CONTEXT = Context(
    types=(Harvest,),
    roots={
        "harvest": lookup("Harvest", "Find a harvest by id."),
        "harvests": every("Harvest", "All harvests, the newest day first.", order="-day"),
        "harvest_aggregate": aggregate("Harvest", "Count, sum and group harvests."),
    },
    additions={
        "Booking": {
            "harvests": many("Harvest", "Harvests of the plot, the newest day first.", on="booking", order="-day"),
        },
        "Division": {
            "harvests": many(
                "Harvest",
                "Harvests of gardens in the scope, the newest day first (收成).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-day",
                scoped=True,
            ),
        },
    },
    mutations={
        TokenScope.SHARING: (
            Mutation(
                "recordHarvest",
                "Record what was reaped on a plot; for its holder and for staff (登记收成).",
                record_harvest,
                (
                    Argument("day", Kind.DATE, "The day of the harvest."),
                    Argument("crop", Kind.LINE, "The vegetable or fruit that was reaped."),
                    Argument("kilograms", Kind.DECIMAL, "How much was reaped, in kilograms."),
                    Argument(
                        "shared_kilograms",
                        Kind.DECIMAL,
                        "How much of it was given away; nothing when left out.",
                        required=False,
                    ),
                    Argument("shared_with", Kind.LINE, "Who got it, in words.", required=False),
                ),
                {"harvest": "Harvest"},
            ),
        ),
    },
)
