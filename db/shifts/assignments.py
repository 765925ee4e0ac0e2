"""Who is on a shift: people are assigned, sign up, swap, come and go, and are excused."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from db.access.commands import Call, CommandResult
from db.access.journal import By, entry_of, move
from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.subjects import command
from db.kernel.bounds import Prose
from db.kernel.calendar import SHANGHAI
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import not_found
from db.kernel.statements import compiled
from db.people.finding import living_person
from db.people.models.person import Person
from db.registrations.commands.hours import For, Served, log_from
from db.registrations.models.registration import Registration, RegistrationState
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE
from db.shifts.models.shift import DUTIES, Force, Shift, ShiftAssignment
from db.shifts.places import add_assignment, leave_places, take_place
from db.shifts.standing import ASSIGNMENT, SHIFT, captained
from db.teams.standing import is_in

A = JournalAction
_HALF_HOUR = timedelta(minutes=30)


def _lock_person(call: Call, inputs: Mapping[str, Any]) -> None:
    Person.lock(id=inputs["person_id"])


def _lock_oneself(call: Call, inputs: Mapping[str, Any]) -> None:
    if (person := _oneself(call)) is not None:
        Person.lock(id=person.id)


def _lock_place(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock the person and the shift of a place, in the order in which all do."""
    row = ShiftAssignment.find(id=inputs["assignment_id"])
    if row is not None:
        Person.lock(id=row.person_id)
        Shift.lock(id=row.shift_id)


def _lock_swap(call: Call, inputs: Mapping[str, Any]) -> None:
    """Lock who takes a place over, and its shift."""
    _lock_oneself(call, inputs)
    row = ShiftAssignment.find(id=inputs["assignment_id"])
    if row is not None:
        Shift.lock(id=row.shift_id)


def _oneself(call: Call) -> Person | None:
    return Person.find(account=call.actor.account_id) if call.actor.account_id is not None else None


@command(SHIFT, "assignShift", lock=_lock_person)
def assign_shift(
    call: Call,
    shift: Shift,
    role: Role,
    *,
    person_id: int,
    force: Force = Force.VOLUNTEER,
    team_id: int | None = None,
) -> CommandResult:
    """Assign a person of the community to a shift; a captain assigns the people of their own team (排班).

    Raises:
        DomainError: NOT_FOUND, no such shift or person there, or team of theirs; NOT_PERMITTED, ILLEGAL_TRANSITION,
            STALE_OBJECT; NOT_ELIGIBLE, the person cannot stand for the force, or is not in the team; SLOT_CONFLICT,
            they have another shift then; LIMIT_REACHED, no place is left for the force, or the shift is over.
    """
    person = living_person(person_id)
    if person.division_code != shift.division_code:
        raise not_found("personId", "The community has no such person; check the id.", "该社区没有此人员，请核对 ID。")
    if role is Role.TEAM_CAPTAIN:
        own = captained(call, shift.division_code)
        team_id = min(own) if team_id is None else team_id
        if team_id not in own:
            raise DomainError(
                ErrorCode.NOT_PERMITTED,
                "A captain assigns the people of their own team; name that team, or leave teamId out.",
                ("teamId",),
                chinese="队长只能为本队队员排班，请填写本队或不填 teamId。",
            )
    _require_in_team(person, team_id, "personId")
    by = By.actor(call, role, shift.division_code)
    return _shown(take_place(call, shift, person, by, A.AMEND, force=force, team_id=team_id))


@command(SHIFT, "signUpForShift", lock=_lock_oneself)
def sign_up_for_shift(
    call: Call, shift: Shift, role: Role, *, force: Force = Force.VOLUNTEER, team_id: int | None = None
) -> CommandResult:
    """Sign up for a shift of one's own community (报名参加).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ELIGIBLE, one cannot stand for the
            force, or is not in the team; SLOT_CONFLICT, one has another shift then; LIMIT_REACHED, no place is left for
            the force, or the shift is over.
    """
    person = _oneself(call)
    assert person is not None, "whoever stands as a person is one"
    if force is Force.STAFF:
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "Staff of the community are assigned (assignShift); sign up for another force.",
            ("force",),
            chinese="社区工作人员由社区排班（assignShift），请选择其他力量。",
        )
    _require_in_team(person, team_id, "teamId")
    by = By.actor(call, role, shift.division_code)
    return _shown(take_place(call, shift, person, by, A.JOIN, force=force, team_id=team_id))


@command(ASSIGNMENT, "offerShiftSwap")
def offer_shift_swap(call: Call, row: ShiftAssignment, role: Role) -> CommandResult:
    """Offer one's place of a shift to others; it stays one's own until somebody takes it over (申请换班).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, the shift has begun.
    """
    move(call, ASSIGNMENT_LIFECYCLE, row, A.OFFER, By.actor(call, role, row.division_code))
    return _shown(row)


@command(ASSIGNMENT, "takeShiftSwap", lock=_lock_swap)
def take_shift_swap(call: Call, row: ShiftAssignment, role: Role) -> CommandResult:
    """Replace somebody who offers their place, for the same force: they are excused, and one is planned (接班).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; NOT_ELIGIBLE, the place is one's own,
            or of a force that one cannot stand for; SLOT_CONFLICT, one has another shift then; LIMIT_REACHED, the shift
            has begun.
    """
    person, by = _oneself(call), By.actor(call, role, row.division_code)
    assert person is not None, "whoever stands as a person is one"
    team_id = row.team_id if row.team_id is not None and is_in.exists(row.team_id, person.id) else None
    move(call, ASSIGNMENT_LIFECYCLE, row, A.REPLACE, by)
    taken = add_assignment(call, Shift.get_by_id(row.shift_id), person, by, force=row.force, team_id=team_id)
    taken.change(swap_with=row.id)
    row.change(swap_with=taken.id)
    return _shown(row)


@command(ASSIGNMENT, "checkInShift")
def check_in_shift(call: Call, row: ShiftAssignment, role: Role) -> CommandResult:
    """Record that somebody came to their shift (到岗签到).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT; LIMIT_REACHED, it is too early, or the
            shift is over.
    """
    by = By.actor(call, role, row.division_code)
    move(call, ASSIGNMENT_LIFECYCLE, row, A.CHECK_IN, by, checked_in_at=call.at)
    return _shown(row)


@command(ASSIGNMENT, "checkOutShift", lock=_lock_place)
def check_out_shift(call: Call, row: ShiftAssignment, role: Role) -> CommandResult:
    """Record that somebody left after their shift; the time that they were there counts as hours of service (离岗签退).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT.
    """
    by = By.actor(call, role, row.division_code)
    move(call, ASSIGNMENT_LIFECYCLE, row, A.CHECK_OUT, by, checked_out_at=call.at)
    _log_hours(call, row, Shift.get_by_id(row.shift_id))
    return _shown(row)


@command(ASSIGNMENT, "excuseFromShift", lock=_lock_place)
def excuse_from_shift(call: Call, row: ShiftAssignment, role: Role, *, reason: Prose) -> CommandResult:
    """Excuse somebody from a shift, whose place is then free; oneself until 12 hours before (请假).

    Raises:
        DomainError: NOT_FOUND, NOT_PERMITTED, ILLEGAL_TRANSITION, STALE_OBJECT, INVALID_INPUT; LIMIT_REACHED, it is too
            late to excuse oneself.
    """
    move(call, ASSIGNMENT_LIFECYCLE, row, A.EXCUSE, By.actor(call, role, row.division_code), note=reason)
    leave_places(call, Shift.get_by_id(row.shift_id))
    return _shown(row)


def _shown(row: ShiftAssignment) -> CommandResult:
    event = entry_of(ASSIGNMENT_LIFECYCLE, row)
    return CommandResult({"shift": row.shift_id, "shiftAssignment": row.id, "event": event})


def _require_in_team(person: Person, team_id: int | None, field: str) -> None:
    if team_id is not None and not is_in.exists(team_id, person.id):
        raise DomainError(
            ErrorCode.NOT_ELIGIBLE,
            "The person does not belong to the team; name another one, or leave teamId out.",
            (field,),
            chinese="该人员不是该队队员，请另选队伍或不填 teamId。",
        )


def _log_hours(call: Call, row: ShiftAssignment, shift: Shift) -> None:
    """Log what somebody served of a shift, in whole half hours, for the team and the registration that they have."""
    assert row.checked_in_at is not None
    served = min(call.at, shift.ends_at) - (start := max(row.checked_in_at, shift.starts_at))
    hours = Decimal(served // _HALF_HOUR) / 2
    if hours > 0:
        done = Served(
            start.astimezone(SHANGHAI).date(), hours, DUTIES[shift.kind], f"{shift.kind.chinese}值守：{shift.place}"
        )
        registration = _registration.scalar(row.person_id, row.division_code)
        counted_for = For(registration_id=registration, team_id=row.team_id)
        person = Person.get_by_id(row.person_id)
        log_from(call, row, person, counted_for, division_code=row.division_code, served=done)


@compiled
def _registration(person_id: Any, division_code: Any) -> Any:
    """Select the oldest active registration of a person with a community."""
    own = (Registration.person == person_id) & (Registration.division_code == division_code)
    active = Registration.select(Registration.id).where(own, Registration.state == RegistrationState.ACTIVE.value)
    return active.order_by(Registration.id).limit(1)
