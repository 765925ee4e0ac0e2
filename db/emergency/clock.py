"""What the clock does for incidents: the office above hears of one that is not graded, or not reported on, in time."""

from typing import Any

from db.access.clock import ClockRule, Due, Tick, TickReport
from db.access.commands import Call
from db.access.models.account import role_at
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, is_told, notify, office_above
from db.incidents.models import Incident, IncidentState
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel

# What an incident waits for in a state, and how the office above is told.
_AWAITED = {
    IncidentState.CALLED: (NoticeKind.GRADE_DUE, "已呼叫，至今未分级，请督促分级响应。"),
    IncidentState.HANDLING: (NoticeKind.REPORT_DUE, "处置中，未按时报送情况，请督促报告。"),
}


def tell_of_incidents(call: Call, report: TickReport) -> None:
    """Notify the office above, once, of each grade and each report that is not there in time."""
    for state, due in _DUE.items():
        due.for_each(call, lambda incident, state=state: _tell(call, report, incident, state))


def _tell(call: Call, report: TickReport, incident: Incident, state: IncidentState) -> None:
    assert incident.due_at is not None, "it is due"
    kind, text = _AWAITED[state]
    report.counts["told of incidents"] += notify(
        call, kind, f"{incident.id}:{utc_text(incident.due_at)}", _office_above(incident),
        f"突发事件{incident.number}（{incident.title}）{text}", division_code=incident.division_code,
    )  # fmt: skip


def _office_above(incident: Incident) -> Recipient:
    """Return the office next above the one that answers for an incident; the city is above itself."""
    code = incident.responsible_code
    return office_above(code) or Recipient(role_at(DivisionLevel.CITY), code)


def _is_due(state: IncidentState, tick: Tick) -> Any:
    kind, _ = _AWAITED[state]
    row = Incident
    return (row.state == state.value) & (row.due_at <= tick.now) & ~is_told(kind, row.id.cast("TEXT"), row.due_at)


_DUE = {state: Due(Incident, lambda tick, state=state: _is_due(state, tick)) for state in _AWAITED}
RULES: tuple[ClockRule, ...] = (tell_of_incidents,)
