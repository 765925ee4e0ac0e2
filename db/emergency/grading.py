"""Incidents get their grade, and with it the office that answers for them, again whenever they prove graver or less so.

The steps after it are that office's: it reports, and stands down; the office above reviews (分级响应、协同处置、复盘).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from peewee import SQL

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.journal import By, move
from db.access.models.account import Role, role_at
from db.access.models.journal import JournalAction
from db.access.steps import not_permitted
from db.access.subjects import command
from db.emergency.standing import INCIDENT
from db.incidents.handling import begin_handling, report_due
from db.incidents.lifecycle import INCIDENT_LIFECYCLE
from db.incidents.models import (
    COUNTED,
    LEVELS,
    Incident,
    IncidentGrade,
    IncidentState,
    SituationReport,
    belongs_to,
)
from db.issues.lifecycle import Capacity
from db.kernel.bounds import Prose
from db.kernel.refusals import invalid
from db.kernel.statements import compiled
from db.places.models.division import OFFICE_LEVELS, Division, DivisionLevel, code_of
from db.settings.models import SettingKey
from db.settings.values import setting
from db.teams.models.deployment import Deployment

A, S = JournalAction, IncidentState
_Count = Annotated[int, COUNTED]
_OFFICERS = {
    DivisionLevel.SUBDISTRICT: Capacity.SUBDISTRICT_OFFICER, DivisionLevel.DISTRICT: Capacity.DISTRICT_OFFICER,
    DivisionLevel.CITY: Capacity.CITY_OFFICER,
}  # fmt: skip


@command(INCIDENT, "gradeIncident")
def grade_incident(call: Call, incident: Incident, role: Role, *, grade: IncidentGrade, reason: Prose) -> CommandResult:
    """Grade an incident, or change its grade, which takes the higher of the two offices (分级响应).

    Who was on site before counts from now on: an incident that somebody went to is being handled once it is graded.

    Raises:
        DomainError: NOT_FOUND, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_PERMITTED, the grade is another office's;
            INVALID_INPUT, it is the grade already, or no office of its level answers for the place.
    """
    level = LEVELS[grade]
    if incident.grade is grade:
        raise invalid("grade", f"The incident has the grade {grade} already.", f"该事件已为{grade.chinese}响应。")
    code = _responsible(incident, level)
    role = _grading(call, incident, level)
    is_first = incident.state is S.CALLED
    columns: dict[str, Any] = {"grade": grade, "level": level, "responsible_code": code}
    if is_first:
        columns |= {"graded_at": call.at, "due_at": None}
    event = move(
        call, INCIDENT_LIFECYCLE, incident, A.GRADE if is_first else A.REGRADE, By.actor(call, role, code),
        note=reason, facts={"grade": grade}, **columns,
    )  # fmt: skip
    if is_first and _was_on_site.exists(incident.id):
        begin_handling(call, incident)
    return CommandResult({"incident": incident.id, "event": event})


def _responsible(incident: Incident, level: DivisionLevel) -> str:
    """Return the code of the division whose office answers for an incident at a level."""
    lowest = Division.get_by_id(incident.division_id).level
    code = code_of(incident.division_code, level)
    is_there = OFFICE_LEVELS.index(level) >= OFFICE_LEVELS.index(lowest)
    if not is_there or Division.find(code=code, level=level) is None:
        raise invalid(
            "grade",
            f"No {level.value.lower()} answers for the place of the incident; choose another grade.",
            f"该事件所在区划没有对应的{level.chinese}，请选择其他响应级别。",
        )
    return code


def _grading(call: Call, incident: Incident, level: DivisionLevel) -> Role:
    """Return the role in which the actor gives a grade: of the higher of the offices that answer before and after.

    Raises:
        DomainError: NOT_PERMITTED.
    """
    higher = max(level, incident.level, key=OFFICE_LEVELS.index) if incident.grade is not None else level
    leads = (role for role in Role if role.powers.leads)
    roles = (role_at(higher), *leads) if higher is DivisionLevel.COMMUNITY else (role_at(higher),)
    held = call.actor.holds(*roles, over=incident.division_code)
    if held is not None:
        return held.role
    who = [Capacity.STAFF, Capacity.DIRECTOR] if higher is DivisionLevel.COMMUNITY else [_OFFICERS[higher]]
    raise not_permitted(*who, field="grade")


@compiled
def _was_on_site(incident_id: Any) -> Any:
    row = Deployment.alias("came")
    return row.select(SQL("1")).where(belongs_to(row, incident_id), row.on_site_at.is_null(False)).limit(1)


@dataclass(frozen=True, slots=True)
class Counts(Inputs):
    """What a report counts."""

    new_cases: _Count | None = None
    open_cases: _Count | None = None
    tested: _Count | None = None
    helped: _Count | None = None


@command(INCIDENT, "reportSituation")
def report_situation(call: Call, incident: Incident, role: Role, *, text: Prose, counts: Counts) -> CommandResult:
    """Report on an incident that is graded (情况报告); while it is handled, the next report is due some time later.

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT.
    """
    due_at = report_due(call, incident) if incident.state is S.HANDLING else None
    report = SituationReport.create(
        incident=incident.id, division_code=incident.division_code, office_code=incident.responsible_code, at=call.at,
        text=text, **counts.values(),
    )  # fmt: skip
    by = By.actor(call, role, incident.responsible_code)
    event = move(call, INCIDENT_LIFECYCLE, incident, A.REPORT, by, facts={"report": report}, due_at=due_at)
    return CommandResult({"incident": incident.id, "report": report.id, "event": event})


@command(INCIDENT, "standDownIncident")
def stand_down_incident(call: Call, incident: Incident, role: Role, *, summary: Prose) -> CommandResult:
    """Declare an incident over: everybody has returned, and every part of it is over (解除响应).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_ALL_SETTLED, with
            the deployments on site, shifts ahead and parts of it that are open.
    """
    days = setting(SettingKey.INCIDENT_REVIEW_DAYS, incident.division_code)
    event = move(
        call, INCIDENT_LIFECYCLE, incident, A.COMPLETE, By.actor(call, role, incident.responsible_code), note=summary,
        stood_down_at=call.at, due_at=call.at + timedelta(days=days),
    )  # fmt: skip
    return CommandResult({"incident": incident.id, "event": event})


@command(INCIDENT, "reviewIncident")
def review_incident(call: Call, incident: Incident, role: Role, *, lessons: Prose) -> CommandResult:
    """Record what is to be learned from an incident, some time after it was stood down at the latest (复盘).

    Raises:
        DomainError: NOT_FOUND, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; NOT_PERMITTED, the office above the one
            that answered reviews; LIMIT_REACHED, the time for it is over.
    """
    by = By.actor(call, role, incident.responsible_code)
    event = move(call, INCIDENT_LIFECYCLE, incident, A.REVIEW, by, lessons=lessons, due_at=None)
    return CommandResult({"incident": incident.id, "event": event})
