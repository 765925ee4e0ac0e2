"""PgBouncer in front of the tests' PostgreSQL, as operators put it there; gone with the block that started it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tests.postgresql import Server, account, await_answer, guarded, short_directory, stop

# A socket is named after its port; each pooler's is in a folder of its own.
PORT = 6432


@contextmanager
def pooling(server: Server, **settings: str) -> Iterator[Server]:
    """Run PgBouncer for a block and give it as a server. settings: of its configuration file, such as pool_mode."""
    directory = Path(tempfile.mkdtemp(prefix="pgb-", dir=short_directory()))
    guard = None
    try:
        guard = _started(directory, server, settings)
        pooler = Server(f"postgresql://postgres@/postgres?host={directory}&port={PORT}")
        await_answer(pooler, guard, directory / "log")
        yield pooler
    finally:
        if guard:
            stop(guard)
        shutil.rmtree(directory, ignore_errors=True)


def _started(directory: Path, server: Server, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise FileNotFoundError("no PgBouncer for the tests: apt-get install pgbouncer")
    behind = conninfo_to_dict(server.admin_url)
    where = " ".join(f"{name}={behind[name]}" for name in ("host", "port", "user", "password") if name in behind)
    written = {"unix_socket_dir": directory, "listen_port": PORT, "auth_type": "any", **settings}
    lines = ["[databases]", f"* = {where}", "[pgbouncer]", *(f"{name} = {value}" for name, value in written.items())]
    file = directory / "pgbouncer.ini"
    file.write_text("\n".join(lines) + "\n")
    if user := account():
        shutil.chown(directory, user)
        shutil.chown(file, user)
    return guarded(directory, user, [program, str(file)])
