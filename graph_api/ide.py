"""The GraphiQL page: files built from `ide/` and committed, so that no other host is ever asked for anything."""

from pathlib import Path

from flask import Blueprint, Request, Response, abort, send_from_directory

BUILD = Path(__file__).parent / "static" / "ide"

# Monaco writes style elements and style attributes of its own, and keeps small images and fonts inside its style sheet.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
# On scripts too: a worker keeps to the policy that came with its own script, not to that of the page.
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Written down here, for the tables of an operating system may call a script plain text, which browsers refuse.
MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
A_YEAR = 365 * 24 * 60 * 60  # seconds

blueprint = Blueprint("ide", __name__)


@blueprint.get("/")
def page() -> Response:
    """Return the GraphiQL page; it posts to `graphql` beside its own address."""
    response = send_from_directory(BUILD, "index.html", mimetype="text/html", max_age=0)
    response.headers.update(SECURITY_HEADERS)
    response.vary.add("Accept")
    return response


@blueprint.get("/assets/<name>")
def asset(name: str) -> Response:
    """Return a script, style or font of the page; its name holds a hash of its content, so it may be cached."""
    media_type = MEDIA_TYPES.get(Path(name).suffix) or abort(404)
    response = send_from_directory(BUILD / "assets", name, mimetype=media_type, max_age=A_YEAR)
    response.cache_control.immutable = True
    response.headers.update(SECURITY_HEADERS)
    return response


def is_asked_for(request: Request) -> bool:
    """Return whether a browser that was given the address of the graph wants to see the page."""
    media_types = ("application/json", "application/graphql-response+json", "text/html")
    is_opened = request.method in ("GET", "HEAD") and not {"query", "extensions"} & set(request.args)
    return is_opened and request.accept_mimetypes.best_match(media_types) == "text/html"
