"""What the clock does for people who were monitored: who they are, where they lived and what was measured is erased."""

from datetime import timedelta
from typing import Any

from db.access.clock import ClockRule, Due, Purge, Tick, days_before
from db.access.commands import Call
from db.kernel.statements import compiled
from db.monitoring.models import MonitoringCase, MonitoringReading, MonitoringState
from db.settings.models import SettingKey
from db.settings.values import least, setting

_KEPT = SettingKey.CONTACT_KEEP_DAYS


def _is_old(tick: Tick) -> Any:
    case = MonitoringCase
    over = (case.state != MonitoringState.OPEN.value) & case.person.is_null(False)
    return over & (case.ends_on < tick.day(lambda: -least(_KEPT)))


def _is_old_here(call: Call, case: MonitoringCase) -> bool:
    return case.ends_on + timedelta(days=setting(_KEPT, case.division_code)) < call.day


def _forget(case: MonitoringCase) -> None:
    case.change(person=None, address=None)
    _readings_of.change(case.id)


@compiled
def _readings_of(case_id: Any) -> Any:
    return MonitoringReading.delete().where(MonitoringReading.case == case_id)


forget_monitored = Purge(
    "monitoring.person",
    Due(MonitoringCase, _is_old),
    before=days_before(lambda: least(_KEPT)),
    forget=_forget,
    is_over=_is_old_here,
)
RULES: tuple[ClockRule, ...] = (forget_monitored,)
