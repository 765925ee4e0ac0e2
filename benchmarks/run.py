"""The measurements: all servers of one database at a time, in rounds that go through them query by query."""

import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg

from benchmarks import answers, data, workload
from benchmarks.load import CONNECTIONS, Sample, measure, median, write_requests
from benchmarks.servers import CONTESTANTS, OTHER_CORE, PEERS, Contestant, Server, cpu, pin, running
from tests import postgresql

# These are slow enough to be known after one round; more connections would only wait for each other.
SLOW = ("naive", "batched")
_SLOW_SECONDS, _SLOW_CONNECTIONS = 4, 1
# Node.js compiles what runs often, and goes on doing so for thousands of requests.
_WARM_SECONDS, _WARM_PEER_SECONDS = 1, 3


@dataclass(frozen=True)
class Plan:
    """What a run measures."""

    scales: tuple[int, ...]
    databases: tuple[str, ...]
    contestants: tuple[str, ...]
    queries: tuple[str, ...]
    rounds: int
    seconds: int


def results(plan: Plan, say: Callable[[str], None]) -> Iterator[list[dict[str, Any]]]:
    """Measure, and give after each database its rows of figures.

    A row is of a scale, a database, a server and a query; `Q5/100` is Q5 with 100 rows.

    Raises:
        Different: two servers answer differently.
        RuntimeError: a server does not start, or fails.
    """
    with ExitStack() as stack:
        admin = stack.enter_context(postgresql.running()) if "postgresql" in plan.databases else None
        for scale in plan.scales:
            for name in plan.databases:
                say(f"scale {scale}, {name}: preparing the demo city")
                url = data.postgresql_city(admin, scale) if admin and name == "postgresql" else data.sqlite_city(scale)
                with databases_cpu(url) as database_cpu:
                    yield _on_database(plan, scale, name, url, database_cpu, say)


def _on_database(
    plan: Plan, scale: int, name: str, url: str, database_cpu: Callable[[], float], say: Callable[[str], None]
) -> list[dict[str, Any]]:
    token, drawn = data.token(url), workload.variables(data.sqlite_city(scale))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        engine, *others = _contestants(plan, name)
        engine_server = stack.enter_context(running(engine, url))
        stamps = json.dumps(answers.stamped(engine_server, token, drawn))
        servers = [engine_server]
        servers += [stack.enter_context(running(other, url, CURSOR_STAMPS=stamps)) for other in others]
        asked = answers.tasks(engine_server, token, drawn)
        files: dict[tuple[str, str], Path] = {}
        for server in servers:
            known = answers.tasks(server, token, drawn)
            answers.compare(engine_server, server, token, asked, known)
            files |= _written(folder, server, known, plan.queries)
        say(f"scale {scale}, {name}: {len(servers)} servers answer alike")
        samples = _rounds(plan, servers, files, token, database_cpu, say)
    return [
        {"scale": scale, "database": name, "server": server, "query": query, **asdict(median(found))}
        for (server, query), found in samples.items()
    ]


def _contestants(plan: Plan, database: str) -> list[Contestant]:
    has_peers = (PEERS / "node_modules").exists()
    wanted = [
        contestant
        for contestant in CONTESTANTS
        if contestant.name in plan.contestants
        and database in contestant.databases
        and (has_peers or not contestant.is_peer)
    ]
    engine = CONTESTANTS[0]
    return [engine, *(contestant for contestant in wanted if contestant is not engine)]


def _written(
    folder: Path, server: Server, known: dict[str, answers.Task], queries: tuple[str, ...]
) -> dict[tuple[str, str], Path]:
    name = server.contestant.name
    bodies = {query: known[query].bodies for query in queries if query in known}
    if "Q5" in bodies:
        sized = [
            ({**body, "variables": {"first": size}}, size) for body in bodies["Q5"] for size in workload.SIZES[:-1]
        ]
        bodies |= {f"Q5/{size}": [body] for body, size in sized}
    return {
        (name, query): write_requests(folder / f"{name} {query.replace('/', ' ')}", each)
        for query, each in bodies.items()
    }


def _rounds(
    plan: Plan,
    servers: list[Server],
    files: dict[tuple[str, str], Path],
    token: str,
    database_cpu: Callable[[], float],
    say: Callable[[str], None],
) -> dict[tuple[str, str], list[Sample]]:
    samples: dict[tuple[str, str], list[Sample]] = {}
    queries = list(dict.fromkeys(query for _, query in files))
    for number in range(plan.rounds + 1):
        started = time.monotonic()
        for query in queries:
            for server in servers:
                name = server.contestant.name
                # What is slow takes part in one round, and the size of answers is looked at in one.
                is_due = number == 1 or (number < 1 and name not in SLOW) or (name not in SLOW and "/" not in query)
                if (name, query) not in files or not is_due:
                    continue
                connections = _SLOW_CONNECTIONS if name in SLOW else CONNECTIONS
                seconds = _seconds(plan, server.contestant, number)
                sample = measure(server, files[name, query], token, seconds, database_cpu, connections)
                if number:
                    samples.setdefault((name, query), []).append(sample)
        say(f"round {number} of {plan.rounds}: {time.monotonic() - started:.0f} s")
    return samples


def _seconds(plan: Plan, contestant: Contestant, number: int) -> int:
    if number == 0:
        return _WARM_PEER_SECONDS if contestant.is_peer else _WARM_SECONDS
    return _SLOW_SECONDS if contestant.name in SLOW else plan.seconds


@contextmanager
def databases_cpu(url: str) -> Iterator[Callable[[], float]]:
    """Return a function that tells the CPU milliseconds of the database's own processes, which go to their core."""
    if urlsplit(url).scheme == "sqlite":
        yield lambda: 0.0
        return
    with psycopg.connect(url) as connection:
        backend = connection.info.backend_pid
        postmaster = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
        pin(postmaster, OTHER_CORE)
        yield lambda: cpu(postmaster)


def save(path: Path, **figures: Any) -> None:
    """Keep the figures of a run, for drawing the report again; those of an earlier run that are not given stay.

    figures: `cold`, `rows` (of the reads), `statements`, `mutations`. Of the rows, those of an earlier run stay for
    each scale and database that this run did not measure.
    """
    earlier = json.loads(path.read_text()) if path.exists() else {"cold": None, "rows": []}
    if "rows" in figures:
        measured = {(row["scale"], row["database"]) for row in figures["rows"]}
        kept = [row for row in earlier["rows"] if (row["scale"], row["database"]) not in measured]
        figures["rows"] = sorted([*kept, *figures["rows"]], key=lambda row: (row["scale"], row["database"] != "sqlite"))
    machine = {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**earlier, "day": time.strftime("%Y-%m-%d"), **machine, **figures}, indent=1))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"
