"""Refusals of a request by HTTP: a status, a code and a sentence, answered as JSON whatever was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from schema.chinese import in_chinese

STATUS = {
    "BAD_REQUEST": "400 Bad Request",
    "UNAUTHENTICATED": "401 Unauthorized",
    "FORBIDDEN": "403 Forbidden",
    "NOT_FOUND": "404 Not Found",
    "METHOD_NOT_ALLOWED": "405 Method Not Allowed",
    "NOT_ACCEPTABLE": "406 Not Acceptable",
    "REQUEST_TIMEOUT": "408 Request Timeout",
    "PAYLOAD_TOO_LARGE": "413 Content Too Large",
    "RANGE_NOT_SATISFIABLE": "416 Range Not Satisfiable",
    "RATE_LIMITED": "429 Too Many Requests",
    "UNSUPPORTED_MEDIA_TYPE": "415 Unsupported Media Type",
    "INTERNAL_ERROR": "500 Internal Server Error",
    "UNAVAILABLE": "503 Service Unavailable",
}


class Refusal(Exception):
    """A request that is not answered. code: one of `STATUS`. headers: further ones for the answer."""

    def __init__(self, code: str, message: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.headers = list(headers)

    @property
    def status(self) -> str:
        """The status line of the answer."""
        return STATUS[self.code]

    def body(self, language: str = "en") -> bytes:
        """Return the answer: a GraphQL response without `data`. language: of the message, `en` or `zh`."""
        return error_body(self.code, self.message, language=language)


def error_body(code: str, message: str, more: Mapping[str, Any] | None = None, language: str = "en") -> bytes:
    """Return one error as a GraphQL response. more: what else `extensions` holds."""
    if language == "zh":
        message = in_chinese(code, message)
    return orjson.dumps({"errors": [{"message": message, "extensions": {"code": code, **(more or {})}}]})


def bad_request(message: str) -> Refusal:
    """Build the refusal of a request that cannot be read."""
    return Refusal("BAD_REQUEST", message)


def unavailable(message: str = "The database cannot be reached at the moment; try again shortly.") -> Refusal:
    """Build the refusal of a request that may well be answered a little later."""
    return Refusal("UNAVAILABLE", message, [("Retry-After", "5")])
