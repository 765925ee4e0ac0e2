"""Read a booking calendar and the fifteen-minute circle of a city, and report statements and the database's time.

`python -m benchmarks.sharing` uses the demo city at scale 1 and 10 (`--scales`), copied to PostgreSQL as well, with
five basic services in each community. Each query is answered in this process, many times over.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any

import click

from benchmarks import data
from db.city import models
from db.kernel.database import database, lift_time_limit, write
from db.kernel.fields import utc_text
from db.kernel.plane import cell_of
from db.service_points.models import CATEGORIES, ServicePoint, ServicePointState, ServiceTier
from db.service_points.nearest import find_all
from schema.request.context import Context
from schema.request.execute import Executor, Request
from tests import postgresql
from tests.graph.test_statements import sent_by

_NOW = utc_text(datetime(2022, 2, 10, 4, tzinfo=UTC))
_CITY, _TIMES = "620100000000", 25
_OPENINGS = 'openings(fromDay: "2022-02-10", toDay: "2022-03-12") { day capacity taken free isClosed }'
_WINDOWS = f"windows(first: 7) {{ nodes {{ weekday startsMinute endsMinute {_OPENINGS} }} }}"
_CIRCLE = "serviceCircle { kind siteCount servedSiteCount nearestMeters isGap }"
_BOOKED = "resources(filter: {bookingTerms: {purpose: {in: [PARKING, PLOT, SESSION, ROOM]}}}"
QUERIES = {
    "the calendar of one shared resource, 31 days": f"{{ {_BOOKED}, first: 1) {{ nodes {{ name {_WINDOWS} }} }} }}",
    "of all that a city shares by booking": f"{{ {_BOOKED}, first: 20) {{ nodes {{ name {_WINDOWS} }} }} }}",
    "the circle of a community": f'{{ division(code: "COMMUNITY") {{ {_CIRCLE} }} }}',
    "the circle of the city": f'{{ division(code: "{_CITY}") {{ {_CIRCLE} }} }}',
    "its communities with a gap": f'{{ division(code: "{_CITY}") {{ stats {{ communitiesWithServiceGap }} }} }}',
    "services around a point, the nearest 20": (
        '{ servicePoints(near: {latitude: "36.055", longitude: "103.845"}, first: 20)'
        " { nodes { name distanceMeters } } }"
    ),
}


def main() -> None:
    """Measure both databases at each scale, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sharing", description=__doc__)
    parser.add_argument("--scales", default="1,10", help="of the demo city")
    scales = [int(scale) for scale in parser.parse_args().scales.split(",")]
    click.echo("| query | database | statements | ms | bytes |\n|---|---|---:|---:|---:|")
    with postgresql.running() as server:
        for scale in scales:
            for name, opened in (("SQLite", _sqlite), ("PostgreSQL", partial(_postgres, server))):
                with opened(scale) as url, data.bound(url):
                    with write():
                        _add_services()
                    for query, text in QUERIES.items():
                        count, milliseconds, size = _measured(text.replace("COMMUNITY", _community()))
                        click.echo(f"| {query} ×{scale} | {name} | {count} | {milliseconds:.2f} | {size:,} |")


@contextmanager
def _sqlite(scale: int) -> Iterator[str]:
    """Copy the city, which other measurements use as it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.sqlite3"
        copyfile(data.path_of(data.sqlite_city(scale)), path)
        yield f"sqlite:///{path}"


@contextmanager
def _postgres(server: postgresql.Server, scale: int) -> Iterator[str]:
    yield data.postgresql_city(server, scale)


def _community() -> str:
    return models.Division.get(models.Division.name == "杨家园社区").code


def _add_services() -> None:
    """Put a basic service of each kind beside the first compound of each community."""
    ServicePoint.delete().execute()
    points: list[dict[str, Any]] = []
    for home in _first_compounds():
        for at, categories in enumerate(CATEGORIES.values()):
            x, y = home.x_m + 40 * at, home.y_m - 30 * at
            points.append(
                {
                    "division": home.division_id, "division_code": home.division_code, "name": "示范便民点",
                    "category": categories[0], "tier": ServiceTier.BASIC, "latitude": home.latitude,
                    "longitude": home.longitude, "x_m": x, "y_m": y, "cell_x": cell_of(x), "cell_y": cell_of(y),
                    "verified_on": "2022-02-01", "state": ServicePointState.ACTIVE,
                }
            )  # fmt: skip
    for at in range(0, len(points), 500):
        ServicePoint.insert_many(points[at : at + 500]).execute()
    lift_time_limit()
    find_all()
    database.execute_sql("ANALYZE")


def _first_compounds() -> list[Any]:
    first: dict[str, Any] = {}
    for home in models.Site.select().where(models.Site.kind == "COMPOUND").order_by(models.Site.id):
        first.setdefault(home.division_code, home)
    return list(first.values())


def _measured(text: str) -> tuple[int, float, int]:
    """Return how many statements a document is, the median of milliseconds, and the bytes of its answer."""
    executor, context = Executor(), Context(None, _NOW)

    def answer() -> bytes:
        return executor.execute(Request(text, {}), context).body

    body = answer()
    assert b'"errors"' not in body, body[:500]
    with sent_by(database.connection()) as sent:
        answer()
    return len(sent), statistics.median(_timed(answer) for _ in range(_TIMES)), len(body)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
