"""Roles that are granted for a time alone, such as that of whoever looks after people monitored at home."""

from datetime import datetime, timedelta

from db.access.grants import TERM_RULES
from db.access.models.account import Role
from db.kernel.refusals import invalid
from db.places.models.division import Division
from db.settings.values import setting


def require_end(role: Role, division: Division, starts_at: datetime, ends_at: datetime | None) -> None:
    """Check that a role which is granted for a time ends, and not later than the setting of its division allows.

    Raises:
        DomainError: INVALID_INPUT.
    """
    key = role.powers.most_days
    if key is None:
        return
    days = setting(key, division.code)
    if ends_at is None or ends_at > starts_at + timedelta(days=days):
        raise invalid(
            "endsAt",
            f"The role {role.value} is granted for at most {days} days; send endsAt within them.",
            f"该角色最长授权 {days} 天，请填写在此期限内的结束时间。",
        )


TERM_RULES.append(require_end)
