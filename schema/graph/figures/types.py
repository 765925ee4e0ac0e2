"""Published figures, beside the live counts."""

from db.figures import comparing, models
from schema.catalog.declare import column, computed, derived_one, model_type, one, part_type
from schema.catalog.fields import Kind


@part_type("What a published figure is now, and whether it agrees with that.")
class LiveFigure:
    """Counted at the time of the request, of the division with all below it."""

    value = computed(Kind.DECIMAL, lambda row: row.value, "What is counted now.", places=2)
    difference = computed(
        Kind.DECIMAL, lambda row: row.difference, "What is counted now, less what was published.", places=2
    )
    difference_share = computed(
        Kind.DECIMAL,
        lambda row: row.share,
        "The difference in per cent of what was published, rounded half up to one decimal, away from zero; null where "
        "0 was published.",
        nullable=True,
        places=1,
    )
    is_within_precision = computed(
        bool,
        lambda row: row.is_within,
        "Whether the two agree: an EXACT figure is equal, a ROUNDED one differs by half of its last digit at most, and "
        "an AT_LEAST one is not above what is counted.",
    )


@model_type(models.StatisticsSnapshot, "One published figure about a division on a day (统计快照).")
class StatisticsSnapshot:
    """Dated, with source and precision."""

    division = one("Division", "The division that the figure describes.")
    division_code = column("The 12-digit code of the division.")
    figure = column("The name of the figure, such as F1.communities.")
    label = column("What the figure counts, in words.")
    as_of = column("The day for which the figure holds.")
    value = column("The value of the figure.")
    unit = column("The unit of the figure.")
    precision = column("How exact the figure is.")
    source = column("Where the figure was published; `live` is what the system counted itself.")
    note = column("A remark about the figure.")
    recorded_at = column("When the figure was recorded; null when it came with the installation.")
    recorded_by_name = column(
        "The name of the officer who recorded it; null when it came with the installation, or from the system."
    )
    live = derived_one(
        "LiveFigure",
        "What is counted now in its place; null for a figure that is not counted (实时数).",
        query=comparing.live,
        cost=20,
    )
