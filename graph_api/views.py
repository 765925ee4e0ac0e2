"""Flask's part: the page at `/graphql` for browsers, the three health checks, and errors of every other address."""

from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from graph_api import ide
from graph_api.endpoint import PATH, SECURITY_HEADERS, Endpoint, request_id_of
from graph_api.health import Probe
from graph_api.reading import JSON
from graph_api.refusal import error_body

blueprint = Blueprint("views", __name__)


@blueprint.get(PATH)
@blueprint.get(f"{PATH}/")
def graph() -> BaseResponse:
    """Return the page to a browser, and respond to anything else as `InFront` does."""
    if ide.is_asked_for(request):
        # The page finds its files and the API beside its own address, so it has just one.
        return ide.page() if request.path == PATH else redirect(f"{request.script_root}{PATH}", 308)
    endpoint: Endpoint = current_app.extensions["graph_api"]
    status, headers, body = endpoint.handle(request.environ)
    return Response(body, status, headers)


@blueprint.get("/livez")
def livez() -> dict[str, str]:
    """Return that the process is alive, whatever the database does."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@blueprint.get("/healthz")
def readyz() -> tuple[dict[str, str], int]:
    """Return 200 when requests and changes are possible, else 503 with what to do; within two seconds."""
    probe: Probe = current_app.extensions["graph_health"]
    if problem := probe.problem():
        return {"status": "unavailable", "problem": problem}, 503
    return {"status": "ok"}, 200


def error(refused: HTTPException) -> Response:
    """Write what Flask refuses the way that `/graphql` does."""
    code = refused.name.upper().replace(" ", "_")
    answer = refused.get_response()
    message = (
        f"There is nothing at {request.path}; the GraphQL endpoint is {PATH}." if refused.code == 404 else refused.name
    )
    return Response(error_body(code, message), answer.status, dict(answer.headers) | {"Content-Type": JSON})


def finish(response: Response) -> Response:
    """Add the headers that every answer has, where a view did not set its own."""
    for name, value in (*SECURITY_HEADERS, ("X-Request-Id", request_id_of(request.environ))):
        response.headers.setdefault(name, value)
    return response


def register(app: Flask) -> None:
    """Add all this to an application."""
    app.register_blueprint(blueprint)
    app.register_blueprint(ide.blueprint)
    app.register_error_handler(HTTPException, error)
    app.after_request(finish)
