"""People who are monitored at home, what is measured of them, and what their neighbours do for them."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField, fn

from db.incidents.models import Incident
from db.kernel.bounds import Between, Length
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

# Degrees Celsius that are measured, and from which on they are a fever.
TEMPERATURE, FEVER = Between(Decimal(34), Decimal(43), places=1), Decimal("37.3")
ADDRESS, TEXT = Length(2, 200, has_lines=False), Length(2, 200, has_lines=False)
RATING = Between(1, 5)


class ConsentBy(DomainEnum):
    """Who consented to the monitoring (知情同意)."""

    SELF = "SELF", "The person consented themselves.", "本人"
    GUARDIAN = "GUARDIAN", "Their guardian consented for them.", "监护人"


class MonitoringState(DomainEnum):
    """The state of somebody's monitoring at home (监测状态)."""

    OPEN = "OPEN", "The person is monitored at home.", "监测中"
    CLOSED = "CLOSED", "The monitoring has ended.", "已解除"
    HOSPITAL = "HOSPITAL", "The person was taken to hospital.", "已转诊"


class MonitoringOutcome(DomainEnum):
    """How somebody's monitoring ended (监测结果)."""

    COMPLETED = "COMPLETED", "Its days were over.", "期满解除"
    MOVED = "MOVED", "The person went elsewhere.", "离开本地"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN", "The consent was withdrawn.", "撤回同意"
    LAPSED = "LAPSED", "Nobody ended it, and its records are kept no longer.", "逾期自动解除"


class AidKind(GrowingEnum):
    """What neighbours do for somebody who is monitored at home (互助类别)."""

    MEALS = "MEALS", "Meals are brought to the door.", "送餐"
    SHOPPING = "SHOPPING", "Somebody does the shopping.", "代购"
    RUBBISH = "RUBBISH", "The rubbish is taken away.", "清理垃圾"
    COUNSELLING = "COUNSELLING", "Somebody listens and gives comfort.", "心理疏导"
    MEDICINE = "MEDICINE", "Medicine is fetched.", "取送药品"
    OTHER = "OTHER", "Something else is done for them.", "其他"


class AidState(DomainEnum):
    """The state of a task (互助事项状态)."""

    OPEN = "OPEN", "The task waits for a volunteer.", "待接单"
    TAKEN = "TAKEN", "A volunteer took the task.", "已接单"
    DONE = "DONE", "The volunteer says that it is done.", "已完成"
    CONFIRMED = "CONFIRMED", "It was confirmed, and the hours of the volunteer count.", "已确认"
    CANCELLED = "CANCELLED", "The task was called off.", "已取消"


class MonitoringCase(BaseModel):
    """That a person is monitored at home for some days, with their consent (居家健康监测).

    person, address: erased some time after its last day. division: of the site. team: whose volunteers help.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="monitoring_cases", on_delete="RESTRICT")
    division_code = CodeField()
    incident = ForeignKeyField(Incident, backref="monitoring_cases", on_delete="RESTRICT")
    person = ForeignKeyField(Person, null=True, backref="monitoring_cases", on_delete="RESTRICT")
    site = ForeignKeyField(Site, backref="monitoring_cases", on_delete="RESTRICT")
    address = LineField(null=True)
    team = ForeignKeyField(VolunteerTeam, backref="monitoring_cases", on_delete="RESTRICT")
    starts_on = DayField()
    ends_on = DayField()
    consent_at = UtcDateTimeField()
    consent_by = EnumField(ConsentBy)
    outcome = EnumField(MonitoringOutcome, null=True)
    state = EnumField(MonitoringState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        division_id: int
        incident_id: int
        person_id: int | None
        site_id: int
        team_id: int

    class Meta:
        indexes = ((("division_code", "starts_on", "id"), True), (("starts_on", "id"), True))
        constraints = [
            Check("ends_on >= starts_on"),
            Check("(state = 'CLOSED') = (outcome IS NOT NULL)"),
            Check("state <> 'OPEN' OR person_id IS NOT NULL"),
            # Who it was and where they lived is erased together.
            Check("person_id IS NOT NULL OR address IS NULL"),
        ]


# One case of a person is open at a time (I43).
MonitoringCase.add_index(
    MonitoringCase.index(
        MonitoringCase.person, unique=True, where=SQL("state = 'OPEN'"), name="monitoring_case_one_open"
    )
)
# Those that are counted, and those whose time to be erased comes.
MonitoringCase.add_index(
    MonitoringCase.index(MonitoringCase.division_code, where=SQL("state = 'OPEN'"), name="monitoring_case_open")
)
MonitoringCase.add_index(
    MonitoringCase.index(
        MonitoringCase.ends_on, MonitoringCase.id, where=SQL("person_id IS NOT NULL"), name="monitoring_case_due"
    )
)


class MonitoringReading(BaseModel):
    """What was measured of somebody who is monitored (监测记录): added once, and erased with who it was."""

    id = BigAutoField()
    case = ForeignKeyField(MonitoringCase, backref="readings", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    at = UtcDateTimeField()
    temperature = FixedDecimalField(places=1)
    has_symptoms = BooleanField()

    if TYPE_CHECKING:
        case_id: int

    class Meta:
        indexes = ((("case", "at", "id"), True), (("at", "id"), True))
        constraints = [Check("temperature BETWEEN 340 AND 430")]


class AidTask(BaseModel):
    """Something that a neighbour does for somebody who is monitored at home (互助事项).

    team: of the case, whose volunteers may take it. hours: that the volunteer spent. text, taker: erased with who was
    helped.
    """

    id = BigAutoField()
    case = ForeignKeyField(MonitoringCase, backref="aid_tasks", on_delete="RESTRICT", index=False)
    division = ForeignKeyField(Division, backref="aid_tasks", on_delete="RESTRICT")
    division_code = CodeField()
    kind = EnumField(AidKind)
    text = LineField(null=True)
    wanted_by = UtcDateTimeField()
    team = ForeignKeyField(VolunteerTeam, backref="aid_tasks", on_delete="RESTRICT")
    taker = ForeignKeyField(Person, null=True, backref="aid_tasks", on_delete="RESTRICT")
    taken_at = UtcDateTimeField(null=True)
    done_at = UtcDateTimeField(null=True)
    hours = FixedDecimalField(null=True)
    rating = IntegerField(null=True)
    state = EnumField(AidState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        case_id: int
        division_id: int
        team_id: int
        taker_id: int | None

    class Meta:
        indexes = (
            (("case", "id"), True),
            (("division_code", "wanted_by", "id"), True),
            (("wanted_by", "id"), True),
        )
        constraints = [
            Check("(state IN ('TAKEN', 'DONE', 'CONFIRMED')) = (taken_at IS NOT NULL)"),
            Check("(state IN ('DONE', 'CONFIRMED')) = (done_at IS NOT NULL)"),
            Check("(done_at IS NULL) = (hours IS NULL)"),
            Check("done_at >= taken_at"),
            Check("hours > 0"),
            # Nobody else takes a task that somebody has (I43).
            Check("state NOT IN ('TAKEN', 'DONE') OR taker_id IS NOT NULL"),
            Check("taken_at IS NOT NULL OR taker_id IS NULL"),
            Check("rating IS NULL OR state = 'CONFIRMED'"),
            Check(RATING.sql("rating")),
            # Erased once it is over.
            Check("text IS NOT NULL OR state IN ('CONFIRMED', 'CANCELLED')"),
        ]


AidTask.add_index(AidTask.index(AidTask.done_at, AidTask.id, where=SQL("state = 'DONE'"), name="aid_task_to_confirm"))
_UNDONE = SQL("state IN ('OPEN', 'TAKEN')")
AidTask.add_index(AidTask.index(AidTask.division_code, where=_UNDONE, name="aid_task_active"))


def _helps(task: Any, person: Any) -> Any:
    """Build the condition that a task is for a person."""
    case = MonitoringCase.alias("helped")
    return fn.EXISTS(case.select(SQL("1")).where(case.id == task.case, case.person == person.id))


add_tie(
    Tie(
        MonitoringCase,
        ("monitoring at home", "居家健康监测"),
        points=lambda case, person: case.person == person.id,
        holds=lambda case, now: case.state == MonitoringState.OPEN.value,
        erased={"address": None},
    )
)
add_tie(
    Tie(
        AidTask,
        ("a task for somebody monitored at home", "互助事项"),
        points=lambda task, person: task.taker == person.id,
        holds=lambda task, now: task.state.in_([AidState.TAKEN.value, AidState.DONE.value]),
    )
)
# What was done for somebody goes with them; their open case, with its tasks, keeps them until then.
add_tie(
    Tie(
        AidTask,
        ("help at home", "居家互助"),
        points=_helps,
        holds=lambda task, now: SQL("FALSE"),
        keeps=False,
        erased={"text": None},
    )
)
TABLES = (MonitoringCase, MonitoringReading, AidTask)
