"""Rows of shifts for tests; see `tests.factories`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from db.city import models
from db.shifts.models.shift import AssignmentState, Force, Shift, ShiftAssignment, ShiftKind, ShiftState
from tests.factories import MAKERS, make_division, make_person
from tests.times import AT

HOUR = timedelta(hours=1)


def make_shift(division: models.Division | None = None, starts_at: Any = AT + 24 * HOUR, **values: Any) -> Shift:
    """Make a shift of four hours for ten people, which nobody is on; on the next day where no time is given."""
    division = division or make_division()
    ends_at = values.get("ends_at", starts_at + 4 * HOUR)
    given = {
        "kind": ShiftKind.CHECKPOINT, "place": "示范小区东门", "starts_at": starts_at, "ends_at": ends_at,
        "check_in_from": starts_at - HOUR / 2, "rest_from": starts_at - 8 * HOUR, "rest_until": ends_at + 8 * HOUR,
        "needed": 10, "created_at": AT, "state": ShiftState.OPEN, "version": 1, **values,
    }  # fmt: skip
    return Shift.create(division=division, division_code=division.code, **given)


def make_shift_assignment(
    shift: Shift | None = None, person: models.Person | None = None, **values: Any
) -> ShiftAssignment:
    """Make a place of a shift that a person holds."""
    shift = shift or make_shift(taken=5)
    given = {
        "force": Force.VOLUNTEER, "created_at": AT, "state": AssignmentState.PLANNED, "version": 1, **values,
    }  # fmt: skip
    person = person or make_person(shift.division)
    return ShiftAssignment.create(shift=shift, division_code=shift.division_code, person=person, **given)


def make_joint_duty(division: models.Division | None = None, starts_at: Any = AT + 24 * HOUR, **values: Any) -> Shift:
    """Make a joint duty of one of each force, and as many others as are needed besides."""
    forces = {"police_needed": 1, "militia_needed": 1, "ethnic_religious_needed": 1}
    return make_shift(division, starts_at, kind=ShiftKind.JOINT_DUTY, **{"needed": 3, **forces, **values})


SHIFT_MAKERS: dict[type[Any], Callable[..., Any]] = {
    Shift: lambda **values: make_shift(**{"taken": 5, **values}),
    ShiftAssignment: make_shift_assignment,
}
MAKERS |= SHIFT_MAKERS
