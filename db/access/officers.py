"""Commands of an office on a division: the division as their subject, and the version of what it replaces."""

from db.access.commands import Call
from db.access.models.account import Role
from db.access.subjects import Subject, old_version
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.places.models.division import Division, DivisionLevel


def division_of(*roles: Role, level: DivisionLevel | None = None) -> Subject:
    """Return the subject of a command of an office on a division over which the actor holds one of some roles.

    level: of the division; None for any.
    """
    kind, chinese = _words(level)
    return Subject(
        model=Division,
        keys={"division_code": "code"},
        missing=(f"There is no such {kind}; give its 12-digit code.", f"没有这个{chinese}，请填写 12 位代码。"),
        stand=lambda call, division, action: _require_role(call, division, roles),
        only=Division.level == level if level else None,
    )


def _require_role(call: Call, division: Division, roles: tuple[Role, ...]) -> None:
    if call.actor.holds(*roles, over=division.code) is None:
        whose = " or ".join(f"{role.english[0].lower()}{role.english[1:]}" for role in roles)
        raise DomainError(
            ErrorCode.NOT_PERMITTED,
            f"This needs {whose} whose part of the city contains the division.",
            ("divisionCode",),
            chinese=f"此事由管辖该区划的{'或'.join(role.chinese for role in roles)}办理。",
        )


def _words(level: DivisionLevel | None) -> tuple[str, str]:
    return (level.value.lower(), level.chinese) if level else ("division", "行政区划")


def no_such_division(code: str, level: DivisionLevel | None = None) -> DomainError:
    """Build the refusal of a code that no division has, or none of that level."""
    kind, chinese = _words(level)
    return not_found(
        "divisionCode",
        f"There is no {kind} {code}; give its 12-digit code.",
        f"没有代码为 {code} 的{chinese}，请填写 12 位代码。",
    )


def community_of(code: str, *, is_locked: bool = False) -> Division:
    """Find the community that a command is about. is_locked: whether it is locked until the transaction ends.

    Raises:
        DomainError: NOT_FOUND, no community has that code.
    """
    find = Division.lock if is_locked else Division.find
    found = find(code=code, level=DivisionLevel.COMMUNITY)
    if found is None:
        raise no_such_division(code, DivisionLevel.COMMUNITY)
    return found


def as_seen(call: Call, version: int) -> None:
    """Check that what is to be replaced is the version that the caller saw; 0 is nothing yet.

    Raises:
        DomainError: STALE_OBJECT.
    """
    if call.expected_version is not None and call.expected_version != version:
        raise old_version(call.expected_version, version)
