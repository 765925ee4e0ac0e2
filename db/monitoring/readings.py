"""What is measured of somebody who is monitored; of a fever staff and health workers are told at once (监测记录)."""

from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.models.account import roles_with
from db.access.models.notice import NoticeKind
from db.access.notices import Recipient, notify
from db.access.steps import require
from db.access.subjects import Subject, command
from db.issues.lifecycle import Capacity
from db.kernel.errors import DomainError, ErrorCode
from db.monitoring.models import FEVER, TEMPERATURE, MonitoringCase, MonitoringReading, MonitoringState
from db.monitoring.standing import MONITORING, to_case


def _stand_to_measure(call: Call, case: MonitoringCase, action: Any) -> None:
    require(to_case(call, case), (Capacity.SUBJECT, Capacity.HEALTH_WORKER), "caseId")
    if case.state is not MonitoringState.OPEN:
        raise DomainError(
            ErrorCode.ILLEGAL_TRANSITION,
            "The monitoring has ended, so nothing is recorded any more; begin it anew if it is needed "
            "(openMonitoring).",
            ("caseId",),
            chinese="监测已结束，不再记录；如需继续，请重新开始监测（openMonitoring）。",
        )


_MEASURED = Subject(MONITORING.model, MONITORING.keys, MONITORING.missing, _stand_to_measure, MONITORING.is_known)


@command(_MEASURED)
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
        _tell_of_fever(call, case, reading)
    return CommandResult({"monitoringCase": case.id})


def _tell_of_fever(call: Call, case: MonitoringCase, reading: MonitoringReading) -> None:
    text = f"居家监测对象（MonitoringCase_{case.id}）发热或有症状，请立即联系。"
    for role in roles_with(lambda powers: powers.monitors):
        notify(
            call, NoticeKind.FEVER, f"{reading.id}:{role.value}", Recipient(role, case.division_code), text,
            division_code=case.division_code,
        )  # fmt: skip
