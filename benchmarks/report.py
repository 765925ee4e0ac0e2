"""Writes the figures of a run into README.md, between its two marks."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import chart
from benchmarks.servers import CONTESTANTS, SERVER_TITLES, VARIANTS
from benchmarks.workload import TITLES

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures of the last run -->", "<!-- end of the figures -->"
_PEERS = [contestant.name for contestant in CONTESTANTS if contestant.is_peer]
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# At most this many times the limit's server CPU and p99; Q4 at most this many milliseconds above it.
_GOAL_RATIO, _GOAL_Q4_MS = 1.25, 0.04
# Ahead of every other maker's server, and on SQLite this many times with these queries.
_GOAL_AHEAD, _GOAL_QUERIES = 2, ("Q1", "Q2", "Q3", "Q5")

Row = dict[str, Any]


def write(kept: dict[str, Any]) -> None:
    """Write the tables of kept figures, and draw the chart."""
    before, _, rest = README.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{''.join(_parts(kept))}{END}{after}")
    if kept["rows"]:
        chart.write(kept["rows"], kept.get("mutations", []))


def _parts(kept: dict[str, Any]) -> Iterable[str]:
    rows = kept["rows"]
    yield (
        f"\nMeasured on {kept['day']}: {kept['cpu']}, {kept['cores']} cores, CPython {kept['python']}, load average"
        f" {kept['load']:.1f} at the end, which includes the run's own threads.\n"
    )
    if any(row["server"] == "limit" for row in rows):
        yield "\n### Against the limit\n\n" + _against_limit(rows)
    if rows:
        yield "\n### Requests per second, and this project's multiple of them\n"
    for scale, database in dict.fromkeys((row["scale"], row["database"]) for row in rows):
        here = [row for row in rows if (row["scale"], row["database"]) == (scale, database)]
        yield f"\nScale {scale}, {_DATABASES[database]}\n\n" + _throughput(here) + _behind(here, database)
    if kept.get("statements"):
        yield "\n### Statements, as the databases count them\n\n" + _statements(kept["statements"])
    if kept.get("mutations"):
        yield "\n### Changes\n\n" + _changes(kept["mutations"])
    if kept["cold"]:
        yield "\n### New documents, and memory\n\n" + _cold(kept["cold"])


def _against_limit(rows: list[Row]) -> str:
    found = {(row["scale"], row["database"], row["query"], row["server"]): row for row in rows}
    lines: list[list[str]] = []
    for scale, database, query, server in found:
        if server != "engine" or query not in TITLES or (scale, database, query, "limit") not in found:
            continue
        ours, limit = found[scale, database, query, server], found[scale, database, query, "limit"]
        floor = found.get((scale, database, query, "floor"))
        lines.append([
            f"{query} ×{scale}", _DATABASES[database],
            _pair(ours["server_cpu"], limit["server_cpu"]),
            f"{ours['server_cpu'] / floor['server_cpu']:.2f}" if floor else "–",
            _pair(ours["p99"], limit["p99"]),
            _pair(ours["database_cpu"], limit["database_cpu"]) if limit["database_cpu"] else "–",
            _verdict(query, ours, limit),
        ])  # fmt: skip
    head = ["query", "database", "server CPU ms", "to below the cursor", "p99 ms", "database CPU ms", "goal"]
    return _table(head, lines)


def _pair(ours: float, limit: float) -> str:
    return f"{ours:.3f} / {limit:.3f} = **{ours / limit:.2f}**"


def _verdict(query: str, ours: Row, limit: Row) -> str:
    more = ours["server_cpu"] - limit["server_cpu"]
    if query == "Q4":
        return f"{'met' if more <= _GOAL_Q4_MS else 'missed'} ({more:+.3f} ms)"
    ratios = [ours[name] / limit[name] for name in ("server_cpu", "p99")]
    return "met" if max(ratios) <= _GOAL_RATIO else "missed"


def _throughput(rows: list[Row]) -> str:
    found = {(row["query"], row["server"]): row["requests_per_second"] for row in rows}
    queries = [query for query in TITLES if (query, "engine") in found]
    lines = [
        [SERVER_TITLES[server], *(_times(found.get((query, server)), found[query, "engine"]) for query in queries)]
        for server in dict.fromkeys(row["server"] for row in rows)
    ]
    return _table(["", *queries], lines)


def _behind(rows: list[Row], database: str) -> str:
    """Name what is missed of the goals against other GraphQL servers: to be ahead, on SQLite mostly by twice."""
    found = {(row["server"], row["query"]): row["requests_per_second"] for row in rows}
    missed: list[str] = []
    for server, query in found:
        if server not in _PEERS or query not in TITLES:
            continue
        goal = _GOAL_AHEAD if database == "sqlite" and query in _GOAL_QUERIES else 1
        times = found["engine", query] / found[server, query]
        if times < goal:
            missed.append(f"{query} against {SERVER_TITLES[server]} (×{times:.2f})")
    return f"\nGoals against the other GraphQL servers: {'missed: ' + ', '.join(missed) if missed else 'all met'}.\n"


def _times(theirs: float | None, ours: float) -> str:
    if theirs is None:
        return "–"
    shown = f"{theirs:,.0f}" if theirs >= 10 else f"{theirs:.1f}"
    return shown if theirs == ours else f"{shown} (×{ours / theirs:.2f})"


def _statements(rows: list[Row]) -> str:
    head = ["query", "requests", "statements in SQLite's trace", "in PostgreSQL's log", "the same bytes"]
    counts = ("requests", "sqlite", "postgresql")
    lines = [[row["query"], *(str(row[name]) for name in counts), "yes" if row["is_alike"] else "no"] for row in rows]
    return _table(head, lines)


def _changes(rows: list[Row]) -> str:
    head = ["change", "server", "connections", "a second", "p50 ms", "p99 ms", "server CPU ms", "database CPU ms"]
    parts: list[str] = []
    for database in dict.fromkeys(row["database"] for row in rows):
        lines = [
            [
                f"`{row['mutation']}`", SERVER_TITLES[row["server"]], str(row["connections"]),
                f"{row['requests_per_second']:,.0f}", *(f"{row[name]:.2f}" for name in ("p50", "p99", "server_cpu")),
                f"{row['database_cpu']:.2f}" if row["database_cpu"] else "–",
            ]
            for row in sorted(rows, key=_order_of_changes)
            if row["database"] == database
        ]  # fmt: skip
        parts.append(f"{_DATABASES[database]}\n\n{_table(head, lines)}\n")
    return "".join(parts)


def _order_of_changes(row: Row) -> tuple[int, bool, str]:
    return row["connections"], row["server"] not in ("engine", *VARIANTS), row["mutation"]


def _cold(cold: dict[str, Any]) -> str:
    stages, memory = cold["cold"], cold["memory"]
    rest = stages["total"] - sum(stages[name] for name in ("parse", "validate", "plan", "warm"))
    lines = [
        [name, f"{stages[key]:.2f}"]
        for name, key in (
            ("everything for a new document, Q1 on SQLite (goal: under 10 ms)", "total"),
            ("– parsed by graphql-core", "parse"), ("– validated by graphql-core", "validate"),
            ("– selected, planned and compiled to SQL", "plan"), ("– executed, as with a warm cache", "warm"),
        )
    ]  # fmt: skip
    lines.append(["– the rest: preparing the statement in the database, and the cache", f"{rest:.2f}"])
    size, most, hits, misses = memory["cache"]
    text = _table(["stage", "CPU ms, median"], lines)
    return text + (
        f"\nResident memory in MB over {memory['documents']:,} distinct documents, after each tenth of them: "
        f"{', '.join(f'{megabytes:g}' for megabytes in memory['megabytes'])}. "
        f"The plan cache then held {size:,} of {most:,} documents ({hits:,} hits, {misses:,} misses).\n"
    )


def _table(head: list[str], lines: list[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rule, *lines))
