"""Schemes, periods, results and scores of assessments, and how each score came about."""

from collections.abc import Callable
from typing import Any

from peewee import Case, ColumnBase, Node

from db.assessment import models, visibility
from db.assessment.facts import is_answered_in_time, is_in_time, month_after
from db.assessment.filters import Texts, text_of
from db.assessment.measures import MEASURES, Measure
from db.committees.models.committee import Committee as CommitteeRow
from db.kernel.expressions import Row
from db.kernel.moments import beginning_of_day
from schema.catalog.declare import column, computed, many, model_type, number, one
from schema.catalog.fields import Kind
from schema.graph.assessment.ranking import RANKING
from schema.graph.assessment.ranking import TYPES as OF_RANKING
from schema.graph.language import in_language
from schema.graph.viewer import seen_by


@model_type(models.AssessmentScheme, "How a city or a district weighs what committees are assessed by (考核办法).")
class AssessmentScheme:
    """Published as a whole, and never changed."""

    division = one("Division", "The city or district whose scheme it is.")
    division_code = column("The 12-digit code of that division.")
    version = column("The version, from 1 in its division; new periods take the highest one unless another is named.")
    weights = many("AssessmentWeight", "The weight of each indicator; they add up to 100.", on="scheme", order="id")
    published_at = column("When the scheme was published.")
    published_by_name = column("The name of the officer who published it; null when it came with the installation.")
    note = column("What the office says of the scheme.")


@model_type(models.AssessmentWeight, "The weight of an indicator in a scheme (指标权重).")
class AssessmentWeight:
    """A line of a scheme."""

    indicator = column("The indicator that it weighs.")
    weight = column("The weight of the indicator, of 100.")


@model_type(
    models.AssessmentPeriod,
    "A span of days for which committees are assessed (考核周期).",
    visible=seen_by(visibility.PERIOD),
)
class AssessmentPeriod:
    """Known to the office that assesses until it is published, and then to everybody."""

    division = one("Division", "The city or district whose committees are assessed.")
    division_code = column("The 12-digit code of that division.")
    scheme = one("AssessmentScheme", "The scheme that it is assessed by.")
    starts_on = column("The first day of the period.")
    ends_on = column("The last day of the period.")
    last_on = column("The last day that counts, which is earlier where it was computed before the end.")
    computed_at = column("When the scores were computed last, from what was on record then.")
    published_at = column("When the results were published.")
    appeal_until = column("Until when committees can appeal.")
    state = column("The state of the period.")
    results = many(
        "CommitteeResult", "The results of the committees, by the codes of their communities.", on="period",
        order="division_code", shares_visibility=True,
    )  # fmt: skip
    scores = many("Score", "The scores of all committees.", on="period", shares_visibility=True)
    ranking = RANKING
    created_at = column("When the period was opened.")
    version = column("The version, which grows by one with each step; send it as `expectedVersion`.")


@model_type(
    models.CommitteeResult, "How a committee did in an assessment (考核结果).", visible=seen_by(visibility.RESULT)
)
class CommitteeResult:
    """As public as its period."""

    period = one("AssessmentPeriod", "The period of the assessment.", shares_visibility=True)
    committee = one("Committee", "The committee that was assessed.")
    division_code = column("The 12-digit code of its community.")
    total = column(
        "The mean of the points by the weights of the scheme; a score that was not assessed leaves its weight to the "
        "others."
    )
    rank_in_district = column("The rank in the district; equal totals share one (1, 1, 3).")
    rank_in_city = column("The rank in the city; null where a district assesses its own committees.")
    scores = many("Score", "The score by each indicator.", on="result", order="id", shares_visibility=True)
    appeal_state = column("What became of the committee's appeal, which it can make once.")
    appeal_indicator = column("The indicator whose score was appealed against.")
    appeal_grounds = column("Why the director finds the score wrong.")
    decision = column("What the office above decided, and why.")


def _text(of: Callable[[Measure, Texts], list[Any]]) -> Callable[[Row], Node]:
    """Return what writes a filter of a score, by its indicator; NULL where there is none."""

    def write(score: Row) -> Node:
        period: Any = models.AssessmentPeriod.alias("of_period")
        result: Any = models.CommitteeResult.alias("of_result")
        committee: Any = CommitteeRow.alias("of_committee")
        after = month_after(committee.established_on)
        first = Case(None, [(after > period.first_month, after)], period.first_month)
        texts = Texts(
            score.division_code, period.since_at, period.until_at, period.computed_at, period.starts_on,
            period.last_on, beginning_of_day(first), beginning_of_day(period.end_month),
        )  # fmt: skip
        written = [(one.value, parts) for one, measure in MEASURES.items() if (parts := of(measure, texts))]
        text = Case(score.indicator, [(name, text_of(parts)) for name, parts in written])
        found = period.select(text).join(result, on=result.id == score.result)
        return found.join(committee, on=committee.id == result.committee).where(period.id == score.period)

    return write


def _formula(score: Row) -> ColumnBase:
    english, chinese = (
        Case(score.indicator, [(one.value, measure.formula[at]) for one, measure in MEASURES.items()]) for at in (0, 1)
    )
    return in_language(english, chinese)


def _weight(score: Row) -> ColumnBase:
    period, weight = models.AssessmentPeriod.alias("of_period"), models.AssessmentWeight.alias("its_weight")
    found = weight.select(weight.weight).join(period, on=period.scheme == weight.scheme)
    return number(found.where(period.id == score.period, weight.indicator == score.indicator))


def _counted_in(score: Row) -> ColumnBase:
    named = [(one.value, measure.counted_in) for one, measure in MEASURES.items() if measure.counted_in]
    return Case(score.indicator, named)


@model_type(
    models.Score,
    "What a committee reached by one indicator, and how it was reckoned (指标得分).",
    visible=seen_by(visibility.SCORE),
)
class Score:
    """As public as its period."""

    period = one("AssessmentPeriod", "The period of the assessment.", shares_visibility=True)
    result = one("CommitteeResult", "The result of the committee that it is a part of.", shares_visibility=True)
    division_code = column("The 12-digit code of the community.")
    indicator = column("The indicator that was counted.")
    weight = computed(int, _weight, "The weight of the indicator in the scheme of the period.", cost=1)
    numerator = column("The amount that was reached.")
    denominator = column("The amount that could have been reached.")
    cases = column("How many rows were counted, which `counted` finds; null where days are counted, and no rows.")
    points = column(
        "100 × numerator ÷ denominator, at most 100, rounded half up to two decimals; null where it was not assessed."
    )
    is_assessed = computed(
        bool,
        lambda score: score.points.is_null(False),
        "Whether there was enough to assess: ASSESSMENT_LEAST_CASES rows, or a day or month where these are counted.",
        cost=0,
    )
    corrected_by = column("By how many points an appeal changed the score; null where none did.")
    formula = computed(Kind.PROSE, _formula, "What is divided by what, in the language of the request.", cost=0)
    counted_in = computed(
        Kind.CODE, _counted_in, "The root connection that shows what was counted, such as `issues`; null for days.",
        nullable=True, cost=0,
    )  # fmt: skip
    counted = computed(
        Kind.PROSE,
        _text(lambda measure, texts: measure.counted(texts)),
        "The `filter` of that connection that finds the rows that were counted, now as then unless they have changed "
        "since `computedAt`.",
        nullable=True,
        cost=2,
        queryable=False,
    )
    achieved = computed(
        Kind.PROSE,
        _text(lambda measure, texts: measure.achieved(texts)),
        "The `filter` that finds those of them that count in its favour; null where it is no matter of rows.",
        nullable=True,
        cost=2,
        queryable=False,
    )


# What the filters use, of other nouns.
ON_OTHERS = {
    "Issue": {
        "is_answered_in_time": computed(
            bool,
            lambda issue: is_answered_in_time(issue),
            "Whether the first answer of an office, to accept it, to reject it or to ask for information, came by its "
            "deadline; null without an answer.",
            nullable=True,
            cost=1,
        ),
    },
    "LedgerEntry": {
        "is_in_time": computed(
            bool, is_in_time, "Whether the step came by the deadline that ran before it, or none ran.", cost=0
        ),
    },
    "Claim": {
        "confirmed_at": computed(
            Kind.DATETIME, lambda claim: claim.confirmed_at, "When the claim was confirmed.", nullable=True, cost=0
        ),
        "ended_at": computed(
            Kind.DATETIME, lambda claim: claim.ended_at, "When the claim ended.", nullable=True, cost=0
        ),
    },
}
TYPES = (AssessmentScheme, AssessmentWeight, AssessmentPeriod, CommitteeResult, Score, *OF_RANKING)
