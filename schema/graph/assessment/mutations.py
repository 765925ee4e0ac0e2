"""Mutations of assessments."""

from db.assessment import commands
from db.assessment.commands import AppealDecision
from db.assessment.models import Indicator
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation

_PERIOD = {"assessmentPeriod": "AssessmentPeriod", "event": "JournalEntry"}
_RESULT = {**_PERIOD, "committeeResult": "CommitteeResult"}
_DIVISION = Argument("division_code", Kind.CODE, "The 12-digit code of the city or district.")
_COMMITTEE = Argument("committee_id", Kind.ID, "The committee whose result it is about.", of=("Committee",))
_WEIGHT = InputObject(
    "AssessmentWeightInput",
    "The weight of an indicator.",
    (
        Argument("indicator", Indicator, "The indicator that it weighs."),
        Argument("weight", Kind.INT, "The weight; all weights add up to 100."),
    ),
)
MUTATIONS = (
    Mutation(
        "publishAssessmentScheme",
        "Publish the next version of the scheme of a city or a district, for its officers; periods that are there keep "
        "theirs (公布考核办法).",
        commands.publish_assessment_scheme,
        (
            _DIVISION,
            Argument("weights", _WEIGHT, "The weights; an indicator that is left out weighs nothing.", is_list=True),
            Argument("note", Kind.PROSE, "What there is to say of the scheme.", required=False),
        ),
        {"assessmentScheme": "AssessmentScheme"},
        is_versioned=True,
    ),
    Mutation(
        "openAssessmentPeriod",
        "Open a span of days for which the committees of a city or a district are assessed, for its officers "
        "(开启考核周期).",
        commands.open_assessment_period,
        (
            _DIVISION,
            Argument("starts_on", Kind.DATE, "The first day of the period."),
            Argument("ends_on", Kind.DATE, "The last day of the period."),
            Argument(
                "scheme_id",
                Kind.ID,
                "The scheme; the newest of the division, or else of what it lies in, when left out.",
                required=False,
                of=("AssessmentScheme",),
            ),
        ),
        _PERIOD,
    ),
    Mutation(
        "computeAssessment",
        "Compute the scores of all committees from what is on record now, in place of those computed before "
        "(核算得分).",
        commands.compute_assessment,
        shows=_PERIOD,
    ),
    Mutation(
        "publishAssessment",
        "Publish the results; committees can appeal for ASSESSMENT_APPEAL_WD working days (公布考核结果).",
        commands.publish_assessment,
        shows=_PERIOD,
    ),
    Mutation(
        "appealScore",
        "Appeal as the director of a committee against one of its scores, once a period (考核申诉).",
        commands.appeal_score,
        (
            _COMMITTEE,
            Argument("indicator", Indicator, "The indicator whose score is wrong."),
            Argument("grounds", Kind.PROSE, "Why it is wrong; everybody can read it."),
        ),
        _RESULT,
    ),
    Mutation(
        "decideAppeal",
        "Decide an appeal as the office above the one that assesses, of the city for its own; where it is upheld, "
        "totals and ranks follow at once (复核申诉).",
        commands.decide_appeal,
        (
            _COMMITTEE,
            Argument("decision", AppealDecision, "Whether the score is corrected."),
            Argument("reason", Kind.PROSE, "Why, for everybody to read."),
            Argument(
                "corrected_numerator",
                Kind.DECIMAL,
                "What was really reached, where the appeal is upheld; give this, the denominator or both.",
                required=False,
            ),
            Argument("corrected_denominator", Kind.DECIMAL, "What could really have been reached.", required=False),
        ),
        _RESULT,
    ),
    Mutation(
        "finalizeAssessment",
        "Make the results final, once no appeal is pending or possible; they never change again (考核定案).",
        commands.finalize_assessment,
        shows=_PERIOD,
    ),
)
