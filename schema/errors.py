"""Errors of requests that cannot be answered: one exception, one closed set of codes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from db.kernel.enumeration import DomainEnum
from db.kernel.failures import Failure
from schema.chinese import in_chinese

# Keys and indices that lead from the root to a place in the request or the answer.
Path: TypeAlias = tuple[str | int, ...]


class RequestErrorCode(DomainEnum):
    """The reason why a request was refused: the `extensions.code` of a top-level error (请求错误代码)."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED", "The document is not valid GraphQL syntax."
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED", "The document does not match the schema."
    BAD_USER_INPUT = "BAD_USER_INPUT", "An argument or variable is missing, malformed or out of bounds."
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND", "The server knows no document with this hash."
    PERSISTED_QUERY_HASH_MISMATCH = "PERSISTED_QUERY_HASH_MISMATCH", "The hash does not match the document."
    DOCUMENT_NOT_ALLOWED = "DOCUMENT_NOT_ALLOWED", "The server executes registered documents only, and this is not one."
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED", "The server does not support persisted queries."
    INVALID_CURSOR = "INVALID_CURSOR", "The cursor belongs to another list, order or filter."
    CURSOR_TOO_OLD = "CURSOR_TOO_OLD", "The change feed cannot go on after the cursor; begin anew with a full read."
    QUERY_TOO_COSTLY = "QUERY_TOO_COSTLY", "The query would read too much at once."
    DOCUMENT_TOO_LARGE = "DOCUMENT_TOO_LARGE", "The document has too many aliases, directives, fields or conditions."
    RATE_LIMITED = "RATE_LIMITED", "The points of this hour, or the requests of this minute, are used up."
    QUERY_TOO_DEEP = "QUERY_TOO_DEEP", "The query is nested too deeply."
    UNAUTHENTICATED = "UNAUTHENTICATED", "The request needs a signed-in user."
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED", "The viewer may not read the schema by introspection."
    FORBIDDEN = "FORBIDDEN", "The viewer's roles or the token do not permit this."
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED", "A mutation must be sent by POST."
    TIMEOUT = "TIMEOUT", "The database took too long."
    UNAVAILABLE = "UNAVAILABLE", "The database cannot answer or accept a change at the moment."
    INTERNAL_ERROR = "INTERNAL_ERROR", "An error occurred on the server."


class RequestRefused(Exception):
    """A request that is refused as a whole.

    path: the response path that it is about, where there is one. details: more for `extensions`. points: what
    finding it out is worth, where that is much.
    """

    def __init__(
        self,
        code: RequestErrorCode,
        message: str,
        path: Sequence[str | int] = (),
        details: Mapping[str, object] | None = None,
        points: int = 0,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = tuple(path)
        self.details = dict(details or {})
        self.points = points

    @property
    def retry_after(self) -> int | None:
        """Seconds after which to try again, where that is known."""
        seconds = self.details.get("retryAfter")
        return seconds if isinstance(seconds, int) else None

    def formatted(self, language: str = "en") -> dict[str, Any]:
        """Return the error as the answer holds it. language: of the message, `en` or `zh`."""
        message = in_chinese(self.code.value, self.message) if language == "zh" else self.message
        error: dict[str, object] = {"message": message}
        if self.path:
            error["path"] = list(self.path)
        return error | {"extensions": {"code": self.code.value, **self.details}}


def bad_input(message: str, path: Sequence[str | int] = ()) -> RequestRefused:
    """Build the refusal of an argument or variable that a person can correct."""
    return RequestRefused(RequestErrorCode.BAD_USER_INPUT, message, path)


# Seconds after which to try again what was refused before it began.
_RETRY_AFTER = 5
_UNREACHABLE = "The database cannot be reached at the moment; try again shortly."
_AGAIN = "Send the mutation again with the same idempotencyKey: it is performed once, however often it is sent."


def too_busy() -> RequestRefused:
    """Build the refusal of a request for which no connection became free in time; nothing was begun."""
    return not_begun("The server is too busy at the moment; try again shortly.")


def not_begun(message: str = _UNREACHABLE) -> RequestRefused:
    """Build the refusal of a request that may well be answered a little later; nothing was begun."""
    return RequestRefused(RequestErrorCode.UNAVAILABLE, message, details={"retryAfter": _RETRY_AFTER})


def unanswered(failure: Failure, is_change: bool) -> RequestRefused:
    """Build the refusal of a request that the database failed. is_change: of a mutation."""
    if failure is Failure.TOO_SLOW:
        message = "The database took too long; ask for fewer rows, or filter by an indexed field."
        if is_change:
            message = f"The database took too long, and undid this mutation. {_AGAIN}"
        return RequestRefused(RequestErrorCode.TIMEOUT, message)
    if failure is Failure.TOO_COMPLEX:
        message = "The query is nested more deeply than the database allows; ask for less at once."
        if is_change:
            message = (
                f"The mutation asks for more than the database allows at once, and was undone. Ask for less. {_AGAIN}"
            )
        return RequestRefused(RequestErrorCode.QUERY_TOO_DEEP, message)
    message = _UNREACHABLE
    if is_change:
        message = f"{_FAILED_CHANGES[failure]} {_AGAIN}"
    return RequestRefused(RequestErrorCode.UNAVAILABLE, message)


_FAILED_CHANGES = {
    Failure.LOST: (
        "The database cannot be reached at the moment, and this mutation may or may not have been performed."
    ),
    Failure.DAMAGED: "The database failed, and this mutation may or may not have been performed.",
    Failure.READ_ONLY: "The database does not accept changes at the moment, and this mutation was not performed.",
    Failure.EXHAUSTED: "The database does not accept changes at the moment, and this mutation was not performed.",
    Failure.UNPREPARED: "The database is not ready yet, and this mutation was not performed.",
    Failure.BUSY: "Other changes took too long, and this mutation was not performed.",
}
