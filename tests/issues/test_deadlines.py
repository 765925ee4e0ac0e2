"""Deadlines: the table of the rules, a division's own, and working days with holidays and weekends worked instead."""

from datetime import UTC, date, datetime, timedelta

import pytest
from peewee import DatabaseProxy

from db.issues.deadlines import due, span, warning, working_days_after
from db.issues.models.clock import Clock, SpanUnit
from db.issues.models.issue import Urgency
from db.kernel.calendar import SHANGHAI
from db.places.holidays import gap, working_day_after
from db.places.models.division import DivisionLevel
from db.places.seed.office_hours import is_working_day
from tests.factories import make_division, make_sla_rule, make_work_calendar_day

# A Monday without a holiday near, 10:00 in Lanzhou.
MONDAY = datetime(2026, 1, 12, 2, tzinfo=UTC)


def local(text: str) -> datetime:
    """Read a time of Lanzhou."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("clock", "urgency", "end"),
    [
        (Clock.INTAKE, Urgency.EMERGENCY, MONDAY + timedelta(minutes=30)),
        (Clock.INTAKE, Urgency.URGENT, MONDAY + timedelta(hours=4)),
        (Clock.INTAKE, Urgency.NORMAL, MONDAY + timedelta(days=1)),
        (Clock.INTAKE, Urgency.COMPLEX, MONDAY + timedelta(days=1)),
        (Clock.CLAIM, Urgency.URGENT, MONDAY + timedelta(hours=24)),
        (Clock.CLAIM, Urgency.NORMAL, MONDAY + timedelta(days=3)),
        (Clock.CLAIM, Urgency.COMPLEX, MONDAY + timedelta(days=7)),
        (Clock.HANDLING, Urgency.EMERGENCY, MONDAY + timedelta(hours=24)),
        (Clock.HANDLING, Urgency.URGENT, MONDAY + timedelta(days=3)),
        (Clock.HANDLING, Urgency.NORMAL, MONDAY + timedelta(days=7)),
        (Clock.HANDLING, Urgency.COMPLEX, MONDAY + timedelta(days=15)),
        (Clock.VERIFICATION, Urgency.EMERGENCY, MONDAY + timedelta(days=1)),
        (Clock.VERIFICATION, Urgency.NORMAL, MONDAY + timedelta(days=3)),
        (Clock.REPORTER, Urgency.EMERGENCY, MONDAY + timedelta(days=7)),
    ],
)
def test_clocks_run_as_the_rules_say(scratch: DatabaseProxy, clock: Clock, urgency: Urgency, end: datetime) -> None:
    assert due(clock, urgency, MONDAY, "010101001001") == (end, warning(MONDAY, end))


def test_the_warning_comes_when_four_fifths_have_passed() -> None:
    assert warning(MONDAY, MONDAY + timedelta(hours=10)) == MONDAY + timedelta(hours=8)


def test_a_division_sets_deadlines_for_all_below_it(scratch: DatabaseProxy) -> None:
    community = make_division()
    subdistrict, district = community.parent, community.parent.parent
    elsewhere = make_division(parent=make_division(DivisionLevel.SUBDISTRICT, district))
    make_sla_rule(district, amount=6)
    make_sla_rule(subdistrict, amount=90, unit=SpanUnit.MINUTE)

    assert due(Clock.INTAKE, Urgency.NORMAL, MONDAY, community.code)[0] == MONDAY + timedelta(minutes=90)
    assert due(Clock.INTAKE, Urgency.NORMAL, MONDAY, elsewhere.code)[0] == MONDAY + timedelta(hours=6)
    assert span(Clock.INTAKE, Urgency.URGENT, community.code) == (4, SpanUnit.HOUR)


def test_a_rule_reaches_no_division_beside_or_above(scratch: DatabaseProxy) -> None:
    community = make_division()
    beside = make_division(parent=community.parent)
    make_sla_rule(community)

    assert span(Clock.INTAKE, Urgency.NORMAL, community.code) == (1, SpanUnit.HOUR)
    assert span(Clock.INTAKE, Urgency.NORMAL, beside.code) == (1, SpanUnit.WORKING_DAY)
    assert span(Clock.INTAKE, Urgency.NORMAL, community.parent.code) == (1, SpanUnit.WORKING_DAY)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-01-12T10:00", 0, "2026-01-12T10:00"),
        ("2026-01-16T17:30", 1, "2026-01-19T17:30"),
        # Before the Spring Festival of 2022: the 29th and 30th of January are worked, the week after is not.
        ("2022-01-28T09:00", 1, "2022-01-29T09:00"),
        ("2022-01-28T09:00", 3, "2022-02-07T09:00"),
        # The first week of October 2026 is free, the Saturday after it is worked.
        ("2026-09-30T09:00", 1, "2026-10-08T09:00"),
        ("2026-10-09T09:00", 1, "2026-10-10T09:00"),
        # A moment that is another day in UTC: Saturday 00:30 in Lanzhou.
        ("2026-01-17T00:30", 1, "2026-01-19T00:30"),
    ],
)
def test_working_days_know_holidays_and_weekends_worked(
    scratch: DatabaseProxy, start: str, count: int, end: str
) -> None:
    found = working_days_after(local(start).astimezone(UTC), count)

    assert (found, found.tzinfo) == (local(end), UTC)


def test_the_calendar_is_that_of_the_demo_city(scratch: DatabaseProxy) -> None:
    days = [date(2020, 9, 1) + timedelta(days=offset) for offset in range(600)]

    ours = [day for day in days if working_day_after(day - timedelta(days=1), 1) == day]

    assert ours == [day for day in days if is_working_day((day - date(1970, 1, 1)).days)]


def test_the_table_says_more_than_the_calendar(scratch: DatabaseProxy) -> None:
    make_work_calendar_day(day=date(2026, 1, 13), is_working_day=False)
    make_work_calendar_day(day=date(2026, 1, 17), is_working_day=True)

    assert working_days_after(MONDAY, 1) == MONDAY + timedelta(days=2)
    assert working_days_after(MONDAY, 4) == MONDAY + timedelta(days=5)


def test_a_year_without_a_calendar_is_worked_monday_to_friday_and_said(scratch: DatabaseProxy) -> None:
    assert working_day_after(date(2031, 9, 30), 3) == date(2031, 10, 3)
    assert gap(2026) is None
    assert gap(2031) == (
        "There is no calendar of holidays for 2031, so Monday to Friday count as working days. "
        "Update the package chinesecalendar, or fill the table work_calendar_day."
    )


def test_a_year_that_the_table_knows_has_a_calendar(scratch: DatabaseProxy) -> None:
    make_work_calendar_day(day=date(2031, 10, 1))

    assert working_day_after(date(2031, 9, 30), 1) == date(2031, 10, 2)
    assert gap(2031) is None
