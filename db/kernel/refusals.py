"""Refusals that every context words alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from db.kernel.errors import DomainError, ErrorCode


def invalid(field: str, message: str, chinese: str) -> DomainError:
    """Build the refusal of one value of the input. field: as the API names it."""
    return DomainError(ErrorCode.INVALID_INPUT, message, (field,), chinese=chinese)


def not_found(field: str, message: str, chinese: str) -> DomainError:
    """Build the refusal of a name that nothing has. field: as the API names it."""
    return DomainError(ErrorCode.NOT_FOUND, message, (field,), chinese=chinese)


@contextmanager
def under(*path: str) -> Iterator[None]:
    """Prefix the field of a refusal with another input: under `rows` and `3`, siteId becomes rows.3.siteId."""
    try:
        yield
    except DomainError as refusal:
        refusal.field = (*path, *refusal.field)
        raise


@cache
def camel(name: str) -> str:
    """Return a snake_case name of an input as the API writes it: given `issue_id`, it returns `issueId`."""
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)
