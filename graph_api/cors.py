"""Which pages of other origins may read the answers: the headers of the Fetch standard's CORS protocol.

Credentials are never allowed: a token goes in a header that the page sets, and a cookie means nothing here.
"""

import re
from collections.abc import Iterable

from graph_api.reading import Environ

ANY = "*"
Headers = list[tuple[str, str]]

_METHODS = "GET, HEAD, POST"
# Header names as RFC 9110 writes them; a longer list than this is not asked for by any client.
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MAX_ASKED = 2_000
_SENT = "Authorization, Content-Type, Accept-Language, X-Request-Id, X-Plan, X-Cost"
_TOLD = "X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
# Seconds that a browser may remember what it was told; Chromium takes no more.
_REMEMBERED = 7_200
_EXPOSE = [("Access-Control-Expose-Headers", _TOLD)]


class Cors:
    """Adds what lets pages of some origins read an answer. origins: as browsers send them, or `*` alone for all."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._origins = frozenset(origins)
        self._is_any = ANY in self._origins

    def headers(self, environ: Environ, given: Headers) -> Headers:
        """Return an answer's headers with those that the request's origin needs; another origin gets none of them."""
        if self._is_any:
            return [*given, ("Access-Control-Allow-Origin", ANY), *_more(environ)]
        # Even the answer to another origin: a cache must not hand it to this one.
        varied = [(name, f"{value}, Origin" if name == "Vary" else value) for name, value in given]
        origin = environ.get("HTTP_ORIGIN")
        if origin not in self._origins:
            return varied
        return [*varied, ("Access-Control-Allow-Origin", origin), *_more(environ)]


def _more(environ: Environ) -> Headers:
    is_preflight = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    if not is_preflight:
        return _EXPOSE
    return [
        ("Access-Control-Allow-Methods", _METHODS),
        ("Access-Control-Allow-Headers", _allowed(environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS") or "")),
        ("Access-Control-Max-Age", str(_REMEMBERED)),
    ]


def _allowed(asked: str) -> str:
    """List the headers that we read, and after them the others that the client asks to send.

    Clients name themselves and their traces in headers of their own. No header that we do not read can do harm, and
    the one that can, `Authorization`, is allowed anyway.
    """
    known = {name.lower() for name in _SENT.split(", ")}
    names = dict.fromkeys(name.strip() for name in asked[:_MAX_ASKED].split(","))
    return ", ".join([_SENT, *(name for name in names if _NAME.fullmatch(name) and name.lower() not in known)])
