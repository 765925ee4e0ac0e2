"""The resource list: what units offer, how much of it, and when."""

from datetime import datetime
from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.issues.models.duty import Duty
from db.kernel.calendar import SHANGHAI
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, FixedDecimalField, LineField, ProseField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division


class CapacityModel(GrowingEnum):
    """How the capacity of a resource is used up and restored (容量方式)."""

    RECURRING_WINDOW = "RECURRING_WINDOW", "Capacity in weekly time windows.", "周期时段"
    BOOKABLE = "BOOKABLE", "Single time slots that can be booked.", "可预约"
    QUOTA = "QUOTA", "A fixed amount for each period.", "定额"
    STOCK = "STOCK", "Goods that are used up.", "库存"
    FUND = "FUND", "A budget of money.", "资金"
    LEASE = "LEASE", "Goods that are lent for a time.", "租借"
    STANDBY = "STANDBY", "Help that is on call.", "待命"
    STANDING = "STANDING", "Always available, without limit.", "常设"
    ONE_OFF = "ONE_OFF", "An offer that can be used once.", "一次性"


def a_year_before(now: str) -> str:
    """Return the day a year before a moment in Asia/Shanghai, both as texts."""
    today = datetime.fromisoformat(now).astimezone(SHANGHAI).date()
    is_leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year - 1, day=28 if is_leap_day else today.day).isoformat()


class ResourceState(DomainEnum):
    """The state of a resource (资源状态)."""

    OFFERED = "OFFERED", "The resource waits for staff to look at it.", "待核验"
    ON_OFFER = "ON_OFFER", "The resource is on the list and may be claimed.", "提供中"
    SUSPENDED = "SUSPENDED", "The resource is off the list for a time.", "暂停提供"
    DECLINED = "DECLINED", "The resource was not put on the list.", "未采纳"
    RETIRED = "RETIRED", "The resource is off the list for good.", "已停用"
    EXPIRED = "EXPIRED", "The last day of the resource is over.", "已到期"


# In these states a resource is retired before whoever offers it is gone.
LISTED = (ResourceState.ON_OFFER, ResourceState.SUSPENDED)
# What is used up in these ways is open at certain times, and has so many places then.
IN_WINDOWS = (CapacityModel.RECURRING_WINDOW, CapacityModel.BOOKABLE)
# How a skill is used up: it is neither goods nor money.
OF_SKILLS = (
    CapacityModel.RECURRING_WINDOW, CapacityModel.BOOKABLE, CapacityModel.QUOTA, CapacityModel.STANDBY,
    CapacityModel.STANDING, CapacityModel.ONE_OFF,
)  # fmt: skip


class ResourceReview(DomainEnum):
    """What staff decide about a resource (核验结论)."""

    APPROVED = "APPROVED", "The resource is on the list.", "通过"
    DECLINED = "DECLINED", "The resource is not put on the list.", "不予采纳"


class Recurrence(DomainEnum):
    """How often a window opens (开放周期)."""

    WEEKLY = "WEEKLY", "The window opens every week.", "每周"
    SEASON = "SEASON", "The window is one long opening, from its first to its last day.", "整季"


class Holidays(DomainEnum):
    """Whether a window opens on a public holiday, which is a day off from Monday to Friday (节假日)."""

    INCLUDED = "INCLUDED", "The window opens on holidays as on other days.", "照常开放"
    EXCLUDED = "EXCLUDED", "The window stays closed on holidays.", "节假日不开放"
    ONLY = "ONLY", "The window opens on holidays alone.", "仅节假日开放"


class Resource(BaseModel):
    """Something that an organization, a resident or the community offers for shared use (资源).

    person: the resident who offers a skill.
    """

    id = BigAutoField()
    organization = ForeignKeyField(Organization, null=True, backref="resources", on_delete="RESTRICT")
    division = ForeignKeyField(Division, backref="resources", on_delete="RESTRICT")
    division_code = CodeField()
    name = LineField()
    description = ProseField()
    topic_code = CodeField(null=True)
    duty = EnumField(Duty)
    capacity_model = EnumField(CapacityModel)
    quantity = FixedDecimalField(null=True)
    unit = LineField(null=True)
    valid_until = DayField(null=True)
    verified_on = DayField(null=True)
    state = EnumField(ResourceState, default=ResourceState.ON_OFFER, constraints=[SQL("DEFAULT 'ON_OFFER'")])
    version = IntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    person = ForeignKeyField(Person, null=True, backref="resources", on_delete="RESTRICT")
    latitude = FixedDecimalField(places=6, null=True)
    longitude = FixedDecimalField(places=6, null=True)
    x_m = IntegerField(null=True)
    y_m = IntegerField(null=True)
    cell_x = IntegerField(null=True)
    cell_y = IntegerField(null=True)

    if TYPE_CHECKING:
        organization_id: int | None
        person_id: int | None
        division_id: int

    class Meta:
        indexes = (
            (("division_code", "id"), True),
            (("topic_code", "id"), True),
            (("capacity_model", "id"), True),
            (("name", "id"), True),
            (("state", "valid_until"), False),
        )
        constraints = [
            Check("quantity >= 0"),
            Check("organization_id IS NULL OR person_id IS NULL"),
            Check("(latitude IS NULL) = (longitude IS NULL)"),
        ]


Resource.add_index(
    Resource.index(Resource.cell_x, Resource.cell_y, where=SQL("cell_x IS NOT NULL"), name="resource_place")
)


add_tie(
    Tie(
        Resource,
        ("a skill on offer", "提供中的特长"),
        points=lambda resource, person: resource.person == person.id,
        holds=lambda resource, now: resource.state.in_([state.value for state in LISTED]),
    )
)


class ResourceWindow(BaseModel):
    """A time in which a resource is open, every week or once for a season (开放时段).

    Minutes are after midnight in Asia/Shanghai of the day on which it opens; of a season, `ends_minute` is of its last
    day. opens_on, closes_on: the first and the last day on which it opens; a season has both.
    """

    id = BigAutoField()
    resource = ForeignKeyField(Resource, backref="windows", on_delete="CASCADE", index=False)
    division_code = CodeField()
    weekday = IntegerField()
    starts_minute = IntegerField()
    ends_minute = IntegerField()
    quantity = FixedDecimalField()
    recurrence = EnumField(Recurrence, default=Recurrence.WEEKLY, constraints=[SQL("DEFAULT 'WEEKLY'")])
    holidays = EnumField(Holidays, default=Holidays.INCLUDED, constraints=[SQL("DEFAULT 'INCLUDED'")])
    opens_on = DayField(null=True)
    closes_on = DayField(null=True)

    if TYPE_CHECKING:
        resource_id: int

    class Meta:
        indexes = ((("resource", "weekday", "starts_minute", "id"), True),)
        constraints = [
            Check("weekday BETWEEN 1 AND 7"),
            Check("starts_minute >= 0 AND ends_minute <= 2880 AND starts_minute < ends_minute"),
            Check("quantity >= 0"),
        ]
