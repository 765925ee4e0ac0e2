"""What offices set for the divisions below them: deadlines and norms of conduct."""

from db.city import models
from schema.catalog.declare import column, model_type


@model_type(
    models.SlaRule, "A deadline set for a division and all below it, unless one of these has its own (时限配置)."
)
class SlaRule:
    """How long a clock runs."""

    division_code = column("The division that it was set for.")
    clock = column("The clock that the deadline limits.")
    urgency = column("The urgency that the deadline applies to.")
    amount = column("How many units the deadline has.")
    unit = column("What it is counted in.")
    version = column("Grows by one each time it is set; give it as expectedVersion.")
    set_at = column("When it was set last; null where it came with the installation.")
    set_by_name = column("Who set it last.")


@model_type(models.ConductNorm, "One of the twelve norms of a district's published version (工作规范).")
class ConductNorm:
    """Six to take part in, six to keep out of."""

    division_code = column("The 12-digit code of the district.")
    version = column("The version, from 1; the greatest is the one that counts.")
    kind = column("Whether committees take part or keep out.")
    position = column("Its place among the six of its kind.")
    code = column("What a rejection names it by, such as ABSTAIN-3.")
    text = column("The text of the norm.")
    published_at = column("When the version was published.")
    published_by_name = column("Who published it; null where it came with the installation.")
