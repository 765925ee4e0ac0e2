"""Clients that keep the server waiting, workers that are killed, and the end of the server."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from peewee import DatabaseProxy

from db.city.seed import DEMO_ACCOUNTS
from graph_api.bodies import Bodies, Body, BodyLimits
from tests.conftest import url_of
from tests.factories import make_account, make_division
from tests.graph_api.half_sent import HEADERS, KINDS, PREFACE, half_streams, hold, read_until
from tests.graph_api.processes import Served, environment, free_port, kill, serving_app, started

COUNT = 400
ANSWER = {"data": {"divisions": {"totalCount": 5}}}
# For what concerns no database: an application that starts in a moment.
PLAIN = """
import gc, pathlib, time
from graph_api.bodies import Body
def app(environ, start):
    start('200 OK', [('Content-Type', 'text/plain')])
    if environ['PATH_INFO'] == '/alive':
        gc.collect()
        return [b'%d' % sum(isinstance(each, Body) for each in gc.get_objects())]
    if environ['PATH_INFO'] == '/slow':
        pathlib.Path('begun').touch()
        while not pathlib.Path('go').exists():
            time.sleep(0.01)
    return [b'done']
"""
Running = AbstractContextManager[tuple["subprocess.Popen[bytes]", Served]]


def plain(folder: Path, **settings: str) -> Running:
    """Serve the plain application for a block."""
    (folder / "plain.py").write_text(PLAIN)
    return serving_app(folder, "plain:app", **settings)


@pytest.fixture
def small_city(database: DatabaseProxy) -> str:
    """Return the URL of a database with a few divisions and the demo accounts."""
    make_division(name="示范社区")
    for role, subject in DEMO_ACCOUNTS:
        make_account(name=f"示范{role.value}", subject=subject)
    return url_of(database)


# --- Half-sent bodies -------------------------------------------------------------------------------------------------


def test_half_sent_bodies_keep_nobody_waiting_nor_the_end(small_city: str, tmp_path: Path) -> None:
    with started(tmp_path, DATABASE_URL=small_city) as (process, served), ExitStack() as held:
        for kind in ("length", "streams"):
            hold(served.port, kind, COUNT, held)

        answers = [served.ask("{ divisions(first: 1) { totalCount } }") for _ in range(20)]
        health = [served.get("/healthz") for _ in range(5)]
        process.terminate()
        # Without an end of its own the server would be waited for 15 seconds.
        status = process.wait(10)

    assert (answers, health) == ([ANSWER] * 20, [b'{"status":"ok"}\n'] * 5)
    assert status == 0


@pytest.mark.parametrize("kind", [*KINDS, "streams"])
def test_half_sent_bodies_of_every_kind_keep_nobody_waiting(plain_server: Served, kind: str) -> None:
    with ExitStack() as held:
        hold(plain_server.port, kind, COUNT, held)

        assert [plain_server.send() for _ in range(20)] == [b"done"] * 20


@pytest.mark.parametrize("kind", ["length", "chunked", "no byte of the body", "streams"])
def test_a_body_that_does_not_come_in_time_is_refused(plain_server: Served, kind: str) -> None:
    with ExitStack() as held:
        connection = hold(plain_server.port, kind, 100, held)[0]

        answered = read_until(connection, b"REQUEST_TIMEOUT")

    assert b"REQUEST_TIMEOUT" in answered
    assert kind == "streams" or answered.startswith(b"HTTP/1.1 408 ")


def test_nothing_is_left_of_bodies_that_came_or_were_refused(tmp_path: Path) -> None:
    with plain(tmp_path, BODY_SECONDS="1") as (_, served), ExitStack() as held:
        for _ in range(50):
            served.send()
        for kind in ("length", "chunked", "streams"):
            for connection in hold(served.port, kind, 100, held):
                read_until(connection, b"REQUEST_TIMEOUT")

        await_true(lambda: served.get("/alive") == b"0")


@pytest.fixture(scope="module")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the plain application, which waits for a body for a second."""
    with plain(tmp_path_factory.mktemp("plain"), BODY_SECONDS="1") as (_, served):
        yield served


def test_idle_and_half_sent_connections_end_with_the_server(tmp_path: Path) -> None:
    idle = (b"", HEADERS, PREFACE, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", half_streams(1), KINDS["length"])
    with plain(tmp_path) as (process, served), ExitStack() as held:
        for sent in idle:
            connection = socket.create_connection(("127.0.0.1", served.port), timeout=30)
            held.enter_context(connection).sendall(sent)
        served.get("/")
        process.terminate()
        status = process.wait(10)

    assert status == 0


class Stream:
    """A body as granian hands it on: each piece is a future, and an empty one is perhaps not the last."""

    def __init__(self) -> None:
        self.callback: Callable[[Stream], None] | None = None
        self.pieces: list[bytes] = []
        self.is_ended = self.is_cancelled = False

    def __aiter__(self) -> "Stream":
        return self

    def __anext__(self) -> "Stream":
        if self.is_ended and not self.pieces:
            raise StopAsyncIteration
        return self

    def done(self) -> bool:
        return bool(self.pieces)

    def result(self) -> bytes:
        return self.pieces.pop(0)

    def add_done_callback(self, callback: Callable[["Stream"], None], context: object) -> None:
        self.callback = callback

    def cancel(self) -> None:
        self.is_cancelled = True

    def send(self, *pieces: bytes, end: bool = False) -> None:
        """Let pieces arrive."""
        self.pieces += pieces
        self.is_ended = end
        callback, self.callback = self.callback, None
        if callback:
            callback(self)


@dataclass(frozen=True)
class Scope:
    client: str


class Received:
    """Bodies that were finished, with the code of those that were refused, by client."""

    def __init__(self, **limits: float) -> None:
        self.bodies = Bodies(BodyLimits(**limits), self._finish)  # pyright: ignore[reportArgumentType]
        self.finished: list[tuple[str, bytes, str | None]] = []

    def _finish(self, scope: Scope, _: Stream, body: bytes, code: str | None) -> None:
        self.finished.append((scope.client[0], body, code))

    def begin(self, client: str, length: int | None = 100) -> Stream:
        """Begin a body of a client."""
        stream = Stream()
        self.bodies.receive(Body(self.bodies, Scope(f"{client}:50000"), stream, length))
        return stream


@pytest.mark.parametrize("pieces", [[b"abcdef"], [b"abc", b"def"], [b"", b"abc", b"", b"def"], [b"a"] * 5 + [b"b"]])
@pytest.mark.parametrize("length", [6, None])
def test_a_body_is_complete_whatever_its_pieces_are(pieces: list[bytes], length: int | None) -> None:
    received = Received()
    stream = received.begin("a", length)

    for piece in pieces:
        stream.send(piece)
    if length is None:
        stream.send(b"", end=True)

    assert received.finished == [("a", b"".join(pieces), None)]
    assert received.bodies.total == 0


def test_the_client_with_the_most_unfinished_bodies_loses_the_oldest() -> None:
    received = Received(max_count=10)
    patient = [received.begin(name) for name in ("b", "c")]
    for stream in patient:
        stream.send(b"x")

    for number in range(30):
        received.begin("a").send(b"%d" % number)

    assert {(client, code) for client, _, code in received.finished} == {("a", "UNAVAILABLE")}
    assert len(received.bodies.unfinished) <= 11
    assert not any(stream.is_cancelled for stream in patient)


def test_bodies_that_only_wait_for_us_are_not_refused_for_their_number() -> None:
    received = Received(max_count=10)

    streams = [received.begin("a", 1) for _ in range(50)]
    for stream in streams:
        stream.send(b"x")

    assert received.finished == [("a", b"x", None)] * 50


def test_all_unfinished_bodies_together_are_bounded_in_bytes() -> None:
    received = Received(max_total=1_000)

    for _ in range(20):
        received.begin("a", 500).send(b"x" * 100)

    assert received.bodies.total <= 1_000
    assert {code for _, _, code in received.finished} == {"UNAVAILABLE"}


def test_a_body_longer_than_allowed_is_not_read_to_its_end() -> None:
    received = Received(max_bytes=1_000)

    received.begin("a", None).send(b"x" * 600, b"x" * 600)

    assert received.finished == [("a", b"x" * 1_200, None)]


def test_single_bytes_without_an_end_are_refused() -> None:
    received = Received()

    received.begin("a", None).send(*[b"x"] * 5_000)

    assert received.finished == [("a", b"", "REQUEST_TIMEOUT")]


@pytest.mark.parametrize(
    ("sent", "after", "is_late"), [(0, 9, False), (0, 11, True), (500_000, 19, False), (10, 11, True)]
)
def test_a_body_has_more_time_the_more_of_it_is_here(sent: int, after: float, is_late: bool) -> None:
    received = Received()
    received.begin("a", None).send(b"x" * sent)

    received.bodies.refuse_overdue(time.monotonic() + after)

    assert received.finished == ([("a", b"", "REQUEST_TIMEOUT")] if is_late else [])


# --- Workers that are killed ------------------------------------------------------------------------------------------


def workers_of(process: "subprocess.Popen[bytes]") -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def await_true(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("count", [1, 2, 3])
def test_workers_that_end_are_replaced(tmp_path: Path, count: int) -> None:
    with plain(tmp_path, WORKERS=str(count)) as (process, served):
        # All at once, over and over, more often than the supervisor would try a worker that cannot start.
        for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM) * 3:
            await_true(lambda: len(workers_of(process)) == count)
            before = workers_of(process)
            for worker in before:
                os.kill(worker, number)
            await_true(lambda before=before: all(is_gone(worker) for worker in before))
            # A connection waits in the socket's queue until there is a worker.
            assert served.get("/") == b"done"
        process.terminate()
        status = process.wait(10)

    assert status == 0


def test_the_others_go_on_when_one_of_the_workers_is_killed(tmp_path: Path) -> None:
    with plain(tmp_path, WORKERS="2") as (process, served):
        await_true(lambda: len(workers_of(process)) == 2)
        first, second = workers_of(process)
        os.kill(first, signal.SIGKILL)
        await_true(lambda: is_gone(first))

        assert served.get("/") == b"done"
        await_true(lambda: len(workers_of(process)) == 2)
        assert second in workers_of(process)


def test_workers_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    with plain(tmp_path, WORKERS="2") as (process, served):
        await_true(lambda: len(workers_of(process)) == 2)
        workers = workers_of(process)

        process.kill()
        process.wait()
        await_true(lambda: all(is_gone(worker) for worker in workers))

        with pytest.raises(urllib.error.URLError):
            served.get("/")


def test_a_server_whose_workers_cannot_start_ends(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(
        "import os\nos.register_at_fork(after_in_child=lambda: os._exit(7))\napp = None\n"
    )
    expected = r"(?s)ended with status 7.*The workers end as soon as they are started"
    with pytest.raises(AssertionError, match=expected), serving_app(tmp_path, "broken:app"):
        pass


# --- The beginning and the end ----------------------------------------------------------------------------------------


def test_the_address_is_printed_when_requests_are_answered(small_city: str, tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "serve"],
        cwd=tmp_path,
        env=environment(tmp_path, PORT=str(port), DATABASE_URL=small_city),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        printed = ""
        while "GraphiQL:" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        health = Served(port, tmp_path / "none").get("/healthz")
        process.terminate()
        printed += process.stdout.read()
        assert process.wait(10) == 0
    finally:
        kill(process)  # pyright: ignore[reportArgumentType]
        process.stdout.close()

    assert health == b'{"status":"ok"}\n'
    assert "lzg_" in printed
    assert "arning" not in printed.lower()


def test_running_requests_are_answered_when_the_server_ends(tmp_path: Path) -> None:
    with plain(tmp_path) as (process, served):
        answers: list[bytes] = []
        client = threading.Thread(target=lambda: answers.append(served.get("/slow")))
        client.start()
        await_true((tmp_path / "begun").exists)
        process.terminate()
        (tmp_path / "go").touch()
        client.join(30)
        status = process.wait(10)

    assert (answers, status) == ([b"done"], 0)
