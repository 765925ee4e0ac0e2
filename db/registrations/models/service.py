"""What registered parties promise and do: pledges, hours of service, and the yearly appraisal of both."""

from typing import TYPE_CHECKING, Any

from peewee import SQL, BigAutoField, BigIntegerField, Check, ForeignKeyField, IntegerField

from db.issues.models.claim import Need
from db.issues.models.duty import Duty
from db.kernel.bounds import Between
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.people.models.person import ERASED, Person
from db.people.models.ties import Tie, add_tie
from db.registrations.models.registration import Registration
from db.sites.models import Site
from db.teams.models.team import VolunteerTeam

YEARS = Between(2020, 2999)


class PledgeState(DomainEnum):
    """The state of a pledge (承诺状态)."""

    OPEN = "OPEN", "The pledge is to be kept.", "待履行"
    KEPT = "KEPT", "The pledge was kept.", "已履行"
    LAPSED = "LAPSED", "The pledge was not kept in time.", "逾期未履行"
    CANCELLED = "CANCELLED", "The pledge was taken back.", "已撤回"


class HourState(DomainEnum):
    """The state of a record of hours (服务时长状态)."""

    LOGGED = "LOGGED", "The hours wait for a review.", "待审核"
    CONFIRMED = "CONFIRMED", "The hours count.", "已确认"
    REJECTED = "REJECTED", "The hours do not count.", "未通过"


class HourReview(DomainEnum):
    """What is decided about logged hours (时长审核结论)."""

    CONFIRMED = "CONFIRMED", "The hours are truthful, complete, in time, and free of charge.", "确认"
    REJECTED = "REJECTED", "The hours do not count; the reason says why.", "不予确认"


class AppraisalGrade(DomainEnum):
    """The grade of a yearly appraisal (评议等次)."""

    EXCELLENT = "EXCELLENT", "The party did more than it offered.", "优秀"
    GOOD = "GOOD", "The party did what it offered.", "良好"
    PASS = "PASS", "The party did most of what it offered.", "合格"
    FAIL = "FAIL", "The party did not do what it offered.", "不合格"


class Pledge(BaseModel):
    """Something that a registered party promises to do by a day, with or without a number of hours (承诺)."""

    id = BigAutoField()
    registration = ForeignKeyField(Registration, backref="pledges", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    duty = EnumField(Duty)
    text = ProseField()
    hours = FixedDecimalField(null=True)
    due_on = DayField()
    need = ForeignKeyField(Need, null=True, backref="pledges", on_delete="SET NULL")
    site = ForeignKeyField(Site, null=True, backref="pledges", on_delete="RESTRICT")
    state = EnumField(PledgeState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        registration_id: int
        need_id: int | None
        site_id: int | None

    class Meta:
        indexes = ((("registration", "id"), True), (("division_code", "id"), True))
        constraints = [Check("hours > 0")]


Pledge.add_index(Pledge.index(Pledge.due_on, Pledge.id, where=SQL("state = 'OPEN'"), name="pledge_due"))


class HourRecord(BaseModel):
    """Hours of service of a person on a day (服务时长).

    source_type, source_id: what they follow from by themselves, by its name in the graph and its row; null where
    somebody logged them. A person has one record of a source.
    """

    id = BigAutoField()
    division_code = CodeField()
    person = ForeignKeyField(Person, backref="hours", on_delete="RESTRICT", index=False)
    registration = ForeignKeyField(Registration, null=True, backref="hours", on_delete="RESTRICT")
    team = ForeignKeyField(VolunteerTeam, null=True, backref="hours", on_delete="RESTRICT")
    pledge = ForeignKeyField(Pledge, null=True, backref="records", on_delete="RESTRICT")
    source_type = CodeField(null=True)
    source_id = BigIntegerField(null=True)
    day = DayField()
    hours = FixedDecimalField()
    duty = EnumField(Duty)
    text = LineField()
    state = EnumField(HourState)
    reviewed_by_name = LineField(null=True)
    review_note = LineField(null=True)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        person_id: int
        registration_id: int | None
        team_id: int | None
        pledge_id: int | None

    class Meta:
        indexes = (
            (("person", "day", "id"), True),
            (("division_code", "day", "id"), True),
            (("source_type", "source_id", "person"), True),
        )
        constraints = [Check("hours > 0"), Check("(source_type IS NULL) = (source_id IS NULL)")]


class Appraisal(BaseModel):
    """The grade of a registration for a year, with the figures as they were then (年度评议).

    person: whom the registration is of; null for a unit, whose grades are public. reported_at: when its contact was
    told.
    """

    id = BigAutoField()
    registration = ForeignKeyField(Registration, backref="appraisals", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    person = ForeignKeyField(Person, null=True, backref="appraisals", on_delete="RESTRICT")
    year = IntegerField()
    grade = EnumField(AppraisalGrade)
    hours = FixedDecimalField()
    pledges_kept = IntegerField()
    pledges_due = IntegerField()
    comment = ProseField()
    reported_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        registration_id: int
        person_id: int | None

    class Meta:
        indexes = ((("registration", "year"), True), (("division_code", "id"), True))
        constraints = [
            Check(YEARS.sql("year")),
            Check("hours >= 0"),
            Check("pledges_kept BETWEEN 0 AND pledges_due"),
        ]


def _of(row: Any, person: Any) -> Any:
    return row.person == person.id


def _never(row: Any, now: Any) -> Any:
    return SQL("FALSE")


add_tie(Tie(HourRecord, ("hours of service", "服务时长"), _of, _never, keeps=False, erased={"text": ERASED}))
add_tie(Tie(Appraisal, ("an appraisal", "年度评议"), _of, _never, keeps=False, erased={"comment": ERASED}))
