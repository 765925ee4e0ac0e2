"""Request bodies on their way to a worker: received without a thread, bounded in time, number and bytes.

A body's pieces come from granian's RSGI protocol as futures; a callback takes each piece when it is there.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

_log = logging.getLogger(__name__)
# Bytes a second that a client has to reach once its first seconds are over.
_BYTES_A_SECOND = 50_000
# A client that sends single bytes makes a call here of each; what is sent in earnest comes in larger pieces.
_FREE_PIECES, _BYTES_A_PIECE = 1_000, 100
# Seconds after which a body of which nothing has come counts as slow.
_GRACE = 1.0
# Seconds between two looks for bodies that are overdue.
_INTERVAL = 1.0


class BodyLimits(NamedTuple):
    """What is allowed.

    max_bytes: of one body. seconds: for a small one. max_count, max_total: of unfinished bodies, and of their bytes.
    folder: where bodies are kept that come in pieces; in memory where there is none.
    """

    max_bytes: int = 1_000_000
    seconds: float = 10
    max_count: int = 2_000
    max_total: int = 64_000_000
    folder: Path | None = None


class _Pieces:
    """The pieces of a body that have come, in memory or in a file without a name, of which nothing is ever left."""

    __slots__ = ("_file", "_folder", "_pieces", "count")

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.count = 0

    def add(self, piece: bytes) -> None:
        self.count += 1
        if self._folder is None:
            self._pieces.append(piece)
            return
        if self._file is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115
        self._file.write(piece)

    def whole(self, last: bytes) -> bytes | IO[bytes]:
        if self._file is not None:
            self._file.write(last)
            return self._file
        return b"".join([*self._pieces, last]) if self._pieces else last

    def drop(self) -> None:
        self._pieces.clear()
        if self._file is not None:
            self._file.close()


def address_of(scope: Any) -> str:
    """Return the address of the client, without its port."""
    address = scope.client.rpartition(":")[0]
    return address[1:-1] if address.startswith("[") else address


class Body:
    """One body that is being received. scope, protocol: granian's, of its request. length: None when it is not told."""

    __slots__ = ("_bodies", "_future", "_pieces", "_stream", "length", "protocol", "received", "scope", "started")

    def __init__(self, bodies: "Bodies", scope: Any, protocol: Any, length: int | None) -> None:
        self._bodies = bodies
        self._stream = protocol.__aiter__()
        self._pieces = _Pieces(bodies.limits.folder)
        self._future: Any = None
        self.scope = scope
        self.protocol = protocol
        self.length = length
        self.received = 0
        self.started = time.monotonic()

    def receive(self) -> None:
        """Begin to receive the body."""
        self._bodies.receive(self)

    def wait(self) -> None:
        """Read what has arrived, and schedule a callback for the rest."""
        while self in self._bodies.unfinished:
            try:
                future = self._stream.__anext__()
            except StopAsyncIteration:
                return self._end(b"")
            if not future.done():
                self._future = future
                return future.add_done_callback(self._arrived, context=None)
            self._take(future)
        return None

    def _arrived(self, future: Any) -> None:
        # A future holds its callback where the garbage collector does not look; nothing it leads to may hold it.
        self._future = None
        if not self._take(future):
            self.wait()

    def _take(self, future: Any) -> bool:
        """Read one piece; return whether it was the last."""
        if self not in self._bodies.unfinished:
            return True
        piece = future.result()
        received = self.received + len(piece)
        if received == self.length or received > self._bodies.limits.max_bytes:
            self._end(piece)
            return True
        # An empty piece is the end, or a frame without data: asking once more tells which.
        if piece:
            try:
                self._pieces.add(piece)
            except OSError:
                _log.exception("a body cannot be kept on the disk")
                self.refuse("UNAVAILABLE")
                return True
            self._bodies.count(self, len(piece))
            if self._pieces.count > _FREE_PIECES and received < self._pieces.count * _BYTES_A_PIECE:
                self.refuse("REQUEST_TIMEOUT")
            self._bodies.make_room()
        return False

    def _end(self, piece: bytes) -> None:
        if self._bodies.remove(self):
            try:
                whole, code = self._pieces.whole(piece), None
            except OSError:
                _log.exception("a body cannot be kept on the disk")
                self._pieces.drop()
                whole, code = b"", "UNAVAILABLE"
            self._bodies.finish(self.scope, self.protocol, whole, code)

    def refuse(self, code: str) -> None:
        """Stop receiving and answer with an error, if the body is still unfinished."""
        if self._bodies.remove(self):
            self._pieces.drop()
            future, self._future = self._future, None
            if future is not None:
                future.cancel()
            self._bodies.finish(self.scope, self.protocol, b"", code)

    def is_slow(self, now: float) -> bool:
        """Check whether the client keeps us waiting: one that sends all at once never does, however busy we are."""
        return self.received > 0 or now - self.started > _GRACE

    def is_overdue(self, now: float) -> bool:
        """Check whether the client is slower than a body of this size may be."""
        return now - self.started > self._bodies.limits.seconds + self.received / _BYTES_A_SECOND


class Bodies:
    """The unfinished bodies of a worker. When there are too many, the client with the most of them loses its oldest."""

    def __init__(self, limits: BodyLimits, finish: Callable[[Any, Any, bytes | IO[bytes], str | None], None]) -> None:
        """Make the set. finish: called with a scope, protocol and body, or the code of the error that ended it."""
        self.limits = limits
        self.finish = finish
        self.unfinished: dict[Body, None] = {}
        self.total = 0
        self._lock = threading.Lock()
        self._is_closed = False
        self._any = threading.Event()
        threading.Thread(target=self._watch, name="bodies", daemon=True).start()

    def receive(self, body: Body) -> None:
        """Receive a body, and call `finish` when it has ended."""
        self.unfinished[body] = None
        if self._is_closed:
            return body.refuse("UNAVAILABLE")
        if len(self.unfinished) > self.limits.max_count:
            self.make_room()
        if not self._any.is_set():
            self._any.set()
        return body.wait()

    def remove(self, body: Body) -> bool:
        """Remove a body; return False when another thread has done so already."""
        try:
            del self.unfinished[body]
        except KeyError:
            return False
        with self._lock:
            self.total -= body.received
        return True

    def count(self, body: Body, size: int) -> None:
        """Add bytes of a body that is still unfinished."""
        with self._lock:
            if body in self.unfinished:
                body.received += size
                self.total += size

    def make_room(self) -> None:
        """Refuse slow bodies until the rest is within the limits, or none is slow."""
        max_count, total = self.limits.max_count, self.limits.max_total
        while len(self.unfinished) > max_count and self._refuse_some(lambda body: 1, max_count // 10):
            pass
        while self.total > total and self._refuse_some(lambda body: body.received, total // 10):
            pass

    def _refuse_some(self, weight: Callable[[Body], int], goal: int) -> bool:
        """Refuse the oldest slow bodies of the client who weighs most: up to the goal at once, but not all that it has.

        Returns false when there are none.
        """
        now = time.monotonic()
        slow = [(body, weighs) for body in list(self.unfinished) if body.is_slow(now) and (weighs := weight(body))]
        if not slow:
            return False
        weights: Counter[str] = Counter()
        for body, weighs in slow:
            weights[address_of(body.scope)] += weighs
        client, heaviest = weights.most_common(1)[0]
        goal = min(goal, heaviest // 2)
        for body, weighs in slow:
            if address_of(body.scope) == client:
                body.refuse("UNAVAILABLE")
                goal -= weighs
                if goal <= 0:
                    break
        return True

    def refuse_overdue(self, now: float) -> None:
        """Refuse the bodies whose time is over. now: of the monotonic clock."""
        for body in list(self.unfinished):
            if body.is_overdue(now):
                body.refuse("REQUEST_TIMEOUT")

    def close(self) -> None:
        """Refuse all that is unfinished, and whatever would come after."""
        self._is_closed = True
        for body in list(self.unfinished):
            body.refuse("UNAVAILABLE")

    def _watch(self) -> None:
        while True:
            self._any.wait()
            time.sleep(_INTERVAL)
            self._any.clear()
            self.refuse_overdue(time.monotonic())
            if self.unfinished:
                self._any.set()
