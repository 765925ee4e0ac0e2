"""Rows of assessments for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import date, timedelta
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
from db.city import models
from db.places.models.division import DivisionLevel
from tests.committees.factories import make_committee
from tests.places.factories import make_division
from tests.times import AT

DAY = timedelta(days=1)
_S = PeriodState
_COMPUTED = {
    "computed_at": AT, "since_at": AT - 31 * DAY, "until_at": AT, "last_on": date(2025, 12, 31),
    "first_month": date(2025, 12, 1), "end_month": date(2026, 1, 1),
}  # fmt: skip
_PUBLISHED = {**_COMPUTED, "published_at": AT, "appeal_until": AT + 10 * DAY}
OF_STATE: dict[PeriodState, dict[str, Any]] = {
    _S.OPEN: {}, _S.COMPUTED: _COMPUTED, _S.PUBLISHED: _PUBLISHED, _S.FINAL: _PUBLISHED,
}  # fmt: skip


def make_assessment_scheme(division: models.Division | None = None, **values: Any) -> AssessmentScheme:
    """Make the next scheme of a city or district, with the usual weights."""
    division = division or make_division(DivisionLevel.CITY)
    version = AssessmentScheme.select().where(AssessmentScheme.division == division).count() + 1
    given = {"version": version, "published_at": AT, **values}
    scheme = AssessmentScheme.create(division=division, division_code=division.code, **given)
    for indicator in Indicator:
        AssessmentWeight.create(scheme=scheme, indicator=indicator, weight=indicator.weight)
    return scheme


def make_assessment_weight(scheme: AssessmentScheme | None = None, **values: Any) -> AssessmentWeight:
    """Make a weight of a scheme that has none for its indicator."""
    if scheme is None:
        city = make_division(DivisionLevel.CITY)
        scheme = AssessmentScheme.create(division=city, division_code=city.code, version=1, published_at=AT)
    return AssessmentWeight.create(**{"scheme": scheme, "indicator": Indicator.HOURS, "weight": 5, **values})


def make_assessment_period(division: models.Division | None = None, **values: Any) -> AssessmentPeriod:
    """Make a period of December, which is open unless told otherwise."""
    division = division or make_division(DivisionLevel.CITY)
    scheme = values.pop("scheme", None) or make_assessment_scheme(division)
    state = _S(values.get("state", _S.OPEN))
    given = {
        "starts_on": date(2025, 12, 1), "ends_on": date(2025, 12, 31), "state": state, "created_at": AT, "version": 1,
        **OF_STATE[state], **values,
    }  # fmt: skip
    return AssessmentPeriod.create(division=division, division_code=division.code, scheme=scheme, **given)


def make_committee_result(
    period: AssessmentPeriod | None = None, committee: models.Committee | None = None, **values: Any
) -> CommitteeResult:
    """Make the result of a committee, of a published period unless told otherwise."""
    period = period or make_assessment_period(state=_S.PUBLISHED)
    committee = committee or make_committee()
    given = {
        "total": Decimal("80.00"), "rank_in_district": 1, "rank_in_city": 1, "appeal_state": AppealState.NONE, **values,
    }  # fmt: skip
    return CommitteeResult.create(period=period, committee=committee, division_code=committee.division_code, **given)


def make_score(result: CommitteeResult | None = None, **values: Any) -> Score:
    """Make a score of a result."""
    result = result or make_committee_result()
    given = {
        "indicator": Indicator.RESPONSE, "cases": 10, "numerator": Decimal(8), "denominator": Decimal(10),
        "points": Decimal("80.00"), **values,
    }  # fmt: skip
    return Score.create(period=result.period_id, result=result, division_code=result.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    AssessmentScheme: make_assessment_scheme,
    AssessmentWeight: make_assessment_weight,
    AssessmentPeriod: make_assessment_period,
    CommitteeResult: make_committee_result,
    Score: make_score,
}
