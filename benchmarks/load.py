"""Asks a server: once, to compare answers, and as fast as it goes, to measure. Only ever on 127.0.0.1."""

import http.client
import json
import statistics
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from benchmarks.servers import OTHER_CORE, Server

CONNECTIONS = 8
_MOST_SECONDS = 10
_SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True)
class Sample:
    """What a run gave. Times are milliseconds; CPU is per request, the database's own on PostgreSQL only."""

    requests_per_second: float
    p50: float
    p99: float
    server_cpu: float
    database_cpu: float


def ask(server: Server, body: dict[str, Any], token: str) -> bytes:
    """Send one request and return the answer's body.

    Raises:
        RuntimeError: the server refuses it.
    """
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request("POST", "/graphql", json.dumps(body), headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    if response.status != 200 or b'"errors"' in answer[:200]:
        raise RuntimeError(f"{server.contestant.name} answers {response.status}: {answer[:500].decode()}")
    return answer


def write_requests(path: Path, bodies: Iterable[dict[str, Any]]) -> Path:
    """Write the requests that a run sends in turn."""
    path.write_text("".join(f"{json.dumps(body)}\n" for body in bodies))
    return path


def measure(
    server: Server,
    requests: Path,
    token: str,
    seconds: int,
    database_cpu: Callable[[], float],
    connections: int = CONNECTIONS,
) -> Sample:
    """Send requests over kept connections for some seconds.

    database_cpu: gives the milliseconds that the database's own processes have used so far.

    Raises:
        RuntimeError: a request failed.
    """
    server_before, database_before = server.cpu(), database_cpu()
    figures = _wrk(server, requests, token, seconds, connections)
    server_used, database_used = server.cpu() - server_before, database_cpu() - database_before
    if figures["failed"]:
        raise RuntimeError(f"{figures['failed']} requests to {server.contestant.name} failed")
    count = figures["requests"]
    if not count:
        if seconds > _MOST_SECONDS:
            raise RuntimeError(f"{server.contestant.name} answered nothing in {seconds} s")
        return measure(server, requests, token, seconds * 4, database_cpu, connections)
    return Sample(
        count / figures["seconds"], figures["p50"], figures["p99"], server_used / count, database_used / count
    )


def median(samples: list[Sample]) -> Sample:
    """Take the median of each figure."""
    return Sample(*(statistics.median(values) for values in zip(*map(astuple, samples), strict=True)))


def _wrk(server: Server, requests: Path, token: str, seconds: int, connections: int) -> dict[str, Any]:
    pinned = ["taskset", "-c", str(OTHER_CORE)]
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)]
    done = subprocess.run(
        [*pinned, "wrk", *options, server.url, "--", str(requests), f"Bearer {token}"],
        capture_output=True, text=True, timeout=seconds + 60, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])
