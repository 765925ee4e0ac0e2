"""The statements that compute an assessment: a few for all committees, however many there are."""

from functools import reduce
from typing import Any

from peewee import SQL, Case, Node, Select, SelectQuery, fn

from db.assessment.facts import Window
from db.assessment.measures import MEASURES
from db.assessment.models import AppealState, AssessmentPeriod, AssessmentWeight, CommitteeResult, Indicator, Score
from db.committees.models.committee import Committee, CommitteeState
from db.kernel.codes import SqlCodeRange
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.places.models.division import Division, DivisionLevel, code_at, level_of
from db.settings.models import SettingKey
from db.settings.values import setting_sql

_AT_WORK = (CommitteeState.ACTIVE, CommitteeState.NON_COMPLIANT)
# Points are kept in hundredths.
_MOST = 10_000


def score_committees(period: AssessmentPeriod) -> None:
    """Score every committee at work in a period's division anew, and rank them. period: with the span that counts."""
    span = (period.since_at, period.until_at, period.computed_at)
    _drop_scores.change(period.id)
    _drop_results.change(period.id)
    _add_results.change(period.id, period.last_on)
    _add_scores.change(period.id, *(moment and utc_text(moment) for moment in span))
    rank_committees(period)


def rank_committees(period: AssessmentPeriod) -> None:
    """Compute the totals and the ranks of a period from its scores and the weights of its scheme."""
    _rank.change(period.id, period.scheme_id, int(level_of(period.division_code) is DivisionLevel.CITY))


@compiled
def _drop_scores(period_id: Any) -> Any:
    return Score.delete().where(Score.period == period_id)


@compiled
def _drop_results(period_id: Any) -> Any:
    return CommitteeResult.delete().where(CommitteeResult.period == period_id)


@compiled
def _add_results(period_id: Any, last_on: Any) -> Any:
    period, division, committee = AssessmentPeriod.alias("counted_in"), Division.alias("of"), Committee.alias("found")
    columns = (period.id, committee.id, committee.division_code, SQL(f"'{AppealState.NONE.value}'"))
    found = committee.select(*columns).join(period, on=period.id == period_id)
    found = found.join(division, on=division.id == period.division)
    is_there = SqlCodeRange(division.code, division.last_code).covers(committee.division_code)
    is_at_work = committee.state.in_([state.value for state in _AT_WORK])
    found = found.where(is_there, is_at_work, committee.established_on <= last_on).order_by(committee.id)
    result = CommitteeResult
    fields = [result.period, result.committee, result.division_code, result.appeal_state]
    return result.insert_from(found, fields).returning()


@compiled
def _add_scores(period_id: Any, since: Any, until: Any, at: Any) -> Any:
    window = Window(period_id, since, until, at)
    measured: Any = reduce(SelectQuery.union_all, (_measured(one, window) for one in Indicator)).alias("measured")
    result: Any = CommitteeResult.alias("scored")
    code, whole, part = result.division_code, measured.c.whole, measured.c.part
    is_enough = measured.c.cases >= setting_sql(SettingKey.ASSESSMENT_LEAST_CASES, code)
    needing = [one.value for one, measure in MEASURES.items() if measure.needs_cases]
    is_assessed = (whole > 0) & (measured.c.indicator.not_in(needing) | is_enough)
    points = Case(None, [(is_assessed, points_of(part, whole))])
    columns = [result.period, result.id, code, measured.c.indicator, measured.c.cases, part, whole, points]
    found = Select(columns=columns).from_(measured).join(result, on=result.id == measured.c.result)
    score = Score
    fields = [
        score.period, score.result, score.division_code, score.indicator, score.cases, score.numerator,
        score.denominator, score.points,
    ]  # fmt: skip
    return score.insert_from(found.order_by(result.id, rank_of(measured.c.indicator)), fields).returning()


def _measured(indicator: Indicator, window: Window) -> Any:
    numbers = MEASURES[indicator].select(window).alias(f"of_{indicator.value.lower()}")
    # A sum is of another type than a count on PostgreSQL, which would divide it otherwise.
    whole_numbers = (getattr(numbers.c, name).cast("BIGINT").alias(name) for name in ("cases", "part", "whole"))
    name = SQL(f"'{indicator.value}'").cast("TEXT").alias("indicator")
    return Select(columns=[numbers.c.result.alias("result"), name, *whole_numbers]).from_(numbers)


def points_of(part: Any, whole: Any) -> Any:
    """Build the points of a fraction, in hundredths, rounded half up; at most 100."""
    return Case(None, [(part >= whole, _MOST)], (part * (2 * _MOST) + whole) / (whole * 2))


def rank_of(indicator: Any) -> Any:
    """Build the place of an indicator in their order."""
    return Case(indicator, [(one.value, at) for at, one in enumerate(Indicator)])


# --- Totals and ranks -------------------------------------------------------------------------------------------------


def scheme_weights(scheme_id: Node) -> Any:
    """Select the weights of a scheme as one row, with a column for each indicator."""
    row: Any = AssessmentWeight.alias("of_scheme")
    columns = [fn.MAX(Case(None, [(row.indicator == one.value, row.weight)], 0)).alias(one.value) for one in Indicator]
    return row.select(*columns).where(row.scheme == scheme_id)


def totals(period_id: Node, weights: Any) -> Any:
    """Select the `result` and the `total` of each committee: the mean of its points by weights, rounded half up.

    weights: one row, as of `scheme_weights`. A score that was not assessed leaves its weight to the others.
    """
    score: Any = Score.alias("weighed")
    given = weights.alias("weights")
    weight = Case(score.indicator, [(one.value, getattr(given.c, one.value)) for one in Indicator])
    # PostgreSQL adds up numbers of this size without making decimals of them.
    points = score.points.cast("INTEGER")
    reached, whole = _sum(weight * points), _sum(Case(None, [(score.points.is_null(False), weight)], 0))
    total = ((reached * 2 + whole) / fn.NULLIF(whole * 2, 0)).alias("total")
    # The weights come first, so that SQLite works them out once.
    found = Select(columns=[score.result.alias("result"), total]).from_(given).join(score, "CROSS JOIN")
    return found.where(score.period == period_id).group_by(score.result)


def _sum(numbers: Any) -> Any:
    """Add up whole numbers; nothing is 0."""
    return fn.COALESCE(fn.SUM(numbers), 0)


def ranked(total: Any, *apart: Any) -> Any:
    """Build the rank by a total, the greatest first, equal ones alike (1, 1, 3); NULL without a total.

    apart: those with the same of this are ranked among themselves.
    """
    rank = fn.RANK().over(partition_by=list(apart) or None, order_by=[fn.COALESCE(total, -1).desc()])
    return Case(None, [(total.is_null(False), rank)])


@compiled
def _rank(period_id: Any, scheme_id: Any, is_of_city: Any) -> Any:
    found = totals(period_id, scheme_weights(scheme_id)).alias("totals")
    of: Any = CommitteeResult.alias("of")
    columns = [
        of.id.alias("result"), found.c.total.alias("total"),
        ranked(found.c.total, code_at(of.division_code, DivisionLevel.DISTRICT)).alias("in_district"),
        Case(None, [(is_of_city == 1, ranked(found.c.total))]).alias("in_city"),
    ]  # fmt: skip
    ranks = Select(columns=columns).from_(found).join(of, on=of.id == found.c.result).alias("ranks")
    result: Any = CommitteeResult
    columns = {result.total: ranks.c.total, result.rank_in_district: ranks.c.in_district}
    changed = result.update({**columns, result.rank_in_city: ranks.c.in_city}).from_(ranks)
    return changed.where(result.id == ranks.c.result).returning()
