"""What the clock does for shifts: they begin, who does not come is absent, staff are told, and they end."""

from datetime import timedelta
from typing import Any

from db.access.models.notice import Notice
from db.city.clock import tick
from db.shifts.models.shift import AssignmentState, Force, Shift, ShiftAssignment, ShiftState
from tests.asking import Asking
from tests.factories import AT
from tests.shifts.factories import HOUR, make_joint_duty, make_shift, make_shift_assignment

A, S = AssignmentState, ShiftState
MINUTE = timedelta(minutes=1)


def test_shifts_begin_and_end_and_staff_are_told_who_is_missing(ask: Asking) -> None:
    home = ask.town.home.division
    shift, ahead = make_shift(home, AT, taken=3), make_shift(home, AT + 24 * HOUR, taken=1)
    full = make_shift(home, AT, state=S.FULL, needed=1, taken=1, place="南门")
    places = [make_shift_assignment(shift, state=state) for state in (A.PLANNED, A.SWAP_OFFERED, A.CHECKED_IN)]
    waiting = make_shift_assignment(ahead)
    make_shift_assignment(full, state=A.CHECKED_IN, checked_in_at=AT)
    duty = make_joint_duty(home, AT, taken=1)
    make_shift_assignment(duty, force=Force.POLICE, state=A.CHECKED_IN, checked_in_at=AT)

    def told() -> list[Any]:
        found = Notice.select().where(Notice.kind == "SHIFT_OPEN").order_by(Notice.id)
        return [(row.role, row.office_code, row.text) for row in found]

    def states(*rows: Any) -> list[Any]:
        return [type(row).get_by_id(row.id).state for row in rows]

    tick(AT)
    assert states(shift, ahead, full, duty) == [S.RUNNING, S.OPEN, S.RUNNING, S.RUNNING]
    tick(AT + 29 * MINUTE)
    assert (states(*places), told()) == ([A.PLANNED, A.SWAP_OFFERED, A.CHECKED_IN], [])
    tick(AT + 31 * MINUTE)
    assert states(*places, waiting) == [A.ABSENT, A.ABSENT, A.CHECKED_IN, A.PLANNED]
    assert Shift.get_by_id(shift.id).taken == 1
    assert told() == [
        ("STAFF", home.code, f"卡口班次（Shift_{shift.id}，示范小区东门）已开始，2人未到岗，请尽快补派人员。"),
        ("STAFF", home.code,
         f"三民联勤班次（Shift_{duty.id}，示范小区东门）已开始，缺民兵、民宗力量，请尽快补派人员。"),
    ]  # fmt: skip
    # Whoever is sent in place of them has half an hour, too; nobody is told twice.
    late = make_shift_assignment(shift, created_at=AT + 40 * MINUTE)
    shift = Shift.get_by_id(shift.id)
    shift.change(taken=2)
    for minutes in (32, 45):
        tick(AT + minutes * MINUTE)
    assert (states(late), len(told())) == ([A.PLANNED], 2)
    tick(AT + 4 * HOUR)
    assert states(shift, ahead, full, duty, late) == [S.ENDED, S.OPEN, S.ENDED, S.ENDED, A.ABSENT]
    assert {row.state for row in ShiftAssignment.select()} == {A.ABSENT, A.CHECKED_IN, A.PLANNED}
    assert len(told()) == 2
