"""The demo city's shifts are as many as they should be, obey the rules, and hours follow from them as from others."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from peewee import DatabaseProxy

from db.kernel.calendar import SHANGHAI
from db.kernel.fields import utc_text
from db.people.models.person import Person
from db.registrations.models.service import HourRecord, HourState
from db.shifts.models.shift import DUTIES, HOLDING, AssignmentState, Shift, ShiftAssignment, ShiftKind, ShiftState
from db.shifts.standing import is_of_force
from tests.city.seed_rows import rows

NOW = "2022-02-10T04:16:00Z"
# A district whose rows are looked at one by one.
THERE = "620103%"
A, S = AssignmentState, ShiftState


def of_district(model: Any) -> list[Any]:
    """List the rows of a table in the district."""
    return list(model.select().where(model.division_code**THERE))


def test_there_are_as_many_as_the_city_has(demo_city: DatabaseProxy) -> None:
    assert rows("SELECT COUNT(*) FROM shift") == [(6_000,)]
    assert rows("SELECT COUNT(*), COUNT(DISTINCT person_id) FROM shift_assignment") == [(13_000, 13_000)]
    kinds = rows("SELECT kind, COUNT(DISTINCT division_code) FROM shift GROUP BY kind")
    assert dict(kinds) == dict.fromkeys((kind.value for kind in ShiftKind), 427)
    states = {state for (state,) in rows("SELECT DISTINCT state FROM shift_assignment")}
    assert states == {state.value for state in A}
    assert {state for (state,) in rows("SELECT DISTINCT state FROM shift")} == {"OPEN", "FULL", "RUNNING", "ENDED"}


def test_the_rules_hold_for_its_rows(demo_city: DatabaseProxy) -> None:
    on_duty = ShiftAssignment.select(ShiftAssignment.person).where(ShiftAssignment.division_code**THERE)
    people = {row.id: row for row in Person.select().where(Person.id.in_(on_duty))}
    assigned: dict[int, list[Any]] = {}
    for row in of_district(ShiftAssignment):
        assigned.setdefault(row.shift_id, []).append(row)
        person = people[row.person_id]
        assert is_of_force(person, row.force)
        assert (person.division_code, person.work_unit_id) == (row.division_code, row.organization_id)
    for shift in of_district(Shift):
        there = assigned.get(shift.id, [])
        held = Counter(row.force for row in there if row.state in HOLDING)
        assert shift.taken == sum(held.values()) <= shift.needed
        is_over, has_begun = utc_text(shift.ends_at) <= NOW, utc_text(shift.starts_at) <= NOW
        ahead = S.FULL if shift.taken == shift.needed else S.OPEN
        assert shift.state is (S.ENDED if is_over else S.RUNNING if has_begun else ahead)
        assert (shift.kind is ShiftKind.JOINT_DUTY) == bool(shift.police_needed)
        assert all(shift.check_in_from <= row.checked_in_at for row in there if row.checked_in_at)
        if has_begun:
            assert {row.state for row in there} <= {A.CHECKED_IN, A.DONE, A.ABSENT, A.EXCUSED}
            assert shift.kind is not ShiftKind.JOINT_DUTY or len(held) == 3
    in_team = """SELECT COUNT(*) FROM shift_assignment JOIN team_membership ON until IS NULL
        AND team_membership.team_id = shift_assignment.team_id
        AND team_membership.person_id = shift_assignment.person_id WHERE shift_assignment.team_id IS NOT NULL"""
    assert rows(in_team) == rows("SELECT COUNT(*) FROM shift_assignment WHERE team_id IS NOT NULL")


def test_hours_follow_from_who_was_there(demo_city: DatabaseProxy) -> None:
    registered = dict(rows("SELECT person_id, MIN(id) FROM registration WHERE state = 'ACTIVE' GROUP BY person_id"))
    shifts = {shift.id: shift for shift in of_district(Shift)}
    due: dict[int, Any] = {}
    for row in [row for row in of_district(ShiftAssignment) if row.state is A.DONE]:
        shift, came, left = shifts[row.shift_id], row.checked_in_at, row.checked_out_at
        began = max(came, shift.starts_at)
        whole = (min(left, shift.ends_at) - began) // timedelta(minutes=30)
        due[row.id] = (
            row.person_id, row.division_code, row.team_id, registered.get(row.person_id), None,
            began.astimezone(SHANGHAI).date(), Decimal(whole) / 2, DUTIES[shift.kind],
            f"{shift.kind.chinese}值守：{shift.place}", left, HourState.CONFIRMED, 1, None,
        )  # fmt: skip

    logged = {
        row.source_id: (
            row.person_id, row.division_code, row.team_id, row.registration_id, row.pledge_id, row.day, row.hours,
            row.duty, row.text, row.created_at, row.state, row.version, row.reviewed_by_name,
        )
        for row in of_district(HourRecord)
        if row.source_type == "ShiftAssignment"
    }  # fmt: skip

    assert logged == due
    assert {row[6] for row in due.values()} >= {Decimal("1.5"), Decimal(2), Decimal("3.5"), Decimal(4)}
    everywhere = "SELECT COUNT(*) FROM shift_assignment WHERE state = 'DONE'"
    assert rows("SELECT COUNT(*) FROM hour_record WHERE source_type = 'ShiftAssignment'") == rows(everywhere)
