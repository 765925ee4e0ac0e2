"""Refusals: what a rule says no to, in the domain's words, with a stable code. `schema.errors` maps them to the API."""

from collections.abc import Sequence

from db.kernel.enumeration import DomainEnum


class ErrorCode(DomainEnum):
    """The reason why a mutation was refused (错误代码)."""

    NOT_FOUND = "NOT_FOUND", "The object does not exist, or the viewer may not see it."
    UNAUTHENTICATED = "UNAUTHENTICATED", "The step needs a signed-in user; returned in `blockedBy` only."
    FORBIDDEN = "FORBIDDEN", "The token lacks the scope that the step needs; returned in `blockedBy` only."
    NOT_PERMITTED = "NOT_PERMITTED", "The actor's roles do not permit this step."
    INVALID_INPUT = "INVALID_INPUT", "A value is missing, malformed or out of bounds."
    ILLEGAL_TRANSITION = "ILLEGAL_TRANSITION", "The state of the subject does not allow this step."
    STALE_OBJECT = "STALE_OBJECT", "The object has changed since the version that was expected."
    ALREADY_EXISTS = "ALREADY_EXISTS", "Such an object exists already; the message names it."
    CONFLICT = "CONFLICT", "Another request changed the object first."
    IDEMPOTENCY_KEY_MISMATCH = "IDEMPOTENCY_KEY_MISMATCH", "The idempotency key was used with another input."
    CLAIM_CAPACITY_EXCEEDED = "CLAIM_CAPACITY_EXCEEDED", "The resource has less left than was requested."
    QUORUM_NOT_MET = "QUORUM_NOT_MET", "At most half of the active members are present, which is no quorum."
    HEARING_REQUIRED = "HEARING_REQUIRED", "A hearing must be held before the decision."
    SLOT_CONFLICT = "SLOT_CONFLICT", "The time slot is already taken."
    TERM_EXPIRED = "TERM_EXPIRED", "The term of the member is over."
    LIMIT_REACHED = "LIMIT_REACHED", "The step cannot be taken again, or its time is over."
    NOT_ELIGIBLE = "NOT_ELIGIBLE", "The person or organization does not meet the conditions; the message names them."
    FUNDS_INSUFFICIENT = "FUNDS_INSUFFICIENT", "The project received less money than it would have spent."
    STOCK_INSUFFICIENT = "STOCK_INSUFFICIENT", "The stock has less than would be taken; the message says how much."
    TEAM_INCOMPLETE = "TEAM_INCOMPLETE", "The team, or the shift, lacks what it needs; the message names it."
    BARRED = "BARRED", "Nothing can be booked for a time after misuse; the message says until when."
    CONSENT_REQUIRED = "CONSENT_REQUIRED", "The person or unit must have agreed; confirm their consent in the input."
    COMPOSITION_RULE_BROKEN = (
        "COMPOSITION_RULE_BROKEN",
        "The committee would not meet a rule of composition; the message names the rule.",
    )
    NOT_ALL_SETTLED = "NOT_ALL_SETTLED", "Something is still open that must be settled first; the message lists it."
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
