"""How many statements each query of the workload is, as the databases themselves tell, and whether both answer alike.

PostgreSQL writes its log; SQLite, which has none, calls back with each statement that it runs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import apsw
import psycopg

from benchmarks import answers, data, workload
from db.access.actor import actor_of
from db.access.models.account import Role
from db.city import seed
from schema.engine import Limits
from schema.request.context import Context, Viewer
from schema.request.execute import Executor, Request
from tests import postgresql

_NOW = "2022-02-10T04:00:00Z"
# How a statement begins in PostgreSQL's log, sent as a text or as one that was prepared.
_LOGGED = ("LOG:  statement: ", "LOG:  execute ")

# Of a query: how many statements it was, and the answers to all that is asked with it.
Answered = dict[str, tuple[int, list[bytes]]]


def results(scale: int, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Ask both databases each query with all its variables, and give for each what they tell."""
    url = data.sqlite_city(scale)
    drawn = workload.variables(url)
    say(f"statements at scale {scale}")
    with data.bound(url) as database, _traced(database.connection()) as count:
        sqlite = _answered(drawn, count)
    with postgresql.running() as server:
        city = data.postgresql_city(server, scale)
        with psycopg.connect(server.admin_url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {urlsplit(city).path[1:]} SET log_statement = 'all'".encode())
        with data.bound(city):
            postgres = _answered(drawn, lambda: _logged(server))
    return [
        {
            "query": query,
            "requests": len(asked),
            "sqlite": sqlite[query][0],
            "postgresql": postgres[query][0],
            "is_alike": sqlite[query][1] == postgres[query][1],
        }
        for query, asked in drawn.items()
    ]


def _answered(drawn: dict[str, workload.Variables], count: Callable[[], int]) -> Answered:
    executor = Executor(Limits(max_page=workload.SIZES[-1]))
    officer = dict(seed.demo_accounts())[Role.CITY_OFFICER]
    context = Context(Viewer.of(actor_of(officer.id, datetime.fromisoformat(_NOW))), _NOW)
    found: Answered = {}

    def answer(query: str, variables: dict[str, Any]) -> bytes:
        body = executor.execute(Request(workload.DOCUMENTS[query], variables, query), context).body
        assert b'"errors"' not in body[:100], body[:500]
        return body

    for query, asked in drawn.items():
        # The cursor of Q7 lacks the stamp of its list, which its first page shows.
        mark = answers.stamp_of(answer(query, {"after": None})) if query == "Q7" else ""
        before = count()
        bodies = [answer(query, {**given, "after": f"{mark}{given['after']}"} if mark else given) for given in asked]
        found[query] = (count() - before, bodies)
    return found


@contextmanager
def _traced(connection: apsw.Connection) -> Iterator[Callable[[], int]]:
    seen: list[str] = []
    connection.trace_v2(apsw.SQLITE_TRACE_STMT, lambda event: seen.append(event["sql"]))
    yield lambda: len(seen)
    connection.trace_v2(0)


def _logged(server: postgresql.Server) -> int:
    log = Path(parse_qs(urlsplit(server.admin_url).query)["host"][0]) / "log"
    return sum(line.count(start) for line in log.read_text().splitlines() for start in _LOGGED)
