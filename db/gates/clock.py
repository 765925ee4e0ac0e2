"""What the clock does for gates: passes expire, a day of scans is prepared, and old days go with their secrets."""

from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, Due, Purge, TickReport, days_before
from db.access.commands import Call
from db.access.journal import move
from db.access.models.journal import JournalAction
from db.gates.lifecycle import PASS_LIFECYCLE
from db.gates.models import AccessPass, PassState, ScanEvent, ScanSecret
from db.gates.scans import secret_of
from db.kernel.database import write
from db.kernel.partitions import drop_day
from db.kernel.statements import compiled
from db.settings.models import SettingKey
from db.settings.values import least

# How many days ahead a day of scans is prepared, so that nobody waits for it at a gate.
DAYS_AHEAD = 2


def expire_passes(call: Call, report: TickReport) -> None:
    """End each pass whose last day is over."""

    def expire(row: AccessPass) -> None:
        move(call, PASS_LIFECYCLE, row, JournalAction.LAPSE)
        report.counts["passes expired"] += 1

    _over.for_each(call, expire)


def prepare_days(call: Call, report: TickReport) -> None:
    """Prepare the days that come where scans are recorded at all."""
    if _has_days.exists():
        with write():
            for ahead in range(DAYS_AHEAD + 1):
                secret_of(call.day + timedelta(days=ahead))


def _forget(secret: ScanSecret) -> None:
    drop_day(ScanEvent, secret.day)
    _secret.change(secret.id)


@compiled
def _secret(secret_id: Any) -> Any:
    return ScanSecret.delete().where(ScanSecret.id == secret_id)


@compiled
def _has_days() -> Any:
    return ScanSecret.select(ScanSecret.id).limit(1)


_over = Due(AccessPass, lambda tick: (AccessPass.state == PassState.VALID) & (AccessPass.valid_until < tick.today))
# A day goes as a whole, so the shortest time that was set anywhere holds for all.
forget_scans = Purge(
    "scan.day",
    Due(ScanSecret, lambda tick: ScanSecret.day < tick.day(lambda: -least(SettingKey.SCAN_KEEP_DAYS))),
    before=days_before(lambda: least(SettingKey.SCAN_KEEP_DAYS)),
    forget=_forget,
)
RULES: tuple[ClockRule, ...] = (expire_passes, prepare_days, forget_scans)
