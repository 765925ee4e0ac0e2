"""What is measured of somebody who is monitored; a fever is told at once (监测记录)."""

from decimal import Decimal
from typing import Annotated

from db.access.commands import Call, CommandResult
from db.access.models.account import Role
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.steps import not_permitted
from db.access.subjects import Subject, command
from db.issues.lifecycle import Capacity
from db.kernel.errors import DomainError, ErrorCode
from db.monitoring.lifecycle import MONITORING_LIFECYCLE
from db.monitoring.models import FEVER, TEMPERATURE, MonitoringCase, MonitoringReading, MonitoringState
from db.monitoring.standing import MONITORING, carers
from db.monitoring.visibility import is_subject


def _require_measurer(call: Call, case: MonitoringCase, action: None) -> None:
    is_carer = Capacity.HEALTH_WORKER in carers(call, case.division_code)
    if not (is_carer or is_subject(call.actor, case)):
        raise not_permitted(Capacity.SUBJECT, Capacity.HEALTH_WORKER)
    if case.state is not MonitoringState.OPEN:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The monitoring has ended, so nothing is recorded any more; open it again (openMonitoring).",
            ("caseId",),
            chinese="监测已结束，不再记录；如需继续，请重新开始监测（openMonitoring）。",
        )


@command(Subject(MONITORING.model, MONITORING.keys, MONITORING.missing, _require_measurer, MONITORING.is_known))
def record_reading(
    call: Call,
    case: MonitoringCase,
    standing: None,
    *,
    temperature: Annotated[Decimal, TEMPERATURE],
    has_symptoms: bool = False,
) -> CommandResult:
    """Record the temperature of somebody who is monitored, and whether they feel ill (记录体温).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, INVALID_INPUT; ILLEGAL_TRANSITION, the monitoring has ended.
    """
    reading = MonitoringReading.create(
        case=case.id, division_code=case.division_code, at=call.at, temperature=temperature, has_symptoms=has_symptoms
    )
    if temperature >= FEVER or has_symptoms:
        text = f"监测对象（{MONITORING_LIFECYCLE.noun}_{case.id}）发热或有症状，请立即联系。"
        for role in (Role.HEALTH_WORKER, Role.STAFF):
            notify(
                call, NoticeKind.FEVER, f"{reading.id}:{role.value}", Recipient(role, case.division_code), text,
                division_code=case.division_code,
            )  # fmt: skip
    return CommandResult({"monitoringCase": case.id, "reading": reading.id})
