"""Random rows of monitoring at home for the tests that compare the engine with an independent reading."""

from decimal import Decimal
from typing import Any

from db.access.models.audit import AuditAction, AuditEntry
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
from tests.graph.maker import DAYS, LINES, MOMENTS, Maker

_TEMPERATURES = [Decimal(text) for text in ("34.0", "36.5", "37.2", "37.3", "43.0")]


def fill(maker: Maker) -> None:
    """Make cases with readings and tasks, some of them opened on the record, some of them erased."""
    can_be = maker.incidents and maker.sites and maker.teams
    people = maker.several(maker.persons, 10) if can_be else []
    cases = maker.add(MonitoringCase, [_case(maker, person) for person in people])
    readings = [
        {
            "case": case["id"], "division_code": case["division_code"], "at": maker.one(MOMENTS),
            "temperature": maker.one(_TEMPERATURES), "has_symptoms": maker.one([True, False]),
        }
        for case in cases for _ in maker.few(5)
    ]  # fmt: skip
    maker.add(MonitoringReading, readings)
    maker.add(AidTask, [_task(maker, case) for case in cases for _ in maker.few(4)])
    audit = next(rows for model, rows in maker.rows if model is AuditEntry)
    for entry in maker.some(audit) if cases else []:
        opened = {"subject_type": "MonitoringCase", "subject_id": maker.one(cases)["id"]}
        entry.update(opened, action=maker.one([AuditAction.REVEALED, AuditAction.REVEALED, AuditAction.REFUSED]))


def _case(maker: Maker, person: dict[str, Any]) -> dict[str, Any]:
    state = maker.one(list(MonitoringState))
    is_erased = state is not MonitoringState.OPEN and maker.random.random() < 0.3
    first, last = sorted([maker.one(DAYS), maker.one(DAYS)])
    outcome = maker.one(list(MonitoringOutcome)) if state is MonitoringState.CLOSED else None
    return {
        "division": person["division"], "division_code": person["division_code"],
        "incident": maker.one(maker.ids(maker.incidents)), "person": None if is_erased else person["id"],
        "site": maker.one(maker.ids(maker.sites)), "address": None if is_erased else maker.one(LINES),
        "team": maker.one(maker.ids(maker.teams)), "starts_on": first, "ends_on": last,
        "consent_at": maker.one(MOMENTS), "consent_by": maker.one(list(ConsentBy)), "outcome": outcome, "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip


def _task(maker: Maker, case: dict[str, Any]) -> dict[str, Any]:
    state = maker.one(list(AidState))
    is_over, is_done = state in (AidState.CONFIRMED, AidState.CANCELLED), state in (AidState.DONE, AidState.CONFIRMED)
    is_taken = is_done or state is AidState.TAKEN
    is_erased = is_over and case["person"] is None
    taken, done = sorted([maker.one(MOMENTS), maker.one(MOMENTS)])
    return {
        "case": case["id"], "division": case["division"], "division_code": case["division_code"],
        "kind": maker.one(list(AidKind)), "text": None if is_erased else maker.one(LINES),
        "wanted_by": maker.one(MOMENTS), "team": case["team"],
        "taker": maker.one(maker.ids(maker.persons)) if is_taken and not is_erased else None,
        "taken_at": taken if is_taken else None, "done_at": done if is_done else None,
        "hours": maker.one([Decimal("0.50"), Decimal("2.50")]) if is_done else None,
        "rating": maker.maybe([1, 5]) if state is AidState.CONFIRMED else None, "state": state,
        "created_at": maker.one(MOMENTS), "version": maker.random.randint(1, 3),
    }  # fmt: skip
