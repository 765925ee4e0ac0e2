"""Documents that a client may name by their SHA-256 instead of sending them (`extensions.persistedQuery`)."""

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import apsw

from db.access.documents import hash_of
from db.kernel.shared import SharedFile
from schema.errors import RequestErrorCode, RequestRefused

# A document this long is answered but not remembered, so that all of them together stay within bounds.
_MAX_CHARACTERS = 50_000
# Points that a document costs which nobody sent before.
_KEEPING_POINTS = 100
# Seconds after which a worker asks the shared file again for a document that it remembers, so that it stays there.
_ASKED_EVERY = 60
_log = logging.getLogger(__name__)


class SharedDocuments:
    """Documents that clients sent, remembered for all workers of a server.

    max_count: how many. Beyond that the payer who has the most of them loses the one not asked for longest, so that
    whoever sends many takes the place of nobody else's. Without the file, each worker remembers by itself.
    """

    TABLE = (
        "CREATE TABLE IF NOT EXISTS document"
        " (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL, payer TEXT NOT NULL, asked_at REAL NOT NULL)"
    )
    _DROP = (
        "DELETE FROM document WHERE sha256 = (SELECT sha256 FROM document WHERE payer ="
        " (SELECT payer FROM document GROUP BY payer ORDER BY count(*) DESC, min(asked_at) LIMIT 1)"
        " ORDER BY asked_at LIMIT 1)"
    )

    def __init__(self, file: SharedFile, max_count: int) -> None:
        self._file = file
        self._max_count = max_count

    def find(self, sha256: str) -> str | None:
        """Return the text of a document, and note that it was asked for."""
        try:
            found = self._file.rows(
                "UPDATE document SET asked_at = ? WHERE sha256 = ? RETURNING text", (time.time(), sha256)
            )
        except (apsw.Error, OSError) as error:
            _log.warning("the file that the workers share cannot be read: %s", error)
            return None
        return found[0][0] if found else None

    def keep(self, sha256: str, text: str, payer: str) -> None:
        """Remember a document for all workers."""
        values = sha256, text, payer, time.time()
        try:
            with self._file.transaction() as connection:
                connection.execute("INSERT OR IGNORE INTO document VALUES (?, ?, ?, ?)", values)
                (count,) = connection.execute("SELECT count(*) FROM document").fetchone() or (0,)
                for _ in range(count - self._max_count):
                    connection.execute(self._DROP)
        except (apsw.Error, OSError) as error:
            _log.warning("the file that the workers share cannot be written: %s", error)


class Documents:
    """Finds documents by their hash: those that clients sent, and the known ones of the database.

    find: gives the text of a known one, or None. max_count: how many are remembered, in this process; the one that was
    not used for longest gives way. only_known: no other document is answered, and one that is removed goes on being
    answered for up to `seconds`. shared: what the workers of the server remember together, if they do.
    """

    def __init__(
        self,
        max_count: int,
        find: Callable[[str], str | None],
        only_known: bool = False,
        seconds: float = 0,
        shared: SharedDocuments | None = None,
    ) -> None:
        self._max_count = max_count
        self._find = find
        self._only_known = only_known
        self._seconds = seconds
        self._shared = None if only_known else shared
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = Lock()

    def text(self, query: str | None, sha256: str | None) -> str:
        """Return the text of the document that a request sends (`query`), or names by its hash.

        Raises:
            RequestRefused: PERSISTED_QUERY_NOT_FOUND, only the hash is sent and it is not known here;
                PERSISTED_QUERY_HASH_MISMATCH, it is not that of the text; DOCUMENT_NOT_ALLOWED, only known ones are.
        """
        if query is None:
            return self._found(sha256 or "")
        if sha256 is not None and sha256 != hash_of(query):
            message = "The sha256Hash does not match the query; send the SHA-256 of its UTF-8 text in hexadecimal."
            raise RequestRefused(RequestErrorCode.PERSISTED_QUERY_HASH_MISMATCH, message)
        return self._found(hash_of(query)) if self._only_known else query

    def keep(self, sha256: str | None, text: str, payer: str, charge: Callable[[int], object]) -> None:
        """Remember a document that was found to be valid, where its hash was sent with it.

        payer: who sent it. charge: takes points from them when nobody sent it before; what it raises is passed on.
        """
        if sha256 is None or self._only_known or len(text) > _MAX_CHARACTERS:
            return
        _, until = self._kept.get(sha256, ("", 0))
        if until > time.time():
            self._remember(sha256, text, until)
            return
        if self._shared is None or self._shared.find(sha256) is None:
            charge(_KEEPING_POINTS)
            if self._shared is not None:
                self._shared.keep(sha256, text, payer)
        self._remember(sha256, text, self._until_asked_again())

    def _until_asked_again(self) -> float:
        return time.time() + _ASKED_EVERY if self._shared else math.inf

    def _found(self, sha256: str) -> str:
        text, until = self._kept.get(sha256, ("", 0))
        if until <= time.time():
            text, until = self._known(sha256)
        self._remember(sha256, text, until)
        return text

    def _known(self, sha256: str) -> tuple[str, float]:
        if self._shared is not None and (text := self._shared.find(sha256)) is not None:
            return text, self._until_asked_again()
        text = self._find(sha256)
        if text is None:
            raise _not_allowed(sha256) if self._only_known else _not_found()
        return text, time.time() + self._seconds

    def _remember(self, sha256: str, text: str, until: float) -> None:
        if len(text) > _MAX_CHARACTERS:
            return
        with self._lock:
            self._kept[sha256] = text, until
            self._kept.move_to_end(sha256)
            if len(self._kept) > self._max_count:
                self._kept.popitem(last=False)


def _not_found() -> RequestRefused:
    # Clients know this very message, and send the text next.
    return RequestRefused(RequestErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")


def not_supported() -> RequestRefused:
    """Build the refusal of a hash where hashes are turned off; clients know this very message too."""
    return RequestRefused(RequestErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")


def _not_allowed(sha256: str) -> RequestRefused:
    return RequestRefused(
        RequestErrorCode.DOCUMENT_NOT_ALLOWED,
        (
            "This server executes registered documents only, and this is not one; the operator can add it with "
            "`flask documents add FILE`, where the file is exactly the text that is sent."
        ),
        details={"sha256Hash": sha256},
    )
