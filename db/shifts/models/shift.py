"""Shifts: when how many people are on duty at a place, and who is (班次)."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.incidents.models import Incident
from db.issues.models.duty import Duty
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

# How many people a shift may need.
NEEDED = Between(1, 200)


class ShiftKind(GrowingEnum):
    """What people do in a shift (班次类型)."""

    CHECKPOINT = "CHECKPOINT", "They check who comes in.", "卡口"
    TESTING = "TESTING", "They help with testing.", "核酸"
    PUBLICITY = "PUBLICITY", "They inform residents.", "宣传"
    PATROL = "PATROL", "They patrol the community.", "巡查"
    JOINT_DUTY = (
        "JOINT_DUTY",
        "Police, militia and officers for ethnic and religious affairs are on duty together.",
        "三民联勤",
    )


# The duty that is served in a shift, as the hours of whoever was on it count.
DUTIES = {
    ShiftKind.CHECKPOINT: Duty.JOINT_PREVENTION,
    ShiftKind.TESTING: Duty.JOINT_PREVENTION,
    ShiftKind.PUBLICITY: Duty.PUBLICITY_EDUCATION,
    ShiftKind.PATROL: Duty.AREA_CO_GOVERNANCE,
    ShiftKind.JOINT_DUTY: Duty.AREA_CO_GOVERNANCE,
}


class ShiftState(DomainEnum):
    """The state of a shift (班次状态)."""

    OPEN = "OPEN", "The shift has free places.", "招募中"
    FULL = "FULL", "Every place of the shift is taken.", "已满"
    RUNNING = "RUNNING", "The shift is under way.", "进行中"
    ENDED = "ENDED", "The shift is over.", "已结束"
    CANCELLED = "CANCELLED", "The shift was cancelled.", "已取消"


class Force(GrowingEnum):
    """The force for which somebody is on duty (力量)."""

    POLICE = "POLICE", "The police of the community.", "民警"
    MILITIA = "MILITIA", "The militia of the community.", "民兵"
    ETHNIC_RELIGIOUS = "ETHNIC_RELIGIOUS", "The office for ethnic and religious affairs.", "民宗"
    CADRE = "CADRE", "Cadres who help in the community.", "下沉干部"
    VETERAN = "VETERAN", "Veterans of the armed forces.", "退役军人"
    VOLUNTEER = "VOLUNTEER", "Volunteers of any kind.", "志愿者"
    STAFF = "STAFF", "Staff of the community.", "社区工作人员"


class AssignmentState(DomainEnum):
    """The state of somebody's assignment to a shift (排班状态)."""

    PLANNED = "PLANNED", "The person is to come.", "已排班"
    SWAP_OFFERED = "SWAP_OFFERED", "The person looks for somebody who takes the shift over.", "待换班"
    CHECKED_IN = "CHECKED_IN", "The person is there.", "已到岗"
    DONE = "DONE", "The person was there, and has left.", "已完成"
    ABSENT = "ABSENT", "The person did not come, and the place is free.", "缺岗"
    EXCUSED = "EXCUSED", "The person was excused, and the place is free or somebody took it over.", "已请假"


A = AssignmentState
# In these states somebody is to come, is or was there, and holds a place of the shift.
TO_COME, THERE = (A.PLANNED, A.SWAP_OFFERED), (A.CHECKED_IN, A.DONE)
HOLDING = (*TO_COME, *THERE)


# The columns that say how many places a joint duty keeps for each of its forces.
KEPT_FOR = {
    Force.POLICE: "police_needed", Force.MILITIA: "militia_needed", Force.ETHNIC_RELIGIOUS: "ethnic_religious_needed",
}  # fmt: skip


class Shift(BaseModel):
    """A shift at a place (班次).

    taken: how many places are held. police_needed and its like: how many of them a joint duty keeps for a force.
    check_in_from: from when people can check in. rest_from, rest_until: whoever is on it is on no other shift then.
    These follow from the settings when it is planned.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="shifts", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(ShiftKind)
    site = ForeignKeyField(Site, null=True, backref="shifts", on_delete="RESTRICT")
    place = LineField()
    starts_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    check_in_from = UtcDateTimeField()
    rest_from = UtcDateTimeField()
    rest_until = UtcDateTimeField()
    needed = IntegerField()
    taken = IntegerField(default=0)
    police_needed = IntegerField(default=0)
    militia_needed = IntegerField(default=0)
    ethnic_religious_needed = IntegerField(default=0)
    created_at = UtcDateTimeField()
    state = EnumField(ShiftState)
    version = IntegerField()
    incident = ForeignKeyField(Incident, null=True, backref="shifts", on_delete="RESTRICT")

    if TYPE_CHECKING:
        division_id: int
        site_id: int | None
        incident_id: int | None

    class Meta:
        indexes = (
            (("division_code", "starts_at", "id"), True),
            (("division_code", "id"), True),
            (("starts_at", "id"), True),
        )
        constraints = [
            Check("ends_at > starts_at"),
            Check("check_in_from <= starts_at"),
            Check("rest_from <= starts_at AND rest_until >= ends_at"),
            Check(NEEDED.sql("needed")),
            Check("taken BETWEEN 0 AND needed"),
            Check("police_needed >= 0 AND militia_needed >= 0 AND ethnic_religious_needed >= 0"),
            Check("police_needed + militia_needed + ethnic_religious_needed <= needed"),
        ]


# What the clock looks for: shifts that are not over.
Shift.add_index(
    Shift.index(
        Shift.state, Shift.starts_at, Shift.id, where=SQL("state IN ('OPEN', 'FULL', 'RUNNING')"), name="shift_ahead"
    )
)


class ShiftAssignment(BaseModel):
    """What one person has to do with a shift (排班).

    swap_with: the place by which somebody else took this one over, or which this one took over.
    """

    id = BigAutoField()
    shift = ForeignKeyField(Shift, backref="assignments", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    person = ForeignKeyField(Person, backref="shift_assignments", on_delete="RESTRICT", index=False)
    team = ForeignKeyField(VolunteerTeam, null=True, backref="shift_assignments", on_delete="RESTRICT")
    organization = ForeignKeyField(Organization, null=True, backref="shift_assignments", on_delete="RESTRICT")
    force = EnumField(Force)
    checked_in_at = UtcDateTimeField(null=True)
    checked_out_at = UtcDateTimeField(null=True)
    swap_with = ForeignKeyField("self", null=True, on_delete="SET NULL")
    created_at = UtcDateTimeField()
    state = EnumField(AssignmentState)
    version = IntegerField()

    if TYPE_CHECKING:
        shift_id: int
        person_id: int
        team_id: int | None
        organization_id: int | None
        swap_with_id: int | None

    class Meta:
        indexes = ((("shift", "id"), True), (("person", "id"), True), (("division_code", "id"), True))
        constraints = [Check("checked_out_at >= checked_in_at")]


# Nobody holds two places of one shift.
ShiftAssignment.add_index(
    SQL(
        "CREATE UNIQUE INDEX shift_assignment_once ON shift_assignment (shift_id, person_id) "
        "WHERE state NOT IN ('EXCUSED', 'ABSENT')"
    )
)
add_tie(
    Tie(
        ShiftAssignment,
        ("an open shift", "未结束的班次"),
        points=lambda assignment, person: assignment.person == person.id,
        holds=lambda assignment, now: assignment.state.in_([state.value for state in (*TO_COME, A.CHECKED_IN)]),
    )
)
