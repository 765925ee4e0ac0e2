"""Monitoring at home is opened with consent, extended, closed, and shown in full on the record."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from db.access.commands import Call, CommandResult, record_act
from db.access.inputs import Inputs
from db.access.journal import By, begin, entry_of, move
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
from db.monitoring.lifecycle import CARERS, MONITORING_LIFECYCLE
from db.monitoring.models import ConsentBy, MonitoringCase, MonitoringOutcome, MonitoringState
from db.monitoring.standing import MONITORING, carers
from db.people.models.person import Person
from db.settings.models import SettingKey
from db.settings.values import setting
from db.sites.finding import AtSite
from db.teams.models.team import TeamState, VolunteerTeam, VolunteerTeamKind

A = JournalAction
# How long somebody is monitored at most, in days from today.
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Consent(Inputs):
    """That somebody consented, and who."""

    has_consent: bool = False
    consent_by: ConsentBy = ConsentBy.SELF


@dataclass(frozen=True, slots=True)
class Stay(Inputs):
    """Where and until when somebody is monitored, and which team helps."""

    address: Annotated[str, Length(2, 200)]
    ends_on: Annotated[date, Days(first=0, last=MOST_DAYS)] | None = None
    team_id: int | None = None

    def team(self, division_code: str) -> VolunteerTeam | None:
        """Find the team that helps.

        Raises:
            DomainError: NOT_FOUND, the community has no such team for home monitoring.
        """
        team = VolunteerTeam.find(id=self.team_id) if self.team_id is not None else None
        if self.team_id is None:
            return None
        is_one = team is not None and team.kind is VolunteerTeamKind.HOME_MONITORING
        if team is None or not is_one or team.division_code != division_code or team.state is TeamState.DISBANDED:
            raise not_found(
                "teamId",
                "The community has no such team of the kind HOME_MONITORING; check the id.",
                "该社区没有此居家健康监测志愿服务队，请核对 ID。",
            )
        return team


@command()
def open_monitoring(
    call: Call,
    *,
    division_code: str,
    incident_id: int,
    person_id: int,
    at_site: AtSite,
    stay: Stay,
    consent: Consent,
) -> CommandResult:
    """Begin to monitor a person of a community at home, who consented to it (居家健康监测).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, INVALID_INPUT; CONSENT_REQUIRED; ALREADY_EXISTS, the person is monitored
            already; LIMIT_REACHED, the incident is over.
    """
    home = community_of(division_code)
    role = require(carers(call, division_code), CARERS, "divisionCode")
    if not consent.has_consent:
        raise DomainError(
            ErrorCode.CONSENT_REQUIRED,
            "Somebody is monitored with their own or their guardian's consent alone; ask, and send hasConsent.",
            ("hasConsent",),
            chinese="居家健康监测须经本人或监护人同意，请征得同意后填写 hasConsent。",
        )
    person = Person.lock(id=person_id)
    if person is None or person.is_erased or person.division_code != division_code:
        raise not_found("personId", "The community has no such person; check the id.", "该社区没有此人员，请核对 ID。")
    # The lock of the person keeps a second case away.
    other = MonitoringCase.find(person=person.id, state=MonitoringState.OPEN)
    if other is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            f"The person is monitored already: MonitoringCase_{other.id}; extend that (extendMonitoring).",
            ("personId",),
            chinese=f"该人员已在监测：MonitoringCase_{other.id}，请延长原监测（extendMonitoring）。",
        )
    incident = find_open(call, incident_id, division_code, is_locked=True)
    site = at_site.find(division_code)
    if site is None:
        raise invalid("siteId", "Name the site where the person lives (siteId or siteCode).", "请填写居住点位。")
    team, days = stay.team(division_code), setting(SettingKey.MONITORING_DAYS, division_code)
    case = begin(
        call, MONITORING_LIFECYCLE, MonitoringCase, By.actor(call, role, division_code), division=home.id,
        division_code=division_code, incident=incident.id, person=person.id, site=site.id, address=stay.address,
        team=team and team.id, starts_on=call.day, ends_on=stay.ends_on or call.day + timedelta(days=days),
        consent_at=call.at, consent_by=consent.consent_by, created_at=call.at,
    )  # fmt: skip
    return CommandResult({"monitoringCase": case.id, "event": entry_of(MONITORING_LIFECYCLE, case)})


@command(MONITORING, "extendMonitoring")
def extend_monitoring(
    call: Call, case: MonitoringCase, role: Role, *, ends_on: Annotated[date, Days(first=0, last=MOST_DAYS)]
) -> CommandResult:
    """Let somebody's monitoring go on until a later day (延长监测).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; INVALID_INPUT, also where the day is
            not later.
    """
    if ends_on <= case.ends_on:
        raise invalid(
            "endsOn", f"Choose a day after {case.ends_on}, or close it (closeMonitoring).", f"须晚于 {case.ends_on}。"
        )
    return _moved(call, case, A.RENEW, role, ends_on=ends_on)


@command(MONITORING, "closeMonitoring")
def close_monitoring(call: Call, case: MonitoringCase, role: Role, *, outcome: MonitoringOutcome) -> CommandResult:
    """End somebody's monitoring, today at the latest (解除监测).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    return _moved(call, case, A.COMPLETE, role, outcome=outcome, ends_on=min(case.ends_on, call.day))


@command(MONITORING, "transferMonitoring")
def transfer_monitoring(call: Call, case: MonitoringCase, role: Role) -> CommandResult:
    """Record that somebody who was monitored was taken to hospital (转诊).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    return _moved(call, case, A.TRANSFER, role, ends_on=min(case.ends_on, call.day))


def _moved(call: Call, case: MonitoringCase, action: JournalAction, role: Role, **columns: Any) -> CommandResult:
    event = move(call, MONITORING_LIFECYCLE, case, action, By.actor(call, role, case.division_code), **columns)
    return CommandResult({"monitoringCase": case.id, "event": event})


def _require_carer(call: Call, case: MonitoringCase, action: None) -> None:
    require(carers(call, case.division_code), CARERS)


@command(Subject(MONITORING.model, MONITORING.keys, MONITORING.missing, _require_carer, MONITORING.is_known))
def reveal_monitoring(call: Call, case: MonitoringCase, standing: None, *, reason: Prose) -> CommandResult:
    """Show who is monitored and where, and keep in the audit who asked and why (查看监测对象).

    It is told once: neither by a dry run, which nobody would hear of, nor by a replay.

    Raises:
        DomainError: NOT_FOUND, no such case, or it was erased; NOT_PERMITTED; INVALID_INPUT.
    """
    person = Person.find(id=case.person_id) if case.person_id is not None else None
    if person is None:
        raise not_found("caseId", "Who was monitored is erased.", "监测对象信息已清除。")
    record_act(call, AuditAction.REVEALED, case, reason)
    told = {"name": person.name, "phone": person.phone, "address": case.address}
    texts = {} if call.is_dry else {key: text for key, text in told.items() if text}
    return CommandResult({"monitoringCase": case.id}, texts=texts)
