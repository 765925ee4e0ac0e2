"""Published figures, beside the live counts."""

from db.city import models
from schema.catalog.declare import column, model_type, one


@model_type(models.StatisticsSnapshot, "One published figure about a division on a day (统计快照).")
class StatisticsSnapshot:
    """Dated, with source and precision."""

    division = one("Division", "The division that it is about.")
    division_code = column("The 12-digit code of the division.")
    figure = column("Which figure, such as F1.communities.")
    label = column("What the figure counts, in words.")
    as_of = column("The day it holds for.")
    value = column("The value of the figure.")
    unit = column("The unit of the figure.")
    precision = column("How exact it is.")
    source = column("Where it was published.")
    note = column("What to know about it.")
