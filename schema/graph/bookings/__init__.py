"""Bookings of shared resources: terms, units, slots, lots, and who holds which place."""

from db.access.models.access import TokenScope
from schema.catalog.declare import Many, aggregate, every, lookup, many, one
from schema.catalog.registry import Context
from schema.graph.bookings.figures import FIGURES
from schema.graph.bookings.mutations import MUTATIONS
from schema.graph.bookings.types import (
    OPENINGS,
    Booking,
    BookingSlot,
    BookingTerms,
    LotDrawing,
    Opening,
    ResourceUnit,
    Slot,
)
from schema.graph.places.types import within


def _held(column: str) -> Many:
    return many("Booking", "Bookings of the holder that the viewer knows of, newest first.", on=column, order="-id")


CONTEXT = Context(
    types=(BookingTerms, ResourceUnit, Slot, LotDrawing, Booking, BookingSlot, Opening),
    unions={"BookingHolder": "Who can hold a booking of a shared resource."},
    roots={
        "booking": lookup("Booking", "Find a booking by id."),
        "bookings": every("Booking", "Bookings that the viewer knows of, newest first.", order="-id"),
        "booking_aggregate": aggregate("Booking", "Count, sum and group bookings that the viewer knows of."),
        "slot": lookup("Slot", "Find a slot by id."),
        "lot_drawing": lookup("LotDrawing", "Find a drawing of lots by id."),
    },
    additions={
        "Division": {
            "bookings": many(
                "Booking",
                "Bookings of resources in the scope that the viewer knows of, newest first.",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-id",
                scoped=True,
            ),
        },
        "DivisionStats": FIGURES,
        "Resource": {
            "booking_terms": one(
                "BookingTerms",
                "The terms on which the resource is booked; null where it cannot be booked.",
                on=lambda resource, terms: terms.resource == resource.id,
            ),
            "units": many("ResourceUnit", "The numbered units of the resource.", on="resource", order="number"),
            "slots": many("Slot", "Slots that somebody used, by their beginning.", on="resource", order="starts_at"),
            "bookings": many(
                "Booking",
                "Bookings of the resource that the viewer knows of, newest first.",
                on="resource",
                order="-id",
            ),
            "lot_drawings": many("LotDrawing", "Drawings of lots, newest first.", on="resource", order="-id"),
        },
        "ResourceWindow": {"openings": OPENINGS},
        "Claim": {
            "booking": one(
                "Booking",
                "The places that the claim took in a window of its resource, as far as the viewer knows of them.",
                on=lambda claim, booking: booking.claim == claim.id,
            ),
        },
        "Person": {"bookings": _held("person")},
        "Organization": {"bookings": _held("organization")},
        "VolunteerTeam": {"bookings": _held("team")},
        "Committee": {"bookings": _held("committee")},
    },
    mutations={TokenScope.SHARING: MUTATIONS},
)
