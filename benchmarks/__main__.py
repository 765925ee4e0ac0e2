"""`python -m benchmarks`: measures, and writes the table and the chart. `--help` tells how to measure less."""

import argparse
import json
import signal
import sys
from pathlib import Path

from benchmarks import cold, mutations, report, run, statements
from benchmarks.data import KEPT, sqlite_city
from benchmarks.servers import CONTESTANTS, PEERS, require_programs
from benchmarks.workload import TITLES


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scales", default="1,10", help="of the demo city")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--servers", default=",".join(contestant.name for contestant in CONTESTANTS))
    parser.add_argument("--queries", default=",".join(TITLES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--documents", type=int, default=100_000, help="distinct ones, to watch the memory")
    parser.add_argument("--report", action="store_true", help="draw the kept figures again, and measure nothing")
    parser.add_argument(
        "--parts", default="reads,statements,mutations", help="what to measure; the other's figures stay"
    )
    parser.add_argument("--earlier", type=Path, help="a checkout of an earlier commit, whose changes are measured too")
    given = parser.parse_args()
    kept = KEPT / "results.json"
    if given.report:
        report.write(json.loads(kept.read_text()))
        return
    require_programs()
    # Ended from outside, the servers that it started end with it, as they do by Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parts = given.parts.split(",")
    if "reads" in parts:
        _measure_reads(given, kept)
    if "statements" in parts:
        run.save(kept, statements=statements.results(int(given.scales.split(",")[0]), _say))
        report.write(json.loads(kept.read_text()))
    if "mutations" in parts:
        databases, servers = tuple(given.databases.split(",")), tuple(given.servers.split(","))
        plan = mutations.Plan(
            databases, servers, given.rounds, given.seconds, given.earlier and given.earlier.resolve()
        )
        run.save(kept, mutations=mutations.results(plan, _say))
        report.write(json.loads(kept.read_text()))


def _measure_reads(given: argparse.Namespace, kept: Path) -> None:
    if not (PEERS / "node_modules").exists():
        _say("without the peers: `npm ci` in benchmarks/peers brings them (Node.js 20 or newer)")
    plan = run.Plan(
        scales=tuple(map(int, given.scales.split(","))),
        databases=tuple(given.databases.split(",")),
        contestants=tuple(given.servers.split(",")),
        queries=tuple(given.queries.split(",")),
        rounds=given.rounds,
        seconds=given.seconds,
    )
    cold_figures = cold.figures(sqlite_city(plan.scales[0]), given.documents, _say)
    for rows in run.results(plan, _say):
        run.save(kept, rows=rows, cold=cold_figures)
        report.write(json.loads(kept.read_text()))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
