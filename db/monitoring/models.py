"""People who are monitored at home, what is measured of them, and what their neighbours do for them."""

from decimal import Decimal
from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.incidents.models import Incident
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

# Degrees Celsius that are measured, and from which on they are a fever.
TEMPERATURE, FEVER = Between(Decimal(34), Decimal(43), places=1), Decimal("37.3")


class ConsentBy(DomainEnum):
    """Who consented to the monitoring (知情同意)."""

    SELF = "SELF", "The person themselves.", "本人"
    GUARDIAN = "GUARDIAN", "Their guardian.", "监护人"


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


class MonitoringCase(BaseModel):
    """That a person is monitored at home for some days, with their consent (居家健康监测).

    person, address: erased some time after its last day. division: of the person's site.
    """

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="monitoring_cases", on_delete="RESTRICT")
    division_code = CodeField()
    incident = ForeignKeyField(Incident, backref="monitoring_cases", on_delete="RESTRICT")
    person = ForeignKeyField(Person, null=True, backref="monitoring_cases", on_delete="RESTRICT")
    site = ForeignKeyField(Site, backref="monitoring_cases", on_delete="RESTRICT")
    address = LineField(null=True)
    team = ForeignKeyField(VolunteerTeam, null=True, backref="monitoring_cases", on_delete="RESTRICT")
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
        team_id: int | None

    class Meta:
        indexes = ((("division_code", "starts_on", "id"), True), (("ends_on", "id"), True))
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
add_tie(
    Tie(
        MonitoringCase,
        ("monitoring at home", "居家健康监测"),
        points=lambda case, person: case.person == person.id,
        holds=lambda case, now: case.state == MonitoringState.OPEN.value,
    )
)


class MonitoringReading(BaseModel):
    """What was measured of somebody who is monitored (监测记录): added once, and erased with who it was."""

    id = BigAutoField()
    case = ForeignKeyField(MonitoringCase, backref="readings", on_delete="CASCADE", index=False)
    division_code = CodeField()
    at = UtcDateTimeField()
    temperature = FixedDecimalField(places=1)
    has_symptoms = BooleanField()

    if TYPE_CHECKING:
        case_id: int

    class Meta:
        indexes = ((("case", "at", "id"), True),)
        constraints = [Check("temperature BETWEEN 340 AND 430")]
