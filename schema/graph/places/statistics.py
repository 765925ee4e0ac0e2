"""Published figures, beside the live counts."""

from db.city import models
from schema.catalog.fields import column, model_type, one


@model_type(models.StatisticsSnapshot, "One published figure about a division on a day (统计快照).")
class StatisticsSnapshot:
    """Dated, with source and precision."""

    division = one("Division", "The division that it is about.")
    division_code = column("The division's code.")
    figure = column("Which figure, such as F1.communities.")
    label = column("What it counts.")
    as_of = column("The day it holds for.")
    value = column("The figure.")
    unit = column("Its unit.")
    precision = column("How exact it is.")
    source = column("Where it was published.")
    note = column("What to know about it.")
