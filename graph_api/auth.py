"""Who asks: the viewer that a request's `Authorization` header names."""

import hashlib
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from db.access.actor import FULL, Mandate, actor_of
from db.access.audit import Origin
from db.access.models.access import ApiToken
from db.access.models.account import Account
from db.access.sign_in import account_of, find_account
from db.access.tokens import find_token, is_use_to_be_noted, mandate_of, note_use, record_use_after_end
from db.kernel.database import retry_when_lost
from db.kernel.failures import DRIVER_ERRORS, failure_of
from graph_api.oidc import Issuer, KeysAway
from graph_api.refusal import Refusal, unavailable
from schema.errors import RequestRefused
from schema.request.context import Viewer
from schema.request.execute import ANY_TIME, Change, Turns

_log = logging.getLogger(__name__)
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,8000}) *", re.IGNORECASE)
_MAX_KNOWN = 10_000
_MALFORMED = "The Authorization header must be `Bearer` and a token; correct it, or leave it out to ask anonymously."
_NOT_GOOD = "The token is not known, has expired or was revoked; send another, or none to ask anonymously."


class SignIn:
    """Identifies the viewer of a request by its token, and caches tokens.

    Each worker caches viewers for `seconds`; revocations and role changes take effect after that. Expiry is exact.
    At most 10,000 tokens are cached, by hash; then the cache starts again. issuer: whose JWTs are accepted as tokens.
    turns: at the database, as requests take them; at_once: performs a change that is not waited for. require_room: is
    called with the address before a look-up of a token that was not valid lately, and may refuse it.
    """

    def __init__(
        self,
        seconds: float,
        issuer: Issuer | None = None,
        turns: Turns = ANY_TIME,
        at_once: Change = ANY_TIME.change,
        require_room: Callable[[str], None] | None = None,
    ) -> None:
        self.seconds = seconds
        self._require_room = require_room
        self._issuer = issuer
        self._turns = turns
        self._at_once = at_once
        self._known: dict[bytes, tuple[Viewer, float]] = {}

    def viewer(self, header: str | None, address: str = "", request_id: str = "") -> Viewer | None:
        """Return whose token the header holds, or None for a visitor: no header, or an empty one.

        address, request_id: for the audit, when the token is not good any more.

        Raises:
            OverBudget: the address has tried too much, as `require_room` finds.
            Refusal: UNAUTHENTICATED, there is no such good token; UNAVAILABLE, the database cannot be asked.
        """
        if header is None or not header.strip():
            return None
        key = hashlib.sha256(header.encode(errors="replace")).digest()
        known = self._known.get(key)
        if known and known[1] > time.time():
            return known[0]
        if known is None and self._require_room is not None:
            self._require_room(address)
        viewer, until = self._found(header, Origin(address, request_id))
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[key] = (viewer, min(until, time.time() + self.seconds))
        return viewer

    def _found(self, header: str, origin: Origin) -> tuple[Viewer, float]:
        """Return whose token the header holds, and when that ends, in seconds since 1970."""
        form = _BEARER.fullmatch(header)
        if not form:
            raise _unauthenticated(_MALFORMED)
        is_jwt = self._issuer is not None and "." in form[1]
        try:
            found = self._by_jwt(form[1]) if is_jwt else self._by_token(form[1], origin)
        except RequestRefused as error:
            raise unavailable(error.message) from error
        except DRIVER_ERRORS as error:
            if failure_of(error) is None:
                raise
            raise unavailable() from error
        except KeysAway as error:
            _log.warning("the keys of the identity provider cannot be read: %s", error.__cause__)
            raise unavailable("Sign-in is not possible at the moment; try again shortly.") from error
        if found is None:
            raise _unauthenticated(_NOT_GOOD)
        return found

    def _by_jwt(self, text: str) -> tuple[Viewer, float] | None:
        assert self._issuer is not None
        claims = self._issuer.claims(text)
        if claims is None:
            return None
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        now = datetime.now(UTC)
        with self._turns.reading:
            account = retry_when_lost(lambda: find_account(claims["sub"]))
        if account is None:
            account = self._turns.change(lambda: account_of(claims["sub"], str(name), now))
        if not account.is_active:
            return None
        with self._turns.reading:
            return _viewer(account, FULL), float(claims["exp"])

    def _by_token(self, text: str, origin: Origin) -> tuple[Viewer, float] | None:
        now = datetime.now(UTC)
        with self._turns.reading:
            token = retry_when_lost(lambda: find_token(text, now))
            viewer = token and _viewer(token.account, mandate_of(token))
        if token is None or viewer is None:
            self._record_use_after_end(text, now, origin)
            return None
        self._note_use(token, now)
        expires_at = token.expires_at
        return viewer, expires_at.timestamp() if expires_at else float("inf")

    def _record_use_after_end(self, text: str, now: datetime, origin: Origin) -> None:
        """Record the use of a token that is not valid any more, if possible: it is refused in any case."""
        try:
            self._turns.change(lambda: record_use_after_end(text, now, origin))
        except (RequestRefused, *DRIVER_ERRORS) as error:
            _log.error("an audit entry of request %s was lost: %s", origin.request_id, error)

    def _note_use(self, token: ApiToken, now: datetime) -> None:
        """Record that a token is used, unless a change is running: a read does not wait for it."""
        if not is_use_to_be_noted(token, now):
            return
        try:
            self._at_once(lambda: note_use(token, now))
        except (RequestRefused, *DRIVER_ERRORS):
            _log.info("the use of token %s is noted another time", token.prefix)


def _viewer(account: Account, mandate: Mandate) -> Viewer:
    return Viewer.of(actor_of(account.id, datetime.now(UTC), mandate))


def _unauthenticated(message: str) -> Refusal:
    return Refusal("UNAUTHENTICATED", message, [("WWW-Authenticate", 'Bearer realm="graph", error="invalid_token"')])
