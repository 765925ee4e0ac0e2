"""Shifts, and who is on them."""

from peewee import ColumnBase

from db.access.models.access import TokenScope
from db.kernel.expressions import Row
from db.shifts.models import shift as shifts
from schema.catalog.declare import aggregate, computed, every, lookup, many
from schema.catalog.fields import CatalogType
from schema.catalog.registry import Context
from schema.graph.places.types import count_in_scope, within
from schema.graph.shifts.mutations import MUTATIONS
from schema.graph.shifts.types import Shift, ShiftAssignment

_SHIFTS = CatalogType("Shift", "", {}, shifts.Shift)


def _of_team(team: Row, shift: Row) -> ColumnBase:
    place = shifts.ShiftAssignment.alias("of_team")
    return shift.id.in_(place.select(place.shift).where(place.team == team.id))


CONTEXT = Context(
    types=(Shift, ShiftAssignment),
    roots={
        "shift": lookup("Shift", "Find a shift by id."),
        "shifts": every("Shift", "All shifts, the latest first.", order="-starts_at"),
        "shift_aggregate": aggregate("Shift", "Count, sum and group shifts."),
        "shift_assignment": lookup("ShiftAssignment", "Find a place of a shift by id."),
        "shift_assignments": every("ShiftAssignment", "All places of shifts, in the order of their ids."),
        "shift_assignment_aggregate": aggregate("ShiftAssignment", "Count and group places of shifts."),
    },
    additions={
        "Division": {
            "shifts": many(
                "Shift",
                "Shifts of the communities in the scope, the latest first.",
                on=lambda division, row, given: within(row.division_code, division, given),
                order="-starts_at",
                scoped=True,
            ),
        },
        "DivisionStats": {
            "open_shift_count": computed(
                int,
                lambda division, given: count_in_scope(
                    _SHIFTS, division, given, lambda row: row.state == shifts.ShiftState.OPEN.value
                ),
                "The number of shifts ahead that have free places (招募中的班次).",
                cost=5,
            ),
        },
        "Person": {
            "shifts": many(
                "ShiftAssignment", "The person's places of shifts, the newest first.", on="person", order="-id"
            ),
        },
        "Site": {"shifts": many("Shift", "Shifts at the site, the latest first.", on="site", order="-starts_at")},
        "VolunteerTeam": {
            "shifts": many(
                "Shift", "Shifts that people of the team are or were on, the latest first.", on=_of_team,
                order="-starts_at",
            ),
        },
    },
    mutations={TokenScope.TEAMS: MUTATIONS},
)  # fmt: skip
