"""Documents that a client may name by their SHA-256 instead of sending them (`extensions.persistedQuery`)."""

import hashlib
from collections import OrderedDict
from threading import Lock

from schema.errors import RequestErrorCode, RequestRefused

# A document this long is answered but not remembered, so that all of them together stay within bounds.
_MOST_CHARACTERS = 50_000


class Documents:
    """Remembers documents by their hash, in this process; the one that was not used for longest gives way.

    most: how many are remembered.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def text(self, query: str | None, sha256: str | None) -> str:
        """Give the text of the document that a request sends (`query`), or names by its hash.

        Raises:
            RequestRefused: PERSISTED_QUERY_NOT_FOUND, only the hash is sent and it is not known here;
                PERSISTED_QUERY_HASH_MISMATCH, it is not that of the text.
        """
        if query is None:
            return self._found(sha256 or "")
        if sha256 is not None and sha256 != hash_of(query):
            message = "The sha256Hash is not that of the query; send the SHA-256 of its UTF-8 text in hexadecimal."
            raise RequestRefused(RequestErrorCode.PERSISTED_QUERY_HASH_MISMATCH, message)
        return query

    def keep(self, sha256: str | None, text: str) -> None:
        """Remember a document that was found to be valid, where its hash was sent with it."""
        if sha256 is None or len(text) > _MOST_CHARACTERS:
            return
        with self._lock:
            self._kept[sha256] = text
            self._kept.move_to_end(sha256)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def _found(self, sha256: str) -> str:
        text = self._kept.get(sha256)
        if text is None:
            # Clients know this very message, and send the text next.
            raise RequestRefused(RequestErrorCode.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        return text


def hash_of(text: str) -> str:
    """Give the SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def not_supported() -> RequestRefused:
    """Make the refusal of a hash where hashes are turned off; clients know this very message too."""
    return RequestRefused(RequestErrorCode.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
