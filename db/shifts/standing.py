"""Who may take the steps of shifts and of who is on them, and what stands in the way; see `db.access.steps`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, Case, fn

from db.access.commands import Call
from db.access.journal import stale_by_journal
from db.access.models.access import part_of, speaks_for
from db.access.models.account import Role
from db.access.steps import RowFacts, RowSteps, mask, offices_over
from db.access.subjects import Subject
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.fields import utc_text
from db.people.models.person import PeopleGroup, Person
from db.shifts.lifecycle import ASSIGNMENT_LIFECYCLE, SHIFT_LIFECYCLE
from db.shifts.models.shift import HOLDING, TO_COME, AssignmentState, Force, Shift, ShiftAssignment
from db.teams.reckoning import in_group
from db.teams.standing import OPEN_WORK, own_person

C, G = Capacity, RowGuard
# Until how long before a shift people excuse themselves.
HOURS_TO_EXCUSE = 12
# The forces whose people are known by a group.
GROUPS = {
    Force.POLICE: PeopleGroup.POLICE, Force.MILITIA: PeopleGroup.MILITIA, Force.VETERAN: PeopleGroup.VETERAN,
    Force.ETHNIC_RELIGIOUS: PeopleGroup.ETHNIC_RELIGIOUS_AFFAIRS,
}  # fmt: skip


def captained(call: Call, division_code: str) -> list[int]:
    """List the teams of a community that the actor is the captain of."""
    return [
        held.team_id
        for held in call.actor.held
        if held.role is Role.TEAM_CAPTAIN and held.team_id is not None and held.part.covers(division_code)
    ]


def _to_shift(call: Call, shift: Shift) -> dict[Capacity, Role]:
    found = offices_over(call, shift.division_code)
    if captained(call, shift.division_code):
        found[C.TEAM_CAPTAIN] = Role.TEAM_CAPTAIN
    person = own_person(call, shift.division_code)
    if person is not None and person.division_code == shift.division_code:
        found[C.REGISTERED] = Role.RESIDENT
    return found


def _to_assignment(call: Call, row: ShiftAssignment) -> dict[Capacity, Role]:
    found = offices_over(call, row.division_code)
    if row.team_id in captained(call, row.division_code):
        found[C.TEAM_CAPTAIN] = Role.TEAM_CAPTAIN
    person = own_person(call, row.division_code)
    if person is not None and person.division_code == row.division_code:
        found[C.REGISTERED] = Role.RESIDENT
    if person is not None and person.id == row.person_id:
        found[C.SUBJECT] = Role.RESIDENT
    return found


def _is_captain(facts: RowFacts, of: Callable[[Any], Any]) -> Any:
    code = facts.row.division_code
    return facts.asker.holds(lambda grant: speaks_for(grant, "team") & of(grant) & part_of(grant).covers(code))


def _is_person(facts: RowFacts, of: Callable[[Any], Any]) -> Any:
    """Build the condition that whoever asks is a person that meets a condition."""
    person = Person.alias("themselves")
    return fn.EXISTS(person.select(SQL("1")).where(person.account == facts.asker.account_id, of(person)))


def _lives_there(facts: RowFacts) -> Any:
    return _is_person(facts, lambda person: person.division_code == facts.row.division_code)


def _bits(facts: RowFacts, conditions: dict[Capacity, Any]) -> Any:
    bits = facts.office_bits(C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER)
    for capacity, condition in conditions.items():
        bits = bits + Case(None, [(facts.asker.covers(facts.row.division_code) & condition, mask([capacity]))], 0)
    return bits


def _shift_bits(facts: RowFacts) -> Any:
    is_captain = _is_captain(facts, lambda grant: grant.team.is_null(False))
    return _bits(facts, {C.TEAM_CAPTAIN: is_captain, C.REGISTERED: _lives_there(facts)})


def _assignment_bits(facts: RowFacts) -> Any:
    row = facts.row
    theirs = _is_person(facts, lambda person: person.id == row.person)
    is_captain = _is_captain(facts, lambda grant: grant.team == row.team)
    return _bits(facts, {C.TEAM_CAPTAIN: is_captain, C.REGISTERED: _lives_there(facts), C.SUBJECT: theirs})


def overlaps(other: Any, rest_from: Any, rest_until: Any) -> Any:
    """Build the condition that a shift overlaps another one, or leaves too little rest between the two."""
    return (other.starts_at < rest_until) & (other.ends_at > rest_from)


def _on_another(facts: RowFacts, shift: Any) -> Any:
    """Build the condition that whoever asks is on another shift when one takes place."""
    place, other, person = ShiftAssignment.alias("held_place"), Shift.alias("other_shift"), Person.alias("on_duty")
    theirs = (person.id == place.person) & (person.account == facts.asker.account_id)
    found = place.select(SQL("1")).join(other, on=place.shift == other.id).join(person, on=theirs)
    held = place.state.in_([state.value for state in HOLDING])
    return fn.EXISTS(found.where(held, overlaps(other, shift.rest_from, shift.rest_until)))


def _of_shift(facts: RowFacts, condition: Callable[[Any], Any]) -> Any:
    """Build the condition that the shift of an assignment meets one."""
    shift = Shift.alias("its_shift")
    return fn.EXISTS(shift.select(SQL("1")).where(shift.id == facts.row.shift, condition(shift)))


def is_of_force(person: Person, force: Force) -> bool:
    """Return whether a person can stand for a force; anybody can be a volunteer."""
    if force is Force.CADRE:
        return person.work_unit_id is not None
    return GROUPS.get(force) in (None, *person.verified_groups)


def _not_of_force(facts: RowFacts) -> Any:
    """Build the condition that whoever asks cannot stand for the force of a place."""

    def can_stand(person: Any) -> Any:
        known = [(facts.row.force == force.value, in_group(person, group)) for force, group in GROUPS.items()]
        is_cadre = (facts.row.force == Force.CADRE.value, person.work_unit.is_null(False))
        return Case(None, [*known, is_cadre], SQL("TRUE"))

    return ~_is_person(facts, can_stand)


def in_hours_to_excuse(now: str) -> str:
    """Return the moment before which people cannot excuse themselves any more from a shift that begins then."""
    return utc_text(datetime.fromisoformat(now) + timedelta(hours=HOURS_TO_EXCUSE))


def _too_late(facts: RowFacts) -> Any:
    is_near = _of_shift(facts, lambda shift: shift.starts_at < facts.asker.when(in_hours_to_excuse))
    return (facts.office_bits(C.COMMUNITY_STAFF) == 0) & is_near


SHIFT_STEPS = RowSteps(
    Shift,
    SHIFT_LIFECYCLE,
    _to_shift,
    _shift_bits,
    {
        G.SHIFT_OVER: lambda facts: facts.row.ends_at <= facts.asker.now,
        G.SHIFT_FULL: lambda facts: facts.row.taken >= facts.row.needed,
        G.ON_ANOTHER_SHIFT: lambda facts: _on_another(facts, facts.row),
    },
    serves_issue=False,
)
SHIFT = Subject(
    model=Shift,
    keys={"shift_id": "id"},
    missing=("There is no such shift; check the id.", "没有此班次，请核对 ID。"),
    stale=stale_by_journal(SHIFT_LIFECYCLE),
    stand=lambda call, row, mutation: SHIFT_STEPS.require(call, row, mutation, "shiftId"),
)
ASSIGNMENT_STEPS = RowSteps(
    ShiftAssignment,
    ASSIGNMENT_LIFECYCLE,
    _to_assignment,
    _assignment_bits,
    {
        G.SHIFT_BEGUN: lambda facts: _of_shift(facts, lambda shift: shift.starts_at <= facts.asker.now),
        G.OWN_SHIFT: lambda facts: _is_person(facts, lambda person: person.id == facts.row.person),
        G.NOT_OF_FORCE: _not_of_force,
        G.ON_ANOTHER_SHIFT: lambda facts: _of_shift(facts, lambda shift: _on_another(facts, shift)),
        G.TOO_EARLY: lambda facts: _of_shift(facts, lambda shift: shift.check_in_from > facts.asker.now),
        G.SHIFT_OVER: lambda facts: _of_shift(facts, lambda shift: shift.ends_at <= facts.asker.now),
        G.TOO_LATE_TO_EXCUSE: _too_late,
    },
    serves_issue=False,
)
ASSIGNMENT = Subject(
    model=ShiftAssignment,
    keys={"assignment_id": "id"},
    missing=("There is no such place of a shift; check the id.", "没有此排班，请核对 ID。"),
    stale=stale_by_journal(ASSIGNMENT_LIFECYCLE),
    stand=lambda call, row, mutation: ASSIGNMENT_STEPS.require(call, row, mutation, "assignmentId"),
)


def _is_on_duty(team: Any) -> Any:
    """Build the condition that somebody of a team is to come to a shift, or is there."""
    place = ShiftAssignment.alias("of_team")
    states = [state.value for state in (*TO_COME, AssignmentState.CHECKED_IN)]
    return fn.EXISTS(place.select(SQL("1")).where((place.team == team.id) & place.state.in_(states)))


OPEN_WORK.append(_is_on_duty)
