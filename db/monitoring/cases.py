"""Monitoring at home is opened with consent, extended and ended, and who it is is shown on the record."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult, record_act
from db.access.inputs import Inputs
from db.access.journal import begin, entry_of, move
from db.access.models.account import Role
from db.access.models.audit import AuditAction
from db.access.models.journal import JournalAction
from db.access.officers import community_of
from db.access.steps import require
from db.access.subjects import Subject, command
from db.incidents.finding import find_open
from db.kernel.bounds import Days, Length, Prose
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.monitoring.aid import cancel_open_tasks
from db.monitoring.lifecycle import CARERS, MONITORING_LIFECYCLE
from db.monitoring.models import ADDRESS, ConsentBy, MonitoringCase, MonitoringOutcome, MonitoringState
from db.monitoring.standing import MONITORING, as_actor, carers
from db.monitoring.visibility import may_see
from db.people.finding import known_person
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting
from db.sites.finding import AtSite
from db.teams.models.team import TeamState, VolunteerTeam, VolunteerTeamKind

A = JournalAction
# How many days ahead the last day is at most.
MOST_DAYS = 60
_LastDay = Annotated[date, Days(first=0, last=MOST_DAYS)]


@dataclass(frozen=True, slots=True)
class Monitored(Inputs):
    """Who is monitored, and who consented to it. person_name: for those to whom the system does not show it."""

    person_id: int
    has_consent: bool
    consent_by: ConsentBy
    person_name: Annotated[str, Length(2, 40, has_lines=False)] | None = None


@dataclass(frozen=True, slots=True)
class Stay(Inputs):
    """Where and until when somebody is monitored, and which team helps."""

    address: Annotated[str, ADDRESS]
    team_id: int
    ends_on: _LastDay | None = None


@command()
def open_monitoring(
    call: Call, *, division_code: str, incident_id: int, monitored: Monitored, at_site: AtSite, stay: Stay
) -> CommandResult:
    """Begin to monitor a person at home, with their consent or their guardian's (开始居家健康监测).

    Raises:
        DomainError: NOT_FOUND, no such community, incident, person, site or team there; NOT_PERMITTED, also where the
            actor neither knows the person's name nor gives it; INVALID_INPUT; CONSENT_REQUIRED; ALREADY_EXISTS, the
            person is monitored already; LIMIT_REACHED, the incident is over.
    """
    home = community_of(division_code)
    role = require(carers(call, home.code), CARERS, "divisionCode")
    if not monitored.has_consent:
        raise DomainError(
            ErrorCode.CONSENT_REQUIRED,
            "Nobody is monitored without consent: ask the person or their guardian, and send hasConsent as true.",
            ("hasConsent",),
            chinese="居家健康监测须经本人或监护人同意，请征得同意后将 hasConsent 填为 true。",
        )
    person = known_person(call, monitored.person_id, name=monitored.person_name)
    _require_none_open(call, person)
    # Locked in the order of all: site, team, incident.
    site = at_site.find(home.code)
    if site is None:
        raise invalid("siteId", "Name the site where the person stays (siteId or siteCode).", "请填写居住点位。")
    team = _team_of(home.code, stay.team_id)
    incident = find_open(call, incident_id, home.code, is_locked=True)
    days = setting(SettingKey.MONITORING_DAYS, home.code)
    case = MonitoringCase(person=person.id, division_code=home.code)
    case = begin(
        call, MONITORING_LIFECYCLE, MonitoringCase, as_actor(call, case, role), division=home.id,
        division_code=home.code, incident=incident.id, person=person.id, site=site.id, address=stay.address,
        team=team.id, starts_on=call.day, ends_on=stay.ends_on or call.day + timedelta(days=days),
        consent_at=call.at, consent_by=monitored.consent_by, created_at=call.at,
    )  # fmt: skip
    return CommandResult({"monitoringCase": case.id, "event": entry_of(MONITORING_LIFECYCLE, case)})


def _require_none_open(call: Call, person: Person) -> None:
    """Check that a person, who is locked, is not monitored already (I43).

    Raises:
        DomainError: ALREADY_EXISTS.
    """
    other = MonitoringCase.find(person=person.id, state=MonitoringState.OPEN)
    if other is None:
        return
    is_known = may_see(call.actor, other)
    which, chinese = (f", as MonitoringCase_{other.id}", f"（MonitoringCase_{other.id}）") if is_known else (
        " in another community", "（其他社区）"
    )  # fmt: skip
    raise DomainError(
        ErrorCode.ALREADY_EXISTS,
        f"The person is monitored already{which}; extend that (extendMonitoring), or let it be ended first.",
        ("personId",),
        chinese=f"该人员已在监测{chinese}，请延长原监测（extendMonitoring），或先解除。",
    )


def _team_of(division_code: str, team_id: int) -> VolunteerTeam:
    """Find and lock the team that helps.

    Raises:
        DomainError: NOT_FOUND, the community has no such team for home monitoring.
    """
    team = VolunteerTeam.lock(id=team_id)
    is_there = team is not None and team.division_code == division_code and team.state is not TeamState.DISBANDED
    if team is None or not is_there or team.kind is not VolunteerTeamKind.HOME_MONITORING:
        raise not_found(
            "teamId",
            "The community has no such team of the kind HOME_MONITORING; check the id.",
            "该社区没有此居家健康监测志愿服务队，请核对 ID。",
        )
    return team


@command(MONITORING, "extendMonitoring")
def extend_monitoring(call: Call, case: MonitoringCase, role: Role, *, ends_on: _LastDay) -> CommandResult:
    """Extend somebody's monitoring until a later day (延长监测).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, also where the day is
            not later.
    """
    if ends_on <= case.ends_on:
        raise invalid(
            "endsOn",
            f"Choose a day after {case.ends_on}, or end the monitoring (closeMonitoring).",
            f"须晚于 {case.ends_on}；如需提前结束，请解除监测（closeMonitoring）。",
        )
    return _moved(call, case, A.RENEW, role, ends_on=ends_on)


@command(MONITORING, "closeMonitoring")
def close_monitoring(call: Call, case: MonitoringCase, role: Role, *, outcome: MonitoringOutcome) -> CommandResult:
    """End somebody's monitoring, and call off what nobody has done for them yet (解除监测).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, LAPSED is the clock's.
    """
    if outcome is MonitoringOutcome.LAPSED:
        raise invalid("outcome", "LAPSED is what the clock records; choose another outcome.", "LAPSED 由系统填写。")
    return _end(call, case, A.END, role, outcome=outcome)


@command(MONITORING, "transferMonitoring")
def transfer_monitoring(call: Call, case: MonitoringCase, role: Role) -> CommandResult:
    """Record that somebody was taken to hospital, and call off what nobody has done for them yet (转诊).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    return _end(call, case, A.REFER, role)


def _end(call: Call, case: MonitoringCase, action: JournalAction, role: Role, **columns: Any) -> CommandResult:
    cancel_open_tasks(call, case)
    # It is over today, and what is kept of it for a time is kept from today on.
    return _moved(call, case, action, role, ends_on=call.day, **columns)


def _moved(call: Call, case: MonitoringCase, action: JournalAction, role: Role, **columns: Any) -> CommandResult:
    event = move(call, MONITORING_LIFECYCLE, case, action, as_actor(call, case, role), **columns)
    return CommandResult({"monitoringCase": case.id, "event": event})


def _stand_as_carer(call: Call, case: MonitoringCase, action: Any) -> None:
    require(carers(call, case.division_code), CARERS, "caseId")


_OPENED = Subject(MONITORING.model, MONITORING.keys, MONITORING.missing, _stand_as_carer, MONITORING.is_known)


@command(_OPENED)
def reveal_monitoring(call: Call, case: MonitoringCase, standing: None, *, reason: Prose) -> CommandResult:
    """Open a case: show who is monitored and where, and keep in the audit who asked and why (查看监测对象).

    From then on the actor reads what is measured. It is told once: neither by a dry run, which nobody would hear of,
    nor by a replay.

    Raises:
        DomainError: NOT_FOUND, no such case, or who it was is erased; NOT_PERMITTED; INVALID_INPUT.
    """
    person = Person.find(id=case.person_id) if case.person_id is not None else None
    if person is None:
        raise not_found("caseId", "Who was monitored is erased; nothing is left to show.", "监测对象信息已清除。")
    if call.is_dry:
        return CommandResult({"monitoringCase": case.id})
    record_act(call, AuditAction.REVEALED, case, reason)
    told = {"name": person.name, "phone": person.phone, "address": case.address}
    return CommandResult({"monitoringCase": case.id}, texts={name: text for name, text in told.items() if text})
