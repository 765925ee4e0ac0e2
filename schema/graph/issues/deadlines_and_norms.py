"""What offices set for the divisions below them: deadlines and norms of conduct."""

from peewee import Node, fn

from db.city import models
from db.issues import visibility
from db.issues.lifecycle import IssueState
from db.kernel.expressions import Row
from schema.catalog.declare import column, computed, model_type, number
from schema.catalog.fields import FieldContext
from schema.graph.viewer import viewer_of


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


def _rejected(norm: Row, given: FieldContext) -> Node:
    issue, rejection = models.Issue.alias("rejected"), models.Rejection.alias("citing")
    cites = (rejection.norm == norm.id) & (issue.state == IssueState.REJECTED.value)
    found = rejection.select(fn.COUNT(rejection.issue)).join(issue, on=(issue.id == rejection.issue)).where(cites)
    seen = visibility.sees(issue, viewer_of(given))
    return number(found if seen is None else found.where(seen))


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
    rejected_issue_count = computed(
        int,
        _rejected,
        "The number of rejected issues whose rejection cites the norm, as far as the viewer may know of them.",
        cost=10,
    )
