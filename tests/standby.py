"""A PostgreSQL with a hot standby, each of which can be stopped, started and promoted; gone with the block.

A change is acknowledged when the standby has it, so that a promoted standby has all that was acknowledged.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.graph_api.processes import free_port
from tests.postgresql import (
    SETTINGS,
    Server,
    account,
    await_answer,
    guarded,
    initialise,
    postgres,
    short_directory,
    stop,
)

# As a server out of the box waits for its disk and its standby; the tests lose no power.
SHARED = {
    **SETTINGS, "listen_addresses": "127.0.0.1", "synchronous_commit": "on", "wal_retrieve_retry_interval": "100ms",
    "wal_keep_size": "256MB",
}  # fmt: skip


@dataclass
class Node:
    """One server of the two."""

    programs: Path
    directory: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    guard: "subprocess.Popen[bytes] | None" = None

    @property
    def server(self) -> Server:
        return Server(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        settings = {**SHARED, **self.settings, "port": str(self.port)}
        self.guard = guarded(self.directory, account(), postgres(self.programs, self.directory, settings))
        await_answer(self.server, self.guard, self.directory / "log")

    def end(self, kind: signal.Signals) -> None:
        """End the server and keep its files: SIGINT ends its connections, SIGQUIT is a crash."""
        assert self.guard is not None
        first_line = (self.directory / "data" / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(first_line), kind)
        self.guard.wait(60)
        stop(self.guard)

    def administer(self, statement: str) -> None:
        """Execute a statement of an administrator, even where changes are refused by default."""
        with psycopg.connect(self.server.admin_url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(statement.encode())


@dataclass
class Pair:
    """A primary and its standby."""

    primary: Node
    standby: Node

    def url(self, name: str) -> str:
        """Return the URL of a database, on whichever of the two takes changes."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in (self.primary, self.standby))
        return f"postgresql://postgres@{hosts}/{name}?target_session_attrs=read-write"


@contextmanager
def replicated() -> Iterator[Pair]:
    """Run a primary and a standby for a block."""
    directory = Path(tempfile.mkdtemp(prefix="pgr-", dir=short_directory()))
    directory.chmod(0o755)
    first, second = directory / "1", directory / "2"
    first.mkdir(mode=0o755)
    nodes: list[Node] = []
    try:
        programs = initialise(first)
        # A copy of a cluster that never ran follows it from its first change on.
        subprocess.run(["cp", "-a", first, second], check=True)
        (second / "data" / "standby.signal").touch()
        primary = Node(programs, first, {"synchronous_standby_names": "*"})
        conninfo = f"host=127.0.0.1 port={primary.port} user=postgres"
        standby = Node(programs, second, {"primary_conninfo": conninfo})
        for node in (primary, standby):
            nodes.append(node)
            node.start()
        yield Pair(primary, standby)
    finally:
        for node in nodes:
            if node.guard:
                stop(node.guard)
        shutil.rmtree(directory, ignore_errors=True)
