"""The places of a shift: who takes one, who leaves one, and which are kept for a force of a joint duty."""

from collections.abc import Iterator
from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.commands import Call
from db.access.journal import By, begin, move
from db.access.models.journal import JournalAction
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.statements import compiled
from db.people.models.person import Person
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, SHIFT_LIFECYCLE
from db.shifts.models.shift import HOLDING, KEPT_FOR, THERE, Force, Shift, ShiftAssignment, ShiftKind, ShiftState
from db.shifts.standing import is_of_force, overlaps

A = JournalAction


def take_place(
    call: Call, shift: Shift, person: Person, by: By, action: JournalAction, *, force: Force, team_id: int | None
) -> ShiftAssignment:
    """Assign a place of a shift to a person; both are locked. action: of the shift's journal.

    Raises:
        DomainError: NOT_ELIGIBLE, the person cannot stand for the force; SLOT_CONFLICT, they have another shift then;
            LIMIT_REACHED, the places that are left are kept for other forces.
    """
    require_of_force(person, force)
    _require_free(person, shift)
    _require_room(shift, force)
    row = add_assignment(call, shift, person, by, force=force, team_id=team_id)
    move(call, SHIFT_LIFECYCLE, shift, action, by, taken=shift.taken + 1)
    if shift.state is ShiftState.OPEN and shift.taken == shift.needed:
        move(call, SHIFT_LIFECYCLE, shift, A.FILL)
    return row


def add_assignment(
    call: Call, shift: Shift, person: Person, by: By, *, force: Force, team_id: int | None
) -> ShiftAssignment:
    """Create somebody's place of a shift. A cadre comes from the unit that they work for."""
    return begin(
        call, ASSIGNMENT_LIFECYCLE, ShiftAssignment, by, shift=shift.id, division_code=shift.division_code,
        person=person.id, team=team_id, organization=person.work_unit_id if force is Force.CADRE else None,
        force=force, created_at=call.at,
    )  # fmt: skip


def leave_places(call: Call, shift: Shift, count: int = 1) -> None:
    """Free places of a shift, which is locked."""
    move(call, SHIFT_LIFECYCLE, shift, A.LEAVE, taken=shift.taken - count)
    if shift.state is ShiftState.FULL:
        move(call, SHIFT_LIFECYCLE, shift, A.FALL_SHORT)


def require_of_force(person: Person, force: Force) -> None:
    """Check that a person can stand for a force.

    Raises:
        DomainError: NOT_ELIGIBLE.
    """
    if not is_of_force(person, force):
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            f"The person does not belong to {force.english[0].lower()}{force.english[1:-1]}; choose another force, or "
            "have their groups verified first (verifyPersonGroups).",
            ("force",),
            chinese=f"该人员不属于{force.chinese}力量，请另选力量，或先核实其人员类别。",
        )


def _require_free(person: Person, shift: Shift) -> None:
    other = _clash.first(person.id, shift.rest_from, shift.rest_until)
    if other is not None:
        raise DomainError(
            ErrorCode.SLOT_CONFLICT,
            f"The person has another shift then, or too little rest between the two: Shift_{other.shift_id}.",
            ("personId",),
            chinese=f"该人员在该时段已有班次，或两班之间休息时间不足：Shift_{other.shift_id}。",
        )


def _require_room(shift: Shift, force: Force) -> None:
    """Check that the places that a shift has left are not all kept for other forces."""
    held = dict(_held.tuples(shift.id))
    held[force.value] = held.get(force.value, 0) + 1
    missing = {one: getattr(shift, column) - held.get(one.value, 0) for one, column in KEPT_FOR.items()}
    lacking = [one for one, count in missing.items() if count > 0]
    if sum(missing[one] for one in lacking) > shift.needed - shift.taken - 1:
        raise DomainError(
            ErrorCode.LIMIT_REACHED,
            f"The places that are left are kept for {', '.join(lacking)}; choose another shift.",
            ("force",),
            chinese=f"余下的岗位须留给{'、'.join(one.chinese for one in lacking)}，请选择其他班次。",
        )


def lacks(shift: Any, force: Force) -> ColumnBase:
    """Build the condition that a joint duty needs a force of which nobody has come."""
    return (getattr(shift, KEPT_FOR[force]) > 0) & ~_has_come(shift, force)


def is_held(shift: Any) -> ColumnBase:
    """Build the condition that a shift is held: somebody has come, and to a joint duty somebody of each force."""
    joint = ~lacks(shift, Force.POLICE) & ~lacks(shift, Force.MILITIA) & ~lacks(shift, Force.ETHNIC_RELIGIOUS)
    return Case(None, [(shift.kind == ShiftKind.JOINT_DUTY.value, joint)], _has_come(shift))


def _has_come(shift: Any, *forces: Force) -> ColumnBase:
    there = ShiftAssignment.alias("there")
    came = (there.shift == shift.id) & there.state.in_([state.value for state in THERE])
    for force in forces:
        came = came & (there.force == force.value)
    return fn.EXISTS(there.select(SQL("1")).where(came))


def missing_forces(shift: Shift) -> Iterator[Force]:
    """List the forces that a joint duty needs and of which nobody has come."""
    [found] = _lacking.tuples(shift.id)
    return (force for force, is_missing in zip(KEPT_FOR, found, strict=True) if is_missing)


@compiled
def _lacking(shift_id: Any) -> Any:
    return Shift.select(*(Case(None, [(lacks(Shift, force), 1)], 0) for force in KEPT_FOR)).where(Shift.id == shift_id)


@compiled
def _clash(person_id: Any, rest_from: Any, rest_until: Any) -> Any:
    place, other = ShiftAssignment, Shift
    held = (place.person == person_id) & place.state.in_([state.value for state in HOLDING])
    meets = overlaps(other, rest_from, rest_until)
    return place.select().join(other, on=place.shift == other.id).where(held, meets).limit(1)


@compiled
def _held(shift_id: Any) -> Any:
    row = ShiftAssignment
    holds = (row.shift == shift_id) & row.state.in_([state.value for state in HOLDING])
    return row.select(row.force, fn.COUNT(row.id)).where(holds).group_by(row.force)
