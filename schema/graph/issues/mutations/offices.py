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
        "Set a deadline for one urgency in a division and all below it; for officers of the city (设定时限).",
        sla.set_sla_rule,
        (
            Argument("clock", Clock, "The kind of deadline that the rule sets."),
            Argument("urgency", Urgency, "The urgency that the deadline applies to."),
            Argument("amount", Kind.INT, "The length of the deadline in its unit."),
            Argument("unit", SpanUnit, "The unit in which the deadline is counted."),
        ),
        {"slaRule": "SlaRule"},
        is_versioned=True,
    ),
    Mutation(
        "publishConductNorms",
        "Publish the next version of a district's conduct norms; for officers of the district (发布工作规范).",
        norms.publish_conduct_norms,
        (
            Argument("participate", Kind.LINE, "The matters that committees take part in.", is_list=True),
            Argument("abstain", Kind.LINE, "The matters that committees keep out of.", is_list=True),
        ),
        {"division": "Division"},
        is_versioned=True,
    ),
)
