"""Refusals: what a rule says no to, in the domain's words, with a stable code. `schema.errors` maps them to the API."""

from collections.abc import Sequence

from db.kernel.enumeration import DomainEnum


class ErrorCode(DomainEnum):
    """A fact that stands in the way of a request (错误代码)."""

    NOT_FOUND = "NOT_FOUND", "There is no such thing, or the viewer may not know of it."
    UNAUTHENTICATED = "UNAUTHENTICATED", "Nobody is signed in, and this needs somebody; blockedBy alone says so."
    FORBIDDEN = "FORBIDDEN", "The token lacks the scope that this needs; blockedBy alone says so."
    NOT_PERMITTED = "NOT_PERMITTED", "The actor's roles do not cover this."
    INVALID_INPUT = "INVALID_INPUT", "A value is missing, malformed or out of bounds."
    ILLEGAL_TRANSITION = "ILLEGAL_TRANSITION", "The issue's state does not allow this step."
    STALE_OBJECT = "STALE_OBJECT", "The object has changed since the version that was expected."
    ALREADY_EXISTS = "ALREADY_EXISTS", "There is one already; the message says which."
    CONFLICT = "CONFLICT", "Somebody else was faster."
    IDEMPOTENCY_KEY_MISMATCH = "IDEMPOTENCY_KEY_MISMATCH", "The idempotency key was used with another input."
    CLAIM_CAPACITY_EXCEEDED = "CLAIM_CAPACITY_EXCEEDED", "The resource has not that much left."
    QUORUM_NOT_MET = "QUORUM_NOT_MET", "Not more than half of the active members are present."
    HEARING_REQUIRED = "HEARING_REQUIRED", "A hearing must be held before this is decided."
    SLOT_CONFLICT = "SLOT_CONFLICT", "The slot is already taken."
    TERM_EXPIRED = "TERM_EXPIRED", "The member's term is over."
    LIMIT_REACHED = "LIMIT_REACHED", "This may not be done again, or not any more."
    ROLLED_BACK = "ROLLED_BACK", "Another mutation of the same atomic operation was refused, so this one was undone."


class DomainError(Exception):
    """A refusal that a person can act on.

    message, chinese: what is wrong and what to do next, in English and in Chinese (empty: as in English).
    field: the path into the input that it is about, list indices included; empty when it is about the whole.
    """

    def __init__(self, code: ErrorCode, message: str, field: Sequence[str] = (), *, chinese: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.chinese = chinese or message
        self.field = tuple(field)
