"""What offices set for the divisions below them: deadlines and norms of conduct."""

from db.city import models
from schema.catalog.declare import column, model_type


@model_type(models.SlaRule, "A deadline for a division and all below it, unless one of these sets its own (时限配置).")
class SlaRule:
    """How long a clock runs."""

    division_code = column("The code of the division that the deadline was set for.")
    clock = column("The kind of deadline that the rule sets.")
    urgency = column("The urgency that the deadline applies to.")
    amount = column("The length of the deadline, in its unit.")
    unit = column("The unit in which the deadline is counted.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    set_at = column("When the deadline was last set; null when it came with the installation.")
    set_by_name = column("The name of the officer who last set the deadline.")


@model_type(models.ConductNorm, "One of the twelve conduct norms in a version that a district published (工作规范).")
class ConductNorm:
    """Six to take part in, six to keep out of."""

    division_code = column("The 12-digit code of the district.")
    version = column("The version of the norms, from 1; the highest version applies.")
    kind = column("Whether committees take part in the matter or keep out of it.")
    position = column("The position among the six norms of the same kind.")
    code = column("The code by which a rejection names the norm, such as ABSTAIN-3.")
    text = column("The text of the norm.")
    published_at = column("When the version was published.")
    published_by_name = column(
        "The name of the officer who published the norm; null when it came with the installation."
    )
