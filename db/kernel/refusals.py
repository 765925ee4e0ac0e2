"""Refusals that every context words alike, and the check of a text's length."""

from db.kernel.errors import DomainError, ErrorCode
from db.kernel.text import read_text


def within(field: str, text: str, least: int = 1, most: int = 2000) -> str:
    """Return a text as it is kept (`db.kernel.text`). field: as the API names it.

    Raises:
        DomainError: INVALID_INPUT, it is shorter or longer than allowed, or `db.kernel.text` refuses it.
    """
    text = read_text(text, (field,))
    if least <= len(text) <= most:
        return text
    raise invalid(
        field,
        f"The {field} must have {least} to {most} characters; it has {len(text)}.",
        f"{field} 须为 {least} 至 {most} 个字符，现有 {len(text)} 个。",
    )


def invalid(field: str, message: str, chinese: str) -> DomainError:
    """Build the refusal of one value of the input. field: as the API names it."""
    return DomainError(ErrorCode.INVALID_INPUT, message, (field,), chinese=chinese)


def not_found(field: str, message: str, chinese: str) -> DomainError:
    """Build the refusal of a name that nothing has. field: as the API names it."""
    return DomainError(ErrorCode.NOT_FOUND, message, (field,), chinese=chinese)


def camel(name: str) -> str:
    """Return a snake_case name of an input as the API writes it: given `issue_id`, it returns `issueId`."""
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)
