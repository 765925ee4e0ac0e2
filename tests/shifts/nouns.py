"""Shifts in the tests that span all nouns."""

from datetime import timedelta
from typing import Any

from db.access.models.account import Role
from db.city import models
from db.kernel.fields import utc_text
from db.shifts.models.shift import AssignmentState, ShiftState
from tests.factories import AT, make_person, make_team_membership
from tests.graph.evaluator import COMPUTED, FIGURES, LISTS, PERSONAL, ROOT_LISTS, World, by_column, scoped
from tests.graph.places import ROLES, SEATS, THINGS, Place
from tests.graph.rows import FILLS
from tests.graph.steps import INPUTS, WORDS, Spot
from tests.graph.viewers import RULES, Viewer
from tests.shifts.factories import HOUR, make_shift, make_shift_assignment
from tests.shifts.rows import fill

FILLS.append(fill)
KEPT = {"POLICE": "police_needed", "MILITIA": "militia_needed", "ETHNIC_RELIGIOUS": "ethnic_religious_needed"}


def is_held(world: World, shift: Any) -> bool:
    places = (row for row in world.rows["ShiftAssignment"] if row.shift_id == shift.id)
    there = {row.force for row in places if row.state in ("CHECKED_IN", "DONE")}
    if shift.kind == "JOINT_DUTY":
        return all(force in there for force, column in KEPT.items() if getattr(shift, column) > 0)
    return bool(there)


def hours_of(viewer: Viewer, place: Any) -> Any:
    """Return the hours that follow from a place, where the viewer sees them."""
    source = ("ShiftAssignment", place.id)
    found = (row for row in viewer.world.rows["HourRecord"] if (row.source_type, row.source_id) == source)
    return next((row for row in found if RULES["HourRecord"](viewer, row)), None)


def of_team(world: World, team: Any, _: str = "") -> list[Any]:
    ids = {row.shift_id for row in world.rows["ShiftAssignment"] if row.team_id == team.id}
    return [shift for shift in world.rows["Shift"] if shift.id in ids]


COMPUTED |= {
    ("Shift", "isHeld"): is_held,
    ("ShiftAssignment", "division"): lambda world, row: next(
        (division for division in world.rows["Division"] if division.code == row.division_code), None
    ),
}
PERSONAL |= {("ShiftAssignment", "hourRecord"): hours_of}
LISTS |= {
    ("Division", "shifts"): (scoped("Shift"), "-startsAt"),
    ("Shift", "assignments"): (by_column("shift_id", "ShiftAssignment"), ""),
    ("Person", "shifts"): (by_column("person_id", "ShiftAssignment"), "-id"),
    ("Site", "shifts"): (by_column("site_id", "Shift"), "-startsAt"),
    ("VolunteerTeam", "shifts"): (of_team, "-startsAt"),
    ("VolunteerTeam", "hours"): (by_column("team_id", "HourRecord"), "-day"),
}
ROOT_LISTS |= {"shifts": ("Shift", "-startsAt"), "shiftAssignments": ("ShiftAssignment", "")}
FIGURES["openShiftCount"] = lambda rows: len(rows("Shift", lambda row: row.state == "OPEN"))


def add_to_place(place: Place) -> dict[str, str]:
    """Add shifts ahead and under way, with places of a member of the committee and of others, all with the team."""
    home = models.Division.get(models.Division.code == place.code)
    team = models.VolunteerTeam.get_by_id(int(place.rows["team"].rpartition("_")[2]))
    member = models.Person.get(models.Person.account == place.accounts[Role.MEMBER])
    ahead, now = iter(range(10, 40, 10)), make_shift(home, AT - HOUR, taken=2, state=ShiftState.RUNNING)

    def placed(state: AssignmentState, person: Any = member, shift: Any = None, **values: Any) -> str:
        shift = shift or make_shift(home, AT + timedelta(days=next(ahead)), taken=1)
        return f"ShiftAssignment_{make_shift_assignment(shift, person, state=state, team=team, **values).id}"

    volunteer = make_person(home, name="赵示范")
    make_team_membership(team, volunteer)
    here = make_shift(home, AT - 2 * HOUR, taken=1, state=ShiftState.RUNNING)
    return {
        "shift": f"Shift_{make_shift(home, AT + timedelta(days=3)).id}", "team volunteer": f"Person_{volunteer.id}",
        "own place": placed(AssignmentState.PLANNED), "offered place": placed(AssignmentState.SWAP_OFFERED, volunteer),
        "place now": placed(AssignmentState.PLANNED, shift=now),
        "place held": placed(AssignmentState.CHECKED_IN, shift=here, checked_in_at=AT - HOUR),
    }  # fmt: skip


THINGS.append(add_to_place)
_PUBLIC = {*ROLES, None, Role.ANONYMOUS}


def _reads(noun: str, row: str) -> dict[str, tuple[str, set[Any]]]:
    page = f'{noun}s(filter: {{id: {{eq: "%({row})s"}}}}) {{ totalCount nodes {{ id }} }}'
    count = f'{noun}Aggregate(filter: {{id: {{eq: "%({row})s"}}}}) {{ count }}'
    return {
        noun: (f'{noun}(id: "%({row})s") {{ id }}', _PUBLIC), f"{noun}s": (page, _PUBLIC),
        f"{noun}Aggregate": (count, _PUBLIC),
    }  # fmt: skip


READS = {**_reads("shift", "shift"), **_reads("shiftAssignment", "own place")}
_STAFF, _THEMSELVES, _CAPTAIN = {Role.STAFF}, {Role.MEMBER}, {Role.TEAM_CAPTAIN}
_PLANNERS = _STAFF | {Role.SUBDISTRICT_OFFICER}
# Whoever is registered as a person in a place.
_REGISTERED = {Role.RESIDENT, *SEATS, Role.UNIT_CONTACT, Role.LEADER}
MAY = {
    "planShifts": (_PLANNERS,),
    "assignShift": (_STAFF | _CAPTAIN,),
    "signUpForShift": (_REGISTERED,),
    "offerShiftSwap": (_THEMSELVES,),
    "takeShiftSwap": (_REGISTERED,),
    "checkInShift": (_STAFF | _CAPTAIN | _THEMSELVES,),
    "checkOutShift": (_STAFF | _CAPTAIN | _THEMSELVES,),
    "excuseFromShift": (_STAFF | _THEMSELVES,),
    "cancelShift": (_PLANNERS,),
}


def planned(at: Spot) -> dict[str, Any]:
    """Return the input that plans two shifts a day on two days."""
    return {
        "divisionCode": at.place.code, "kind": "PATROL", "place": WORDS, "startsAt": utc_text(AT + 48 * HOUR),
        "endsAt": utc_text(AT + 56 * HOUR), "lengthMinutes": 240, "days": 2, "needed": 2,
    }  # fmt: skip


INPUTS |= {
    "planShifts": planned,
    "assignShift": lambda at: {"shiftId": at.row("shift"), "personId": at.row("team volunteer")},
    "signUpForShift": lambda at: {"shiftId": at.row("shift")},
    "offerShiftSwap": lambda at: {"assignmentId": at.row("own place")},
    "takeShiftSwap": lambda at: {"assignmentId": at.row("offered place")},
    "checkInShift": lambda at: {"assignmentId": at.row("place now")},
    "checkOutShift": lambda at: {"assignmentId": at.row("place held")},
    "excuseFromShift": lambda at: {"assignmentId": at.row("own place"), "reason": WORDS},
    "cancelShift": lambda at: {"shiftId": at.row("shift"), "reason": WORDS},
}
