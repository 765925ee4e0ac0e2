"""`/files`: takes photographs and documents, and serves them to whoever may see the row that they belong to."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

import orjson
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from db.access.actor import VISITOR, Actor, actor_of
from db.access.commands import Call
from db.access.models.access import TokenScope
from db.files.models import File
from db.files.pictures import TooBusy
from db.files.refusals import FileRefused
from db.files.store import Store, StoreUnavailable
from db.files.uploads import UploadLimits, add_file, prepare, require_room, require_size, send
from db.files.visibility import FILE
from db.kernel.database import retry_when_lost
from db.kernel.failures import DRIVER_ERRORS, failure_of
from graph_api.auth import SignIn
from graph_api.bodies import BodyLimits
from graph_api.connection import ConnectionPool
from graph_api.cors import Cors
from graph_api.endpoint import SECURITY_HEADERS, request_id_of
from graph_api.proxies import TrustedProxies
from graph_api.reading import Environ, language_of
from graph_api.refusal import STATUS, Refusal, bad_request, error_body, unavailable
from graph_api.sending import contents, sent
from graph_api.turns import PATIENCE
from graph_api.worker import ANNOUNCED, Uploads
from schema.errors import RequestRefused
from schema.graph.files import PATH
from schema.ids import global_id, row_id
from schema.request.budget import Budget, OverBudget
from schema.request.context import Viewer

blueprint = Blueprint("files", __name__)
# What the parts of a form may need besides the file.
FORM_BYTES = 100_000
# Points of work: checking a file and redrawing an image take about a second.
# Uploads that are being received and checked at once; and how many may be under way, a slow client's included.
_AT_ONCE, _UNFINISHED = 16, 200
_UPLOAD_POINTS, _READ_POINTS = 10_000, 100
_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Files:
    """What the two addresses need of the application."""

    store: Store
    limits: UploadLimits
    sign_in: SignIn
    budget: Budget
    pool: ConnectionPool
    proxies: TrustedProxies
    cors: Cors | None
    # Uploads whose contents are being checked at once; the others wait on the disk as long as a client does.
    turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE))

    def uploads(self, seconds: float) -> Uploads:
        """Return how a worker receives uploads. seconds: for a small body."""
        size = self.limits.max_bytes + FORM_BYTES
        folder = self.store.folder / "incoming"
        return Uploads(PATH, BodyLimits(size, seconds, _UNFINISHED, size * _AT_ONCE, folder))


@blueprint.post(PATH)
def upload() -> Response:
    """Accept one file, the part `file` of a form (multipart/form-data), and return what was made of it."""
    files: Files = current_app.extensions["graph_files"]
    environ = request.environ
    viewer = _viewer(files, environ)
    if viewer is None:
        raise Refusal(
            "UNAUTHENTICATED",
            "Send a token in the Authorization header.",
            [("WWW-Authenticate", 'Bearer realm="graph"')],
        )
    if not viewer.mandate.allows(TokenScope.WRITE):
        raise Refusal("FORBIDDEN", "The token needs the scope WRITE to upload files; send one that has it.")
    with _charged(files, f"account {viewer.account_id}", _UPLOAD_POINTS):
        _check_head(files, environ)
        if environ.get(ANNOUNCED):
            return Response(status=100)
        with _turn(files), _part(files) as given:
            require_size(given.seek(0, 2), files.limits)
            return _kept(files, viewer, given)


def _check_head(files: Files, environ: Environ) -> None:
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > files.limits.max_bytes + FORM_BYTES:
        require_size(int(length), files.limits)
    if request.mimetype != "multipart/form-data":
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", "Send a form (multipart/form-data) whose part `file` is the file.")


@contextmanager
def _turn(files: Files) -> Iterator[None]:
    if not files.turns.acquire(timeout=PATIENCE):
        raise TooBusy
    try:
        yield
    finally:
        files.turns.release()


@contextmanager
def _part(files: Files) -> Iterator[IO[bytes]]:
    """Read the form; its file lies on the disk, without a name, so that nothing of it is left whatever happens."""
    with files.store.incoming() as folder:
        opened: list[IO[bytes]] = []

        def stream(*_given: Any, **_more: Any) -> IO[bytes]:
            opened.append(TemporaryFile(dir=folder))  # noqa: SIM115
            return opened[-1]

        parser = FormDataParser(
            stream_factory=stream,
            max_form_memory_size=FORM_BYTES,
            max_content_length=files.limits.max_bytes + FORM_BYTES,
            max_form_parts=10,
            silent=False,
        )
        try:
            _, _, found = parser.parse(
                request.environ["wsgi.input"], request.mimetype, request.content_length, request.mimetype_params
            )
            given = found.getlist("file")
            if len(given) != 1 or len(opened) != 1:
                raise bad_request("The form must have exactly one file, in its part `file`.")
            yield given[0].stream
        except RequestEntityTooLarge:
            raise Refusal("PAYLOAD_TOO_LARGE", "The form is too large; send one file and nothing else.") from None
        except ValueError as error:
            raise bad_request(f"The form cannot be read: {error}.") from None
        finally:
            for each in opened:
                each.close()


def _kept(files: Files, viewer: Viewer, given: IO[bytes]) -> Response:
    now = datetime.now(UTC).replace(microsecond=0)
    with files.store.incoming() as folder:
        prepared = prepare(given, folder, files.limits)
        with files.pool.reading:
            call = Call(_actor(viewer, now), now)
            require_room(call, prepared, files.limits)
        send(prepared, files.store)
        file = files.pool.change(lambda: add_file(call, prepared, files.store, files.limits))
    name = global_id("File", file.id)
    told = {
        "id": name,
        "url": f"{PATH}/{name}",
        "thumbnailUrl": f"{PATH}/{name}?width=320" if file.width else None,
        "mediaType": file.media_type,
        "byteSize": file.byte_size,
        "sha256": file.sha256,
        "width": file.width,
        "height": file.height,
    }
    return Response(orjson.dumps({"file": told}), 201, {"Location": f"{PATH}/{name}"}, mimetype="application/json")


@blueprint.get(f"{PATH}/<name>")
def read(name: str) -> Response:
    """Serve a file, or an image in a smaller width, to whoever may see it."""
    files: Files = current_app.extensions["graph_files"]
    environ = request.environ
    viewer = _viewer(files, environ)
    payer = f"account {viewer.account_id}" if viewer else files.proxies.client_address(environ)
    with _charged(files, payer, _READ_POINTS):
        file = _found(files, viewer, name)
        return sent(
            file, contents(files.store, file, request.args.get("width")), environ, is_private=viewer is not None
        )


def _found(files: Files, viewer: Viewer | None, name: str) -> File:
    now = datetime.now(UTC).replace(microsecond=0)
    with files.pool.reading:
        number = row_id(name, "File")
        file = retry_when_lost(lambda: File.find(id=number))
        if file is not None and FILE.check(_actor(viewer, now), file):
            return file
    raise Refusal("NOT_FOUND", "There is no such file, or you may not see what it belongs to; check the id.")


def _actor(viewer: Viewer | None, now: datetime) -> Actor:
    return VISITOR if viewer is None else actor_of(viewer.account_id, now, viewer.mandate)


def _viewer(files: Files, environ: Environ) -> Viewer | None:
    address = files.proxies.client_address(environ)
    return files.sign_in.viewer(environ.get("HTTP_AUTHORIZATION"), address, request_id_of(environ))


@contextmanager
def _charged(files: Files, payer: str, points: int) -> Iterator[None]:
    """Charge the payer for a block, whatever becomes of it."""
    files.budget.enter(payer)
    try:
        yield
    finally:
        files.budget.charge(payer, points)


# --- Refusals, headers ------------------------------------------------------------------------------------------------

_STATUS = {
    "FILE_NOT_ACCEPTED": "415 Unsupported Media Type",
    "FILE_DAMAGED": "422 Unprocessable Content",
    "FILE_TOO_LARGE": "413 Content Too Large",
    "FILE_LIMIT_REACHED": "429 Too Many Requests",
}


@blueprint.errorhandler(FileRefused)
def refuse_file(refused: FileRefused) -> Response:
    """Write why an upload is not kept."""
    message = refused.chinese if _language() == "zh" else refused.message
    return _error(_STATUS[refused.code], error_body(refused.code, message))


@blueprint.errorhandler(TooBusy)
def refuse_for_now(_busy: TooBusy) -> Response:
    """Write that an upload can be sent again shortly."""
    return refuse(unavailable("Too many images are being processed; send the file again shortly."))


@blueprint.errorhandler(StoreUnavailable)
def refuse_without_store(error: StoreUnavailable) -> Response:
    """Write that the contents of files cannot be reached; the log has why."""
    _log.error("the store of files cannot be reached: %s", error)
    return refuse(unavailable("The store of files cannot be reached at the moment; try again shortly."))


@blueprint.errorhandler(Refusal)
def refuse(refusal: Refusal) -> Response:
    """Write a refusal as `/graphql` does."""
    return _error(refusal.status, refusal.body(_language()), refusal.headers)


@blueprint.errorhandler(RequestRefused)
def refuse_request(refused: RequestRefused) -> Response:
    """Write a refusal of the database's turns or of the budget."""
    code = str(refused.code)
    wait = refused.details.get("retryAfter") if isinstance(refused, OverBudget) else 5
    return _error(STATUS[code], error_body(code, refused.message, language=_language()), [("Retry-After", str(wait))])


@blueprint.errorhandler(Exception)
def fail(error: Exception) -> Response:
    """Write that something went wrong; the log has what it was."""
    if isinstance(error, HTTPException):
        raise error
    if isinstance(error, DRIVER_ERRORS) and failure_of(error) is not None:
        return refuse(unavailable())
    request_id = request_id_of(request.environ)
    _log.exception("request %s failed", request_id)
    message = "Something went wrong on the server; include the request id when you report it."
    body = error_body("INTERNAL_ERROR", message, {"requestId": request_id}, _language())
    return _error(STATUS["INTERNAL_ERROR"], body)


def _error(status: str, body: bytes, headers: Any = ()) -> Response:
    return Response(body, status, [*SECURITY_HEADERS, *headers], mimetype="application/json")


def _language() -> str:
    return language_of(request.headers.get("Accept-Language", ""))


@blueprint.after_request
def share(response: Response) -> Response:
    """Add the headers that let pages of other origins read the response."""
    files: Files = current_app.extensions["graph_files"]
    if files.cors is None:
        return response
    given = list(response.headers.items())
    response.headers.clear()
    response.headers.extend(files.cors.headers(request.environ, given))
    return response
