"""Record scans at the gates of a compound, and report rows a second, the time of a purge, and the disk of a row.

`python -m benchmarks.scans` records `--rows` scans on each database, 1,000 in each mutation, with one idempotency key
each, as the device of a gate would send them; then it purges their day as `flask tick` does.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from benchmarks import data
from db.access.actor import actor_of
from db.access.commands import Call, run_command
from db.access.models.account import Role
from db.city.clock import tick
from db.city.migrations import migrate
from db.gates.models import AccessDay, AccessPoint, ScanDirection, ScanEvent, ScanResult
from db.gates.scans import MAX_SCANS, record_scans
from db.kernel.database import connect, database, is_postgres
from tests import factories as make
from tests import postgresql
from tests.factories import AT
from tests.gates.factories import make_access_point

_DAY = timedelta(days=1)


def main() -> None:
    """Measure both databases, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scans", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="how many scans are recorded")
    rows = parser.parse_args().rows
    columns = ("database", "rows", "rows a second", "rows a second of CPU", "purge, ms", "bytes a row")
    click.echo(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
    with postgresql.running() as server:
        for name, opened in (("SQLite", _sqlite), ("PostgreSQL", lambda: _postgres(server))):
            with opened() as (url, size_of), data.bound(url):
                rate, cpu_rate = _recorded(rows)
                size = size_of() / ScanEvent.select().count()
                click.echo(f"| {name} | {rows:,} | {rate:,.0f} | {cpu_rate:,.0f} | {_purged():,.1f} | {size:,.0f} |")


def _recorded(rows: int) -> tuple[float, float]:
    """Record scans of one day; return how many a second, and how many a second of CPU."""
    point = make_access_point()
    began, used = time.perf_counter(), sum(cpu_seconds())
    record(point, rows)
    seconds, used = time.perf_counter() - began, sum(cpu_seconds()) - used
    assert sum(row.passed for row in AccessDay.select()) == ScanEvent.select().count() == rows
    return rows / seconds, rows / used


def cpu_seconds() -> tuple[float, float]:
    """Return the CPU that this process has used, and PostgreSQL's process for it: other work does not change that."""
    if not is_postgres():
        return time.process_time(), 0
    [(backend,)] = database.execute_sql("SELECT pg_backend_pid()").fetchall()
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def record(point: AccessPoint, rows: int) -> None:
    """Record scans of one day as the device of a gate does."""
    account = make.make_account(name="示范门岗")
    make.make_role_grant(Role.GATE_KEEPER, point.division, account=account)
    actor = actor_of(account.id, AT)
    for first in range(0, rows, MAX_SCANS):
        given = [_scan(first + at) for at in range(min(MAX_SCANS, rows - first))]
        call = Call(actor, AT, idempotency_key=f"gate-{first}")
        run_command("recordScans", record_scans, call, {"access_point_id": point.id, "rows": given}, lambda done: done)


def _scan(at: int) -> dict[str, Any]:
    way = ScanDirection.IN if at % 2 else ScanDirection.OUT
    moment = AT - timedelta(seconds=at % 20_000)
    return {"at": moment, "direction": way, "result": ScanResult.PASSED, "pass_code": f"P-{at % 700:04}"}


def _purged() -> float:
    """Run the clock once to prepare what comes, and once when the day is over; return its milliseconds."""
    tick(AT + 29 * _DAY)
    began = time.perf_counter()
    tick(AT + 31 * _DAY)
    milliseconds = (time.perf_counter() - began) * 1000
    assert not ScanEvent.select().exists()
    return milliseconds


Opened = tuple[str, Callable[[], int]]


@contextmanager
def _sqlite() -> Iterator[Opened]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scans.sqlite3"
        url = f"sqlite:///{path}"
        migrate(connect(url))

        def size() -> int:
            [(used,)] = database.execute_sql("SELECT sum(pgsize) FROM dbstat WHERE name = 'scan_event'").fetchall()
            return used

        yield url, size


@contextmanager
def _postgres(server: postgresql.Server) -> Iterator[Opened]:
    url = server.create("scans")
    migrate(connect(url))

    def size() -> int:
        assert is_postgres()
        sql = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('scan_event')"
        [(used,)] = database.execute_sql(sql).fetchall()
        return int(used)

    yield url, size


if __name__ == "__main__":
    main()
