"""Mutations of offices: the deadlines that the city sets, and the norms that a district publishes."""

from db.committees import norms
from db.issues import sla
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.issue import Urgency
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "setSlaRule",
        "Set how long a clock runs for one urgency, in a division and below it; for officers of the city (设定时限).",
        sla.set_sla_rule,
        (
            Argument("division_code", Kind.CODE, "The division's 12-digit code."),
            Argument("clock", Clock, "The clock that the deadline limits."),
            Argument("urgency", Urgency, "The urgency that the deadline applies to."),
            Argument("amount", Kind.INT, "How many units, 1 to 10,000."),
            Argument("unit", SpanUnit, "What it is counted in."),
        ),
        {"slaRule": "SlaRule"},
        about_issue=False,
        is_versioned=True,
    ),
    Mutation(
        "publishConductNorms",
        "Publish a district's norms as its next version; for officers of the district (发布工作规范).",
        norms.publish_conduct_norms,
        (
            Argument("division_code", Kind.CODE, "The district's 12-digit code."),
            Argument("participate", Kind.LINE, "The six matters that committees take part in.", is_list=True),
            Argument("abstain", Kind.LINE, "The six matters that committees keep out of.", is_list=True),
        ),
        {"division": "Division"},
        about_issue=False,
        is_versioned=True,
    ),
)
