"""Fill PostgreSQL with the scans of a month, and measure what people and devices do then. Run by hand.

`python -m benchmarks.many_scans` makes 50 million scans, 700 a day at each gate, inside the database. They take 11 GB
of disk, which is free again at the end. The table is the real one: while it is filled its columns are not checked.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import click

from benchmarks import data
from benchmarks.scans import cpu_seconds, record
from db.access.actor import actor_of
from db.access.commands import Call, run_command
from db.access.models.account import Role
from db.city.clock import tick
from db.city.migrations import migrate
from db.gates.models import ScanSecret
from db.gates.scans import secret_of
from db.gates.traces import trace_scans
from db.incidents.models import IncidentState
from db.kernel.calendar import SHANGHAI
from db.kernel.database import connect, database, lift_time_limit, write
from db.kernel.fields import utc_text
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests import factories as make
from tests import postgresql
from tests.emergency.factories import make_incident
from tests.factories import AT
from tests.gates.factories import make_access_pass, make_access_point

# How many days are there, and how many scans a gate has on each.
DAYS, A_DAY = 31, 700
# How many passes the community has in which scans are traced.
PASSES = 2_000
_DAY = timedelta(days=1)
_FORMS = ("text_code", "utc_time", "calendar_day")
_COLUMNS = "day, access_point_id, direction, number, at, pass_hash, result, reason"
# One day of scans: half of them in and half out, from six in the morning on.
_FILL = """WITH scan AS MATERIALIZED (
        SELECT way, number, 'PASSED' AS result, NULL AS reason, to_char(
            timestamp '{day} 00:00' - interval '2 hours' + number * interval '2 minutes', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
        ) AS at
        FROM (VALUES ('IN'), ('OUT')) AS ways(way), generate_series(1, {half}) AS number
    )
    INSERT INTO "{table}" ({columns})
    SELECT '{day}', gate, way, number, at, md5(number || way || gate) || md5(way || gate || at), result, reason
    FROM generate_series({first}, {last}) AS gate, scan"""
_COUNT = """INSERT INTO access_day (access_point_id, division_code, day, direction, passed, refused)
    SELECT gate, '{code}', '{day}', way, {half}, 0
    FROM generate_series({first}, {last}) AS gate, (VALUES ('IN'), ('OUT')) AS ways(way)"""
_READS = {
    "the days of a gate (`AccessPoint.days`, 20)": """{
        accessPoint(id: "%(gate)s") { days(first: 20) { nodes { day direction passed } } } }""",
    "all scans of a day (`DivisionStats.scanCount`)": """{
        division(code: "%(code)s") { stats { scanCount(day: "%(day)s") } } }""",
    "scans of a day by direction (`accessDayAggregate`)": """{
        accessDayAggregate(filter: {day: {eq: "%(day)s"}}, groupBy: [DIRECTION]) {
            groups { key { direction } sum { passed refused } } } }""",
}


def main() -> None:
    """Fill, measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_scans", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000_000, help="how many scans there are")
    gates = -(-parser.parse_args().rows // (DAYS * A_DAY))
    with postgresql.running() as server:
        url = server.create("many_scans")
        migrate(connect(url))
        with data.bound(url):
            _measure(gates)


def _measure(gates: int) -> None:
    point = make_access_point()
    code = point.division_code
    last = point.id + gates - 1
    columns = "division_id, division_code, site_id, name, is_only_gate, needs_pass, state, created_at, version"
    database.execute_sql(
        f"INSERT INTO access_point ({columns}) SELECT {columns} FROM access_point, generate_series(2, {gates})"
    )
    today = AT.astimezone(SHANGHAI).date()
    with _timed("filling"), _unchecked():
        for ago in range(DAYS - 1, -1, -1):
            _fill(today - ago * _DAY, code, point.id, last)
    with write():
        lift_time_limit()
        database.execute_sql("ANALYZE")
        _report_disk()
    _report_inserts(point)
    _report_reads(point, today)
    _report_purge()


@contextmanager
def _unchecked() -> Iterator[None]:
    """Leave the forms of columns unchecked for a block, which is most of what a row costs; then as they were."""
    found = database.execute_sql(
        "SELECT t.typname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
        "JOIN pg_type t ON t.oid = c.contypid WHERE t.typname = ANY(%s)",
        (list(_FORMS),)
    ).fetchall()  # fmt: skip
    for domain, name, _ in found:
        database.execute_sql(f"ALTER DOMAIN {domain} DROP CONSTRAINT {name}")
    yield
    for domain, name, made in found:
        database.execute_sql(f"ALTER DOMAIN {domain} ADD CONSTRAINT {name} {made} NOT VALID".replace("%", "%%"))


def _fill(day: date, code: str, first: int, last: int) -> None:
    """Fill the partition of a day: its key is made once all rows are there, and both are one transaction."""
    made = {"columns": _COLUMNS, "day": day, "first": first, "last": last, "half": A_DAY // 2, "code": code}
    with write():
        lift_time_limit()
        database.execute_sql("SET LOCAL maintenance_work_mem = '512MB'")
        secret_of(day)
        table = f"scan_event_{day:%Y%m%d}"
        database.execute_sql(f"ALTER TABLE scan_event DETACH PARTITION {table}")
        database.execute_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        database.execute_sql(_FILL.format(table=table, **made).replace("%", "%%"))
        database.execute_sql(f"ALTER TABLE {table} ADD PRIMARY KEY (day, access_point_id, direction, number)")
        database.execute_sql(f"ALTER TABLE scan_event ATTACH PARTITION {table} FOR VALUES IN ('{day}')")
        database.execute_sql(_COUNT.format(**made))


def _report_disk() -> None:
    sizes = "sum(pg_table_size(relid)), sum(pg_indexes_size(relid))"
    found = database.execute_sql(f"SELECT {sizes} FROM pg_partition_tree('scan_event')").fetchone()
    table, index = map(int, found)
    [(rows,)] = database.execute_sql("SELECT count(*) FROM scan_event").fetchall()
    click.echo(
        f"{rows:,} rows; disk: {(table + index) / 1e9:.2f} GB, {(table + index) / rows:.0f} bytes a row, of which "
        f"{index / rows:.0f} for the key"
    )


def _report_inserts(point: Any) -> None:
    rows, began, used = 200_000, time.perf_counter(), cpu_seconds()
    record(point, rows)
    wall = time.perf_counter() - began
    own, its = (after - before for before, after in zip(used, cpu_seconds(), strict=True))
    click.echo(
        f"recordScans on top: {rows / wall:,.0f} rows a second; {own / rows * 1e6:.1f} µs a row of the program's CPU, "
        f"{its / rows * 1e6:.1f} of the database's"
    )


def _report_reads(point: Any, today: date) -> None:
    given = {"gate": f"AccessPoint_{point.id}", "code": point.division_code, "day": today - 3 * _DAY}
    executor, viewer = Executor(), Context(None, utc_text(AT))
    for name, text in _READS.items():
        request, answers = Request(text % given, {}, None), list[bytes]()
        best = _best(lambda request=request, answers=answers: answers.append(executor.execute(request, viewer).body))
        assert "errors" not in json.loads(answers[-1]), answers[-1]
        click.echo(f"{name}: {best:.1f} ms")
    make_access_pass(point.site)
    columns = "site_id, division_code, person_id, code_hash, valid_until, state, created_at, version"
    hashed = columns.replace("code_hash", "md5(n::text) || md5((-n)::text)")
    copies = f"SELECT {hashed} FROM access_pass, generate_series(1, {PASSES - 1}) AS n"
    database.execute_sql(f"INSERT INTO access_pass ({columns}) {copies}")
    found: list[int] = []
    incident = make_incident(point.division, state=IncidentState.HANDLING)
    account = make.make_account(name="示范监测员")
    make.make_role_grant(Role.HEALTH_WORKER, point.division, account=account)
    call = Call(actor_of(account.id, AT), AT)
    for name, hours in (("an hour", 1), ("a day", 24)):
        began = AT - 3 * _DAY
        asked = {
            "access_point_id": point.id + 7, "incident_id": incident.id, "from_": began - timedelta(hours=hours),
            "to": began, "reason": "排查",
        }  # fmt: skip
        best = _best(lambda asked=asked: found.append(_traced(call, asked)))
        click.echo(f"a trace of {name}, {found[-1]} scans against {PASSES:,} passes (`traceScans`): {best:.1f} ms")


def _traced(call: Call, asked: dict[str, Any]) -> int:
    return run_command("traceScans", trace_scans, call, asked, lambda done: len(done.lists["scans"]))


def _best(work: Callable[[], Any], times: int = 7) -> float:
    """Return the milliseconds of the quickest of several runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1000)
    return min(found)


def _report_purge() -> None:
    tick(AT)
    days = ScanSecret.select().count()
    with _timed("the purge of a day, with all else that `flask tick` does"):
        tick(AT + _DAY)
    # It prepared another day.
    assert ScanSecret.select().count() == days


@contextmanager
def _timed(name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    click.echo(f"{name}: {(time.perf_counter() - began) * 1000:,.0f} ms")


if __name__ == "__main__":
    main()
