"""Task forces and coordination bodies of subdistricts, with their members."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division


class TaskForceKind(DomainEnum):
    """Which of the two bodies of a subdistrict it is (街道工作机构类别)."""

    TASK_FORCE = "TASK_FORCE", "The task force that does the work.", "工作专班"
    COORDINATION_BODY = "COORDINATION_BODY", "The body in which the parties coordinate.", "议事协调机构"


class TaskForceState(DomainEnum):
    """The state of a task force (工作专班状态)."""

    ACTIVE = "ACTIVE", "The task force works.", "运行"
    ENDED = "ENDED", "The task force was dissolved.", "已撤销"


class TaskForceRole(DomainEnum):
    """What a member of a task force is in it (专班职务)."""

    LEAD = "LEAD", "The member who leads the task force.", "组长"
    DEPUTY = "DEPUTY", "A member who stands in for the lead.", "副组长"
    MEMBER = "MEMBER", "A member without another position.", "成员"


class TaskForce(BaseModel):
    """A task force or coordination body of a subdistrict (工作专班、议事协调机构): one of each kind works at a time."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="task_forces", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(TaskForceKind)
    name = LineField()
    formed_on = DayField()
    ended_on = DayField(null=True)
    state = EnumField(TaskForceState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division_code", "id"), True),)
        constraints = [
            Check("(state = 'ENDED') = (ended_on IS NOT NULL)"),
            Check("ended_on IS NULL OR ended_on >= formed_on"),
        ]


TaskForce.add_index(
    TaskForce.index(
        TaskForce.division_code,
        TaskForce.kind,
        unique=True,
        where=SQL("state = 'ACTIVE'"),
        name="task_force_one_of_each",
    )
)


class TaskForceMember(BaseModel):
    """A person in a task force, and the work that is theirs there (专班成员)."""

    id = BigAutoField()
    task_force = ForeignKeyField(TaskForce, backref="members", on_delete="CASCADE", index=False)
    person = ForeignKeyField(Person, backref="task_force_memberships", on_delete="RESTRICT")
    division_code = CodeField()
    role = EnumField(TaskForceRole)
    work = LineField()

    if TYPE_CHECKING:
        task_force_id: int
        person_id: int

    class Meta:
        indexes = ((("task_force", "person"), True),)


TaskForceMember.add_index(
    TaskForceMember.index(
        TaskForceMember.task_force, unique=True, where=SQL("role = 'LEAD'"), name="task_force_member_one_lead"
    )
)
add_tie(
    Tie(
        TaskForceMember,
        ("a place in a task force", "专班成员"),
        points=lambda member, person: member.person == person.id,
        holds=lambda member, now: member.task_force.in_(
            TaskForce.select(TaskForce.id).where(TaskForce.state == TaskForceState.ACTIVE.value)
        ),
        is_public=True,
    )
)
