"""Rows of monitoring at home for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from db.city import models
from db.incidents.models import IncidentKind, IncidentState
from db.monitoring.models import (
    AidKind,
    AidState,
    AidTask,
    ConsentBy,
    MonitoringCase,
    MonitoringOutcome,
    MonitoringReading,
    MonitoringState,
)
from db.teams.models.team import TeamState, VolunteerTeamKind
from tests.emergency.factories import make_incident
from tests.people.factories import make_person
from tests.places.factories import make_division
from tests.sites.factories import make_site
from tests.teams.factories import make_team
from tests.times import AT, TODAY

_TAKEN = (AidState.TAKEN, AidState.DONE, AidState.CONFIRMED)


def make_helping_team(division: models.Division) -> models.VolunteerTeam:
    """Make a team for home monitoring, which is short of volunteers."""
    return make_team(
        division, kind=VolunteerTeamKind.HOME_MONITORING, state=TeamState.INCOMPLETE, name="示范居家健康服务队"
    )


def make_outbreak(division: models.Division) -> models.Incident:
    """Make an outbreak that is being handled."""
    return make_incident(division, kind=IncidentKind.EPIDEMIC, state=IncidentState.HANDLING, title="示范疫情")


def make_monitoring_case(division: models.Division | None = None, **values: Any) -> MonitoringCase:
    """Make the open case of a person in a community."""
    division = division or make_division()
    given = {
        "address": "示范小区3号楼501", "starts_on": TODAY, "ends_on": TODAY + timedelta(days=7), "consent_at": AT,
        "consent_by": ConsentBy.SELF, "state": MonitoringState.OPEN, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    makers: dict[str, Callable[..., Any]] = {
        "person": make_person, "site": make_site, "team": make_helping_team, "incident": make_outbreak,
    }  # fmt: skip
    for name, make in makers.items():
        if name not in given:
            given[name] = make(division)
    if given["state"] is MonitoringState.CLOSED:
        given.setdefault("outcome", MonitoringOutcome.COMPLETED)
    return MonitoringCase.create(division=division, division_code=division.code, **given)


def make_monitoring_reading(case: MonitoringCase | None = None, **values: Any) -> MonitoringReading:
    """Make a reading."""
    case = case or make_monitoring_case()
    given = {"at": AT, "temperature": Decimal("36.5"), "has_symptoms": False, **values}
    return MonitoringReading.create(case=case, division_code=case.division_code, **given)


def make_aid_task(case: MonitoringCase | None = None, taker: models.Person | None = None, **values: Any) -> AidTask:
    """Make a task, which somebody took where its state says so."""
    case = case or make_monitoring_case()
    given = {
        "kind": AidKind.MEALS, "text": "示范送午饭", "wanted_by": AT + timedelta(days=1), "team": case.team_id,
        "state": AidState.OPEN, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    if given["state"] in _TAKEN:
        division = models.Division.get_by_id(case.division_id)
        given = {"taker": taker or make_person(division), "taken_at": AT, **given}
    if given["state"] in (AidState.DONE, AidState.CONFIRMED):
        given = {"done_at": AT, "hours": Decimal("1.00"), **given}
    return AidTask.create(case=case, division=case.division_id, division_code=case.division_code, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    MonitoringCase: make_monitoring_case,
    MonitoringReading: make_monitoring_reading,
    AidTask: make_aid_task,
}
