"""The demo city's assessment: the last quarter, computed from its rows and published a few days ago."""

from datetime import UTC, date, datetime, timedelta

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.assessment.commands import span_of
from db.assessment.computing import score_committees
from db.assessment.lifecycle import PERIOD_LIFECYCLE
from db.assessment.models import AssessmentPeriod, AssessmentScheme, AssessmentWeight, Indicator, PeriodState
from db.kernel.calendar import SHANGHAI
from db.kernel.fields import utc_text
from db.kernel.seed_rows import Rows
from db.kernel.seed_times import DAY, HOUR, Present, midnight, utc
from db.places.seed.office_hours import working_days_after
from db.places.seed.plan import CITY
from db.settings.models import SettingKey

A, S = JournalAction, PeriodState
_OFFICER = Actor("市级干部", Role.CITY_OFFICER)
# How long ago the quarter ended at least, it was computed, and published; in days.
_ENDED, _COMPUTED, _PUBLISHED = 10, 4, 3


def add_assessment(rows: Rows, city: int, present: Present) -> None:
    """Add the city's scheme with the usual weights, and a period that is published; its scores follow from all rows."""
    code = CITY[0]
    first, last = _last_quarter(present.date - timedelta(days=_ENDED))
    opened = midnight(first.isoformat()) + 9 * HOUR
    computed, published = (present.midnight - days * DAY + 10 * HOUR for days in (_COMPUTED, _PUBLISHED))
    scheme = rows.add(
        AssessmentScheme, division_id=city, division_code=code, version=1, published_at=utc(opened - 30 * DAY),
        published_by_name=_OFFICER.name, note="示范考核办法：权重为演示所设，非正式文件。",
    )  # fmt: skip
    for one in Indicator:
        rows.add(AssessmentWeight, scheme_id=scheme, indicator=one, weight=one.weight)
    steps = [
        Step(opened, A.CREATE, S.OPEN, _OFFICER),
        Step(computed, A.COMPUTE, S.COMPUTED, _OFFICER),
        Step(published, A.PUBLISH, S.PUBLISHED, _OFFICER),
    ]
    at = datetime.fromtimestamp(computed, UTC)
    span = span_of(first, last, at, at.astimezone(SHANGHAI).date())
    add_with_journal(
        rows, PERIOD_LIFECYCLE, AssessmentPeriod, steps, division_id=city, division_code=code, scheme_id=scheme,
        starts_on=first.isoformat(), ends_on=last.isoformat(), computed_at=utc(computed), published_at=utc(published),
        appeal_until=utc(working_days_after(published, SettingKey.ASSESSMENT_APPEAL_WD.default)),
        created_at=utc(opened),
        **{name: utc_text(value) if isinstance(value, datetime) else value.isoformat() for name, value in span.items()},
    )  # fmt: skip


def _last_quarter(day: date) -> tuple[date, date]:
    """Return the first and the last day of the last quarter that was over on a day."""
    end = date(day.year, day.month - (day.month - 1) % 3, 1)
    before = end - timedelta(days=1)
    return date(before.year, before.month - 2, 1), before


def score_seeded() -> None:
    """Score the committees in the period of the demo city, as `computeAssessment` does."""
    for period in AssessmentPeriod.select():
        score_committees(period)
