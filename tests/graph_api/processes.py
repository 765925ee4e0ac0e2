"""Commands and servers as processes of their own, in an empty folder."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from graph_api.serve import command

TOP = Path(__file__).parents[2]
START_SECONDS = 180


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return our environment with these settings, and none that somebody may have set for the tests' own shell.

    The database is one under the folder, unless a setting names another.
    """
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HOST", "PORT")}
    mine = {"DATABASE_URL": f"sqlite:///{folder}/var/graph.sqlite3"}
    return kept | {"FLASK_APP": "wsgi", "PYTHONPATH": str(TOP), "LANG": "C.UTF-8"} | mine | settings


def flask(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a `flask` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *arguments],
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass(frozen=True)
class Served:
    """A server that answers. output: the file of what it printed."""

    port: int
    output: Path

    def get(self, path: str) -> bytes:
        """Ask for an address."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def send(self) -> bytes:
        """Send a small body to an application that is not ours."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", b"{}", timeout=30) as answer:
            return answer.read()

    def ask(self, query: str, token: str | None = None) -> Any:
        """Answer a GraphQL query; another status than 200 is raised."""
        return self._answer({"query": query}, token)

    def post(self, request: dict[str, Any], token: str | None = None) -> Any:
        """Answer a GraphQL request on a connection of its own, whatever the answer's status."""
        try:
            return self._answer(request, token)
        except urllib.error.HTTPError as refused:
            with refused:
                return orjson.loads(refused.read())

    def _answer(self, request: dict[str, Any], token: str | None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        address = f"http://127.0.0.1:{self.port}/graphql"
        asked = urllib.request.Request(address, orjson.dumps(request), headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return orjson.loads(answer.read())

    def tokens(self) -> dict[str, str]:
        """Read the tokens out of what it printed, by role."""
        lines = [line.split() for line in self.output.read_text().splitlines()]
        return {words[0]: words[1] for words in lines if len(words) == 2 and words[1].startswith("lzg_")}


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Served]:
    """Run `flask serve` for a block, and see that it ends when it is told to."""
    with started(folder, **settings) as (process, served):
        yield served
        process.terminate()
        assert process.wait(60) == 0, served.output.read_text()


@contextmanager
def started(folder: Path, **settings: str) -> Iterator[tuple["subprocess.Popen[bytes]", Served]]:
    """Run `flask serve` for a block, in a process group of its own; what still runs at the end is killed."""
    port = free_port()
    with _running(folder, [sys.executable, "-m", "flask", "serve"], port, PORT=str(port), **settings) as running:
        yield running


@contextmanager
def serving_app(folder: Path, app: str, **settings: str) -> Iterator[tuple["subprocess.Popen[bytes]", Served]]:
    """Serve a WSGI application of a module in the folder for a block; what still runs at the end is killed."""
    port = free_port()
    with _running(
        folder, command(app, "127.0.0.1", port, int(settings.get("WORKERS", "1"))), port, **settings
    ) as running:
        yield running


@contextmanager
def _running(
    folder: Path, arguments: list[str], port: int, **settings: str
) -> Iterator[tuple["subprocess.Popen[bytes]", Served]]:
    output = folder / "output.txt"
    with output.open("w") as written:
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env=environment(folder, **settings),
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    served = Served(port, output)
    try:
        _await(process, served)
        yield process, served
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a server with all of its workers (SIGKILL), if it still runs."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)


def _await(process: "subprocess.Popen[bytes]", served: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if served.get("/healthz"):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {served.output.read_text()}")
