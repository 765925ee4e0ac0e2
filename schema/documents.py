"""Documents that a client may name by their SHA-256 instead of sending them (`extensions.persistedQuery`)."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from db.documents import hash_of
from schema.errors import RequestErrorCode, RequestRefused

# A document this long is answered but not remembered, so that all of them together stay within bounds.
_MOST_CHARACTERS = 50_000


class Documents:
    """Finds documents by their hash: those that clients sent, and the known ones of the database.

    find: gives the text of a known one, or None. most: how many are remembered, in this process; the one that was not
    used for longest gives way. only_known: no other document is answered, and one that is removed goes on being
    answered for up to `seconds`.
    """

    def __init__(
        self, most: int, find: Callable[[str], str | None], only_known: bool = False, seconds: float = 0
    ) -> None:
        self._most = most
        self._find = find
        self._only_known = only_known
        self._seconds = seconds
        self._kept: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = Lock()

    def text(self, query: str | None, sha256: str | None) -> str:
        """Give the text of the document that a request sends (`query`), or names by its hash.

        Raises:
            RequestRefused: PERSISTED_QUERY_NOT_FOUND, only the hash is sent and it is not known here;
                PERSISTED_QUERY_HASH_MISMATCH, it is not that of the text; DOCUMENT_NOT_ALLOWED, only known ones are.
        """
        if query is None:
            return self._found(sha256 or "")
        if sha256 is not None and sha256 != hash_of(query):
            message = "The sha256Hash is not that of the query; send the SHA-256 of its UTF-8 text in hexadecimal."
            raise RequestRefused(RequestErrorCode.PERSISTED_QUERY_HASH_MISMATCH, message)
        return self._found(hash_of(query)) if self._only_known else query

    def keep(self, sha256: str | None, text: str) -> None:
        """Remember a document that was found to be valid, where its hash was sent with it."""
        if sha256 is not None and not self._only_known:
            self._remember(sha256, text, math.inf)

    def _found(self, sha256: str) -> str:
        text, until = self._kept.get(sha256, ("", 0))
        if until <= time.time():
            text, until = self._known(sha256), time.time() + self._seconds
        self._remember(sha256, text, until)
        return text

    def _known(self, sha256: str) -> str:
        text = self._find(sha256)
        if text is None:
            raise _not_allowed(sha256) if self._only_known else _not_found()
        return text

    def _remember(self, sha256: str, text: str, until: float) -> None:
        if len(text) > _MOST_CHARACTERS:
            return
        with self._lock:
            self._kept[sha256] = text, until
            self._kept.move_to_end(sha256)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _not_found() -> RequestRefused:
    # Clients know this very message, and send the text next.
    return RequestRefused(RequestErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")


def not_supported() -> RequestRefused:
    """Make the refusal of a hash where hashes are turned off; clients know this very message too."""
    return RequestRefused(RequestErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")


def _not_allowed(sha256: str) -> RequestRefused:
    return RequestRefused(
        RequestErrorCode.DOCUMENT_NOT_ALLOWED,
        "This server answers known documents only, and this is none; whoever runs the server adds it with "
        "`flask documents add FILE`, the file being exactly the text that is sent.",
        details={"sha256Hash": sha256},
    )
