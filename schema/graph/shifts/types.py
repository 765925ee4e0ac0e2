"""Shifts, and who is on them; the names of ordinary volunteers are masked as any person's."""

from peewee import ColumnBase

from db.kernel.expressions import Row
from db.shifts.models import shift
from db.shifts.places import is_held
from schema.catalog.declare import column, computed, many, model_type, one


def _its_hours(row: Row, record: Row) -> ColumnBase:
    return (record.source_type == shift.ShiftAssignment.__name__) & (record.source_id == row.id)


@model_type(
    shift.Shift,
    "A shift at a place: checkpoint, testing, publicity, patrol, or the joint duty of three forces (班次).",
)
class Shift:
    """Everybody sees all of them."""

    kind = column("What people do in the shift.")
    division = one("Division", "The community where the shift is.")
    division_code = column("The 12-digit code of the community.")
    site = one("Site", "The site where the shift is, if it is at one.")
    place = column("The place of the shift, in words.")
    starts_at = column("When the shift begins.")
    ends_at = column("When the shift ends.")
    check_in_from = column("From when people can check in.")
    needed = column("The number of people that the shift needs.")
    taken = column("The number of places that are taken.")
    police_needed = column("The number of places that a joint duty keeps for the police (民警).")
    militia_needed = column("The number of places that a joint duty keeps for the militia (民兵).")
    ethnic_religious_needed = column(
        "The number of places that a joint duty keeps for the office for ethnic and religious affairs (民宗)."
    )
    is_held = computed(
        bool,
        is_held,
        "Whether somebody has come to the shift, and to a joint duty somebody of each force.",
        cost=2,
    )
    state = column("The state of the shift.")
    created_at = column("When the shift was planned.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
    assignments = many("ShiftAssignment", "Who is on the shift, and who was excused from it.", on="shift")


@model_type(shift.ShiftAssignment, "A place of a shift: what one person has to do with it (排班).")
class ShiftAssignment:
    """Everybody sees that there is one."""

    shift = one("Shift", "The shift that the place belongs to.")
    person = one("Person", "The person who is to come, or came.")
    team = one("VolunteerTeam", "The volunteer team that the person came with.")
    organization = one("Organization", "The unit that a cadre came from.")
    division = one(
        "Division", "The community where the shift is.", on=lambda row, other: other.code == row.division_code
    )
    division_code = column("The 12-digit code of the community.")
    force = column("The force that the person stands for.")
    checked_in_at = column("When the person came.")
    checked_out_at = column("When the person left.")
    swap_with = one("ShiftAssignment", "The place by which somebody took this one over, or which it took over.")
    hour_record = one(
        "HourRecord", "The hours of service that follow from the shift, for those who may see them.", on=_its_hours
    )
    state = column("The state of the place.")
    created_at = column("When the person was put on the shift.")
    version = column("The version, which grows by one with each change; send it as `expectedVersion`.")
