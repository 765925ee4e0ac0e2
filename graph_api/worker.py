"""One worker process: granian's HTTP server in front, a WSGI application behind, and no thread that waits for a client.

granian's own WSGI mode gives each request a thread that waits for its body, without a limit of time. Here its RSGI
worker is driven without asyncio: a request gets a thread when its body is complete; docs/adr/0020 says why.
"""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import IO, Any, NamedTuple

from granian._granian import CallbackScheduler, RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings, HTTP2Settings

from graph_api.bodies import Bodies, Body, BodyLimits, address_of
from graph_api.file_part import FilePart
from graph_api.refusal import STATUS, error_body

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Threads at most, made when they are needed: `THREADS` requests work on the database, others wait for their turn.
_THREADS = 256
_IDLE_SECONDS = 30
# Connections at most, idle ones included, and how long (milliseconds) a client may take to send its headers.
CONNECTIONS = 4_096
_HEADER_TIME = 10_000
_MAX_HEADERS = 417_792
_HTTP1 = HTTP1Settings(header_read_timeout=_HEADER_TIME, max_buffer_size=_MAX_HEADERS)
# Small windows: what no thread has taken yet waits in memory, a window for each connection.
_HTTP2 = HTTP2Settings(
    initial_connection_window_size=262_144, initial_stream_window_size=65_536, max_headers_size=_MAX_HEADERS
)
# Seconds that running requests have to end when the worker is stopped, and that their answers have to be sent.
PATIENCE = 15
_SENDING = 1
_BODILESS = ("GET", "HEAD", "OPTIONS")
_MESSAGES = {
    "REQUEST_TIMEOUT": "The body did not arrive in time; send the request again, in one piece.",
    "UNAVAILABLE": "The server cannot wait for this body at the moment; send the request again shortly.",
    "INTERNAL_ERROR": "An error occurred on the server.",
}
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


class Uploads(NamedTuple):
    """An address whose bodies are large, and wait on the disk. limits: of these bodies.

    The application gets the head of each request first, as a request without a body whose environ has ANNOUNCED: it
    responds with the status 100 where the body is to be received, and else as the request deserves.
    """

    path: str
    limits: BodyLimits


ANNOUNCED = "graph.announced"


class _CallAtOnce:
    """Stands for the event loop that granian expects: a callback runs at once, in the thread that brings it."""

    @staticmethod
    def call_soon(callback: Callable[..., Any], *values: Any, context: Any = None) -> None:
        callback(*values)

    call_soon_threadsafe = call_soon


class _Started:
    """What a WSGI application calls to begin its answer."""

    __slots__ = ("headers", "status")

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = headers


class Worker:
    """Serves the requests of one listening socket until it is stopped."""

    def __init__(self, application: Application, limits: BodyLimits, uploads: Uploads | None = None) -> None:
        self._application = application
        self._bodies = Bodies(limits, self._respond)
        self._max_bytes = limits.max_bytes
        self._uploads = Bodies(uploads.limits, self._respond) if uploads else None
        self._upload_path = uploads and uploads.path
        self._running: set[Any] = set()
        self._common: dict[str, Any] = {}
        self._is_stopping = False
        self._idle = threading.Event()
        self._ended = threading.Event()
        self._signal = WorkerSignal()
        self._signal.add_cb(self._ended.set)

    def start(self, listener: socket.socket) -> None:
        """Accept connections from now on, in threads of granian's own."""
        self._common = _common(listener)
        loop = _CallAtOnce()
        # The published types of these three are behind what they take.
        make_scheduler: Any = CallbackScheduler
        scheduler = make_scheduler(loop, None, None, None, None)
        scheduler._schedule_fn = self._handle
        hold: Any = SocketHolder
        held = hold(os.dup(listener.fileno()), False, CONNECTIONS)
        tls = (False, None, None, None, "tls1.3", None, [], False)
        make_worker: Any = RSGIWorker
        worker = make_worker(
            1, (None, held), None, 1, 1, _THREADS, _IDLE_SECONDS, CONNECTIONS, "auto", _HTTP1, _HTTP2, False, None,
            *tls, (None, None),
        )  # fmt: skip
        worker.serve_mtr(scheduler, loop, self._signal)

    def stop(self) -> None:
        """Accept nothing more, drop unfinished requests, and wait for the running ones and their answers."""
        self._is_stopping = True
        self._signal.set()
        self._bodies.close()
        if self._uploads:
            self._uploads.close()
        if not self._running:
            self._idle.set()
        if self._idle.wait(PATIENCE):
            # Connections that are idle, or half-way through their headers, would be waited for by granian.
            self._ended.wait(_SENDING)

    def _handle(self, request: Any) -> None:
        scope, protocol = request.scope, request.proto
        try:
            if scope.method in _BODILESS:
                return self._respond(scope, protocol, b"", None)
            given = scope.headers.get("content-length")
            length = None if given is None else int(given)
            if self._uploads is not None and scope.path == self._upload_path:
                return self._respond(scope, protocol, b"", None, Body(self._uploads, scope, protocol, length))
            if length is not None and not 0 < length <= self._max_bytes:
                # Empty, or too long: the application refuses it by its announced length.
                return self._respond(scope, protocol, b"", None)
            self._bodies.receive(Body(self._bodies, scope, protocol, length))
        except BaseException:
            self._fail(scope, protocol)
        return None

    def _respond(
        self, scope: Any, protocol: Any, body: bytes | IO[bytes], code: str | None, announced: Body | None = None
    ) -> None:
        """Let the application respond, or refuse with a code. announced: the body that comes if it says so."""
        if code is not None:
            return _refuse(scope, protocol, code)
        self._running.add(protocol)
        try:
            started = _Started()
            environ = _environ(self._common, scope, body)
            if announced is not None:
                environ[ANNOUNCED] = True
            pieces = self._application(environ, started)
            if announced is not None and started.status == 100:
                return announced.receive()
            if type(pieces) is FilePart:
                part = (str(pieces.path), pieces.start, pieces.end)
                protocol.response_file_range(started.status, started.headers, *part)
                return None
            if type(pieces) is not list:
                pieces = _drained(pieces)
            protocol.response_bytes(started.status, started.headers, b"".join(pieces))
        except BaseException:
            self._fail(scope, protocol)
        finally:
            if not isinstance(body, bytes):
                body.close()
            self._running.discard(protocol)
            if self._is_stopping and not self._running:
                self._idle.set()
        return None

    def _fail(self, scope: Any, protocol: Any) -> None:
        _log.exception("a request failed in the server")
        _refuse(scope, protocol, "INTERNAL_ERROR")


def _drained(pieces: Iterable[bytes]) -> list[bytes]:
    try:
        return list(pieces)
    finally:
        if close := getattr(pieces, "close", None):
            close()


def _refuse(scope: Any, protocol: Any, code: str) -> None:
    headers = [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")]
    if not scope.http_version.startswith("2"):
        headers.append(("Connection", "close"))
    if code == "UNAVAILABLE":
        headers.append(("Retry-After", "5"))
    protocol.response_bytes(int(STATUS[code][:3]), headers, error_body(code, _MESSAGES[code]))


# Names of headers as WSGI writes them; bounded, for clients can make names up.
_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_MAX_NAMES = 1_000


def _common(listener: socket.socket) -> dict[str, Any]:
    """Return what the environ of every request holds."""
    name, port, *_ = listener.getsockname()
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": name,
        "SERVER_PORT": str(port),
        "wsgi.version": (1, 0),
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _environ(common: dict[str, Any], scope: Any, body: bytes | IO[bytes]) -> dict[str, Any]:
    """Build the WSGI environ of a request. A header that is repeated is joined by commas."""
    environ = common.copy()
    headers, path = scope.headers, scope.path
    count = 0
    for name, value in headers.items():
        key = _NAMES[name] if name in _NAMES else _named(name)
        if key in environ:
            environ[key] = f"{environ[key]},{value}"
        else:
            environ[key] = value
            count += 1
    if count < len(headers):
        # granian leaves out values that are not ASCII; they must not pass for headers that were not sent.
        for name in headers:
            environ.setdefault(_NAMES[name] if name in _NAMES else _named(name), "\ufffd")
    if "" in environ:
        # A name with an underscore would pass for another header, which a proxy has checked: it got an empty key.
        del environ[""]
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority or ""
    if isinstance(body, bytes):
        stream, length = BytesIO(body), len(body)
    else:
        stream, length = body, body.tell()
        stream.seek(0)
    if length:
        environ["CONTENT_LENGTH"] = str(length)
    environ["REQUEST_METHOD"] = scope.method
    environ["PATH_INFO"] = path if path.isascii() else path.encode().decode("latin-1")
    environ["QUERY_STRING"] = scope.query_string
    environ["SERVER_PROTOCOL"] = "HTTP/" + scope.http_version
    environ["REMOTE_ADDR"] = address_of(scope)
    environ["wsgi.url_scheme"] = scope.scheme
    environ["wsgi.input"] = stream
    return environ


def _named(name: str) -> str:
    key = "" if "_" in name else "HTTP_" + name.upper().replace("-", "_")
    if len(_NAMES) < _MAX_NAMES:
        _NAMES[name] = key
    return key


def run(
    application: Application,
    limits: BodyLimits,
    listener: socket.socket,
    life: int,
    ready: int,
    uploads: Uploads | None = None,
) -> None:
    """Run a worker until a signal comes or the supervisor is gone, and end this process.

    The signals are blocked when this begins, so that none is lost while the worker starts. life: a pipe that ends with
    the supervisor. ready: a pipe to write to when requests are answered.
    """

    def await_orphanhood() -> None:
        os.read(life, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=await_orphanhood, name="life", daemon=True).start()
    worker = Worker(application, limits, uploads)
    worker.start(listener)
    os.write(ready, b".")
    signal.sigwait(STOP_SIGNALS)
    worker.stop()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
