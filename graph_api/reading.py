"""Reads a GraphQL request out of a WSGI environ, and the media type that the client wants its answer in.

GraphQL over HTTP: POST with a JSON body, or GET with the same names in the query string. Whatever a browser would send
to another site without asking (forms, plain text) is refused, so that no page can act in its visitor's name.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl

import orjson

from graph_api.refusal import Refusal, bad_request
from schema.errors import bad_input
from schema.request.execute import Request
from schema.scalars import WrittenNumber

Environ = Mapping[str, Any]

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
# Longer headers are cut, so that what the caches below hold stays small.
_MAX_HEADER = 500
_CHUNK = 65_536
# No integer of ours has as many digits; Python refuses to read one of thousands.
_LONG_NUMBER = 20
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
_NAMES = ("query", "variables", "operationName", "extensions")


@lru_cache(256)
def response_type(accept: str) -> str:
    """Choose the media type of the answer; without a preference it is `application/json`.

    Raises:
        Refusal: NOT_ACCEPTABLE, the client takes neither that we have.
    """
    ranges = list(_ranges(accept[:_MAX_HEADER])) or [("*/*", 1.0)]
    plain, graphql = _weight(JSON, ranges), _weight(GRAPHQL_RESPONSE, ranges)
    if graphql[0] > plain[0] or (graphql[0] == plain[0] > 0 and graphql[1] == _EXACT):
        return GRAPHQL_RESPONSE
    if plain[0] > 0:
        return JSON
    raise Refusal("NOT_ACCEPTABLE", f"The response can be {GRAPHQL_RESPONSE} or {JSON}; accept one of them.")


_EXACT = 2
# A range without a weight has the weight 1; more than three digits are taken as well.
_WEIGHT = re.compile(r"0(\.\d*)?|1(\.0*)?")


@lru_cache(256)
def language_of(accept_language: str) -> str:
    """Choose the language of messages, `en` or `zh`, by the weights of an Accept-Language header (RFC 9110, 12.5.4).

    A range counts for the language that it begins with (`zh-Hans-CN` for Chinese), `*` for what no other range names.
    Of equal weights the range that comes first wins; English where none is wanted.
    """
    weights: dict[str, float] = {}
    for named, weight in _ranges(accept_language[:_MAX_HEADER]):
        language = re.split("[-_]", named)[0]
        if language in ("en", "zh", "*"):
            weights[language] = max(weight, weights.get(language, 0.0))
    rest = weights.pop("*", 0.0)
    wanted = weights | {language: rest for language in ("en", "zh") if language not in weights}
    best = max(wanted, key=lambda language: wanted[language])
    return best if wanted[best] > 0 else "en"


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        weights = [parameter[2:].strip() for parameter in parameters if parameter.startswith("q=")]
        if media_range and all(_WEIGHT.fullmatch(weight) for weight in weights[:1]):
            yield media_range, float(weights[0]) if weights else 1.0


def _weight(media_type: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """Return the weight of the range that names the type most exactly, and how exactly that is."""
    exactness = {"*/*": 0, "application/*": 1, media_type: _EXACT}
    matching = [(exactness[media_range], weight) for media_range, weight in ranges if media_range in exactness]
    exact, weight = max(matching, default=(0, 0.0))
    return weight, exact


def read_request(environ: Environ, max_bytes: int, max_batch: int = 0) -> Request | list[Request]:
    """Read the request, or the requests of a batch. max_bytes: of a body. max_batch: 0 when none is answered.

    Raises:
        Refusal: UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, or BAD_REQUEST with what is wrong.
    """
    if environ["REQUEST_METHOD"] == "POST":
        _require_json(environ.get("CONTENT_TYPE") or "", environ.get("HTTP_CONTENT_ENCODING") or "")
        body = _body(environ, max_bytes)
        given = _parsed(body, "The body")
        if isinstance(given, list):
            return _batch(given, max_batch, body)
        return _request(given, partial(_written, body, "variables"))
    given, variables = _from_query_string(environ.get("QUERY_STRING") or "", max_bytes)
    return _request(given, partial(_written, variables), is_get=True)


def _written(text: bytes, *path: str | int) -> Mapping[str, Any]:
    """Read the variables of a request once more, its numbers with the text that was written.

    text: JSON that was read before. path: to the variables in it.

    Raises:
        RequestRefused: BAD_USER_INPUT, it is nested more deeply than this reader can go.
    """
    try:
        found = json.loads(text.removeprefix(BOM_UTF8), parse_float=WrittenNumber, parse_int=_whole)
    except RecursionError:
        raise bad_input("The request is nested too deeply; send decimals as strings.") from None
    for step in path:
        found = found[step]
    return found


def _whole(text: str) -> int | WrittenNumber:
    return int(text) if len(text) < _LONG_NUMBER else WrittenNumber(text)


def _batch(given: list[Any], max_requests: int, body: bytes) -> list[Request]:
    if not 1 <= len(given) <= max_requests:
        accepted = f"send 1 to {max_requests} requests" if max_requests else "batches are not answered"
        raise bad_request(f"The body is an array of {len(given)}; {accepted}.")
    return [_request(one, partial(_written, body, at, "variables")) for at, one in enumerate(given)]


def _request(given: Any, written: Callable[[], Mapping[str, Any]], is_get: bool = False) -> Request:
    if not isinstance(given, dict):
        raise bad_request("A request must be a JSON object with a `query`.")
    query, variables, extensions = given.get("query"), given.get("variables"), given.get("extensions")
    if variables is not None and not isinstance(variables, dict):
        raise bad_request("`variables` must be an object.")
    if extensions is not None and not isinstance(extensions, dict):
        raise bad_request("`extensions` must be an object.")
    sha256 = _sha256(extensions) if extensions else None
    if not isinstance(query, str) and (query is not None or sha256 is None):
        raise bad_request("`query` is missing or not a string; send the document there.")
    operation_name = given.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise bad_request("`operationName` must be a string.")
    return Request(query, variables or {}, operation_name or None, is_get, extensions, sha256, written)


def _sha256(extensions: Mapping[str, Any]) -> str | None:
    """Return the hash that names the document, where one is sent."""
    given = extensions.get("persistedQuery")
    if given is None:
        return None
    found = given.get("sha256Hash") if isinstance(given, dict) and given.get("version") == 1 else None
    if not isinstance(found, str) or not _SHA256.fullmatch(found):
        raise bad_request('`extensions.persistedQuery` must be {"version": 1, "sha256Hash": 64 hexadecimal digits}.')
    return found.lower()


@lru_cache(64)
def _is_json(content_type: str) -> bool:
    media_type, *parameters = (piece.strip().lower() for piece in content_type[:_MAX_HEADER].split(";"))
    named = [parameter.partition("=")[2].strip('"') for parameter in parameters if parameter.startswith("charset=")]
    return media_type == JSON and all(charset in ("utf-8", "utf8") for charset in named)


def _require_json(content_type: str, content_encoding: str) -> None:
    if not _is_json(content_type):
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", f"Send the request as {JSON} in UTF-8, and state this in Content-Type.")
    if content_encoding not in ("", "identity"):
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed, without Content-Encoding.")


def _body(environ: Environ, max_bytes: int) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    if not length:
        # A body in chunks, which the server ends for us; without that promise there is none.
        return _read(environ["wsgi.input"], max_bytes) if environ.get("wsgi.input_terminated") else b""
    if not (length.isascii() and length.isdigit()):
        raise bad_request("Content-Length must be a number.")
    if len(length) > len(str(max_bytes)) or int(length) > max_bytes:
        raise _too_large(max_bytes)
    body = environ["wsgi.input"].read(int(length))
    return body if len(body) == int(length) else body + _rest(environ["wsgi.input"], int(length) - len(body))


def _rest(stream: Any, missing: int) -> bytes:
    pieces = []
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    if missing:
        raise bad_request("The body ended before Content-Length was reached.")
    return b"".join(pieces)


def _read(stream: Any, max_bytes: int) -> bytes:
    body = bytearray()
    while piece := stream.read(_CHUNK):
        body += piece
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _too_large(max_bytes: int) -> Refusal:
    return Refusal("PAYLOAD_TOO_LARGE", f"The request is larger than {max_bytes} bytes; send a shorter one.")


def _from_query_string(text: str, max_bytes: int) -> tuple[dict[str, Any], bytes]:
    """Read what a body would hold, and give the text of the variables beside it."""
    if len(text) > max_bytes:
        raise _too_large(max_bytes)
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError:
        raise bad_request("The query string is not UTF-8, or has more than 20 parts.") from None
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given:
            raise bad_request(f"`{name}` is given twice.")
        if name in _NAMES:
            given[name] = value
    variables = given.get("variables", "").encode()
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _parsed(given[name].encode(), f"`{name}`") if given[name] else None
    return given, variables


def _parsed(text: bytes, what: str) -> Any:
    # RFC 8259 lets a reader ignore the byte order mark that some clients write.
    text = text.removeprefix(BOM_UTF8)
    if not text:
        raise bad_request(f"{what} is empty.")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"{what} is not JSON: {error}.") from None
