"""Purges: each leaves a record of what it erased in the same transaction, which auditors of a city read."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.access.actor import SYSTEM
from db.access.clock import Due, Purge, TickReport, days_before
from db.access.commands import Call
from db.access.models.account import Role
from db.access.models.purge import PurgeRun
from db.bookings.models import Booking, BookingState
from db.city.clock import RULES, tick
from db.committees.models.candidacy import CandidacyState
from db.files.models import File
from db.kernel.database import is_postgres
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.asking import answer_to
from tests.bookings.factories import make_booking
from tests.factories import AT, TODAY
from tests.threads import at_once

DAY = timedelta(days=1)
MIDNIGHT = AT.replace(hour=16) - DAY


def make_left_over(count: int = 1) -> None:
    """Make bookings whose plates are forgotten, and what each other purge erases."""
    long_ago = TODAY - 400 * DAY
    for at in range(count):
        given = {"first_day": long_ago, "last_day": long_ago, "ended_at": AT, "plate": f"甘A{at}"}
        make_booking(state=BookingState.ENDED, **given)
    make.make_candidacy(state=CandidacyState.DECLINED, decided_on=long_ago)
    File.create(media_type="image/jpeg", byte_size=1, sha256="0" * 64, uploaded_at=AT - 2 * DAY)


def told() -> list[tuple[Any, ...]]:
    return sorted((run.rule, run.at, run.before, run.count) for run in PurgeRun.select())


def test_each_purge_leaves_a_record_once(scratch: DatabaseProxy) -> None:
    make_left_over(count=250)

    reports = [tick(AT).counts, tick(AT + DAY).counts]

    plates = [("booking.plate", AT, MIDNIGHT - 30 * DAY, count) for count in (50, 100, 100)]
    assert told() == [
        *plates, ("candidacy.person", AT, MIDNIGHT - 365 * DAY, 1), ("file.unused", AT, AT - DAY, 1),
    ]  # fmt: skip
    assert (reports[0]["purged booking.plate"], reports[1]["purged booking.plate"]) == (250, 0)
    assert not Booking.select().where(Booking.plate.is_null(False)).exists()


def test_what_a_purge_did_not_do_is_not_recorded(scratch: DatabaseProxy) -> None:
    make_left_over()

    def fail(_: Any) -> None:
        raise ValueError("示范")

    [rule] = [rule for rule in RULES if isinstance(rule, Purge) and rule.rule == "booking.plate"]
    failing = Purge("booking.plate", rule.due, days_before(lambda: 30), fail)

    with pytest.raises(ValueError, match="示范"):
        failing(Call(SYSTEM, AT), TickReport(AT))

    assert told() == []


def test_two_clocks_record_each_row_once(database: DatabaseProxy) -> None:
    make_left_over(count=150)

    reports = at_once(3, lambda: tick(AT).counts["purged booking.plate"])

    assert sum(reports) == 150
    assert sum(count for rule, _, _, count in told() if rule == "booking.plate") == 150


def test_every_rule_that_forgets_is_a_purge_with_a_name_of_its_own() -> None:
    names = [rule.rule for rule in RULES if isinstance(rule, Purge)]

    assert len(names) == len(set(names)) >= 4
    assert all(isinstance(rule.due, Due) for rule in RULES if isinstance(rule, Purge))


def test_the_database_keeps_a_record_as_it_is(scratch: DatabaseProxy) -> None:
    make.make_purge_run()
    again = "INSERT OR REPLACE INTO purge_run SELECT * FROM purge_run"
    changes = (
        "UPDATE purge_run SET count = 1", "DELETE FROM purge_run", "TRUNCATE purge_run" if is_postgres() else again,
    )  # fmt: skip

    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"), scratch.atomic():
            scratch.execute_sql(change)


def test_auditors_of_a_city_read_them_and_nobody_else(scratch: DatabaseProxy) -> None:
    city = make.make_division(DivisionLevel.CITY)
    district = make.make_division(DivisionLevel.DISTRICT, city)
    accounts: dict[str, Any] = {}
    for name, role, over in (
        ("auditor", Role.AUDITOR, city), ("of a district", Role.AUDITOR, district), ("officer", Role.CITY_OFFICER, city)
    ):  # fmt: skip
        accounts[name] = make.make_account()
        make.make_role_grant(role, over, account=accounts[name])
    for rule in ("booking.plate", "file.unused"):
        make.make_purge_run(rule=rule)
    text = '{ purgeRuns(filter: {rule: {eq: "file.unused"}}) { totalCount nodes { rule at before count } } }'

    answers = {name: answer_to(account.id, text)["data"]["purgeRuns"] for name, account in accounts.items()}

    run = {"rule": "file.unused", "at": "2026-01-05T08:00:00Z", "before": "2025-12-06T08:00:00Z", "count": 3}
    assert answers.pop("auditor") == {"totalCount": 1, "nodes": [run]}
    assert [*answers.values(), answer_to(None, text)["data"]["purgeRuns"]] == [{"totalCount": 0, "nodes": []}] * 3
