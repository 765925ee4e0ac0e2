"""Which office answers for an application, and which one stands above it."""

from typing import Any

from db.access.models.account import role_at
from db.access.notices import Recipient
from db.places.models.division import CODE_DIGITS, OFFICE_LEVELS, ancestor_codes, level_of, lowest_of


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


def office_above(application: Any) -> Recipient | None:
    """Return the office one level above that which answers; None above the city."""
    above = lowest_of(ancestor_codes(office_code(application)))
    is_office = above is not None and above.level in OFFICE_LEVELS
    return Recipient(role_at(above.level), above.code) if above is not None and is_office else None
