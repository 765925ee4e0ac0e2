"""What the viewer may still ask for in this hour."""

from schema.catalog.declare import computed, part_type
from schema.catalog.fields import Kind


@part_type("How much may be asked for in an hour, in points of cost, and how much of it was used (限流).")
class RateLimit:
    """Answered from the request, not from a table."""

    limit = computed(int, lambda spent: spent.limit, "Points an hour; 0 when there is no limit.")
    remaining = computed(int, lambda spent: spent.remaining, "Points that are left.")
    used = computed(
        int, lambda spent: spent.used, "Points that were used, those that this request costs at most included."
    )
    reset_at = computed(Kind.DATETIME, lambda spent: spent.reset_at, "When the hour ends and all points are back.")
    cost = computed(
        int,
        lambda spent: spent.cost,
        "What this request costs at most; rows that its lists do not return are given back afterwards.",
    )
