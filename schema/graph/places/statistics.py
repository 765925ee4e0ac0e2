"""Published figures, beside the live counts."""

from db.city import models
from schema.catalog.declare import column, model_type, one


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
    source = column("Where the figure was published.")
    note = column("A remark about the figure.")
