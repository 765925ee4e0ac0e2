"""Assessment of committees: schemes, periods, results with their working, and rankings (考核)."""

from db.access.models.access import TokenScope
from schema.catalog.declare import every, lookup, many
from schema.catalog.registry import Context
from schema.graph.assessment.mutations import MUTATIONS
from schema.graph.assessment.types import ON_OTHERS, TYPES
from schema.graph.places.types import within

CONTEXT = Context(
    types=TYPES,
    roots={
        "assessment_scheme": lookup("AssessmentScheme", "Find a scheme of assessment by id."),
        "assessment_schemes": every("AssessmentScheme", "All schemes of assessment, newest first.", order="-id"),
        "assessment_period": lookup("AssessmentPeriod", "Find an assessment period by id."),
        "assessment_periods": every(
            "AssessmentPeriod", "Assessment periods that the viewer knows of, newest first.", order="-starts_on"
        ),
    },
    additions={
        **ON_OTHERS,
        "Division": {
            "assessment_schemes": many(
                "AssessmentScheme",
                "Schemes of assessment in the scope, newest first (考核办法).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-id",
                scoped=True,
            ),
            "assessment_periods": many(
                "AssessmentPeriod",
                "Assessment periods in the scope that the viewer knows of, newest first (考核周期).",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-starts_on",
                scoped=True,
            ),
        },
        "Committee": {
            "assessment_results": many(
                "CommitteeResult",
                "Results of the committee in assessments that the viewer knows of, newest first (考核结果).",
                on="committee",
                order="-id",
            ),
        },
    },
    mutations={TokenScope.OFFICES: MUTATIONS},
)
