"""Random rows of assessments for the tests that compare the engine with an independent reading."""

from decimal import Decimal
from typing import Any

from db.assessment.models import (
    AppealState,
    AssessmentPeriod,
    AssessmentScheme,
    AssessmentWeight,
    CommitteeResult,
    Indicator,
    PeriodState,
    Score,
)
from db.places.models.division import DivisionLevel
from tests.graph.maker import DAYS, LINES, MOMENTS, PROSE, QUANTITIES, Maker

_POINTS = [Decimal(text) for text in ("0", "33.33", "50.00", "66.67", "80.50", "100.00")]


def fill(maker: Maker) -> None:
    """Make schemes, periods in all states, and results of some committees with their scores."""
    levels = (DivisionLevel.CITY, DivisionLevel.DISTRICT)
    divisions = [row for row in maker.tree if row["level"] in levels]
    schemes = maker.add(
        AssessmentScheme, [_scheme(maker, row, at + 1) for row in divisions for at in maker.few(2)]
    )  # fmt: skip
    weights = [
        {"scheme": scheme["id"], "indicator": one, "weight": maker.one([0, 5, 10, 40])}
        for scheme in schemes for one in Indicator
    ]  # fmt: skip
    maker.add(AssessmentWeight, weights)
    drawn = [_period(maker, row, day) for row in schemes for day in maker.several(DAYS, 2)]
    # A division has one period of the same days.
    unlike = {(row["division"], row["starts_on"], row["ends_on"]): row for row in drawn}
    periods = maker.add(AssessmentPeriod, list(unlike.values()))
    computed = [row for row in periods if row["state"] is not PeriodState.OPEN]
    pairs = [(period, board) for period in computed for board in maker.several(maker.boards, 3)]
    results = maker.add(CommitteeResult, [_result(maker, *pair) for pair in pairs])
    maker.add(Score, [_score(maker, result, one) for result in results for one in maker.several(list(Indicator), 10)])


def _scheme(maker: Maker, division: dict[str, Any], version: int) -> dict[str, Any]:
    return {
        "division": division["id"], "division_code": division["code"], "version": version,
        "published_at": maker.one(MOMENTS), "published_by_name": maker.maybe(LINES), "note": maker.maybe(PROSE),
    }  # fmt: skip


def _period(maker: Maker, scheme: dict[str, Any], day: Any) -> dict[str, Any]:
    state = maker.one(list(PeriodState))
    is_computed = state is not PeriodState.OPEN
    is_public = state in (PeriodState.PUBLISHED, PeriodState.FINAL)

    def of_computed(values: Any) -> Any:
        return maker.one(values) if is_computed else None

    return {
        "division": scheme["division"], "division_code": scheme["division_code"], "scheme": scheme["id"],
        "starts_on": day, "ends_on": max(day, maker.one(DAYS)), "since_at": of_computed(MOMENTS),
        "until_at": of_computed(MOMENTS), "last_on": of_computed(DAYS), "first_month": of_computed(DAYS),
        "end_month": of_computed(DAYS), "computed_at": of_computed(MOMENTS),
        "published_at": maker.one(MOMENTS) if is_public else None,
        "appeal_until": maker.one(MOMENTS) if is_public else None, "state": state, "created_at": maker.one(MOMENTS),
        "version": maker.random.randint(1, 5),
    }  # fmt: skip


def _result(maker: Maker, period: dict[str, Any], board: dict[str, Any]) -> dict[str, Any]:
    state = maker.one(list(AppealState))
    is_open, is_decided = state is AppealState.NONE, state in (AppealState.UPHELD, AppealState.REJECTED)
    return {
        "period": period["id"], "committee": board["id"], "division_code": board["division_code"],
        "total": maker.maybe(_POINTS), "rank_in_district": maker.maybe([1, 2, 3]),
        "rank_in_city": maker.maybe([1, 2, 3]), "appeal_state": state,
        "appeal_indicator": None if is_open else maker.one(list(Indicator)),
        "appeal_grounds": None if is_open else maker.one(PROSE), "decision": maker.one(PROSE) if is_decided else None,
    }  # fmt: skip


def _score(maker: Maker, result: dict[str, Any], indicator: Indicator) -> dict[str, Any]:
    return {
        "period": result["period"], "result": result["id"], "division_code": result["division_code"],
        "indicator": indicator, "cases": maker.maybe([0, 4, 5, 12]), "numerator": maker.one(QUANTITIES),
        "denominator": maker.one(QUANTITIES), "points": maker.maybe(_POINTS),
        "corrected_by": maker.maybe([Decimal("-1.50"), Decimal("0.01")]),
    }  # fmt: skip
