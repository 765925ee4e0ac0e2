"""What the clock does with a time that can be set and is no noun's: it forgets requests."""

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.requests import forget_requests
from db.settings.models import SettingKey
from db.settings.values import least


def forget_old_requests(call: Call, report: TickReport) -> None:
    """Delete requests under idempotency keys; they belong to no division, so the shortest time holds for all."""
    forget_requests(call, report, least(SettingKey.REQUEST_KEEP_DAYS))


RULES: tuple[ClockRule, ...] = (forget_old_requests,)
