"""What the clock does for shifts: they begin and end, who did not come is absent, and staff are told who is missing."""

from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, Value, fn

from db.access.clock import ClockRule, Due, Tick, TickReport
from db.access.commands import Call
from db.access.journal import move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.models.notice import Notice, NoticeKind
from db.access.notices import Recipient, notify
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, SHIFT_LIFECYCLE
from db.shifts.models.shift import TO_COME, Force, Shift, ShiftAssignment, ShiftKind, ShiftState
from db.shifts.places import is_held, leave_places, missing_forces

# How long after the beginning of a shift whoever has not come is absent.
MINUTES_LATE = 30
_LATE = timedelta(minutes=MINUTES_LATE)


def begin_shifts(call: Call, report: TickReport) -> None:
    """Mark each shift as running whose time has come."""

    def begin(shift: Shift) -> None:
        move(call, SHIFT_LIFECYCLE, shift, JournalAction.BEGIN)
        report.counts["shifts begun"] += 1

    _beginning.for_each(call, begin)


def miss_shifts(call: Call, report: TickReport) -> None:
    """Mark whoever did not come to a shift as absent, and tell the staff, also of a joint duty that lacks a force."""

    def look_at(shift: Shift) -> None:
        absent = _miss(call, report, shift, call.at - _LATE)
        text = _text(shift, absent, list(missing_forces(shift)))
        to = Recipient(Role.STAFF, shift.division_code)
        notify(call, NoticeKind.SHIFT_OPEN, str(shift.id), to, text, division_code=shift.division_code)

    _missed.for_each(call, look_at)


def end_shifts(call: Call, report: TickReport) -> None:
    """Mark each running shift as ended whose time is over, and whoever has not come by then as absent."""

    def end(shift: Shift) -> None:
        _miss(call, report, shift, call.at)
        move(call, SHIFT_LIFECYCLE, shift, JournalAction.COMPLETE)
        report.counts["shifts ended"] += 1

    _ending.for_each(call, end)


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


def _is_missed(tick: Tick) -> Any:
    """Build the condition that somebody did not come to a shift, or that nobody was told of a force that it lacks."""
    row, key = ShiftAssignment, Value(f"{NoticeKind.SHIFT_OPEN.value}:").concat(Shift.id.cast("TEXT"))
    waits = row.state.in_(TO_COME) & (row.created_at <= tick.ago(_LATE))
    to_come = fn.EXISTS(row.select(SQL("1")).where(row.shift == Shift.id, waits))
    told = key.in_(Notice.select(Notice.key).where(Notice.key == key))
    is_lacking = (Shift.kind == ShiftKind.JOINT_DUTY) & ~is_held(Shift) & ~told
    return (Shift.state == ShiftState.RUNNING) & (Shift.starts_at <= tick.ago(_LATE)) & (to_come | is_lacking)


_beginning = Due(
    Shift, lambda tick: Shift.state.in_([ShiftState.OPEN, ShiftState.FULL]) & (Shift.starts_at <= tick.now)
)
_ending = Due(Shift, lambda tick: (Shift.state == ShiftState.RUNNING) & (Shift.ends_at <= tick.now))
_missed = Due(Shift, _is_missed)

RULES: tuple[ClockRule, ...] = (begin_shifts, miss_shifts, end_shifts)
