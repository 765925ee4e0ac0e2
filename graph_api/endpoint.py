"""Answers `/graphql`: from a WSGI environ to a status, headers and a body, in one function that everything calls.

A request is answered in front of Flask's dispatch (`InFront`), which would cost several times what the rest does.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from random import getrandbits
from typing import Any, NamedTuple

from graph_api.auth import SignIn
from graph_api.config import Config
from graph_api.cors import Cors
from graph_api.proxies import TrustedProxies
from graph_api.reading import GRAPHQL_RESPONSE, JSON, Environ, language_of, read_request, response_type
from graph_api.refusal import STATUS, Refusal, error_body
from schema.request.budget import Budget, OverBudget
from schema.request.context import Context
from schema.request.execute import Request, Response, refused
from schema.spending import Spent

PATH = "/graphql"
# Some clients and proxies add a slash to every address.
PATHS = (PATH, f"{PATH}/")
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
SECURITY_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Vary", "Accept, Accept-Language"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)
_HEADERS = {
    media_type: [("Content-Type", f"{media_type}; charset=utf-8"), *SECURITY_HEADERS]
    for media_type in (JSON, GRAPHQL_RESPONSE)
}
# What GraphQL refuses with a status of its own, whichever the media type.
_REFUSED = {
    400: (STATUS["BAD_REQUEST"], []),
    401: (STATUS["UNAUTHENTICATED"], [("WWW-Authenticate", 'Bearer realm="graph"')]),
    405: (STATUS["METHOD_NOT_ALLOWED"], [("Allow", "POST")]),
    429: (STATUS["RATE_LIMITED"], []),
    503: (STATUS["UNAVAILABLE"], []),
}
# Refusals that are the server's own doing, so that nobody is charged for them.
_NOT_COUNTED = ("UNAVAILABLE",)
_ALLOW = ("Allow", ", ".join(METHODS))
_GIVEN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_log = logging.getLogger(__name__)
_access_log = logging.getLogger("graph_api.access")


class HttpResponse(NamedTuple):
    """What is sent: the status line, all headers, the body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Endpoint:
    """Answers GraphQL requests.

    execute: `schema.request.execute.Executor.execute`. budget: of that executor, for requests that do not get so far.
    """

    def __init__(
        self,
        execute: Callable[[Request, Context], Response],
        sign_in: SignIn,
        config: Config,
        budget: Budget | None = None,
    ) -> None:
        self._execute = execute
        self._budget = budget or Budget(0)
        self._viewer = sign_in.viewer
        self._max_body_bytes = config.max_body_bytes
        self._max_batch = config.max_batch
        self._may_explain = not config.is_production
        self._proxies = TrustedProxies(config.trusted_proxies)
        self._cors = Cors(config.cors_origins)
        self._own = self._handle_across_origins if config.cors_origins else self._handle
        self.handle = self._handle_and_log if config.access_log else self._own

    def _handle(self, environ: Environ) -> HttpResponse:
        """Respond to a request; nothing is raised."""
        request_id = request_id_of(environ)
        media_type = JSON
        try:
            method = environ["REQUEST_METHOD"]
            if method not in METHODS:
                raise Refusal("METHOD_NOT_ALLOWED", "Send a query by GET or POST, a mutation by POST.", [_ALLOW])
            if method == "OPTIONS":
                return HttpResponse("204 No Content", [_ALLOW, *SECURITY_HEADERS, ("X-Request-Id", request_id)], b"")
            media_type = response_type(environ.get("HTTP_ACCEPT") or "")
            request = read_request(environ, self._max_body_bytes, self._max_batch)
            context = self._context(environ, request_id)
            if isinstance(request, list):
                return self._batch(request, context, media_type)
            response = self._execute(request, context)
        except (Refusal, OverBudget) as refusal:
            return self._turned_away(refusal, environ, media_type, request_id)
        except Exception:
            _log.exception("request %s failed", request_id)
            message = "Something went wrong on the server; include the request id when you report it."
            body = error_body("INTERNAL_ERROR", message, {"requestId": request_id}, _language(environ))
            return _respond(STATUS["INTERNAL_ERROR"], media_type, body, request_id)
        return _executed(response, media_type, request_id)

    def _turned_away(
        self, refusal: Refusal | OverBudget, environ: Environ, media_type: str, request_id: str
    ) -> HttpResponse:
        """Respond to a request that was refused here; it counts as one of the address that it came from."""
        language = _language(environ)
        try:
            if isinstance(refusal, OverBudget):
                raise refusal
            address = self._proxies.client_address(environ)
            points = refusal.code not in _NOT_COUNTED
            if points:
                self._budget.enter(address)
            headers = [*refusal.headers, *_rate(self._budget.charge(address, points))]
            return _respond(refusal.status, media_type, refusal.body(language), request_id, headers)
        except OverBudget as over:
            return _executed(refused(over, language), media_type, request_id)

    def _batch(self, requests: list[Request], context: Context, media_type: str) -> HttpResponse:
        """Execute each request of a batch, in order; each is charged, and refused, by itself."""
        responses = [self._execute(request, context) for request in requests]
        body = b"[%s]" % b",".join([response.body for response in responses])
        return _respond("200 OK", media_type, body, context.request_id, _rate(responses[-1].spent))

    def _context(self, environ: Environ, request_id: str) -> Context:
        address = self._proxies.client_address(environ)
        viewer = self._viewer(environ.get("HTTP_AUTHORIZATION"), address, request_id)
        now = _utc_text(int(time.time()))
        payer = f"account {viewer.account_id}" if viewer else address
        return Context(
            viewer, now, "HTTP_X_PLAN" in environ, self._may_explain, _language(environ), payer, request_id, address,
            "HTTP_X_COST" in environ,
        )  # fmt: skip

    def _handle_across_origins(self, environ: Environ) -> HttpResponse:
        """Respond so that pages of other origins can read the response, refusals included."""
        response = self._handle(environ)
        return response._replace(headers=self._cors.headers(environ, response.headers))

    def _handle_and_log(self, environ: Environ) -> HttpResponse:
        started = time.perf_counter()
        response = self._own(environ)
        _access_log.info(
            "%s %s %s %d bytes %.1f ms request %s",
            environ["REQUEST_METHOD"],
            PATH,
            response.status[:3],
            len(response.body),
            (time.perf_counter() - started) * 1000,
            dict(response.headers)["X-Request-Id"],
        )
        return response


def _executed(response: Response, media_type: str, request_id: str) -> HttpResponse:
    if not response.is_request_error:
        return _respond("200 OK", media_type, response.body, request_id, _rate(response.spent))
    if response.status:
        status, headers = _REFUSED[response.status]
        if response.retry_after:
            headers = [*headers, ("Retry-After", str(response.retry_after))]
        return _respond(status, media_type, response.body, request_id, [*headers, *_rate(response.spent)])
    # The older media type cannot tell our answer from a proxy's, so there a GraphQL error is a successful answer.
    status = STATUS["BAD_REQUEST"] if media_type == GRAPHQL_RESPONSE else "200 OK"
    return _respond(status, media_type, response.body, request_id, _rate(response.spent))


def _rate(spent: Spent | None) -> list[tuple[str, str]]:
    if spent is None or not spent.limit:
        return []
    seconds = max(0, spent.resets - int(time.time()))
    return [
        ("RateLimit-Limit", str(spent.limit)),
        ("RateLimit-Remaining", str(spent.remaining)),
        ("RateLimit-Reset", str(seconds)),
    ]


def _respond(
    status: str, media_type: str, body: bytes, request_id: str, more: Iterable[tuple[str, str]] = ()
) -> HttpResponse:
    headers = [*_HEADERS[media_type], ("X-Request-Id", request_id), ("Content-Length", str(len(body))), *more]
    return HttpResponse(status, headers, body)


def _language(environ: Environ) -> str:
    return language_of(environ.get("HTTP_ACCEPT_LANGUAGE") or "")


@lru_cache(2)
def _utc_text(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def request_id_of(environ: Environ) -> str:
    """Return the request's id: the client's where it has a sane form, else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID")
    return given if given and _GIVEN_ID.fullmatch(given) else f"{getrandbits(64):016x}"


class InFront:
    """WSGI application: answers GraphQL at once and leaves the rest, the page for browsers included, to Flask."""

    def __init__(self, endpoint: Endpoint, otherwise: Callable[..., Iterable[bytes]]) -> None:
        self._handle = endpoint.handle
        self._otherwise = otherwise

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in PATHS or may_want_html(environ):
            return self._otherwise(environ, start_response)
        status, headers, body = self._handle(environ)
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def may_want_html(environ: Environ) -> bool:
    """Return whether this may be a browser that opens the address; `ide.is_asked_for` decides."""
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") and "text/html" in (environ.get("HTTP_ACCEPT") or "")
