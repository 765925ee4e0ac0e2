"""Which office answers for an application."""

from typing import Any

from db.access.models.account import role_at
from db.access.notices import Recipient
from db.places.models.division import CODE_DIGITS, level_of


def office_code(application: Any) -> str:
    """Return the code of the division whose office answers for an application now."""
    digits = CODE_DIGITS[application.level]
    return application.forwarded_to or application.division_code[:digits].ljust(12, "0")


def office_of(application: Any) -> Recipient:
    """Return the office that answers for an application now."""
    code = office_code(application)
    level = level_of(code)
    assert level is not None, "it is the code of an office"
    return Recipient(role_at(level), code)
