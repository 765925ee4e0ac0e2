"""The points that the viewer has left in this hour."""

from schema.catalog.declare import computed, part_type
from schema.catalog.fields import Kind


@part_type("The limit on the cost of requests in an hour, in points, and how much of it was used (限流).")
class RateLimit:
    """Answered from the request, not from a table."""

    limit = computed(int, lambda spent: spent.limit, "The points available in an hour; 0 when there is no limit.")
    remaining = computed(int, lambda spent: spent.remaining, "The points left in this hour.")
    used = computed(
        int, lambda spent: spent.used, "The points used in this hour, including the maximum cost of this request."
    )
    reset_at = computed(
        Kind.DATETIME, lambda spent: spent.reset_at, "When the hour ends and all points are available again."
    )
    cost = computed(
        int,
        lambda spent: spent.cost,
        "The maximum cost of this request; points for rows that its lists do not return are refunded.",
    )
