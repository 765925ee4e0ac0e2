"""What the clock does for shifts: they begin and end, who did not come is absent, and staff are told who is missing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, Value, fn

from db.access.clock import ClockRule, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.kernel.database import write
from db.kernel.fields import utc_text
from db.kernel.statements import compiled
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, SHIFT_LIFECYCLE
from db.shifts.models.shift import TO_COME, Force, Shift, ShiftAssignment, ShiftKind, ShiftState
from db.shifts.places import is_held, leave_places, missing_forces

_BATCH = 500
# How long after the beginning of a shift whoever has not come is absent.
MINUTES_LATE = 30


def begin_shifts(call: Call, report: TickReport) -> None:
    """Mark each shift as running whose time has come."""

    def begin(shift: Shift) -> None:
        if shift.state in (ShiftState.OPEN, ShiftState.FULL):
            move(call, SHIFT_LIFECYCLE, shift, JournalAction.BEGIN)
            report.counts["shifts begun"] += 1

    _for_each(_beginning, call.now, begin)


def miss_shifts(call: Call, report: TickReport) -> None:
    """Mark whoever did not come to a shift as absent, and tell the staff, also of a joint duty that lacks a force."""
    late = call.at - timedelta(minutes=MINUTES_LATE)

    def look_at(shift: Shift) -> None:
        absent = _miss(call, report, shift, late)
        text = _text(shift, absent, list(missing_forces(shift)))
        to = Recipient(Role.STAFF, shift.division_code)
        notify(call, NoticeKind.SHIFT_OPEN, str(shift.id), to, text, division_code=shift.division_code)

    _for_each(_missed, utc_text(late), look_at)


def end_shifts(call: Call, report: TickReport) -> None:
    """Mark each running shift as ended whose time is over, and whoever has not come by then as absent."""

    def end(shift: Shift) -> None:
        if shift.state is ShiftState.RUNNING:
            _miss(call, report, shift, call.at)
            move(call, SHIFT_LIFECYCLE, shift, JournalAction.COMPLETE)
            report.counts["shifts ended"] += 1

    _for_each(_ending, call.now, end)


def _miss(call: Call, report: TickReport, shift: Shift, until: datetime) -> int:
    """Mark those as absent who were put on a shift until a moment and have not come; return how many they are."""
    absent = [
        row for row in ShiftAssignment.lock_all(shift=shift.id) if row.state in TO_COME and row.created_at <= until
    ]
    for row in absent:
        move(call, ASSIGNMENT_LIFECYCLE, row, JournalAction.MISS)
    if absent:
        leave_places(call, shift, len(absent))
    report.counts["people absent"] += len(absent)
    return len(absent)


def _text(shift: Shift, absent: int, forces: list[Force]) -> str:
    missing = f"，{absent}人未到岗" if absent else ""
    lacking = f"，缺{'、'.join(force.chinese for force in forces)}力量" if forces else ""
    return f"{shift.kind.chinese}班次（Shift_{shift.id}，{shift.place}）已开始{missing}{lacking}，请尽快补派人员。"


def _for_each(due: Any, moment: str, step: Callable[[Shift], None]) -> None:
    """Take a step with each shift that is due, which is locked, in a transaction of its own."""
    last = 0
    while keys := [key for (key,) in due.tuples(moment, last)]:
        for key in keys:
            with write():
                shift = Shift.lock(id=key)
                assert shift is not None, "shifts are never deleted"
                step(shift)
        last = keys[-1]


def _ahead(states: tuple[ShiftState, ...], *conditions: Any) -> Any:
    found = Shift.select(Shift.id).where(Shift.state.in_([state.value for state in states]), *conditions)
    return found.order_by(Shift.id).limit(_BATCH)


@compiled
def _beginning(now: Any, last: Any) -> Any:
    return _ahead((ShiftState.OPEN, ShiftState.FULL), Shift.starts_at <= now, Shift.id > last)


@compiled
def _ending(now: Any, last: Any) -> Any:
    return _ahead((ShiftState.RUNNING,), Shift.ends_at <= now, Shift.id > last)


@compiled
def _missed(late: Any, last: Any) -> Any:
    row, key = ShiftAssignment, Value(f"{NoticeKind.SHIFT_OPEN.value}:").concat(Shift.id.cast("TEXT"))
    waits = row.state.in_([state.value for state in TO_COME]) & (row.created_at <= late)
    to_come = fn.EXISTS(row.select(SQL("1")).where(row.shift == Shift.id, waits))
    told = key.in_(Notice.select(Notice.key).where(Notice.key == key))
    is_lacking = (Shift.kind == ShiftKind.JOINT_DUTY.value) & ~is_held(Shift) & ~told
    return _ahead((ShiftState.RUNNING,), Shift.starts_at <= late, Shift.id > last, to_come | is_lacking)


RULES: tuple[ClockRule, ...] = (begin_shifts, miss_shifts, end_shifts)
