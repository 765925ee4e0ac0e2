"""Who asks: the viewer that a request's `Authorization` header names."""

import hashlib
import re
import time
from datetime import UTC, datetime
from typing import Any

from peewee import InterfaceError, OperationalError

from db.audit import Origin
from db.models import ApiToken
from db.tokens import find_token, mandate_of, note_use, record_use_after_end
from graph_api.connection import reading
from graph_api.refusal import Refusal, unavailable
from schema.context import Viewer

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,500}) *", re.IGNORECASE)
_MAX_KNOWN = 10_000
_MALFORMED = "The Authorization header is not `Bearer` and a token; correct it, or leave it out to ask anonymously."
_NOT_GOOD = "The token is not known, has expired or was revoked; send another, or none to ask anonymously."


class SignIn:
    """Tells who asks, and remembers tokens that it has found.

    A token that is revoked goes on working for up to `seconds` in each worker that remembers it; expiry is exact.
    At most 10,000 are remembered, by hash, and then all are looked up anew.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._known: dict[bytes, tuple[Viewer, float]] = {}

    def viewer(self, header: str | None, address: str = "", request_id: str = "") -> Viewer | None:
        """Tell whose token the header holds; without a header nobody is signed in.

        address, request_id: for the audit, when the token is not good any more.

        Raises:
            Refusal: UNAUTHENTICATED, there is no such good token; UNAVAILABLE, the database cannot be asked.
        """
        if header is None:
            return None
        key = hashlib.sha256(header.encode(errors="replace")).digest()
        known = self._known.get(key)
        if known and known[1] > time.time():
            return known[0]
        token = self._found(header, Origin(address, request_id))
        viewer = Viewer(token.account_id, token.account.name, mandate_of(token))
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[key] = (viewer, self._remembered_until(token))
        return viewer

    def _found(self, header: str, origin: Origin) -> ApiToken:
        form = _BEARER.fullmatch(header)
        if not form:
            raise _unauthenticated(_MALFORMED)
        now = datetime.now(UTC)
        try:
            token = reading(lambda: find_token(form[1], now))
            if token is None:
                record_use_after_end(form[1], now, origin)
            else:
                note_use(token, now)
        except (OperationalError, InterfaceError) as error:
            raise unavailable() from error
        if token is None:
            raise _unauthenticated(_NOT_GOOD)
        return token

    def _remembered_until(self, token: ApiToken) -> float:
        until = time.time() + self.seconds
        expires_at: Any = token.expires_at
        return min(until, expires_at.timestamp()) if expires_at else until


def _unauthenticated(message: str) -> Refusal:
    return Refusal("UNAUTHENTICATED", message, [("WWW-Authenticate", 'Bearer realm="graph", error="invalid_token"')])
