"""Requests under idempotency keys are known for some days, and are forgotten by the clock."""

from datetime import timedelta

from peewee import DatabaseProxy

from db.access.models.performed import Performed
from db.access.models.purge import PurgeRun
from db.access.requests import AT_ONCE, RULE
from db.city.clock import tick
from db.kernel.database import is_postgres
from db.settings.models import SettingKey
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.settings.nouns import make_setting
from tests.threads import at_once

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def make_many(count: int) -> None:
    """Make requests of one account, all at one time."""
    given = make.make_performed(idempotency_key="0").__data__
    del given["id"]
    Performed.insert_many([{**given, "idempotency_key": str(key)} for key in range(1, count)]).execute()


def test_a_key_is_known_for_so_many_days_and_then_makes_a_new_request(ask: Asking) -> None:
    place = ask.town.home.division_code
    given = {"divisionCode": place, "name": "示范巡逻队", "kind": "GENERAL", "idempotencyKey": "k-1"}

    def form(days: timedelta) -> tuple[bool, list[str]]:
        payload = ask.change("staff", "formTeam", "isReplayed", AT + days, **given)
        return payload["isReplayed"], [error["code"] for error in payload["userErrors"]]

    first = form(0 * DAY)
    tick(AT + 30 * DAY)
    known = form(30 * DAY)
    report = tick(AT + 30 * DAY + SECOND)
    forgotten = form(30 * DAY + SECOND)

    assert (first, known, forgotten) == ((False, []), (True, []), (False, ["ALREADY_EXISTS"]))
    assert report.counts[f"purged {RULE}"] == 1
    [run] = PurgeRun.select().where(PurgeRun.rule == RULE)
    assert (run.at, run.before, run.count) == (AT + 30 * DAY + SECOND, AT + SECOND, 1)


def test_the_shortest_time_that_is_set_holds_for_all(scratch: DatabaseProxy) -> None:
    make.make_performed()
    make_setting(key=SettingKey.REQUEST_KEEP_DAYS, value=2)

    tick(AT + 2 * DAY)
    kept = Performed.select().count()
    tick(AT + 2 * DAY + SECOND)

    assert (kept, Performed.select().count()) == (1, 0)


def test_clocks_at_once_forget_each_request_once_some_at_a_time(database: DatabaseProxy) -> None:
    make_many(2 * AT_ONCE + 1)

    reports = at_once(3, lambda: tick(AT + 31 * DAY).counts[f"purged {RULE}"])

    counts = [run.count for run in PurgeRun.select().where(PurgeRun.rule == RULE)]
    assert sum(reports) == sum(counts) == 2 * AT_ONCE + 1
    assert max(counts) == AT_ONCE
    assert not Performed.select().exists()


def test_the_oldest_requests_are_found_by_an_index(scratch: DatabaseProxy) -> None:
    oldest = "SELECT id FROM performed WHERE at < '2026-01-01T00:00:00Z' ORDER BY at LIMIT 1000"
    if is_postgres():
        scratch.execute_sql("SET LOCAL enable_seqscan = off")
    plan = scratch.execute_sql(f"EXPLAIN {'' if is_postgres() else 'QUERY PLAN'} {oldest}").fetchall()

    assert "performed_at" in str(plan)
    assert "sort" not in str(plan).lower()
    assert "TEMP B-TREE" not in str(plan)
