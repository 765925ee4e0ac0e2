"""The servers that are compared: how each is started, on which core, and what CPU time it has used."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from graph_api.serve import command

TOP = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHER_CORE = _CORES[0], _CORES[-1]
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 60
# Q5 asks for more rows than a page may have otherwise, and a run spends more points than an hour allows.
_SETTINGS = {"MAX_PAGE": "500", "POINTS_AN_HOUR": "1000000000", "REQUESTS_A_MINUTE": "0"}


@dataclass(frozen=True)
class Contestant:
    """One way to answer.

    command: PORT stands for the port. databases: those that it can read. top: where its code is.
    """

    name: str
    title: str
    command: tuple[str, ...]
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    is_peer: bool = False
    top: Path = TOP


def _granian(app: str, *more: str) -> tuple[str, ...]:
    # As `make serve` starts it, so that nobody is measured in a server that nobody has.
    return (*command(app, "127.0.0.1", "PORT"), *more)


def _node(script: str) -> tuple[str, ...]:
    return ("node", str(PEERS / script))


CONTESTANTS = (
    Contestant("engine", "this project", _granian("wsgi:app")),
    Contestant("limit", "hand-written SQL in bare WSGI", _granian("benchmarks.limit:app")),
    Contestant("floor", "the same, below psycopg's cursor", _granian("benchmarks.limit:floor"), ("postgresql",)),
    Contestant("naive", "Strawberry, a load for each object", _granian("benchmarks.resolved:naive", "--factory")),
    Contestant("batched", "Strawberry with DataLoader", _granian("benchmarks.resolved:batched", "--factory")),
    Contestant("yoga", "graphql-yoga + JIT + DataLoader", _node("yoga.js"), is_peer=True),
    Contestant("mercurius", "Mercurius + JIT + loaders", _node("mercurius.js"), is_peer=True),
    Contestant("postgraphile", "PostGraphile 5", _node("postgraphile.js"), ("postgresql",), is_peer=True),
)

# This project once more, as it was or without a part; changes are measured there too.
VARIANTS = {"earlier": "this project, earlier", "uncounted": "this project, without roll-ups"}
SERVER_TITLES = {contestant.name: contestant.title for contestant in CONTESTANTS} | VARIANTS


@dataclass(frozen=True)
class Server:
    """A running server. process: the one that was started; its children belong to it."""

    contestant: Contestant
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address that takes requests."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def cpu(self) -> float:
        """Return the milliseconds of CPU that the server and its children have used."""
        return cpu(self.process.pid)


@contextmanager
def running(contestant: Contestant, database_url: str, **settings: str) -> Iterator[Server]:
    """Run a server on the servers' core for a block.

    Raises:
        RuntimeError: it did not answer; says what it printed.
    """
    port = _free_port()
    command = ["taskset", "-c", str(SERVER_CORE), *(part.replace("PORT", str(port)) for part in contestant.command)]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "PYTHONPATH": str(contestant.top),
        "NODE_ENV": "production",
        **_SETTINGS,
        **settings,
    }
    process = subprocess.Popen(
        command, cwd=contestant.top, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        _await(process, port)
        yield Server(contestant, port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu(pid: int) -> float:
    """Return the milliseconds of CPU that a process and its children, living and ended, have used."""
    try:
        below = sum(cpu(child) for child in children(pid))
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # It has just ended, and is part of its parent's time now.
    return below + sum(int(fields[at]) for at in (11, 12, 13, 14)) * 1000 / _TICKS_A_SECOND


def children(pid: int) -> list[int]:
    """List the processes that a process has started and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def pin(pid: int, core: int) -> None:
    """Keep a process and its children on one core; what has just ended needs none."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})
        for child in children(pid):
            pin(child, core)


def require_programs() -> None:
    """Check that what the run needs is on the machine.

    Raises:
        SystemExit: something is not; says how to install it.
    """
    missing = [name for name in ("wrk", "taskset") if not shutil.which(name)]
    if missing:
        raise SystemExit(f"The benchmarks need {' and '.join(missing)}: apt-get install wrk util-linux")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    process.kill()
    printed = process.stdout.read().decode(errors="replace") if process.stdout else ""
    raise RuntimeError(f"{process.args} did not answer:\n{printed}")
