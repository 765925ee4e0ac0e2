"""What happens at once: nobody is on two shifts, and the last place of a shift is taken once (I25)."""

from itertools import count
from typing import Any

from peewee import DatabaseProxy

from db.access.models.account import Role
from db.shifts.models.shift import Shift, ShiftAssignment, ShiftState
from tests.asking import Asking
from tests.factories import AT, make_account, make_person, make_role_grant
from tests.shifts.factories import HOUR, make_shift, make_shift_assignment
from tests.threads import at_once
from tests.town import build


def test_nobody_is_on_two_shifts_and_no_place_is_taken_twice(database: DatabaseProxy) -> None:
    ask = Asking(build())
    home = ask.town.home.division
    person = make_person(home, account=ask.town.accounts["resident"])
    shifts = [make_shift(home, AT + (24 + at) * HOUR, place=f"{at}号门") for at in range(4)]
    number = count()

    def be_everywhere() -> list[Any]:
        given = {"shiftId": f"Shift_{shifts[next(number)].id}"}
        return ask.refused("resident", "signUpForShift", **given)

    answers = at_once(4, be_everywhere)
    assert sorted(answers, key=len) == [[], *[[("SLOT_CONFLICT", None)]] * 3]
    assert ShiftAssignment.select().where(ShiftAssignment.person == person).count() == 1

    last = make_shift(home, AT + 240 * HOUR, needed=1)
    for at in range(4):
        account = ask.town.accounts[f"at{at}"] = make_account()
        make_role_grant(Role.RESIDENT, home, account=account)
        make_person(home, account=account, phone=f"1380000000{at}")
    number = count()

    def take_the_last() -> list[Any]:
        return ask.refused(f"at{next(number)}", "signUpForShift", shiftId=f"Shift_{last.id}")

    answers = at_once(4, take_the_last)
    assert sorted(answers, key=len) == [[], *[[("LIMIT_REACHED", ["shiftId"])]] * 3]
    assert (Shift.get_by_id(last.id).state, Shift.get_by_id(last.id).taken) == (ShiftState.FULL, 1)

    offered = make_shift_assignment(make_shift(home, AT + 480 * HOUR, taken=1), state="SWAP_OFFERED")
    number = count()

    def take_over() -> list[Any]:
        return ask.refused(f"at{next(number)}", "takeShiftSwap", assignmentId=f"ShiftAssignment_{offered.id}")

    answers = at_once(4, take_over)
    assert sorted(len(answer) for answer in answers) == [0, 1, 1, 1]
    held = ShiftAssignment.select().where(ShiftAssignment.shift == offered.shift_id, ShiftAssignment.state == "PLANNED")
    assert held.count() == 1
