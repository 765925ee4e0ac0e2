"""What every command of an office on its own division does: find and lock it, see who acts and what they saw."""

from db.access.commands import Call
from db.access.models.account import Role
from db.access.subjects import old_version
from db.kernel.database import locked
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.places.models.division import Division, DivisionLevel


def officer_of(call: Call, division_code: str, level: DivisionLevel | None, role: Role) -> Division:
    """Find a division, lock it, and see that the actor is an officer over it. level: None for any.

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, the actor does not hold the role there.
    """
    division = locked(Division.select().where(Division.code == division_code)).first()
    if division is None or (level is not None and division.level is not level):
        raise no_such_division(division_code, level)
    if call.actor.holds(role, over=division_code) is None:
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            f"This needs {role.english[0].lower()}{role.english[1:]} whose part of the city contains the division.",
            ("divisionCode",),
            chinese=f"此事由管辖该区划的{role.chinese}办理。",
        )
    return division


def no_such_division(code: str, level: DivisionLevel | None = None) -> DomainError:
    """Build the refusal of a code that no division has, or none of that level."""
    kind = level.value.lower() if level else "division"
    chinese = level.chinese if level else "行政区划"
    return not_found(
        "divisionCode",
        f"There is no {kind} {code}; give its 12-digit code.",
        f"没有代码为 {code} 的{chinese}，请填写 12 位代码。",
    )


def as_seen(call: Call, version: int) -> None:
    """Check that what is to be replaced is the version that the caller saw; 0 is nothing yet.

    Raises:
        DomainError: STALE_OBJECT.
    """
    if call.expected_version is not None and call.expected_version != version:
        raise old_version(call.expected_version, version)
