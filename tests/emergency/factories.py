"""Rows of incidents for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from db.city import models
from db.incidents.models import (
    LEVELS,
    PUBLIC,
    Incident,
    IncidentGrade,
    IncidentKind,
    IncidentSerial,
    IncidentState,
    SituationReport,
)
from tests.places.factories import make_division
from tests.times import AT

S = IncidentState
_NUMBERS = count(1)
# The times that a state has.
_TIMES = {
    S.CALLED: ("called_at",), S.GRADED: ("called_at", "graded_at"),
    S.HANDLING: ("called_at", "graded_at", "first_on_site_at"),
    S.STOOD_DOWN: ("called_at", "graded_at", "first_on_site_at", "stood_down_at"),
    S.REVIEWED: ("called_at", "graded_at", "first_on_site_at", "stood_down_at"),
}  # fmt: skip
_DUE = {
    S.CALLED: timedelta(minutes=30), S.HANDLING: timedelta(hours=24), S.STOOD_DOWN: timedelta(days=30),
}  # fmt: skip


def make_incident(division: models.Division | None = None, **values: Any) -> Incident:
    """Make an incident that somebody noticed in a division; in another state, with the times of that."""
    division = division or make_division()
    state = IncidentState(values.get("state", S.DETECTED))
    own = next(grade for grade in IncidentGrade if LEVELS[grade] is division.level)
    grade = values.get("grade", own) if state in PUBLIC else None
    given = {
        "number": f"TF-{division.code}-2025-{next(_NUMBERS):06}", "kind": IncidentKind.FIRE, "title": "示范小区起火",
        "detected_at": AT, "level": LEVELS[grade] if grade else division.level, "responsible_code": division.code,
        "state": state, "created_at": AT, "version": 1, **dict.fromkeys(_TIMES.get(state, ()), AT), "grade": grade,
        "due_at": AT + _DUE[state] if state in _DUE else None,
        "lessons": "示范复盘" if state is S.REVIEWED else None, **values,
    }  # fmt: skip
    return Incident.create(division=division, division_code=division.code, **given)


def make_situation_report(incident: Incident | None = None, **values: Any) -> SituationReport:
    """Make a report on an incident."""
    incident = incident or make_incident(state=S.HANDLING)
    given = {"office_code": incident.responsible_code, "at": AT, "text": "示范情况", **values}
    return SituationReport.create(incident=incident, division_code=incident.division_code, **given)


def make_incident_serial(division: models.Division | None = None, **values: Any) -> IncidentSerial:
    """Make the last number of a division and year."""
    division = division or make_division()
    return IncidentSerial.create(**{"division_code": division.code, "year": 2026, "last": 0, **values})


MAKERS: dict[type[Any], Callable[..., Any]] = {
    Incident: make_incident,
    SituationReport: make_situation_report,
    IncidentSerial: make_incident_serial,
}
